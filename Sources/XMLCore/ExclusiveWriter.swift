/// Writes the exclusive canonical form of a tree without comments, straight from the arrays of an `XMLDocument`.
///
/// That form declares a namespace where its prefix is used first, so it follows from the names alone, whatever was
/// declared where. What is digested is thereby the very tree that everybody else reads, and no second parser is asked.
/// Source: Exclusive XML Canonicalization 1.0 §3, Canonical XML 1.0 §2.3.
struct ExclusiveWriter {
    /// A prefix that was declared further out, and by how deep an element.
    private struct Binding {
        let prefix: Int32
        let namespace: Int32
        let depth: Int
    }

    private let document: XMLDocument
    private let omitted: Set<Int32>
    private let prefixes: [[UInt8]]
    private let namespaces: [[UInt8]]
    /// Whether a relative namespace was met, for which the recommendation defines no form.
    private(set) var hasRelativeNamespace = false
    private var output: [UInt8] = []
    private var bindings: [Binding] = []
    /// `prefix:local` of every name by prefix and name number, made once.
    private var texts: [Int64: [UInt8]] = [:]

    /// Prepares a writer.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - omitted: The numbers of elements that are left out with all that is in them.
    init(_ document: XMLDocument, omitting omitted: Set<Int32>) {
        self.document = document
        self.omitted = omitted
        prefixes = document.prefixes.map { Array($0.utf8) }
        namespaces = document.namespaces.map { Array($0.utf8) }
    }

    /// The form of one element.
    mutating func element(_ index: Int32) -> [UInt8] {
        output.reserveCapacity(Int(document.nodes[Int(index)].byteEnd - document.nodes[Int(index)].byteStart) + 256)
        write(from: index, to: document.nodes[Int(index)].end)
        return output
    }

    /// The form of the whole document, with the instructions around the root.
    mutating func whole() -> [UInt8] {
        output.reserveCapacity(document.bytes.count + 256)
        var index: Int32 = 0
        var isBehindRoot = false
        while index < Int32(document.nodes.count) {
            let node = document.nodes[Int(index)]
            switch node.kind {
            case .element:
                write(from: index, to: node.end)
                isBehindRoot = true
            case .processingInstruction:
                if isBehindRoot { output.append(0x0A) }
                instruction(node)
                if !isBehindRoot { output.append(0x0A) }
            case .text, .comment: break
            }
            index = node.end
        }
        return output
    }

    /// Writes some nodes in document order; the ends of elements are known by their numbers.
    private mutating func write(from start: Int32, to end: Int32) {
        var open: [Int32] = []
        var index = start
        while index < end {
            while let last = open.last, document.nodes[Int(last)].end <= index { close(&open) }
            let node = document.nodes[Int(index)]
            switch node.kind {
            case .element:
                if omitted.contains(index) {
                    index = node.end
                    continue
                }
                startTag(node, depth: open.count)
                open.append(index)
            case .text: text(document.text[Int(node.textStart)..<Int(node.textEnd)])
            case .processingInstruction: instruction(node)
            case .comment: break
            }
            index += 1
        }
        while !open.isEmpty { close(&open) }
    }

    private mutating func close(_ open: inout [Int32]) {
        guard let index = open.popLast() else { return }
        output.append(UInt8(ascii: "<"))
        output.append(UInt8(ascii: "/"))
        name(document.nodes[Int(index)].name, document.nodes[Int(index)].prefix)
        output.append(UInt8(ascii: ">"))
        while let last = bindings.last, last.depth >= open.count { bindings.removeLast() }
    }

    private mutating func startTag(_ node: NodeRecord, depth: Int) {
        output.append(UInt8(ascii: "<"))
        name(node.name, node.prefix)
        let attributes = document.attributes[Int(node.attributesStart)..<Int(node.attributesEnd)]
        declare(node, attributes, depth)
        if attributes.count > 1 {
            for attribute in attributes.sorted(by: precedes) { write(attribute) }
        } else if let attribute = attributes.first {
            write(attribute)
        }
        output.append(UInt8(ascii: ">"))
    }

    /// Declares the prefixes of an element and its attributes that are not in force yet, in the order of their names.
    private mutating func declare(
        _ node: NodeRecord, _ attributes: ArraySlice<AttributeRecord>, _ depth: Int
    ) {
        var new: [(prefix: Int32, namespace: Int32)] = []
        let own = (prefix: node.prefix, namespace: document.names[Int(node.name)].namespace)
        if !isInForce(own) { new.append(own) }
        for attribute in attributes where attribute.prefix != 0 {
            let used = (prefix: attribute.prefix, namespace: document.names[Int(attribute.name)].namespace)
            // The prefix xml is never declared: everybody knows it.
            if !isInForce(used), document.prefixes[Int(used.prefix)] != "xml", !new.contains(where: { $0 == used }) {
                new.append(used)
            }
        }
        guard !new.isEmpty else { return }
        if new.count > 1 {
            new.sort { [prefixes] left, right in
                prefixes[Int(left.prefix)].lexicographicallyPrecedes(prefixes[Int(right.prefix)])
            }
        }
        for entry in new {
            if entry.prefix == 0 {
                append(" xmlns=\"")
            } else {
                append(" xmlns:")
                output += prefixes[Int(entry.prefix)]
                append("=\"")
            }
            let namespace = namespaces[Int(entry.namespace)]
            if !namespace.isEmpty, !Self.isAbsolute(namespace) { hasRelativeNamespace = true }
            value(namespace[...])
            output.append(UInt8(ascii: "\""))
            bindings.append(Binding(prefix: entry.prefix, namespace: entry.namespace, depth: depth))
        }
    }

    /// Whether an address begins with a scheme.
    ///
    /// Source: RFC 3986 §3.1.
    private static func isAbsolute(_ address: [UInt8]) -> Bool {
        guard let colon = address.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        return address[..<colon].enumerated().allSatisfy { index, byte in
            let isLetter = (0x41...0x5A).contains(byte & 0xDF)
            return isLetter || index > 0 && ((0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte))
        }
    }

    private func isInForce(_ entry: (prefix: Int32, namespace: Int32)) -> Bool {
        for binding in bindings.reversed() where binding.prefix == entry.prefix {
            return binding.namespace == entry.namespace
        }
        if entry.prefix == 0 { return entry.namespace == 0 }
        return document.prefixes[Int(entry.prefix)] == "xml"
    }

    /// Attributes without a namespace first, by name; the others by namespace, then by name.
    private func precedes(_ left: AttributeRecord, _ right: AttributeRecord) -> Bool {
        let (a, b) = (document.names[Int(left.name)], document.names[Int(right.name)])
        if a.namespace != b.namespace {
            return namespaces[Int(a.namespace)]
                .lexicographicallyPrecedes(namespaces[Int(b.namespace)])
        }
        return a.local.utf8.lexicographicallyPrecedes(b.local.utf8)
    }

    private mutating func write(_ attribute: AttributeRecord) {
        output.append(UInt8(ascii: " "))
        name(attribute.name, attribute.prefix)
        append("=\"")
        value(document.values[Int(attribute.valueStart)..<Int(attribute.valueEnd)])
        output.append(UInt8(ascii: "\""))
    }

    private mutating func name(_ number: Int32, _ prefix: Int32) {
        let key = Int64(number) << 32 | Int64(prefix)
        if let known = texts[key] {
            output += known
            return
        }
        let local = Array(document.names[Int(number)].local.utf8)
        let text = prefix == 0 ? local : prefixes[Int(prefix)] + [UInt8(ascii: ":")] + local
        texts[key] = text
        output += text
    }

    private mutating func instruction(_ node: NodeRecord) {
        append("<?")
        append(document.names[Int(node.name)].local)
        let content = document.values[Int(node.textStart)..<Int(node.textEnd)]
        if !content.isEmpty {
            output.append(UInt8(ascii: " "))
            output += content
        }
        append("?>")
    }

    private mutating func text(_ bytes: ArraySlice<UInt8>) {
        escape(bytes) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    private mutating func value(_ bytes: ArraySlice<UInt8>) {
        escape(bytes) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: "\""): "&quot;"
            case 0x09: "&#x9;"
            case 0x0A: "&#xA;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    /// Copies runs of plain bytes at once.
    private mutating func escape(_ bytes: ArraySlice<UInt8>, _ replacement: (UInt8) -> StaticString?) {
        var copied = bytes.startIndex
        for index in bytes.indices {
            let byte = bytes[index]
            // All that is replaced is below `?`.
            guard byte < 0x3F, let text = replacement(byte) else { continue }
            output += bytes[copied..<index]
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
            copied = index + 1
        }
        output += bytes[copied...]
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }
}
