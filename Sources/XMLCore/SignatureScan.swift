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
    /// Elements, texts, comments, instructions and attributes together: the measure of what an XPath filter costs.
    public let nodeCount: Int

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
        nodeCount = document.nodes.count + document.attributes.count
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

extension XMLElement {
    /// Whether another element says the same: names, attributes, text and processing instructions, all in order.
    ///
    /// Prefixes, the order of attributes and comments do not count, as in the canonical form. It takes time linear in
    /// the two elements.
    ///
    /// - Parameters:
    ///   - other: An element, usually of another document.
    ///   - omitted: An element inside this one that the other must not have; nil for none.
    /// - Returns: Whether both are equal in that sense.
    public func says(theSameAs other: XMLElement, without omitted: XMLElement? = nil) -> Bool {
        ElementComparison(self, other, omitted).run()
    }
}

/// One comparison of two elements.
///
/// Text lies in one array in document order, so a tree is its text and, for each element, its name, its parent and
/// where in that text it begins and ends.
private struct ElementComparison {
    private let left: XMLDocument
    private let right: XMLDocument
    private let leftRoot: Int
    private let rightRoot: Int
    private let omitted: Int
    private let omittedEnd: Int
    private let omittedText: Range<UInt32>

    init(_ left: XMLElement, _ right: XMLElement, _ without: XMLElement?) {
        self.left = left.document
        self.right = right.document
        leftRoot = Int(left.index)
        rightRoot = Int(right.index)
        if let without {
            let record = without.document.nodes[Int(without.index)]
            omitted = Int(without.index)
            omittedEnd = Int(record.end)
            omittedText = record.textStart..<record.textEnd
        } else {
            omitted = -1
            omittedEnd = -1
            omittedText = 0..<0
        }
    }

    func run() -> Bool {
        guard textsAreEqual else { return false }
        var names = [Int32](repeating: -1, count: left.names.count)
        // For each node on the left, the number of its counterpart.
        var counterparts = [Int32](repeating: -1, count: left.nodes.count)
        var index = leftRoot
        var other = rightRoot
        let end = Int(left.nodes[leftRoot].end)
        let otherEnd = Int(right.nodes[rightRoot].end)
        while true {
            index = next(index, end, left, skippingOmitted: true)
            other = next(other, otherEnd, right, skippingOmitted: false)
            guard index < end, other < otherEnd else { return index >= end && other >= otherEnd }
            let (a, b) = (left.nodes[index], right.nodes[other])
            guard a.kind == b.kind, isSameName(a.name, b.name, &names) else { return false }
            if index != leftRoot, counterparts[Int(a.parent)] != b.parent { return false }
            if a.kind == .element {
                guard hasSameText(a, b), hasSameAttributes(a, b, &names) else { return false }
                counterparts[index] = Int32(other)
            } else {
                let content = left.values[Int(a.textStart)..<Int(a.textEnd)]
                guard content == right.values[Int(b.textStart)..<Int(b.textEnd)] else { return false }
            }
            index += 1
            other += 1
        }
    }

    /// The next node that counts: elements and processing instructions outside the omitted element.
    private func next(_ start: Int, _ end: Int, _ document: XMLDocument, skippingOmitted: Bool) -> Int {
        var index = start
        while index < end {
            if skippingOmitted, index == omitted {
                index = omittedEnd
            } else if document.nodes[index].kind == .text || document.nodes[index].kind == .comment {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    private var textsAreEqual: Bool {
        let (a, b) = (left.nodes[leftRoot], right.nodes[rightRoot])
        let other = right.text[Int(b.textStart)..<Int(b.textEnd)]
        guard omitted >= 0 else { return left.text[Int(a.textStart)..<Int(a.textEnd)] == other }
        let head = left.text[Int(a.textStart)..<Int(omittedText.lowerBound)]
        let tail = left.text[Int(omittedText.upperBound)..<Int(a.textEnd)]
        return head.count + tail.count == other.count && other.prefix(head.count) == head
            && other.suffix(tail.count) == tail
    }

    private func hasSameText(_ a: NodeRecord, _ b: NodeRecord) -> Bool {
        position(a.textStart) == Int(b.textStart) - Int(right.nodes[rightRoot].textStart)
            && position(a.textEnd) == Int(b.textEnd) - Int(right.nodes[rightRoot].textStart)
    }

    /// A place in the text on the left, counted from the root and as if the omitted element were not there.
    private func position(_ offset: UInt32) -> Int {
        let place = Int(offset) - Int(left.nodes[leftRoot].textStart)
        return offset >= omittedText.upperBound && omitted >= 0 ? place - omittedText.count : place
    }

    private func isSameName(_ a: Int32, _ b: Int32, _ names: inout [Int32]) -> Bool {
        guard a >= 0, b >= 0 else { return a == b }
        if names[Int(a)] >= 0 { return names[Int(a)] == b }
        let (here, there) = (left.names[Int(a)], right.names[Int(b)])
        guard here.local == there.local,
            left.namespaces[Int(here.namespace)] == right.namespaces[Int(there.namespace)]
        else { return false }
        names[Int(a)] = b
        return true
    }

    private func hasSameAttributes(_ a: NodeRecord, _ b: NodeRecord, _ names: inout [Int32]) -> Bool {
        guard a.attributesEnd - a.attributesStart == b.attributesEnd - b.attributesStart else { return false }
        let others = right.attributes[Int(b.attributesStart)..<Int(b.attributesEnd)]
        for attribute in left.attributes[Int(a.attributesStart)..<Int(a.attributesEnd)] {
            let value = left.values[Int(attribute.valueStart)..<Int(attribute.valueEnd)]
            var found = false
            for other in others where isSameName(attribute.name, other.name, &names) {
                found = value == right.values[Int(other.valueStart)..<Int(other.valueEnd)]
                break
            }
            guard found else { return false }
        }
        return true
    }
}
