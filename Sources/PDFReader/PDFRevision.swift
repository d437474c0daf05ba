/// A state of a file that was changed by appending (ISO 32000-1, 7.5.6).
///
/// The first `end` bytes of the file are the file as it was then: opened on their own they show that state.
public struct PDFRevision: Sendable, Hashable {
    /// Where the revision's newest cross-reference begins.
    public let crossReference: Int
    /// The bytes that this revision added: from the end of the one before it to behind `%%EOF` and its line end.
    public let range: Range<Int>
    /// The numbers of the objects that its cross-reference speaks of, in its order.
    public let objects: [Int]

    private static let endMarker = Array("%%EOF".utf8)

    /// The revisions of a file, oldest first.
    ///
    /// A revision ends with a `startxref` that leads into the chain of sections. In a linearised file the section at
    /// the beginning has such an end as well, but it is none: the last one leads there.
    static func all(in bytes: [UInt8], sections: [CrossReference.Section]) -> [PDFRevision] {
        var chain: [Int: [Int]] = [:]
        for section in sections { chain[section.offset] = section.objects }
        var revisions: [PDFRevision] = []
        var position = 0
        var start = 0
        while let found = ByteSearch.first(CrossReference.startKeyword, in: bytes, from: position) {
            position = found + CrossReference.startKeyword.count
            var lexer = PDFLexer(bytes, at: position, end: min(bytes.count, position + 64))
            guard case .integer(let offset)? = try? lexer.next(), let objects = chain.removeValue(forKey: offset) else {
                continue
            }
            var end = lexer.position
            if let marker = ByteSearch.first(endMarker, in: bytes, from: end, end: min(bytes.count, end + 32)) {
                end = marker + endMarker.count
                if end < bytes.count, bytes[end] == 0x0D { end += 1 }
                if end < bytes.count, bytes[end] == 0x0A { end += 1 }
            }
            revisions.append(PDFRevision(crossReference: offset, range: start..<max(start, end), objects: objects))
            start = max(start, end)
            position = max(position, end)
        }
        // The second section of a linearised file has no end of its own.
        if let first = revisions.first, !chain.isEmpty {
            let rest = sections.filter { chain[$0.offset] != nil }.flatMap(\.objects)
            revisions[0] = PDFRevision(
                crossReference: first.crossReference, range: first.range, objects: first.objects + rest)
        }
        return revisions
    }
}
