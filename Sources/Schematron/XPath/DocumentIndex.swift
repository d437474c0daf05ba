import XMLCore

/// What expressions look up in a document: its nodes by name, and by the path of names that leads to them.
///
/// The paths make a small tree, the summary, of a few hundred nodes for any invoice: that a path leads nowhere is seen in
/// it at once, and where it leads is a range in a list. Building it is one pass over the nodes.
///
/// Nodes are numbers: -1 is the document node, `-2 - n` is attribute `n`, all others are as in `XMLDocument.nodes`.
struct DocumentIndex: Sendable {
    /// The number of a node's name; a negative number where it is no element, see `textName` and so on.
    private(set) var names: [Int32] = []
    /// One more than the last node inside.
    private(set) var ends: [Int32] = []
    private(set) var parents: [Int32] = []
    /// The element of each attribute.
    private(set) var owners: [Int32] = []
    /// How many attributes come before those of a node; one more entry than nodes.
    private(set) var attributeStarts: [Int32] = []
    /// The path of each element, in the summary; -1 for other nodes.
    private(set) var paths: [Int32] = []

    /// Elements and attributes by name, and by path: lists in document order, found by start and end.
    private(set) var elementsByName = Lists()
    private(set) var attributesByName = Lists()
    private(set) var elementsByPath = Lists()
    private(set) var attributesByPath = Lists()

    static let textName: Int32 = -1
    static let commentName: Int32 = -2
    static let instructionName: Int32 = -3

    /// From path and name to the path below; open addressing.
    private var slots: [(key: UInt64, path: Int32)] = []
    private var pathCount: Int32 = 1

    /// Lists of numbers one after the other.
    struct Lists: Sendable {
        fileprivate(set) var starts: [Int32] = []
        fileprivate(set) var members: [Int32] = []

        @inline(__always) func range(_ list: Int32) -> (start: Int, end: Int) {
            (Int(starts[Int(list)]), Int(starts[Int(list) + 1]))
        }

        /// Sorts members by their list's number, those of one list in their order.
        fileprivate init(_ keys: [Int32], count: Int) {
            starts = [Int32](repeating: 0, count: count + 2)
            var total: Int32 = 0
            for key in keys where key >= 0 {
                starts[Int(key) + 2] += 1
                total += 1
            }
            for list in 2..<starts.count { starts[list] += starts[list - 1] }
            members = [Int32](repeating: 0, count: Int(total))
            for (number, key) in keys.enumerated() where key >= 0 {
                members[Int(starts[Int(key) + 1])] = Int32(truncatingIfNeeded: number)
                starts[Int(key) + 1] += 1
            }
            starts.removeLast()
        }

        fileprivate init() {}
    }

    init(_ document: XMLDocument) {
        let count = document.nodes.count
        names.reserveCapacity(count)
        ends.reserveCapacity(count)
        parents.reserveCapacity(count)
        paths.reserveCapacity(count)
        attributeStarts.reserveCapacity(count + 1)
        owners.reserveCapacity(document.attributes.count)
        slots = .init(repeating: (0, -1), count: 256)
        var attributePaths: [Int32] = []
        var attributeNames: [Int32] = []
        attributePaths.reserveCapacity(document.attributes.count)
        attributeNames.reserveCapacity(document.attributes.count)
        for number in 0..<count {
            let node = document.nodes[number]
            attributeStarts.append(Int32(truncatingIfNeeded: owners.count))
            ends.append(node.end)
            parents.append(node.parent)
            switch node.kind {
            case .element:
                names.append(node.name)
                let above = node.parent < 0 ? 0 : paths[Int(node.parent)]
                let path = pathOrNew(above, node.name)
                paths.append(path)
                for attribute in Int(node.attributesStart)..<Int(node.attributesEnd) {
                    let name = document.attributes[attribute].name
                    owners.append(Int32(truncatingIfNeeded: number))
                    attributeNames.append(name)
                    attributePaths.append(pathOrNew(path, name | Self.attributeBit))
                }
            case .text:
                names.append(Self.textName)
                paths.append(-1)
            case .comment:
                names.append(Self.commentName)
                paths.append(-1)
            case .processingInstruction:
                names.append(Self.instructionName)
                paths.append(-1)
            }
        }
        attributeStarts.append(Int32(truncatingIfNeeded: owners.count))
        elementsByName = Lists(names, count: document.names.count)
        attributesByName = Lists(attributeNames, count: document.names.count)
        elementsByPath = Lists(paths, count: Int(pathCount))
        attributesByPath = Lists(attributePaths, count: Int(pathCount))
    }

    /// Marks the name of an attribute in the summary.
    static let attributeBit: Int32 = 1 << 30

    /// The path below a path by a name; -1 where the document has none.
    func path(below path: Int32, _ name: Int32) -> Int32 {
        slots[slot(Self.key(path, name))].path
    }

    private mutating func pathOrNew(_ above: Int32, _ name: Int32) -> Int32 {
        let key = Self.key(above, name)
        let place = slot(key)
        if slots[place].path >= 0 { return slots[place].path }
        let path = pathCount
        pathCount += 1
        slots[place] = (key, path)
        if Int(pathCount) * 2 > slots.count { grow() }
        return path
    }

    private mutating func grow() {
        let old = slots
        slots = .init(repeating: (0, -1), count: old.count * 2)
        for entry in old where entry.path >= 0 { slots[slot(entry.key)] = entry }
    }

    @inline(__always) private static func key(_ path: Int32, _ name: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: path)) << 32 | UInt64(UInt32(bitPattern: name))
    }

    private func slot(_ key: UInt64) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) & mask
        while slots[place].path >= 0, slots[place].key != key { place = (place + 1) & mask }
        return place
    }

    // MARK: - Nodes

    var nodeCount: Int32 { Int32(truncatingIfNeeded: names.count) }

    /// One more than the last node inside; for attributes, of their element.
    @inline(__always) func end(of node: Int32) -> Int32 { node >= 0 ? ends[Int(node)] : nodeCount }

    /// The number in the summary; -1 for what has no children.
    @inline(__always) func path(of node: Int32) -> Int32 { node >= 0 ? paths[Int(node)] : node == -1 ? 0 : -1 }

    /// The parent; `Focus.absent` for the document node.
    @inline(__always) func parent(of node: Int32) -> Int32 {
        node >= 0 ? parents[Int(node)] : node == -1 ? Focus.absent : owners[Int(-2 - node)]
    }

    /// A number that grows in document order: attributes come behind their element and before its children.
    @inline(__always) func order(of node: Int32) -> Int64 {
        node >= -1 ? Int64(node) << 32 : Int64(owners[Int(-2 - node)]) << 32 | (Int64(-2 - node) + 1)
    }
}
