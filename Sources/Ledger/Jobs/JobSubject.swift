public import Diagnostics

/// An issued document whose files are to be made.
public struct JobSubject: Sendable, Hashable {
    /// What was issued.
    public let document: IssuedDocument
    /// The invoice JSON as it was issued.
    public let content: [UInt8]
    /// The files that it has already.
    public let files: [DocumentFile]
}

extension DocumentLedger {
    /// What a worker needs of a document to make its files; nil where there is none with this id.
    ///
    /// - Throws: What the store throws.
    public func jobSubject(_ id: String, issuer: String) throws(ToolkitError) -> JobSubject? {
        let row = try store.read { transaction throws(ToolkitError) in
            try transaction.row(
                "SELECT \(IssuedDocument.columns), d.content FROM document d WHERE d.issuer = $1 AND d.id = $2",
                .text(issuer), .text(id))
        }
        guard let row else { return nil }
        return JobSubject(
            document: try IssuedDocument(row: row), content: try row.bytes(12), files: try files(of: id, issuer: issuer)
        )
    }
}
