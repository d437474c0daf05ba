public import Diagnostics

/// The outline of a document: titles that lead to places on its pages (ISO 32000-1, 12.3.3).
public struct PDFOutline: Sendable {
    /// One title.
    public struct Entry: Sendable {
        /// What the reader shows.
        public let title: String
        /// The page that it leads to.
        public let page: PDFReference
        /// The upper edge of the view in thousandths of a point from the lower edge of the page.
        public let top: Int
        /// How deep the entry is nested, from 0; at most one deeper than the entry before it, or it is raised to that.
        public let level: Int

        /// Puts an entry together.
        public init(title: String, page: PDFReference, top: Int, level: Int = 0) {
            self.title = title
            self.page = page
            self.top = top
            self.level = level
        }
    }

    /// The titles in reading order, parents before children.
    public let entries: [Entry]

    /// Takes the titles.
    public init(entries: [Entry]) { self.entries = entries }

    /// An entry with its neighbours, as indices.
    private struct Node {
        let parent: Int?
        var previous: Int?
        var next: Int?
        var first: Int?
        var last: Int?
        var count = 0
    }

    /// Ties each entry to its neighbours; the last element stands for the root.
    private var nodes: [Node] {
        let root = entries.count
        var nodes: [Node] = []
        nodes.reserveCapacity(root + 1)
        var top = Node(parent: nil)
        var path: [Int] = []  // the ancestors of the next entry
        for (index, entry) in entries.enumerated() {
            path.removeLast(path.count - min(path.count, max(entry.level, 0)))
            var node = Node(parent: path.last ?? root)
            if let parent = path.last {
                node.previous = nodes[parent].last
                nodes[parent].first = nodes[parent].first ?? index
                nodes[parent].last = index
                nodes[parent].count += 1
            } else {
                node.previous = top.last
                top.first = top.first ?? index
                top.last = index
                top.count += 1
            }
            if let previous = node.previous { nodes[previous].next = index }
            nodes.append(node)
            path.append(index)
        }
        return nodes + [top]
    }

    /// The values of all objects, the root's last.
    fileprivate func write(to writer: inout PDFWriter) throws(ToolkitError) -> PDFReference? {
        guard !entries.isEmpty else { return nil }
        let nodes = nodes
        let references = nodes.map { _ in writer.reserve() }
        for (index, node) in nodes.enumerated() {
            try writer.write(references[index]) { value in
                func link(_ key: StaticString, _ target: Int?) {
                    guard let target else { return }
                    value.raw(key)
                    value.reference(references[target])
                }
                let isRoot = index == entries.count
                value.raw("<<")
                if !isRoot {
                    value.raw("/Title")
                    value.text(entries[index].title)
                    value.raw("/Dest[")
                    value.reference(entries[index].page)
                    value.raw("/XYZ null ")
                    value.thousandths(entries[index].top)
                    value.raw(" null]")
                }
                link("/Parent ", node.parent)
                link("/Prev ", node.previous)
                link("/Next ", node.next)
                link("/First ", node.first)
                link("/Last ", node.last)
                if node.count > 0 {
                    // Only the first level is open, so the root counts it, and a closed entry its children: negative.
                    value.raw("/Count ")
                    value.integer(isRoot ? node.count : -node.count)
                }
                value.raw(">>")
            }
        }
        return references[entries.count]
    }
}

extension PDFWriter {
    /// Writes an outline; all but the first level is folded at first.
    ///
    /// - Parameter outline: The titles.
    /// - Returns: What `PDFCatalogue.outline` takes; nil when there are no titles.
    /// - Throws: `pdf.memory`.
    public mutating func write(_ outline: PDFOutline) throws(ToolkitError) -> PDFReference? {
        try outline.write(to: &self)
    }
}
