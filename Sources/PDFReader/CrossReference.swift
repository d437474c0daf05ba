/// Where the objects of a file are (ISO 32000-1, 7.5.4 to 7.5.8).
struct CrossReference {
    /// Where one object is.
    enum Place: Sendable {
        case free
        /// In the file, from a byte on.
        case offset(Int, generation: Int)
        /// In an object stream.
        case packed(stream: Int, index: Int)
    }

    /// One section: a table or a stream with its trailer.
    struct Section: Sendable {
        /// Where it begins, as `startxref` or `/Prev` say.
        let offset: Int
        /// The numbers that it speaks of.
        var objects: [Int] = []
    }

    /// The places, newest first.
    private(set) var places: [Int: Place] = [:]
    /// The trailer of the newest section.
    private(set) var trailer = PDFDictionary()
    /// The sections from the newest to the oldest.
    private(set) var sections: [Section] = []

    private let bytes: [UInt8]
    private let budget: PDFBudget

    /// Follows the chain of sections from the last `startxref` on.
    init(_ bytes: [UInt8], budget: PDFBudget) throws(PDFFault) {
        self.bytes = bytes
        self.budget = budget
        guard let start = Self.lastStart(in: bytes) else { throw .malformed("It has no `startxref`.", nil) }
        var pending = [start]
        var seen: Set<Int> = []
        while let offset = pending.popLast() {
            guard seen.insert(offset).inserted else { continue }
            guard seen.count <= 4096 else { throw .limit("It was changed too often.", offset) }
            let (trailer, free) = try readSection(at: offset)
            if sections.count == 1 { self.trailer = trailer }
            if let previous = trailer["Prev"].integer, previous > 0 { pending.append(previous) }
            if let hybrid = trailer["XRefStm"].integer, seen.insert(hybrid).inserted { _ = try readStream(at: hybrid) }
            // What a table calls free may stand in the stream beside it, where old readers do not look.
            for number in free where places[number] == nil { places[number] = .free }
        }
    }

    /// What the repair scan found takes the place of all tables.
    init(repaired places: [Int: Place], trailer: PDFDictionary, _ bytes: [UInt8], budget: PDFBudget) {
        self.places = places
        self.trailer = trailer
        self.bytes = bytes
        self.budget = budget
    }

    private mutating func record(_ number: Int, _ place: Place) throws(PDFFault) {
        guard number >= 0, number < budget.limits.objects else {
            throw .limit("It has too many objects.", sections.last?.offset)
        }
        if !sections.isEmpty { sections[sections.count - 1].objects.append(number) }
        if places[number] == nil { places[number] = place }
    }

    private mutating func readSection(at offset: Int) throws(PDFFault) -> (trailer: PDFDictionary, free: [Int]) {
        sections.append(Section(offset: offset))
        var lexer = PDFLexer(bytes, at: offset)
        guard offset >= 0, case .keyword("xref") = try lexer.next() else {
            return (try readStream(at: offset), [])
        }
        return try readTable(&lexer)
    }

    // MARK: - Tables

    private mutating func readTable(
        _ lexer: inout PDFLexer
    ) throws(PDFFault) -> (trailer: PDFDictionary, free: [Int]) {
        let start = lexer.position
        var free: [Int] = []
        while true {
            switch try lexer.next() {
            case .keyword("trailer"):
                var parser = PDFObjectParser(lexer, nesting: budget.limits.nesting)
                guard case .dictionary(let trailer) = try parser.object() else {
                    throw .malformed("A trailer is no dictionary.", lexer.position)
                }
                try budget.spend(parsed: parser.lexer.position - start, at: start)
                return (trailer, free)
            case .integer(let first):
                guard case .integer(let count) = try lexer.next(), first >= 0, count >= 0 else {
                    throw .malformed("A cross-reference table has no count.", lexer.position)
                }
                try readRows(&lexer, from: first, count: count, &free)
            default: throw .malformed("A cross-reference table has no trailer.", lexer.position)
            }
        }
    }

    private mutating func readRows(
        _ lexer: inout PDFLexer, from first: Int, count: Int, _ free: inout [Int]
    ) throws(PDFFault) {
        var first = first
        for index in 0..<count {
            guard case .integer(let offset) = try lexer.next(), case .integer(let generation) = try lexer.next(),
                case .keyword(let kind) = try lexer.next()
            else { throw .malformed("A cross-reference table is cut short.", lexer.position) }
            // Some writers begin at 1 with the entry that belongs to 0.
            if index == 0, first == 1, kind == "f", generation == 65_535 { first = 0 }
            let (number, overflow) = first.addingReportingOverflow(index)
            guard !overflow, number < budget.limits.objects else {
                throw .limit("It has too many objects.", lexer.position)
            }
            if kind == "n" {
                try record(number, .offset(offset, generation: generation))
            } else {
                if !sections.isEmpty { sections[sections.count - 1].objects.append(number) }
                free.append(number)
            }
        }
    }

    // MARK: - Streams

    private mutating func readStream(at offset: Int) throws(PDFFault) -> PDFDictionary {
        guard offset >= 0, offset < bytes.count else {
            throw .malformed("A cross-reference lies outside of the file.", offset)
        }
        guard let found = try IndirectObject(bytes, at: offset, budget: budget, length: { _ in nil }),
            case .stream(let stream) = found.object
        else { throw .malformed("There is no cross-reference where one should be.", offset) }
        let dictionary = stream.dictionary
        let rows = try StreamDecoder(budget).decode(bytes[stream.range], dictionary, at: offset) { $0 }
        guard let widths = dictionary["W"].array?.map({ $0.integer ?? -1 }), widths.count >= 3,
            widths.allSatisfy({ 0...8 ~= $0 }), widths[0] + widths[1] + widths[2] > 0
        else { throw .malformed("A cross-reference stream does not tell its columns.", offset) }
        let size = max(dictionary["Size"].integer ?? 0, 0)
        let index = dictionary["Index"].array?.map { $0.integer ?? -1 } ?? [0, size]
        let width = widths.reduce(0, +)
        var position = 0
        for pair in stride(from: 0, to: index.count - 1, by: 2) {
            guard index[pair] >= 0, index[pair + 1] >= 0 else {
                throw .malformed("A cross-reference stream has a negative number.", offset)
            }
            for row in 0..<index[pair + 1] {
                guard position + width <= rows.count else { return dictionary }
                let (number, overflow) = index[pair].addingReportingOverflow(row)
                guard !overflow else { throw .limit("It has too many objects.", offset) }
                try record(number, Self.place(rows, position, widths))
                position += width
            }
        }
        return dictionary
    }

    private static func place(_ rows: [UInt8], _ position: Int, _ widths: [Int]) -> Place {
        var start = position
        func field(_ width: Int) -> Int {
            var value: UInt64 = 0
            for _ in 0..<width {
                value = value << 8 | UInt64(rows[start])
                start += 1
            }
            return Int(clamping: value)
        }
        let kind = widths[0] == 0 ? 1 : field(widths[0])
        let second = field(widths[1])
        let third = field(widths[2])
        return switch kind {
        case 1: .offset(second, generation: third)
        case 2: .packed(stream: second, index: third)
        default: .free
        }
    }

    // MARK: - The end of the file

    static let startKeyword = Array("startxref".utf8)

    /// What the last `startxref` says.
    private static func lastStart(in bytes: [UInt8]) -> Int? {
        guard let keyword = ByteSearch.last(startKeyword, in: bytes) else { return nil }
        var lexer = PDFLexer(bytes, at: keyword + startKeyword.count, end: min(bytes.count, keyword + 64))
        guard case .integer(let offset)? = try? lexer.next() else { return nil }
        return offset
    }
}
