/// Finds the objects of a file whose cross-reference is damaged, by reading it from its first byte to its last.
///
/// Of several objects with the same number the last counts, as in a file that was changed by appending.
struct RepairScan {
    private(set) var places: [Int: CrossReference.Place] = [:]
    private(set) var trailer = PDFDictionary()

    private static let keyword = Array("obj".utf8)
    private static let trailerKeyword = Array("trailer".utf8)

    init(_ bytes: [UInt8], budget: PDFBudget) throws(PDFFault) {
        let starts = Self.starts(in: bytes)
        try budget.spend(parsed: bytes.count, at: 0)
        guard starts.count <= budget.limits.objects else { throw .limit("It has too many objects.", nil) }
        var packed: [(stream: Int, places: [Int: CrossReference.Place])] = []
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1].offset : bytes.count
            guard start.number < budget.limits.objects else { continue }
            places[start.number] = .offset(start.offset, generation: start.generation)
            // An object is read up to the next one only, so that the work stays linear whatever the bytes are.
            guard let found = try Self.object(bytes, start.offset, end, budget), let dictionary = found.dictionary
            else { continue }
            switch dictionary["Type"].name {
            case "Catalog": merge(root: PDFObjectID(number: start.number, generation: start.generation))
            case "XRef": merge(dictionary)
            case "ObjStm":
                guard let stream = found.stream else { continue }
                packed.append((start.number, try Self.members(of: stream, start.number, bytes, budget)))
            default: break
            }
        }
        // What stands in the open counts more than what is packed; of packed objects the last counts.
        for (_, members) in packed.reversed() {
            for (number, place) in members where places[number] == nil && number < budget.limits.objects {
                places[number] = place
            }
        }
        try readTrailers(bytes, budget)
    }

    private mutating func merge(root: PDFObjectID) {
        trailer.append("Root", .reference(root))
    }

    private mutating func merge(_ other: PDFDictionary) {
        for key in ["Root", "Info", "ID", "Encrypt"] where !other[key].isNull { trailer.append(key, other[key]) }
    }

    private mutating func readTrailers(_ bytes: [UInt8], _ budget: PDFBudget) throws(PDFFault) {
        var position = 0
        while let found = ByteSearch.first(Self.trailerKeyword, in: bytes, from: position) {
            position = found + Self.trailerKeyword.count
            // A trailer is small; reading no further keeps the work linear.
            let lexer = PDFLexer(bytes, at: position, end: min(bytes.count, position + 4096))
            var parser = PDFObjectParser(lexer, nesting: budget.limits.nesting)
            if case .dictionary(let dictionary)? = try? parser.object() {
                merge(dictionary)
                position = parser.lexer.position
            }
            try budget.spend(parsed: 4096, at: found)
        }
    }

    private static func object(
        _ bytes: [UInt8], _ start: Int, _ end: Int, _ budget: PDFBudget
    ) throws(PDFFault) -> PDFObject? {
        do throws(PDFFault) {
            return try IndirectObject(bytes, at: start, end: end, budget: budget, length: { _ in nil })?.object
        } catch {
            if case .limit = error { throw error }
            return nil
        }
    }

    private static func members(
        of stream: PDFStream, _ number: Int, _ bytes: [UInt8], _ budget: PDFBudget
    ) throws(PDFFault) -> [Int: CrossReference.Place] {
        do throws(PDFFault) {
            let decoded = try StreamDecoder(budget).decode(
                bytes[stream.range], stream.dictionary, at: stream.range.lowerBound
            ) { $0 }
            let objects = try ObjectStream(decoded, stream.dictionary, budget: budget)
            var members: [Int: CrossReference.Place] = [:]
            for (index, member) in objects.members.enumerated() {
                members[member.number] = .packed(stream: number, index: index)
            }
            return members
        } catch {
            if case .limit = error { throw error }
            return [:]
        }
    }

    private struct Start {
        let offset: Int, number: Int, generation: Int
    }

    /// Every place of the form `12 0 obj`.
    private static func starts(in bytes: [UInt8]) -> [Start] {
        var starts: [Start] = []
        var position = 0
        while let found = ByteSearch.first(keyword, in: bytes, from: position) {
            position = found + keyword.count
            var index = found
            guard let generation = number(before: &index, bytes), let number = number(before: &index, bytes),
                index == 0 || !PDFLexer.isRegular(bytes[index - 1])
            else { continue }
            starts.append(Start(offset: index, number: number, generation: generation))
        }
        return starts
    }

    /// The number that ends before a place, blanks between; the place moves to its first digit.
    private static func number(before index: inout Int, _ bytes: [UInt8]) -> Int? {
        var end = index
        while end > 0, index - end < 16, PDFLexer.isBlank(bytes[end - 1]) { end -= 1 }
        guard end < index else { return nil }
        var start = end
        while start > 0, end - start < 10, PDFLexer.isDigit(bytes[start - 1]) { start -= 1 }
        guard start < end else { return nil }
        var value = 0
        for digit in bytes[start..<end] { value = value * 10 + Int(digit - 0x30) }
        index = start
        return value
    }
}
