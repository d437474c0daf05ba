/// An unpacked object stream (ISO 32000-1, 7.5.7).
struct ObjectStream {
    /// The numbers of its objects, and where each begins in `content`.
    let members: [(number: Int, offset: Int)]
    /// The unpacked bytes.
    let content: [UInt8]

    init(_ content: [UInt8], _ dictionary: PDFDictionary, budget: PDFBudget) throws(PDFFault) {
        guard let count = dictionary["N"].integer, let first = dictionary["First"].integer, count >= 0, first >= 0,
            first <= content.count
        else { throw .malformed("An object stream does not tell what it holds.", nil) }
        var lexer = PDFLexer(content, end: first)
        var members: [(number: Int, offset: Int)] = []
        while members.count < count {
            guard case .integer(let number) = try lexer.next(), case .integer(let offset) = try lexer.next() else {
                break
            }
            guard number >= 0, 0...content.count - first ~= offset else {
                throw .malformed("An object stream names a place outside of itself.", nil)
            }
            members.append((number, first + offset))
        }
        try budget.spend(parsed: first, at: 0)
        self.members = members
        self.content = content
    }

    /// The object at a place of the list; null where the list is shorter or says another number.
    func object(at index: Int, number: Int, budget: PDFBudget) throws(PDFFault) -> PDFObject {
        guard members.indices.contains(index), members[index].number == number else { return .null }
        let start = members[index].offset
        var parser = PDFObjectParser(
            PDFLexer(content, at: start), nesting: budget.limits.nesting, isFile: false)
        let object = try parser.object()
        try budget.spend(parsed: parser.lexer.position - start, at: 0)
        return object
    }
}
