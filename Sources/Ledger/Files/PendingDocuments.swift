public import Diagnostics

/// A document whose job waits: its files are still to be made.
public struct PendingDocument: Sendable, Hashable {
    /// What was issued.
    public let document: IssuedDocument
    /// The invoice JSON as it was issued.
    public let content: [UInt8]
    /// How often the job was tried.
    public let attempts: Int
    /// Why it failed the last time; nil where it was not tried yet.
    public let problem: String?
}

extension DocumentLedger {
    /// The documents of an issuer that have a job of a kind to be done, the oldest first.
    ///
    /// - Parameters:
    ///   - job: The kind of the job.
    ///   - issuer: Whose books.
    ///   - limit: How many at most.
    /// - Returns: The documents with what happened to their jobs so far.
    /// - Throws: What the store throws.
    public func pending(
        _ job: String, of issuer: String, limit: Int = 100
    ) throws(ToolkitError) -> [PendingDocument] {
        try store.read { transaction throws(ToolkitError) in
            let rows = try transaction.rows(
                """
                SELECT \(IssuedDocument.columns), d.content, j.attempts, j.problem FROM job j
                JOIN document d ON d.issuer = j.issuer AND d.id = j.subject
                WHERE j.issuer = $1 AND j.kind = $2 AND j.state IN ('ready', 'failed') ORDER BY d.id LIMIT $3
                """, .text(issuer), .text(job), .integer(limit))
            var documents: [PendingDocument] = []
            for row in rows {
                documents.append(
                    PendingDocument(
                        document: try IssuedDocument(row: row), content: try row.bytes(12),
                        attempts: try row.integer(13), problem: try row.optionalText(14)))
            }
            return documents
        }
    }

    /// Notes that a job failed; it stays to be done.
    ///
    /// - Parameters:
    ///   - problem: The code of the error; no content of the document.
    ///   - job: The kind of the job.
    ///   - document: The id of the document.
    ///   - issuer: Whose books.
    /// - Throws: What the store throws.
    public func noteFailure(
        _ problem: String, ofJob job: String, for document: String, issuer: String
    ) throws(ToolkitError) {
        try write { transaction throws(ToolkitError) in
            try transaction.run(
                """
                UPDATE job SET state = 'failed', attempts = attempts + 1, problem = $4
                WHERE issuer = $1 AND subject = $2 AND kind = $3 AND state <> 'done'
                """, .text(issuer), .text(document), .text(job), .text(problem))
        }
    }
}
