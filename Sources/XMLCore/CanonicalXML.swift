import CXML
public import Diagnostics

/// The canonical form of documents, in which signatures compare them.
public enum CanonicalXML: Sendable {
    /// Returns a whole document in exclusive canonical form, without comments.
    ///
    /// White space inside elements stays: it is content. Source: Exclusive XML Canonicalization 1.0, W3C 2002.
    ///
    /// - Parameter bytes: The document, within the standard `XMLLimits`.
    /// - Returns: UTF-8 without a declaration or a byte order mark.
    /// - Throws: What `XMLDocument` throws; `xml.notCanonical` where the recommendation defines no canonical form, as
    ///   for relative namespace addresses.
    public static func exclusive(_ bytes: [UInt8]) throws(ToolkitError) -> [UInt8] {
        try XMLDocument(parsing: bytes).canonical()
    }
}

extension XMLDocument {
    /// The canonical form of the document or of one of its elements.
    ///
    /// The exclusive form without comments and prefix lists is written from this tree itself; the others by libxml2,
    /// which parses the same bytes.
    ///
    /// - Parameters:
    ///   - element: An element of this document; nil for all of it.
    ///   - omitted: Elements that are left out with all that is in them.
    ///   - method: Which form.
    /// - Returns: UTF-8.
    /// - Throws: `xml.notCanonical`; `xml.library` for want of memory.
    public func canonical(
        of element: XMLElement? = nil, without omitted: [XMLElement] = [], as method: CanonicalMethod = .exclusive
    ) throws(ToolkitError) -> [UInt8] {
        guard method == .exclusive else {
            let tree = try ParsedXML(XMLInput(of: self))
            return try tree.canonical(
                of: element.map { elementNumber($0.index) }, without: Set(omitted.map { elementNumber($0.index) }),
                as: method)
        }
        var writer = ExclusiveWriter(self, omitting: Set(omitted.map(\.index)))
        let form = element.map { writer.element($0.index) } ?? writer.whole()
        guard !writer.hasRelativeNamespace else { throw .notCanonical }
        return form
    }

    /// How many elements come before a node.
    private func elementNumber(_ index: Int32) -> Int {
        nodes[..<Int(index)].count { $0.kind == .element }
    }
}

extension ParsedXML {
    /// The canonical form of an element by its number in document order, made by libxml2.
    ///
    /// What belongs to it is marked in the elements themselves, of which attributes, namespaces and texts are parts.
    fileprivate borrowing func canonical(
        of wanted: Int?, without omitted: Set<Int>, as method: CanonicalMethod
    ) throws(ToolkitError) -> [UInt8] {
        try unsafe withDocument { document throws(ToolkitError) in
            unsafe Self.mark(document, wanted, omitted)
            guard let buffer = unsafe xmlAllocOutputBuffer(nil) else { throw LibXML.outOfMemory }
            defer { unsafe xmlOutputBufferClose(buffer) }
            let mode =
                switch method.kind {
                case .exclusive: XML_C14N_EXCLUSIVE_1_0
                case .inclusive: XML_C14N_1_0
                case .inclusive11: XML_C14N_1_1
                }
            let size = unsafe Self.withPrefixes(method.prefixes) { prefixes in
                unsafe xmlC14NExecute(
                    document,
                    { _, node, parent in
                        guard let node = unsafe node else { return 0 }
                        let owner = unsafe node.pointee.type == XML_ELEMENT_NODE ? node : parent
                        return unsafe owner?.pointee._private == nil ? 0 : 1
                    }, nil, CInt(bitPattern: mode.rawValue), prefixes, method.keepsComments ? 1 : 0, buffer)
            }
            guard size >= 0 else { throw .notCanonical }
            guard let content = unsafe xmlOutputBufferGetContent(buffer) else { return [] }
            return unsafe Array(UnsafeBufferPointer(start: content, count: xmlOutputBufferGetSize(buffer)))
        }
    }

    /// Marks every element that belongs to the form, and the document where that is all of it.
    private static func mark(_ document: xmlDocPtr, _ wanted: Int?, _ omitted: Set<Int>) {
        let flag = UnsafeMutableRawPointer(document)
        unsafe document.pointee._private = wanted == nil ? flag : nil
        guard let root = unsafe xmlDocGetRootElement(document) else { return }
        var number = -1
        var node: xmlNodePtr? = unsafe root
        while let here = unsafe node {
            if unsafe here.pointee.type == XML_ELEMENT_NODE {
                number += 1
                let parent = unsafe here.pointee.parent
                let isInside = unsafe wanted == number || parent?.pointee._private != nil
                unsafe here.pointee._private = isInside && !omitted.contains(number) ? flag : nil
                if let child = unsafe here.pointee.children {
                    unsafe node = child
                    continue
                }
            }
            unsafe node = here
            while let current = unsafe node, unsafe current != root, unsafe current.pointee.next == nil {
                unsafe node = unsafe current.pointee.parent
            }
            unsafe node = unsafe node == root ? nil : node?.pointee.next
        }
    }

    /// Lends a list of prefixes that ends with a null pointer; null where there are none.
    private static func withPrefixes<T>(
        _ prefixes: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> T
    ) -> T {
        guard !prefixes.isEmpty else { return body(nil) }
        var text: [UInt8] = []
        var starts: [Int] = []
        for prefix in prefixes {
            starts.append(text.count)
            text += Array(prefix.utf8) + [0]
        }
        return unsafe text.withUnsafeMutableBufferPointer { text in
            var pointers: [UnsafeMutablePointer<UInt8>?] = unsafe []
            for start in starts { unsafe pointers.append(text.baseAddress.map { unsafe $0 + start }) }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}

extension ToolkitError {
    /// The recommendation defines no canonical form.
    fileprivate static var notCanonical: ToolkitError {
        ToolkitError(
            .xmlNotCanonical, "The document has no canonical form.",
            fix: "Give every namespace an absolute address, such as urn:example.")
    }
}
