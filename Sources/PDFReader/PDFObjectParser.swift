/// Reads objects from tokens (ISO 32000-1, 7.3).
struct PDFObjectParser {
    var lexer: PDFLexer
    private let nesting: Int
    /// What is added to a position to name it in a fault: 0 for the file itself, nil within an unpacked stream.
    private let base: Int?

    init(_ lexer: PDFLexer, nesting: Int, isFile: Bool = true) {
        self.lexer = lexer
        self.nesting = nesting
        base = isFile ? 0 : nil
    }

    /// An object that begins at the position.
    mutating func object() throws(PDFFault) -> PDFObject {
        try object(try lexer.next(), depth: 0)
    }

    /// An object whose first token was read already.
    mutating func object(_ token: PDFToken, depth: Int = 0) throws(PDFFault) -> PDFObject {
        guard let object = try operand(token, depth: depth) else {
            throw .malformed("An object is expected.", place)
        }
        return object
    }

    /// The object that a token begins; nil for a keyword that is none, such as an operator.
    mutating func operand(_ token: PDFToken, depth: Int = 0) throws(PDFFault) -> PDFObject? {
        switch token {
        case .integer(let value): return value >= 0 ? reference(value) ?? .integer(value) : .integer(value)
        case .real(let value): return .real(value)
        case .string(let value): return .string(value)
        case .name(let value): return .name(value)
        case .arrayOpen: return try array(depth: depth + 1)
        case .dictionaryOpen: return .dictionary(try dictionary(depth: depth + 1))
        case .keyword("true"): return .boolean(true)
        case .keyword("false"): return .boolean(false)
        case .keyword("null"): return .null
        case .keyword: return nil
        case .arrayClose, .dictionaryClose: throw .malformed("A bracket closes nothing.", place)
        case .end: throw .malformed("The syntax ends too early.", place)
        }
    }

    private var place: Int? { base.map { $0 + lexer.position } }

    /// `12 0 R`, once `12` was read; looked for without tokens, because most numbers are just numbers.
    private mutating func reference(_ number: Int) -> PDFObject? {
        let bytes = lexer.bytes
        var index = lexer.position
        let end = lexer.end
        func skipBlanks() -> Bool {
            let start = index
            while index < end, PDFLexer.isBlank(bytes[index]) { index += 1 }
            return index > start
        }
        guard skipBlanks() else { return nil }
        var generation = 0
        let digits = index
        while index < end, index - digits < 6, PDFLexer.isDigit(bytes[index]) {
            generation = generation * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        guard index > digits, skipBlanks(), index < end, bytes[index] == 0x52 else { return nil }
        guard index + 1 >= end || !PDFLexer.isRegular(bytes[index + 1]) else { return nil }
        lexer.position = index + 1
        return .reference(PDFObjectID(number: number, generation: generation))
    }

    private mutating func array(depth: Int) throws(PDFFault) -> PDFObject {
        guard depth <= nesting else { throw .limit("Objects lie too deep in each other.", place) }
        var items: [PDFObject] = []
        while true {
            let token = try lexer.next()
            if case .arrayClose = token { return .array(items) }
            items.append(try object(token, depth: depth))
        }
    }

    private mutating func dictionary(depth: Int) throws(PDFFault) -> PDFDictionary {
        guard depth <= nesting else { throw .limit("Objects lie too deep in each other.", place) }
        var dictionary = PDFDictionary()
        while true {
            switch try lexer.next() {
            case .dictionaryClose: return dictionary
            case .name(let key): dictionary.append(key, try object(try lexer.next(), depth: depth))
            default: throw .malformed("A dictionary has a key that is no name.", place)
            }
        }
    }
}
