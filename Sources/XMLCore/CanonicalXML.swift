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
        let tree = try ParsedXML(XMLInput(bytes, limits: .standard))
        return try unsafe tree.withDocument { document throws(ToolkitError) in
            var output: UnsafeMutablePointer<UInt8>?
            let size = unsafe xmlC14NDocDumpMemory(
                document, nil, CInt(bitPattern: XML_C14N_EXCLUSIVE_1_0.rawValue), nil, 0, &output)
            defer { unsafe LibXML.release(output) }
            guard size >= 0, let output = unsafe output else {
                throw ToolkitError(
                    .xmlNotCanonical, "The document has no canonical form.",
                    fix: "Give every namespace an absolute address, such as urn:example.")
            }
            return unsafe Array(UnsafeBufferPointer(start: output, count: Int(size)))
        }
    }
}
