import InvoiceModel

/// Numbers the structure nodes of a document as layout meets them, and hands them out with the pages.
struct StructureBuilder {
    /// Where text goes.
    struct Place {
        /// Into which node.
        var node: StructureID
        /// How.
        var text: Text

        enum Text {
            /// Into a paragraph or heading of its own.
            case apart
            /// The first text into the node itself, further ones into paragraphs: a cell with a small print.
            case firstInside
            /// Into the node itself.
            case inside
        }
    }

    /// Nodes that no page has taken yet.
    private var nodes: [StructureNode] = []
    private var taken: Int32 = 0
    /// The place of what is drawn now; `artifact` in headers, footers and repeated rows.
    private(set) var place = Place(node: .artifact, text: .inside)

    /// Starts with the document node.
    init() {
        nodes.reserveCapacity(512)
        place = Place(node: add(.document, in: .artifact), text: .apart)
    }

    /// The number that the next node gets.
    var next: StructureID { StructureID(number: taken + Int32(truncatingIfNeeded: nodes.count)) }

    private mutating func add(
        _ kind: StructureNode.Kind, in parent: StructureID, _ details: StructureNode.Details? = nil
    ) -> StructureID {
        let id = next
        nodes.append(StructureNode(kind: kind, parent: parent, details: details))
        return id
    }

    /// Opens a node inside of the current one; everything belongs to it until the place that is returned is set again.
    mutating func enter(
        _ kind: StructureNode.Kind, text: Place.Text = .apart, _ details: StructureNode.Details? = nil
    ) -> Place {
        let outer = place
        guard outer.node != .artifact else { return outer }
        place = Place(node: add(kind, in: outer.node, details), text: text)
        return outer
    }

    /// Everything is decoration until the place that is returned is set again.
    mutating func enterArtifact() -> Place {
        let outer = place
        place = Place(node: .artifact, text: .inside)
        return outer
    }

    /// Goes back to where `enter` was called, or into a node that was entered before.
    mutating func leave(to outer: Place) { place = outer }

    /// The node of a text that is about to be drawn.
    mutating func owner(ofText level: Int) -> StructureID {
        switch place.text {
        case .inside: return place.node
        case .firstInside:
            place.text = .apart
            return place.node
        case .apart: return add(StructureNode.Kind(headingLevel: level), in: place.node)
        }
    }

    /// A stretch of a text in another language than the document's.
    mutating func span(in owner: StructureID, language: DocumentLanguage) -> StructureID {
        guard owner != .artifact else { return owner }
        return add(.span, in: owner, StructureNode.Details(language: language.rawValue))
    }

    /// The nodes since the last call.
    mutating func takeNodes() -> [StructureNode] {
        defer {
            taken = next.number
            nodes.removeAll(keepingCapacity: true)
        }
        return nodes
    }
}

extension StructureNode.Kind {
    /// A paragraph for level 0, a heading for 1 to 3.
    init(headingLevel level: Int) {
        switch level {
        case 1: self = .heading1
        case 2: self = .heading2
        case 3: self = .heading3
        default: self = .paragraph
        }
    }
}
