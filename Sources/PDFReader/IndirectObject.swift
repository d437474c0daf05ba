/// An object with its number, as it stands in the file (ISO 32000-1, 7.3.10).
struct IndirectObject {
    let id: PDFObjectID
    let object: PDFObject
    /// From its number to behind `endobj`, or to the end of its value where that word is missing.
    let range: Range<Int>

    private static let endStream = Array("endstream".utf8)

    /// Reads the object at a place; nil where none begins there.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - offset: Where the number stands.
    ///   - end: Where the object must have ended; the end of the file by default.
    ///   - budget: What reading may still cost.
    ///   - length: Resolves a `/Length` that is a reference.
    /// - Throws: What is wrong with the syntax.
    init?(
        _ bytes: [UInt8], at offset: Int, end: Int? = nil, budget: PDFBudget,
        length: (PDFObjectID) throws(PDFFault) -> Int?
    ) throws(PDFFault) {
        guard offset >= 0, offset < bytes.count else { return nil }
        var lexer = PDFLexer(bytes, at: offset, end: end)
        lexer.skipBlanks()
        let start = lexer.position
        guard case .integer(let number) = try lexer.next(), case .integer(let generation) = try lexer.next(),
            case .keyword("obj") = try lexer.next(), number >= 0, generation >= 0
        else { return nil }
        id = PDFObjectID(number: number, generation: generation)
        var parser = PDFObjectParser(lexer, nesting: budget.limits.nesting)
        let first = try parser.lexer.next()
        if case .keyword("endobj") = first {
            object = .null
            range = start..<parser.lexer.position
            return
        }
        var value = try parser.object(first)
        lexer = parser.lexer
        var last = lexer.position
        if case .dictionary(let dictionary) = value, case .keyword("stream")? = try? lexer.next() {
            let content = try Self.content(&lexer, dictionary, length: length)
            value = .stream(PDFStream(dictionary: dictionary, range: content))
            last = lexer.position
            try budget.spend(parsed: lexer.position - content.upperBound, at: offset)
        } else {
            lexer.position = last
        }
        if case .keyword("endobj")? = try? lexer.next() { last = lexer.position }
        if value.stream == nil { try budget.spend(parsed: last - start, at: offset) }
        object = value
        range = start..<last
    }

    /// The encoded bytes of a stream; the lexer stands behind `stream`, and then behind `endstream`.
    private static func content(
        _ lexer: inout PDFLexer, _ dictionary: PDFDictionary, length: (PDFObjectID) throws(PDFFault) -> Int?
    ) throws(PDFFault) -> Range<Int> {
        let bytes = lexer.bytes
        var start = lexer.position
        if start < lexer.end, bytes[start] == 0x0D { start += 1 }
        if start < lexer.end, bytes[start] == 0x0A { start += 1 }
        let stated: Int? =
            switch dictionary["Length"] {
            case .integer(let value): value
            case .reference(let id): try length(id)
            default: nil
            }
        if let stated, stated >= 0, stated <= lexer.end - start {
            lexer.position = start + stated
            let beforeEnd = lexer
            if case .keyword("endstream")? = try? lexer.next(), lexer.position - beforeEnd.position < 64 {
                return start..<start + stated
            }
        }
        // The length is wrong or unknown: the content ends before the next `endstream`.
        guard let found = ByteSearch.first(endStream, in: bytes, from: start, end: lexer.end) else {
            throw .malformed("A stream does not end.", start)
        }
        lexer.position = found + endStream.count
        var end = found
        if end > start, bytes[end - 1] == 0x0A { end -= 1 }
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }
}
