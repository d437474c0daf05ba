/// A CMap: how the bytes of a string fall into codes, and what the codes stand for (ISO 32000-1, 9.7.5 and 9.10.3).
struct CharacterMap {
    /// A code together with the number of its bytes.
    struct Code: Hashable {
        let value: UInt32
        let length: Int
    }

    fileprivate struct Space {
        let length: Int
        let low: UInt32, high: UInt32
    }

    private struct CIDRange {
        let length: Int
        let low: UInt32, high: UInt32
        let first: Int
    }

    private var spaces: [Space] = []
    private var texts: [Code: String] = [:]
    private var cidRanges: [CIDRange] = []

    /// How many codes a map may spell out; a font has no more glyphs than this.
    private static let limit = 262_144

    /// Reads a map from its unpacked stream; what is no map is left out.
    init(_ content: [UInt8], nesting: Int) throws(PDFFault) {
        var parser = PDFObjectParser(PDFLexer(content), nesting: nesting, isFile: false)
        var operands: [PDFObject] = []
        while true {
            let token = try parser.lexer.next()
            if case .end = token { break }
            if let operand = try parser.operand(token) {
                operands.append(operand)
                continue
            }
            if case .keyword(let word) = token { apply(word, operands) }
            operands.removeAll(keepingCapacity: true)
        }
        spaces.sort { $0.length < $1.length }
    }

    private mutating func apply(_ word: String, _ operands: [PDFObject]) {
        switch word {
        case "endcodespacerange":
            for (low, high) in Self.pairs(operands) {
                guard let low = low.code, let high = high.code, low.length == high.length, spaces.count < 256 else {
                    continue
                }
                spaces.append(Space(length: low.length, low: low.value, high: high.value))
            }
        case "endbfchar":
            for (code, text) in Self.pairs(operands) {
                guard let code = code.code, let text = text.string else { continue }
                record(code, PDFObject.utf16(text[...]))
            }
        case "endbfrange": applyRanges(operands)
        case "endcidchar":
            for (code, cid) in Self.pairs(operands) {
                guard let code = code.code, let cid = cid.integer else { continue }
                append(CIDRange(length: code.length, low: code.value, high: code.value, first: cid))
            }
        case "endcidrange":
            for index in stride(from: 0, to: operands.count - 2, by: 3) {
                guard let low = operands[index].code, let high = operands[index + 1].code,
                    let cid = operands[index + 2].integer
                else { continue }
                append(CIDRange(length: low.length, low: low.value, high: high.value, first: cid))
            }
        default: break
        }
    }

    private mutating func applyRanges(_ operands: [PDFObject]) {
        for index in stride(from: 0, to: operands.count - 2, by: 3) {
            guard let low = operands[index].code, let high = operands[index + 1].code, low.value <= high.value else {
                continue
            }
            let target = operands[index + 2]
            let count = min(Int(high.value - low.value) + 1, Self.limit)
            if let list = target.array {
                for (step, item) in list.prefix(count).enumerated() {
                    guard let text = item.string else { continue }
                    record(low.next(step), PDFObject.utf16(text[...]))
                }
            } else if let text = target.string, text.count >= 2 {
                // The last two bytes count up.
                let last = UInt16(text[text.count - 2]) << 8 | UInt16(text[text.count - 1])
                for step in 0..<count {
                    guard texts.count < Self.limit else { return }
                    let unit = last &+ UInt16(truncatingIfNeeded: step)
                    let bytes = text.dropLast(2) + [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
                    record(low.next(step), PDFObject.utf16(bytes))
                }
            } else if let text = target.string, let byte = text.first {
                for step in 0..<min(count, 256) { record(low.next(step), PDFObject.utf16([0, byte &+ UInt8(step)])) }
            }
        }
    }

    private mutating func record(_ code: Code, _ text: String) {
        guard texts.count < Self.limit else { return }
        texts[code] = text
    }

    private mutating func append(_ range: CIDRange) {
        guard cidRanges.count < 4096 else { return }
        cidRanges.append(range)
    }

    private static func pairs(_ operands: [PDFObject]) -> [(PDFObject, PDFObject)] {
        stride(from: 0, to: operands.count - 1, by: 2).map { (operands[$0], operands[$0 + 1]) }
    }

    /// What a code stands for; nil where the map does not say.
    func text(_ code: Code) -> String? { texts[code] }

    /// The glyph's number within the font; nil where the map does not say.
    func cid(_ code: Code) -> Int? {
        let range = cidRanges.last { $0.length == code.length && $0.low...max($0.low, $0.high) ~= code.value }
        return range.flatMap { range in
            let (cid, overflow) = range.first.addingReportingOverflow(Int(code.value - range.low))
            return overflow ? nil : cid
        }
    }

    /// The next code of a string; the index moves behind it.
    func next(_ string: [UInt8], _ index: inout Int) -> Code {
        var value: UInt32 = 0
        var length = 0
        for space in spaces where index + space.length <= string.count {
            while length < space.length {
                value = value << 8 | UInt32(string[index + length])
                length += 1
            }
            if space.contains(value) {
                index += length
                return Code(value: value, length: length)
            }
        }
        // Nothing fits: as many bytes as the shortest code has, two where no code is told.
        let wanted = min(spaces.first?.length ?? 2, string.count - index)
        value = 0
        for step in 0..<wanted { value = value << 8 | UInt32(string[index + step]) }
        index += max(wanted, 1)
        return Code(value: value, length: max(wanted, 1))
    }
}

extension CharacterMap.Space {
    /// Whether each byte lies between those of the lowest and of the highest code.
    fileprivate func contains(_ value: UInt32) -> Bool {
        for shift in stride(from: UInt32(0), to: UInt32(length * 8), by: 8) {
            let byte = value >> shift & 0xFF
            guard byte >= low >> shift & 0xFF, byte <= high >> shift & 0xFF else { return false }
        }
        return true
    }
}

extension CharacterMap.Code {
    fileprivate func next(_ step: Int) -> CharacterMap.Code {
        CharacterMap.Code(value: value &+ UInt32(truncatingIfNeeded: step), length: length)
    }
}

extension PDFObject {
    /// A string of one to four bytes as a code.
    fileprivate var code: CharacterMap.Code? {
        guard let bytes = string, 1...4 ~= bytes.count else { return nil }
        return CharacterMap.Code(value: bytes.reduce(0) { $0 << 8 | UInt32($1) }, length: bytes.count)
    }
}
