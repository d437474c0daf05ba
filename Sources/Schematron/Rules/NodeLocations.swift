import Diagnostics
import XMLCore

/// Paths and places of nodes, as a report tells them.
///
/// The steps of all children of an element are worked out together, so that many findings in a long document take time
/// in proportion to its length.
struct NodeLocations {
    private let document: XMLDocument
    private var paths: [Int32: String] = [:]
    private var steps: [Int32: String] = [:]
    private var known: Set<Int32> = []
    private var owners: [Int32] = []
    private var last: (offset: Int, place: SourcePlace)?

    init(_ document: XMLDocument) {
        self.document = document
    }

    /// The path of a node: -1 is the document, `-2 - n` is attribute `n`.
    mutating func path(of node: Int32) -> String {
        if node == -1 { return "/" }
        if node < -1 {
            let attribute = document.attributes[Int(-2 - node)]
            return path(of: owner(ofAttribute: -2 - node)) + "/@"
                + qualified(attribute.prefix, document.names[Int(attribute.name)].local)
        }
        if let path = paths[node] { return path }
        var open: [Int32] = []
        var next = node
        while next >= 0, paths[next] == nil {
            open.append(next)
            next = document.nodes[Int(next)].parent
        }
        var path = next >= 0 ? paths[next] ?? "" : ""
        for node in open.reversed() {
            path += "/" + step(of: node)
            paths[node] = path
        }
        return path
    }

    /// The line and column of a node; an attribute has those of its element.
    ///
    /// Findings come in the order of the document, so each search goes on from the last: a document that is one long
    /// line costs one pass.
    mutating func place(of node: Int32) -> SourcePlace {
        let element = node == -1 ? document.rootIndex : node < -1 ? owner(ofAttribute: -2 - node) : node
        let offset = Int(document.nodes[Int(element)].byteStart)
        guard let last, last.offset <= offset, let column = last.place.column else {
            return remember(document.place(of: offset), at: offset)
        }
        var line = last.place.line
        var reached = column
        for index in last.offset..<offset {
            let byte = document.bytes[index]
            if byte == UInt8(ascii: "\n") {
                line += 1
                reached = 1
            } else if byte & 0xC0 != 0x80 {
                reached += 1
            }
        }
        return remember(SourcePlace(line: line, column: reached), at: offset)
    }

    private mutating func remember(_ place: SourcePlace, at offset: Int) -> SourcePlace {
        last = (offset, place)
        return place
    }

    private mutating func step(of node: Int32) -> String {
        let parent = document.nodes[Int(node)].parent
        if known.insert(parent).inserted { describe(childrenOf: parent) }
        return steps[node] ?? ""
    }

    private mutating func describe(childrenOf parent: Int32) {
        var groups: [Key: [Int32]] = [:]
        var child = parent + 1
        let end = parent < 0 ? Int32(document.nodes.count) : document.nodes[Int(parent)].end
        while child < end {
            let record = document.nodes[Int(child)]
            groups[Key(kind: record.kind, name: record.name), default: []].append(child)
            child = record.end
        }
        for (key, children) in groups {
            for (index, child) in children.enumerated() {
                let record = document.nodes[Int(child)]
                let name =
                    switch key.kind {
                    case .element: qualified(record.prefix, document.names[Int(key.name)].local)
                    case .text: "text()"
                    case .comment: "comment()"
                    case .processingInstruction: "processing-instruction()"
                    }
                steps[child] = children.count > 1 ? "\(name)[\(index + 1)]" : name
            }
        }
    }

    private struct Key: Hashable {
        let kind: NodeRecord.Kind
        let name: Int32
    }

    private func qualified(_ prefix: Int32, _ local: String) -> String {
        prefix == 0 ? local : "\(document.prefixes[Int(prefix)]):\(local)"
    }

    /// The element of each attribute, worked out when it is first asked for.
    private mutating func owner(ofAttribute attribute: Int32) -> Int32 {
        if owners.isEmpty {
            owners = Array(repeating: document.rootIndex, count: document.attributes.count)
            for (index, record) in document.nodes.enumerated() where record.kind == .element {
                for number in record.attributesStart..<record.attributesEnd { owners[Int(number)] = Int32(index) }
            }
        }
        return owners[Int(attribute)]
    }
}
