public import Diagnostics

/// What a document says: the text of its pages, and the logical structure over it where there is one.
public struct PDFText: Sendable {
    /// A stretch of text that belongs together: a paragraph, a cell, or what stands in one line without a wide gap.
    public struct Block: Sendable {
        /// The structure element, by its place in `elements`; nil for what no element owns.
        public let element: Int?
        /// The page on which it begins, from 0.
        public let page: Int
        /// The text; where lines end there is a space.
        public let text: String
        /// Whether it is marked as decoration.
        public let isArtifact: Bool
        /// Where it begins on the page.
        public let origin: PagePoint
    }

    /// The natural language of the document (`/Lang`), as a BCP 47 tag; nil where the file does not say.
    public let language: String?
    /// How many pages there are.
    public let pageCount: Int
    /// All text in the order of drawing, page by page.
    public let fragments: [TextFragment]
    /// Where glyphs and `/ActualText` say different figures.
    public let disguises: [TextDisguise]
    /// The structure elements, parents before children, in reading order; none for an untagged document.
    public let elements: [StructureElement]
    /// The fragments of each piece of marked content.
    private let owned: [ContentKey: [Int]]

    private struct ContentKey: Hashable {
        let page: Int
        let mark: TextFragment.Mark
    }

    init(
        language: String?, pageCount: Int, fragments: [TextFragment], disguises: [TextDisguise],
        elements: [StructureElement]
    ) {
        self.disguises = disguises
        self.language = language
        self.pageCount = pageCount
        self.fragments = fragments
        self.elements = elements
        var owned: [ContentKey: [Int]] = [:]
        if !elements.isEmpty {
            for (index, fragment) in fragments.enumerated() {
                guard let mark = fragment.mark, !fragment.isArtifact else { continue }
                owned[ContentKey(page: fragment.page, mark: mark), default: []].append(index)
            }
        }
        self.owned = owned
    }

    /// Whether there is a structure tree.
    public var isTagged: Bool { !elements.isEmpty }

    /// All text of an element, of those inside of it too, in reading order; blocks are parted by a line end.
    public func text(of element: Int) -> String {
        blocks(in: element, isVisibleOnly: false).map(\.text).joined(separator: "\n")
    }

    /// The visible text of the document, each piece once.
    ///
    /// Of a tagged document first what the structure tree has, in reading order, then what it leaves out; of another
    /// one what stands on the pages, line by line from top to bottom.
    public func blocks() -> [Block] {
        guard isTagged else { return TextLines.blocks(of: fragments.filter(\.isVisible)) }
        var blocks: [Block] = []
        var used = Set<Int>()
        for (index, element) in elements.enumerated() where element.parent == nil {
            blocks += self.blocks(in: index, isVisibleOnly: true, using: &used)
        }
        let rest = fragments.indices.filter { !used.contains($0) && fragments[$0].isVisible }.map { fragments[$0] }
        return blocks + TextLines.blocks(of: rest)
    }

    /// The blocks of one element and of those inside of it, in reading order.
    public func blocks(in element: Int) -> [Block] { blocks(in: element, isVisibleOnly: true) }

    private func blocks(in element: Int, isVisibleOnly: Bool) -> [Block] {
        var used = Set<Int>()
        return blocks(in: element, isVisibleOnly: isVisibleOnly, using: &used)
    }

    /// An element whose kids are being read.
    private struct Step {
        let element: Int
        let block: Int
        var kid = 0
    }

    /// Walks through the kids without recursion: a line of text ends where a block element begins or ends.
    private func blocks(in root: Int, isVisibleOnly: Bool, using used: inout Set<Int>) -> [Block] {
        var blocks: [Block] = []
        var pending: [TextFragment] = []
        var steps = [Step(element: root, block: root)]
        while var step = steps.popLast() {
            let element = elements[step.element]
            guard step.kid < element.kids.count else {
                if step.block == step.element { Self.flush(&pending, step.block, into: &blocks) }
                continue
            }
            let kid = element.kids[step.kid]
            step.kid += 1
            steps.append(step)
            switch kid {
            case .element(let child):
                let isInline = elements[child].isInline
                if !isInline { Self.flush(&pending, step.block, into: &blocks) }
                steps.append(Step(element: child, block: isInline ? step.block : child))
            case .content(let page, let mark):
                for index in owned[ContentKey(page: page, mark: mark)] ?? [] where used.insert(index).inserted {
                    if fragments[index].isVisible || !isVisibleOnly { pending.append(fragments[index]) }
                }
            }
        }
        return blocks
    }

    private static func flush(_ pending: inout [TextFragment], _ element: Int, into blocks: inout [Block]) {
        guard let first = pending.first else { return }
        let text = TextLines.joined(pending)
        if text.contains(where: { !$0.isWhitespace }) {
            blocks.append(
                Block(element: element, page: first.page, text: text, isArtifact: false, origin: first.origin))
        }
        pending.removeAll(keepingCapacity: true)
    }
}

extension PDFDocument {
    /// Reads the text of all pages, and the structure tree.
    ///
    /// - Returns: The whole text of the document.
    /// - Throws: As `init`; a page whose content cannot be unpacked is an error, for its text would be missing.
    public func text() throws(ToolkitError) -> PDFText {
        let pages = try pages()
        var fragments: [TextFragment] = []
        var disguises: [TextDisguise] = []
        for page in pages {
            let read = try read(page)
            fragments += read.fragments
            disguises += read.disguises
        }
        return try reporting { () throws(PDFFault) in
            let catalogue = try resolved(trailer["Root"]).dictionary ?? PDFDictionary()
            return PDFText(
                language: try resolved(catalogue["Lang"]).text, pageCount: pages.count, fragments: fragments,
                disguises: disguises, elements: try structure(of: pages))
        }
    }
}
