extension XMLElement {
    /// What a prefix stands for at this element; nil where it is not declared.
    ///
    /// Values of attributes can hold prefixes, as XPath expressions do; names have been resolved already. The start tags
    /// are read once more for it, so it is for rare questions.
    ///
    /// - Parameter prefix: The prefix without its colon.
    /// - Returns: The namespace as written; one with references in it is not resolved, and then nothing is equal to it.
    public func namespace(ofPrefix prefix: String) -> String? {
        if prefix == "xml" { return "http://www.w3.org/XML/1998/namespace" }
        var element: XMLElement? = self
        while let here = element {
            if let found = here.declaration(of: prefix) { return found }
            element = here.parent
        }
        return nil
    }

    /// The value of `xmlns:prefix` in the start tag of this element.
    private func declaration(of prefix: String) -> String? {
        let wanted = Array("xmlns:\(prefix)".utf8)
        let record = document.nodes[Int(index)]
        var rest = document.bytes[Int(record.byteStart)..<Int(record.contentStart)]
        // The name of the element, then attributes up to the end of the tag; the document is well-formed.
        rest = rest.drop { !Self.isBlank($0) }
        while true {
            rest = rest.drop(while: Self.isBlank)
            let name = rest.prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "=") }
            guard !name.isEmpty else { return nil }
            rest = rest[name.endIndex...].drop { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
            guard let quote = rest.first else { return nil }
            let value = rest.dropFirst().prefix { $0 != quote }
            if name.elementsEqual(wanted) { return String(decoding: value, as: UTF8.self) }
            rest = rest[value.endIndex...].dropFirst()
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
