import Diagnostics
import InvoiceModel

/// What happened to a document's standing, as the audit chain and the events call it.
///
/// Each of these entries seals the whole standing after it: an audit compares the last one with the row.
enum StandingAction: String, CaseIterable {
    case voided = "document.voided"
    case delivery = "document.delivery"
    case signature = "document.signature"
    case submission = "document.submission"
    case archived = "document.archived"
    case unarchived = "document.unarchived"
    case unpaid = "document.unpaid"
    case partiallyPaid = "document.partially_paid"
    case paid = "document.paid"
    case writtenOff = "document.written_off"
    case unapplied = "document.unapplied"
    case partiallyApplied = "document.partially_applied"
    case applied = "document.applied"

    /// What money did to a document.
    init(settling standing: DocumentStanding) {
        self =
            switch standing.payment {
            case .unpaid: standing.isClaim ? .unpaid : .unapplied
            case .partiallyPaid: standing.isClaim ? .partiallyPaid : .partiallyApplied
            case .paid: standing.isClaim ? .paid : .applied
            case .writtenOff: .writtenOff
            }
    }
}

extension LedgerEntry {
    /// How a document stands, read under the issuer's lock.
    ///
    /// - Throws: `document.unknown`.
    func standing(of document: String) throws(ToolkitError) -> DocumentStanding {
        try DocumentStanding(of: document, issuer, in: transaction)
    }

    /// Writes a changed standing with its audit entry; nothing where nothing changed.
    func save(
        _ after: DocumentStanding, was before: DocumentStanding, as action: StandingAction
    ) throws(ToolkitError) {
        guard after != before else { return }
        try transaction.run(
            """
            UPDATE document SET lifecycle = $3, delivery = $4, signature = $5, submission = $6, archived = $7,
                reason = $8, paid = $9, refunded = $10, credited = $11, written_off = $12, outstanding = $13,
                changed_at = $14
            WHERE issuer = $1 AND id = $2
            """, issuer, .text(after.id), .text(after.lifecycle.rawValue), .text(after.delivery.rawValue),
            .text(after.signature.rawValue), .text(after.submission.rawValue), .integer(after.isArchived ? 1 : 0),
            .optional(after.reason), .integer(after.paid.minorUnits), .integer(after.refunded.minorUnits),
            .integer(after.credited.minorUnits), .integer(after.writtenOff.minorUnits),
            .integer(after.outstanding.minorUnits), now)
        try record(action.rawValue, of: after.id, before: before.stored, after: after.stored)
        guard action == .paid else { return }
        for row in try transaction.rows(
            "SELECT id FROM draft WHERE issuer = $1 AND is_queued = 1 AND waits_for = $2 ORDER BY id", issuer,
            .text(after.id))
        { try enqueue(JobKind.draft, for: try row.text(0)) }
    }
}
