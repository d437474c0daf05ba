public import Diagnostics

/// What is wrong with the bytes that a change appended.
public enum PDFRevisionFlaw: Sendable, Hashable {
    /// An object that no cross-reference speaks of; readers that repair files would see it.
    case unlistedObject(Int)
    /// Something that is neither an object nor a cross-reference, at this byte.
    case foreignBytes(Int)
    /// Bytes behind the end.
    case trailingBytes(Int)
}

extension PDFDocument {
    /// The numbers of all objects with their generations, in order; free ones are not among them.
    public var identifiers: [PDFObjectID] {
        objectNumbers.compactMap { number in
            switch places[number] {
            case .offset(_, let generation): PDFObjectID(number: number, generation: generation)
            case .packed: PDFObjectID(number: number)
            case .free, nil: nil
            }
        }
    }

    /// Looks whether the newest revision consists of the objects that its cross-reference names, that cross-reference,
    /// and nothing else.
    ///
    /// Blanks and comments are let through, for no reader takes them for anything.
    ///
    /// - Returns: The first thing that does not belong; nil where all does.
    /// - Throws: As `init`.
    public func flawInNewestRevision() throws(ToolkitError) -> PDFRevisionFlaw? {
        guard let revision = revisions.last else { return .foreignBytes(0) }
        for index in revision.range.upperBound..<max(bytes.count, revision.range.upperBound)
        where !PDFLexer.isBlank(bytes[index]) { return .trailingBytes(index) }
        return try reporting { () throws(PDFFault) in try flaw(in: revision) }
    }

    private func flaw(in revision: PDFRevision) throws(PDFFault) -> PDFRevisionFlaw? {
        let end = revision.range.upperBound
        let listed = Set(revision.objects)
        var lexer = PDFLexer(bytes, at: revision.range.lowerBound, end: end)
        while true {
            lexer.skipBlanks()
            let start = lexer.position
            var ahead = lexer
            guard let token = try? ahead.next() else { return .foreignBytes(start) }
            switch token {
            case .integer:
                let found: IndirectObject?
                do throws(PDFFault) {
                    found = try IndirectObject(bytes, at: start, end: end, budget: budget) { id throws(PDFFault) in
                        try resolved(.reference(id)).integer
                    }
                } catch {
                    if case .limit = error { throw error }
                    return .foreignBytes(start)
                }
                guard let found, isClosed(found) else { return .foreignBytes(start) }
                guard isListed(found, listed, revision) else { return .unlistedObject(start) }
                lexer.position = found.range.upperBound
            case .keyword("xref"):
                guard start == revision.crossReference, let after = endOfTable(ahead) else {
                    return .foreignBytes(start)
                }
                lexer.position = after
            case .keyword("startxref"):
                guard case .integer(revision.crossReference)? = try? ahead.next() else { return .foreignBytes(start) }
                ahead.skipBlanks()
                return ahead.position >= end ? nil : .foreignBytes(ahead.position)
            default: return .foreignBytes(start)
            }
        }
    }

    /// Whether the object ends in its own word, so that what follows is not hidden in it.
    private func isClosed(_ object: IndirectObject) -> Bool {
        bytes[..<object.range.upperBound].suffix(6).elementsEqual("endobj".utf8)
    }

    private func isListed(_ object: IndirectObject, _ listed: Set<Int>, _ revision: PDFRevision) -> Bool {
        let start = object.range.lowerBound
        if object.object.dictionary?["Type"].name == "XRef" {
            if start == revision.crossReference || start == trailer["XRefStm"].integer { return true }
        }
        guard listed.contains(object.id.number),
            case .offset(let offset, object.id.generation)? = places[object.id.number]
        else { return false }
        // Some writers point at the blank before the number.
        return offset <= start && bytes[offset..<start].allSatisfy(PDFLexer.isBlank)
    }

    /// Where the trailer behind a table ends.
    private func endOfTable(_ lexer: PDFLexer) -> Int? {
        var lexer = lexer
        while let token = try? lexer.next() {
            switch token {
            case .integer, .keyword("n"), .keyword("f"): continue
            case .keyword("trailer"):
                var parser = PDFObjectParser(lexer, nesting: budget.limits.nesting)
                guard case .dictionary? = try? parser.object() else { return nil }
                return parser.lexer.position
            default: return nil
            }
        }
        return nil
    }
}
