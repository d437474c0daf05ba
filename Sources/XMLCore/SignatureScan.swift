/// What a document holds that decides how its signatures are to be read, found in one pass over all nodes.
///
/// Wrapping attacks live on a second signature, a second element with the same identifier, or text that two programs
/// read differently; none of that is left for later steps to stumble over.
public struct SignatureScan: Sendable {
    /// All `ds:Signature` elements at any depth, in document order.
    public let signatures: [XMLElement]
    /// The first element whose `Id`, `ID` or `id`, in any namespace, was given before; nil where all differ.
    public let repeatedIdentifier: XMLElement?
    /// The first element whose text a comment or processing instruction interrupts; nil where there is none.
    ///
    /// The canonical form drops comments: the signer vouched for the whole text, many readers see its first piece.
    public let splitText: XMLElement?
    /// Whether comments stand anywhere inside the root; they are never covered by a signature.
    public let hasComments: Bool

    /// Looks through a document once.
    ///
    /// - Parameter document: The document as it came.
    public init(_ document: XMLDocument) {
        let identifiers = Set(
            document.names.indices.filter { ["Id", "ID", "id"].contains(document.names[$0].local) }.map(Int32.init))
        let signatureName = document.names.indices.first {
            document.isName(Int32($0), "Signature", "http://www.w3.org/2000/09/xmldsig#")
        }
        var signatures: [XMLElement] = []
        var repeated: XMLElement?
        var seen: Set<ArraySlice<UInt8>> = []
        var interrupted: Set<Int32> = []
        var hasComments = false
        for (index, node) in document.nodes.enumerated() {
            switch node.kind {
            case .text: continue
            case .comment, .processingInstruction:
                guard node.parent >= 0 else { continue }
                hasComments = hasComments || node.kind == .comment
                interrupted.insert(node.parent)
            case .element:
                let element = XMLElement(document: document, index: Int32(index))
                if Int(node.name) == signatureName { signatures.append(element) }
                guard !identifiers.isEmpty else { continue }
                for attribute in document.attributes[Int(node.attributesStart)..<Int(node.attributesEnd)]
                where identifiers.contains(attribute.name) {
                    let value = document.values[Int(attribute.valueStart)..<Int(attribute.valueEnd)]
                    if !seen.insert(value).inserted, repeated == nil { repeated = element }
                }
            }
        }
        self.signatures = signatures
        repeatedIdentifier = repeated
        splitText = interrupted.isEmpty ? nil : Self.firstWithText(interrupted, in: document)
        self.hasComments = hasComments
    }

    private static func firstWithText(_ parents: Set<Int32>, in document: XMLDocument) -> XMLElement? {
        for node in document.nodes where node.kind == .text && parents.contains(node.parent) {
            let text = document.text[Int(node.textStart)..<Int(node.textEnd)]
            if !text.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
                return XMLElement(document: document, index: node.parent)
            }
        }
        return nil
    }
}

extension XMLDocument {
    /// The element with an identifier: `Id`, `ID` or `id` without a namespace, or `xml:id`; nil where there is none.
    ///
    /// Where two have the same one, `SignatureScan` says so; the first is given here.
    public func element(withIdentifier identifier: String) -> XMLElement? {
        let wanted = Array(identifier.utf8)
        let numbers = names.indices.filter { number in
            let namespace = namespaces[Int(names[number].namespace)]
            return namespace.isEmpty && ["Id", "ID", "id"].contains(names[number].local)
                || namespace == "http://www.w3.org/XML/1998/namespace" && names[number].local == "id"
        }
        let identifiers = Set(numbers.map(Int32.init))
        guard !identifiers.isEmpty else { return nil }
        let attribute = attributes.firstIndex { attribute in
            identifiers.contains(attribute.name)
                && values[Int(attribute.valueStart)..<Int(attribute.valueEnd)].elementsEqual(wanted)
        }
        guard let attribute else { return nil }
        let node = nodes.firstIndex { node in
            node.kind == .element && node.attributesStart <= attribute && attribute < Int(node.attributesEnd)
        }
        return node.map { XMLElement(document: self, index: Int32($0)) }
    }
}
