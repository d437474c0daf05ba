public import Diagnostics
import InvoiceModel
import JSONCore

extension DocumentLedger {
    /// Keeps a new draft.
    ///
    /// - Parameters:
    ///   - content: What it says.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The draft with its id, in version 1.
    /// - Throws: `idempotency.reused`, and what the store throws.
    public func save(_ content: DraftContent, _ request: LedgerRequest) throws(ToolkitError) -> Draft {
        let asked = try Draft(content, id: "", version: 1)
        let question = try request.asking("draft") { writer in
            writer.key("draft")
            asked.write(to: &writer)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let draft = try Draft(content, id: entry.request.identifier(), version: 1)
            try entry.transaction.run(
                """
                INSERT INTO draft (issuer, id, kind, customer, content, is_internal, waits_for, is_queued, version,
                    changed_at, changed_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, $8, $9)
                """, entry.issuer, .text(draft.id), .text(draft.kind.rawValue), .optional(draft.customer),
                .bytes(content.content), .integer(draft.isInternal ? 1 : 0), .optional(draft.issueWhen?.document),
                entry.now, .text(entry.request.actor))
            try entry.record("draft.saved", of: draft.id, after: draft.stored, isEvent: false)
            return draft
        }
    }

    /// Replaces what a draft says.
    ///
    /// - Parameters:
    ///   - draft: The draft, in the version that its user saw.
    ///   - content: What it says from now on.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The draft in its next version.
    /// - Throws: `draft.unknown`, `draft.stale` when somebody changed it in between, `draft.queued`.
    public func edit(
        _ draft: DraftVersion, _ content: DraftContent, _ request: LedgerRequest
    ) throws(ToolkitError) -> Draft {
        let after = try Draft(content, id: draft.id, version: draft.version + 1)
        let question = try request.asking("edit") { writer in
            writer.key("draft")
            after.write(to: &writer)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.draft(draft)
            try entry.requireUnqueued(before)
            try entry.transaction.run(
                """
                UPDATE draft SET kind = $3, customer = $4, content = $5, is_internal = $6, waits_for = $7, version = $8,
                    changed_at = $9, changed_by = $10
                WHERE issuer = $1 AND id = $2
                """, entry.issuer, .text(after.id), .text(after.kind.rawValue), .optional(after.customer),
                .bytes(content.content), .integer(after.isInternal ? 1 : 0), .optional(after.issueWhen?.document),
                .integer(after.version), entry.now, .text(entry.request.actor))
            try entry.record("draft.edited", of: after.id, before: before.stored, after: after.stored, isEvent: false)
            return after
        }
    }

    /// Throws a draft away; it had no number, so nothing is missing.
    ///
    /// - Parameters:
    ///   - draft: The draft, in the version that its user saw.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: What was thrown away.
    /// - Throws: `draft.unknown`, `draft.stale`, `draft.queued`.
    public func delete(_ draft: DraftVersion, _ request: LedgerRequest) throws(ToolkitError) -> Draft {
        let question = try request.asking("delete") { writer in
            writer.member("draft", draft.id)
            writer.member("version", draft.version)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.draft(draft)
            try entry.requireUnqueued(before)
            try entry.remove(before)
            try entry.record(
                "draft.deleted", of: before.id, before: before.stored, after: Array("null".utf8), isEvent: false)
            return before
        }
    }
}

extension LedgerEntry {
    /// A draft in the version that its user saw, read under the issuer's lock.
    ///
    /// - Throws: `draft.unknown`, `draft.stale`.
    func draft(_ seen: DraftVersion) throws(ToolkitError) -> Draft {
        guard let draft = try draft(seen.id) else {
            throw .draftUnknown
        }
        guard draft.version == seen.version else {
            throw ToolkitError(
                .draftStale, "Somebody changed the draft in between.", fix: "Read it again and repeat the change.")
        }
        return draft
    }

    /// A draft in whatever version; nil where there is none.
    func draft(_ id: String) throws(ToolkitError) -> Draft? {
        let row = try transaction.row(
            "SELECT \(Draft.columns) FROM draft q WHERE q.issuer = $1 AND q.id = $2", issuer, .text(id))
        guard let row else { return nil }
        return try Draft(row: row)
    }

    /// Takes a draft away: it was issued or thrown away.
    func remove(_ draft: Draft) throws(ToolkitError) {
        try transaction.run("DELETE FROM draft WHERE issuer = $1 AND id = $2", issuer, .text(draft.id))
    }

    fileprivate func requireUnqueued(_ draft: Draft) throws(ToolkitError) {
        guard !draft.isQueued else {
            throw ToolkitError(
                .draftQueued, "The draft is queued for its issue.", fix: "Take it out of the queue first.")
        }
    }
}

extension ToolkitError {
    /// There is no such draft.
    public static var draftUnknown: ToolkitError {
        ToolkitError(
            .draftUnknown, "There is no such draft.", fix: "Check the id; an issued document is no draft any more.")
    }
}

extension ToolkitError.Code {
    /// The ledger holds no draft with this id.
    public static let draftUnknown = Self("draft.unknown", .state)
    /// The draft was changed after its user saw it.
    public static let draftStale = Self("draft.stale", .state)
    /// A queued draft cannot be changed.
    public static let draftQueued = Self("draft.queued", .state)
}
