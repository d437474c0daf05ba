import Certificates
public import Diagnostics

extension Draft {
    /// The columns that `init(row:)` reads, of `draft` as `q`.
    static let columns = """
        q.id, q.kind, q.customer, q.is_internal, q.waits_for, q.is_queued, q.version, q.content
        """

    /// - Throws: `ledger.damaged`.
    init(row: SQLRow) throws(ToolkitError) {
        self.init(
            id: try row.text(0), kind: try row.word(1), customer: try row.optionalText(2),
            isInternal: try row.integer(3) != 0, issueWhen: try row.optionalText(4).map(IssueCondition.paid),
            isQueued: try row.integer(5) != 0, version: try row.integer(6),
            digest: Digest.hexadecimal(try Digest.sha256(try row.bytes(7))))
    }

    /// A draft as its user described it.
    init(_ content: DraftContent, id: String, version: Int) throws(ToolkitError) {
        self.init(
            id: id, kind: content.kind, customer: content.customer, isInternal: content.isInternal,
            issueWhen: content.issueWhen, isQueued: false, version: version,
            digest: Digest.hexadecimal(try Digest.sha256(content.content)))
    }

    /// The next version, queued or not.
    func queued(_ isQueued: Bool) -> Draft {
        Draft(
            id: id, kind: kind, customer: customer, isInternal: isInternal, issueWhen: issueWhen, isQueued: isQueued,
            version: version + 1, digest: digest)
    }
}

extension DocumentLedger {
    /// A draft with its content; nil where there is none.
    ///
    /// - Throws: What the store throws.
    public func draft(_ id: String, issuer: String) throws(ToolkitError) -> (draft: Draft, content: [UInt8])? {
        try store.read { transaction throws(ToolkitError) in
            let row = try transaction.row(
                "SELECT \(Draft.columns) FROM draft q WHERE q.issuer = $1 AND q.id = $2", .text(issuer), .text(id))
            guard let row else { return nil }
            return (try Draft(row: row), try row.bytes(7))
        }
    }

    /// Drafts in the order of their ids.
    ///
    /// - Parameters:
    ///   - issuer: Whose drafts.
    ///   - last: The id after which to go on; nil for the beginning.
    ///   - limit: How many at most.
    /// - Returns: The drafts without their contents.
    /// - Throws: What the store throws.
    public func drafts(issuer: String, after last: String? = nil, limit: Int = 100) throws(ToolkitError) -> [Draft] {
        try drafts(
            Statement(
                "SELECT \(Draft.columns) FROM draft q WHERE q.issuer = $1 AND q.id > $2 ORDER BY q.id LIMIT $3",
                [.text(issuer), .text(last ?? ""), .integer(limit)]))
    }

    /// The queued drafts whose condition is fulfilled now; whoever issues them hands the draft to the issue order.
    ///
    /// - Parameters:
    ///   - issuer: Whose drafts.
    ///   - limit: How many at most; what is issued is no draft any more, so the next call gives the next ones.
    /// - Returns: The drafts, in the order of their ids.
    /// - Throws: What the store throws.
    public func readyDrafts(issuer: String, limit: Int = 100) throws(ToolkitError) -> [Draft] {
        try drafts(
            Statement(
                """
                SELECT \(Draft.columns) FROM draft q
                JOIN document d ON d.issuer = q.issuer AND d.id = q.waits_for
                WHERE q.issuer = $1 AND q.is_queued = 1
                    AND d.lifecycle = 'issued' AND d.outstanding <= 0 AND d.written_off = 0
                ORDER BY q.id LIMIT $2
                """, [.text(issuer), .integer(limit)]))
    }

    private func drafts(_ statement: Statement) throws(ToolkitError) -> [Draft] {
        try store.read { transaction throws(ToolkitError) in
            var drafts: [Draft] = []
            for row in try transaction.rows(of: [statement])[0] { drafts.append(try Draft(row: row)) }
            return drafts
        }
    }
}
