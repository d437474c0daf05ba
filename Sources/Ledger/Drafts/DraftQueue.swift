public import Diagnostics
import InvoiceModel
import JSONCore

/// What the caller knows of a debtor of internal invoices.
public struct InternalDebtor: Sendable, Hashable {
    /// The number of the debtor's journal for internal invoices; nil where none is configured.
    public let journalNumber: String?

    /// Takes the number as it is.
    public init(journalNumber: String?) { self.journalNumber = journalNumber }
}

/// What became of a request to queue a draft.
public enum QueueOutcome: Sendable, Hashable {
    /// It waits for its condition.
    case queued(Draft)
    /// Some of the eight conditions are not met; all of those are here, with the rules `queue.rule-1` to `queue.rule-8`.
    case refused(Report)
}

extension DocumentLedger {
    /// Queues an internal draft: it is to be issued when its invoice is paid.
    ///
    /// A refusal changes nothing and is not kept under the idempotency key, so that the same request can come again
    /// after what was wrong is set right.
    ///
    /// - Parameters:
    ///   - draft: The id of the draft.
    ///   - debtors: Gives what is configured for a customer; nil for one that is not known.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The queued draft, or everything that stands in the way.
    /// - Throws: `idempotency.reused`, and what the store throws.
    public func queue(
        _ draft: String, debtors: (String) -> InternalDebtor?, _ request: LedgerRequest
    ) throws(ToolkitError) -> QueueOutcome {
        let question = try request.asking("queue") { $0.member("draft", draft) }
        return try write { transaction throws(ToolkitError) in
            let entry = try LedgerEntry(transaction, question)
            if let known = entry.knownAnswer { return .queued(try Draft(known)) }
            guard let found = try entry.draft(draft) else { return .refused(try entry.missing(draft)) }
            let invoice = try entry.awaited(by: found)
            let rules = QueueRules(draft: found, invoice: invoice, debtor: found.customer.flatMap(debtors))
            guard rules.report.isAcceptable else { return .refused(rules.report) }
            let queued = try entry.save(found.queued(true), was: found, as: "draft.queued")
            if invoice?.payment == .paid { try entry.enqueue(JobKind.draft, for: queued.id) }
            try entry.finish(queued)
            return .queued(queued)
        }
    }

    /// Takes a draft out of the queue; it can be edited again.
    ///
    /// - Parameters:
    ///   - draft: The draft, in the version that its user saw.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The draft in its next version.
    /// - Throws: `draft.unknown`, `draft.stale`, `draft.notQueued`.
    public func unqueue(_ draft: DraftVersion, _ request: LedgerRequest) throws(ToolkitError) -> Draft {
        let question = try request.asking("unqueue") { writer in
            writer.member("draft", draft.id)
            writer.member("version", draft.version)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.draft(draft)
            guard before.isQueued else {
                throw ToolkitError(.draftNotQueued, "The draft is not queued.", fix: "Nothing is to be done.")
            }
            return try entry.save(before.queued(false), was: before, as: "draft.unqueued")
        }
    }
}

/// The eight conditions for queueing (facts/features.md §1, row 61); the first is that the draft exists.
private struct QueueRules {
    let draft: Draft
    /// The document that the draft waits for; nil where the ledger has none with that id.
    let invoice: DocumentStanding?
    let debtor: InternalDebtor?

    var report: Report {
        var findings: [Finding] = []
        func require(_ holds: Bool, _ rule: Int, _ pointer: String, _ message: String, _ fix: String) {
            if !holds { findings.append(.queue(rule, pointer, message, fix)) }
        }
        require(!draft.isQueued, 2, "", "The draft is queued already.", "Nothing is to be done.")
        require(
            draft.isInternal, 3, "/internal", "Only internal invoices can be queued.", "Mark the draft as internal.")
        require(
            draft.issueWhen?.document.isEmpty == false, 4, "/issueWhen/paid", "The draft names no invoice to wait for.",
            "Give the id of an invoice.")
        let counts = invoice.map { $0.isClaim && $0.lifecycle == .issued } ?? false
        require(
            counts, 5, "/issueWhen/paid", "The invoice to wait for is not in this ledger, or it is void.",
            "Give the id of an invoice that counts.")
        require(
            draft.customer?.isEmpty == false, 6, "/buyer", "The draft has no debtor.",
            "Give the company that will owe.")
        require(
            debtor != nil, 7, "/buyer", "The debtor is not configured.", "Configure the company of the debtor.")
        require(
            debtor?.journalNumber?.isEmpty == false, 8, "/buyer", "The debtor has no journal for internal invoices.",
            "Configure its internal journal number.")
        return Report(findings: findings)
    }
}

extension LedgerEntry {
    /// Writes whether a draft is queued, with the audit entry.
    fileprivate func save(_ after: Draft, was before: Draft, as action: String) throws(ToolkitError) -> Draft {
        try transaction.run(
            """
            UPDATE draft SET is_queued = $3, version = $4, changed_at = $5, changed_by = $6 WHERE issuer = $1 AND id = $2
            """, issuer, .text(after.id), .integer(after.isQueued ? 1 : 0), .integer(after.version), now,
            .text(request.actor))
        try record(action, of: after.id, before: before.stored, after: after.stored)
        return after
    }

    /// The document that a draft waits for.
    func awaited(by draft: Draft) throws(ToolkitError) -> DocumentStanding? {
        guard let id = draft.issueWhen?.document else { return nil }
        do throws(ToolkitError) { return try standing(of: id) } catch  where error.code == .documentUnknown {
            return nil
        }
    }

    /// What is no draft was issued already, or never was there.
    fileprivate func missing(_ draft: String) throws(ToolkitError) -> Report {
        let issued = try transaction.row(
            "SELECT 1 FROM document WHERE issuer = $1 AND id = $2", issuer, .text(draft))
        let finding: Finding =
            issued == nil
            ? .queue(1, "", "There is no such draft.", "Check the id.")
            : .queue(2, "", "The document is issued already.", "Issued is final: void or correct it instead.")
        return Report(findings: [finding])
    }
}

extension Finding {
    fileprivate static func queue(_ rule: Int, _ pointer: String, _ message: String, _ fix: String) -> Finding {
        Finding(rule: "queue.rule-\(rule)", pointer: pointer, message: message, fix: fix)
    }
}

extension ToolkitError.Code {
    /// What is not queued cannot be taken out of the queue.
    public static let draftNotQueued = Self("draft.notQueued", .state)
}
