import Diagnostics
import PDFWriter
import PageLayout
import Typography

/// The structure tree of a document in the making (ISO 32000-1, 14.7).
///
/// Nodes come with the pages and leave as objects as soon as nothing can be added to them, so that a document of a
/// thousand pages keeps little more than the rows of its table: one number each.
struct StructureTree {
    /// What every node has; it holds no references, so that thousands of cells cost nothing but their bytes.
    private struct Node {
        let kind: StructureNode.Kind
        /// Whether `details` knows more about it.
        let isDetailed: Bool
        let parent: Int32
        let reference: PDFReference
        /// The page of the first content; nil while there is none.
        var page: PDFReference?
        /// The first and the last of its kids in the list; -1 for none.
        var first: Int32 = -1
        var last: Int32 = -1
    }

    /// A kid of a node: another node, or a marked-content sequence of a page.
    ///
    /// It has twelve bytes, because the table of a long document has one for each of its rows.
    private struct Kid {
        enum Content {
            case node(PDFReference)
            case marked(Int, PDFReference)
        }
        /// The number of the sequence on its page; -1 for a node.
        private let identifier: Int32
        /// The number of the node, or of the page.
        private let number: Int32
        var next: Int32 = -1

        init(content: Content) {
            switch content {
            case .node(let node):
                identifier = -1
                number = Int32(truncatingIfNeeded: node.number)
            case .marked(let identifier, let page):
                self.identifier = Int32(truncatingIfNeeded: identifier)
                number = Int32(truncatingIfNeeded: page.number)
            }
        }

        var content: Content {
            let reference = PDFReference(number: Int(number))
            return identifier < 0 ? .node(reference) : .marked(Int(identifier), reference)
        }
    }

    /// The nodes from `base` on.
    private var nodes: [Node] = []
    private var base: Int32 = 0
    /// Nodes below `base` that are still open, the outermost first.
    private var open: [(number: Int32, node: Node)] = []
    private var kids: [Kid] = []
    /// What few nodes have besides, by their numbers.
    private var details: [Int32: StructureNode.Details] = [:]
    /// Where a figure is on its page: left, bottom, right, top.
    private var bounds: [Int32: [Length]] = [:]
    /// With more kids than this, those of nodes that are written are dropped.
    private var kidLimit = 4096
    /// Nodes below this number are kids of their parents.
    private var attached: Int32 = 0
    private var root: PDFReference?
    /// For each page the array that leads from its marked content to the nodes.
    private var parents: [(page: Int, array: PDFReference)] = []
    /// The node of each marked-content sequence of the current page.
    private var owners: [PDFReference] = []

    /// Whether the document has a structure at all.
    var isTagged: Bool { root != nil }

    /// Takes the nodes that a page brings.
    mutating func add(_ new: [StructureNode], _ writer: inout PDFWriter) {
        guard !new.isEmpty else { return }
        if root == nil { root = writer.reserve() }
        nodes.reserveCapacity(nodes.count + new.count)
        for index in new.indices {
            if let details = new[index].details {
                self.details[base + Int32(truncatingIfNeeded: nodes.count)] = details
            }
            nodes.append(
                Node(
                    kind: new[index].kind, isDetailed: new[index].details != nil, parent: new[index].parent.number,
                    reference: writer.reserve()))
        }
    }

    /// Begins a marked-content sequence of the current page.
    ///
    /// - Returns: Its number on the page (MCID) and the structure type; nil when the node is unknown.
    mutating func mark(_ owner: StructureID, page: PDFReference) -> (identifier: Int, kind: StructureNode.Kind)? {
        let number = owner.number
        guard number >= 0, number < base + Int32(truncatingIfNeeded: nodes.count) else { return nil }
        attach(through: number)
        let identifier = owners.count
        var reference: PDFReference?
        var kind = StructureNode.Kind.paragraph
        let kid = Int32(truncatingIfNeeded: kids.count)
        kids.append(Kid(content: .marked(identifier, page)))
        update(number) { node, kids in
            Self.append(kid, to: &node, &kids)
            if node.page == nil { node.page = page }
            reference = node.reference
            kind = node.kind
        }
        guard let reference else { return nil }
        owners.append(reference)
        return (identifier, kind)
    }

    /// Notes where a figure is (ISO 32000-1, 14.8.5.4.3: a figure has its bounding box).
    ///
    /// - Parameters:
    ///   - owner: The node of the figure.
    ///   - bounds: Left, bottom, right and top in the space of the page.
    mutating func bound(_ owner: StructureID, _ bounds: [Length]) {
        guard owner.number >= 0 else { return }
        self.bounds[owner.number] = bounds
    }

    /// Makes all nodes up to a number kids of their parents: numbers are given in reading order.
    private mutating func attach(through number: Int32) {
        while attached <= number {
            defer { attached += 1 }
            guard attached >= base, Int(attached - base) < nodes.count else { continue }
            let parent = nodes[Int(attached - base)].parent
            guard parent >= 0 else { continue }
            let kid = Int32(truncatingIfNeeded: kids.count)
            kids.append(Kid(content: .node(nodes[Int(attached - base)].reference)))
            update(parent) { parent, kids in Self.append(kid, to: &parent, &kids) }
        }
    }

    private mutating func update(_ number: Int32, _ body: (inout Node, inout [Kid]) -> Void) {
        if number >= base {
            guard Int(number - base) < nodes.count else { return }
            body(&nodes[Int(number - base)], &kids)
        } else if let index = open.lastIndex(where: { $0.number == number }) {
            body(&open[index].node, &kids)
        }
    }

    private static func append(_ kid: Int32, to node: inout Node, _ kids: inout [Kid]) {
        if node.last >= 0 { kids[Int(node.last)].next = kid } else { node.first = kid }
        node.last = kid
    }

    /// Ends a page: its parent array is written, and all nodes that are complete.
    ///
    /// - Parameters:
    ///   - page: The index of the page, its key in the parent tree.
    ///   - completeBelow: As `Page.completeBelow`.
    ///   - openNode: As `Page.openNode`.
    ///   - writer: Takes the objects.
    /// - Returns: Whether anything on the page belongs to a node, so that the parent tree has its key.
    /// - Throws: `pdf.memory`.
    mutating func endPage(
        _ page: Int, completeBelow: StructureID, openNode: StructureID, _ writer: inout PDFWriter
    ) throws(ToolkitError) -> Bool {
        let hasOwners = !owners.isEmpty
        try writeParents(of: page, &writer)
        let limit = min(completeBelow.number, base + Int32(truncatingIfNeeded: nodes.count))
        guard limit > base else { return hasOwners }
        attach(through: limit - 1)
        // Everything around a node that is not complete stays open too. The nodes of a header come last, because it is
        // drawn when its page leaves, into a section that came first.
        var chain: [Int32] = []
        var last: Int32 = -1
        func keepOpen(_ node: Int32) {
            guard node != last else { return }
            last = node
            var number = node
            while number >= 0, !chain.contains(number) {
                chain.append(number)
                number = parent(of: number)
            }
        }
        keepOpen(openNode.number)
        for index in Int(limit - base)..<nodes.count where nodes[index].parent < limit { keepOpen(nodes[index].parent) }
        var stillOpen: [(number: Int32, node: Node)] = []
        for entry in open {
            if chain.contains(entry.number) {
                stillOpen.append(entry)
            } else {
                try write(entry.node, entry.number, &writer)
            }
        }
        var staying = chain.filter { $0 >= base && $0 < limit }.sorted()[...]
        for number in base..<limit {
            let node = nodes[Int(number - base)]
            if staying.first == number {
                staying.removeFirst()
                stillOpen.append((number, node))
            } else {
                try write(node, number, &writer)
            }
        }
        open = stillOpen
        nodes.removeFirst(Int(limit - base))
        base = limit
        forgetKids()
        return hasOwners
    }

    /// Writes the parent array of a page, where anything on it belongs to a node.
    private mutating func writeParents(of page: Int, _ writer: inout PDFWriter) throws(ToolkitError) {
        guard !owners.isEmpty else { return }
        let owners = owners
        let array = try writer.write { value in
            value.append(atMost: 24 * owners.count + 2) { output in
                output.append(0x5B)
                for owner in owners {
                    output.reference(owner)
                    output.append(0x20)
                }
                output.append(0x5D)
            }
        }
        parents.append((page, array))
        self.owners.removeAll(keepingCapacity: true)
    }

    private func parent(of number: Int32) -> Int32 {
        if number >= base {
            let index = Int(number - base)
            return index < nodes.count ? nodes[index].parent : -1
        }
        return open.last { $0.number == number }?.node.parent ?? -1
    }

    /// Drops the kids of nodes that are written, once they are many.
    private mutating func forgetKids() {
        guard kids.count > kidLimit else { return }
        var kept: [Kid] = []
        func keep(_ node: inout Node) {
            var next = node.first
            node.first = -1
            node.last = -1
            while next >= 0 {
                let kid = kids[Int(next)]
                next = kid.next
                kept.append(Kid(content: kid.content))
                Self.append(Int32(truncatingIfNeeded: kept.count - 1), to: &node, &kept)
            }
        }
        for index in open.indices { keep(&open[index].node) }
        for index in nodes.indices { keep(&nodes[index]) }
        kids = kept
        kidLimit = max(4096, 2 * kept.count)
    }

    private mutating func write(_ node: Node, _ number: Int32, _ writer: inout PDFWriter) throws(ToolkitError) {
        guard let root else { return }
        var parent = root
        if node.parent >= base {
            parent = nodes[Int(node.parent - base)].reference
        } else if node.parent >= 0, let entry = open.last(where: { $0.number == node.parent }) {
            parent = entry.node.reference
        }
        // Most nodes are cells with one text: they are written in one go.
        if !node.isDetailed, node.kind != .headerCell, node.kind != .figure, node.first >= 0, node.first == node.last,
            case .marked(let identifier, let page) = kids[Int(node.first)].content
        {
            return try writer.write(node.reference) { value in
                value.append(atMost: 112) { output in
                    output.raw("<</S/")
                    output.raw(node.kind.standardType)
                    output.raw("/P ")
                    output.reference(parent)
                    output.raw("/Pg ")
                    output.reference(page)
                    output.raw("/K ")
                    output.integer(identifier)
                    output.raw(">>")
                }
            }
        }
        let kids = kids
        let details = node.isDetailed ? details.removeValue(forKey: number) : nil
        let bounds = node.kind == .figure ? bounds.removeValue(forKey: number) : nil
        try writer.write(node.reference) { value in
            value.raw("<</S/")
            value.raw(node.kind.standardType)
            value.raw("/P ")
            value.reference(parent)
            Self.write(kids, of: node, &value)
            if let details { value.attributes(details) }
            if let bounds { value.layout(bounds) }
            if node.kind == .headerCell, details == nil { value.raw("/A<</O/Table/Scope/Column>>") }
            value.raw(">>")
        }
    }

    private static func write(_ kids: [Kid], of node: Node, _ value: inout PDFSyntax) {
        guard node.first >= 0 else { return }
        if let page = node.page {
            value.raw("/Pg ")
            value.reference(page)
        }
        let isOne = node.first == node.last
        value.raw(isOne ? "/K " : "/K[")
        var next = node.first
        while next >= 0 {
            let kid = kids[Int(next)]
            switch kid.content {
            case .node(let reference): value.reference(reference)
            case .marked(let identifier, let page) where page == node.page: value.integer(identifier)
            case .marked(let identifier, let page):
                value.raw("<</Type/MCR/Pg ")
                value.reference(page)
                value.raw("/MCID ")
                value.integer(identifier)
                value.raw(">>")
            }
            next = kid.next
            if next >= 0 { value.byte(0x20) }
        }
        if !isOne { value.byte(0x5D) }
    }

    /// Writes what is left, the root and the parent tree.
    ///
    /// - Returns: The root; nil when the document has no structure.
    mutating func finish(_ writer: inout PDFWriter) throws(ToolkitError) -> PDFReference? {
        guard let root else { return nil }
        attach(through: base + Int32(truncatingIfNeeded: nodes.count) - 1)
        for entry in open { try write(entry.node, entry.number, &writer) }
        for (index, node) in nodes.enumerated() {
            try write(node, base + Int32(truncatingIfNeeded: index), &writer)
        }
        let document = open.first?.node.reference ?? nodes.first?.reference ?? root
        let parents = parents
        let tree = try writer.write { value in
            value.raw("<</Nums[")
            for (page, array) in parents {
                value.integer(page)
                value.byte(0x20)
                value.reference(array)
                value.byte(0x20)
            }
            value.raw("]>>")
        }
        try writer.write(root) { value in
            value.raw("<</Type/StructTreeRoot/K ")
            value.reference(document)
            value.raw("/ParentTree ")
            value.reference(tree)
            value.raw("/ParentTreeNextKey ")
            value.integer((parents.last?.page ?? -1) + 1)
            value.raw(">>")
        }
        return root
    }
}

extension StructureNode.Kind {
    /// The name of the standard structure type (ISO 32000-1, 14.8.4).
    var standardType: StaticString {
        switch self {
        case .document: "Document"
        case .section: "Sect"
        case .division: "Div"
        case .heading1: "H1"
        case .heading2: "H2"
        case .heading3: "H3"
        case .paragraph: "P"
        case .span: "Span"
        case .list: "L"
        case .listItem: "LI"
        case .label: "Lbl"
        case .listBody: "LBody"
        case .table: "Table"
        case .tableHead: "THead"
        case .tableBody: "TBody"
        case .tableRow: "TR"
        case .headerCell: "TH"
        case .cell: "TD"
        case .figure: "Figure"
        }
    }
}

extension PDFSyntax {
    fileprivate mutating func attributes(_ details: StructureNode.Details) {
        if let language = details.language {
            raw("/Lang")
            text(language)
        }
        if let alternative = details.alternative {
            raw("/Alt")
            text(alternative)
        }
        if details.scope != nil || details.columns > 1 {
            raw("/A<</O/Table")
            if let scope = details.scope { raw(scope == .row ? "/Scope/Row" : "/Scope/Column") }
            if details.columns > 1 {
                raw("/ColSpan ")
                integer(details.columns)
            }
            raw(">>")
        }
    }

    fileprivate mutating func layout(_ bounds: [Length]) {
        raw("/A<</O/Layout/Placement/Block/BBox[")
        for (index, edge) in bounds.enumerated() {
            if index > 0 { byte(0x20) }
            thousandths(edge.millipoints)
        }
        raw("]>>")
    }

    mutating func references(_ list: [PDFReference]) {
        for (index, item) in list.enumerated() {
            if index > 0 { byte(0x20) }
            reference(item)
        }
    }
}
