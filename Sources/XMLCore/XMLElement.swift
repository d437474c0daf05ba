public import Diagnostics

/// An attribute that is not a namespace declaration.
public struct XMLAttribute: Sendable, Hashable {
    /// The local name.
    public let name: String
    /// The namespace; nil for none, which is the usual case.
    public let namespace: String?
    /// The prefix as written.
    public let prefix: String?
    /// The value after normalisation, references resolved.
    public let value: String
}

/// A child of an element.
public enum XMLNode: Sendable {
    /// An element.
    case element(XMLElement)
    /// Text, CDATA sections included.
    case text(String)
    /// A comment: what stands between `<!--` and `-->`.
    case comment(String)
    /// A processing instruction.
    case processingInstruction(target: String, content: String)
}

/// An element of a document: a cheap handle, to be passed by value.
///
/// It keeps its document alive. Two handles are equal when they mean the same element of the same document object.
public struct XMLElement: Sendable {
    package let document: XMLDocument
    let index: Int32

    private var record: NodeRecord { document.nodes[Int(index)] }

    /// The local name, without the prefix.
    public var name: String { document.names[Int(record.name)].local }

    /// The namespace; nil for none.
    public var namespace: String? {
        let number = document.names[Int(record.name)].namespace
        return number == 0 ? nil : document.namespaces[Int(number)]
    }

    /// The prefix as written; nil for none.
    public var prefix: String? {
        let number = record.prefix
        return number == 0 ? nil : document.prefixes[Int(number)]
    }

    /// The attributes in the order of the document, without namespace declarations.
    public var attributes: [XMLAttribute] {
        attributeRecords.map { attribute in
            let name = document.names[Int(attribute.name)]
            return XMLAttribute(
                name: name.local, namespace: name.namespace == 0 ? nil : document.namespaces[Int(name.namespace)],
                prefix: attribute.prefix == 0 ? nil : document.prefixes[Int(attribute.prefix)],
                value: value(of: attribute))
        }
    }

    /// The value of an attribute; nil where it is not given.
    ///
    /// - Parameters:
    ///   - name: The local name.
    ///   - namespace: The namespace; nil for an attribute without a prefix.
    /// - Returns: The normalised value.
    public func attribute(_ name: String, namespace: String? = nil) -> String? {
        attributeRecords.first { document.isName($0.name, name, namespace) }.map(value(of:))
    }

    /// All children in document order.
    public var children: [XMLNode] { childIndices.map(document.node(at:)) }

    /// The children that are elements, in document order.
    public var elements: [XMLElement] {
        childIndices.filter { document.nodes[Int($0)].kind == .element }.map {
            XMLElement(document: document, index: $0)
        }
    }

    /// The string value: all text inside, of descendants too, comments excluded.
    public var text: String {
        let record = record
        return String(decoding: document.text[Int(record.textStart)..<Int(record.textEnd)], as: UTF8.self)
    }

    /// The element around this one; nil for the root.
    public var parent: XMLElement? {
        let parent = record.parent
        return parent < 0 ? nil : XMLElement(document: document, index: parent)
    }

    /// The first child element of a name.
    ///
    /// - Parameters:
    ///   - name: The local name.
    ///   - namespace: The namespace; nil means no namespace, not any.
    /// - Returns: The element; nil where there is none.
    public func first(_ name: String, namespace: String?) -> XMLElement? {
        childIndices.first { matches($0, name, namespace) }.map { XMLElement(document: document, index: $0) }
    }

    /// All child elements of a name.
    ///
    /// - Parameters:
    ///   - name: The local name.
    ///   - namespace: The namespace; nil means no namespace, not any.
    /// - Returns: The elements in document order.
    public func all(_ name: String, namespace: String?) -> [XMLElement] {
        childIndices.filter { matches($0, name, namespace) }.map { XMLElement(document: document, index: $0) }
    }

    /// Where the element's `<` stands.
    public var place: SourcePlace { document.place(of: Int(record.byteStart)) }

    /// The bytes of the whole element in `XMLDocument.bytes`, from `<` to behind the last `>`.
    public var range: Range<Int> { Int(record.byteStart)..<Int(record.byteEnd) }

    /// The bytes between the start tag and the end tag; nil for `<a/>`.
    public var contentRange: Range<Int>? {
        let record = record
        return record.contentEnd == 0 ? nil : Int(record.contentStart)..<Int(record.contentEnd)
    }

    /// An XPath to the element, with the prefixes of the document: `/Invoice/cac:InvoiceLine[2]/cbc:ID`.
    ///
    /// A position is given where the parent has more than one child of that name.
    public var path: String {
        var steps: [String] = []
        var element: XMLElement? = self
        while let here = element {
            steps.append(here.step)
            element = here.parent
        }
        return "/" + steps.reversed().joined(separator: "/")
    }

    // MARK: - Inside

    private var step: String {
        let name = prefix.map { "\($0):\(self.name)" } ?? self.name
        guard let parent else { return name }
        let wanted = record.name
        var position = 0
        var count = 0
        for child in parent.childIndices where document.nodes[Int(child)].name == wanted {
            guard document.nodes[Int(child)].kind == .element else { continue }
            count += 1
            if child == index { position = count }
        }
        return count > 1 ? "\(name)[\(position)]" : name
    }

    private var attributeRecords: ArraySlice<AttributeRecord> {
        let record = record
        return document.attributes[Int(record.attributesStart)..<Int(record.attributesEnd)]
    }

    private func value(of attribute: AttributeRecord) -> String {
        String(decoding: document.values[Int(attribute.valueStart)..<Int(attribute.valueEnd)], as: UTF8.self)
    }

    private var childIndices: ChildIndices { ChildIndices(document: document, index: index + 1, end: record.end) }

    private func matches(_ child: Int32, _ name: String, _ namespace: String?) -> Bool {
        let record = document.nodes[Int(child)]
        return record.kind == .element && document.isName(record.name, name, namespace)
    }
}

extension XMLElement: Hashable {
    /// Whether both mean the same element of the same document object.
    public static func == (left: XMLElement, right: XMLElement) -> Bool {
        left.document === right.document && left.index == right.index
    }

    /// Hashes the element's number and its document's identity.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(index)
        hasher.combine(ObjectIdentifier(document))
    }
}

extension XMLDocument {
    func isName(_ number: Int32, _ local: String, _ namespace: String?) -> Bool {
        let name = names[Int(number)]
        return name.local == local && namespaces[Int(name.namespace)] == namespace ?? ""
    }

    func node(at index: Int32) -> XMLNode {
        let record = nodes[Int(index)]
        let range = Int(record.textStart)..<Int(record.textEnd)
        switch record.kind {
        case .element: return .element(XMLElement(document: self, index: index))
        case .text: return .text(String(decoding: text[range], as: UTF8.self))
        case .comment: return .comment(String(decoding: values[range], as: UTF8.self))
        case .processingInstruction:
            return .processingInstruction(
                target: names[Int(record.name)].local, content: String(decoding: values[range], as: UTF8.self))
        }
    }
}

/// The numbers of an element's children: from each node to behind its last descendant.
struct ChildIndices: Sequence, IteratorProtocol {
    let document: XMLDocument
    var index: Int32
    let end: Int32

    mutating func next() -> Int32? {
        guard index < end else { return nil }
        defer { index = document.nodes[Int(index)].end }
        return index
    }
}
