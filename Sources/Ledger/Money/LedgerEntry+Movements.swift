public import Diagnostics
import InvoiceModel

extension LedgerEntry {
    /// Writes a new movement with its audit entry.
    ///
    /// - Throws: `movement.amount`, `movement.duplicate`, `state.transition` for a state that none begins with.
    func add(_ movement: Movement) throws(ToolkitError) {
        guard movement.amount > .zero else {
            throw ToolkitError(.movementAmount, "An amount must be above zero.", fix: "Give an amount above zero.")
        }
        guard MovementState.first(of: movement.kind).contains(movement.state) else {
            throw .illegalStep(from: "a new \(movement.kind.rawValue)", to: movement.state.rawValue)
        }
        try refuseDuplicate(of: movement.origin)
        try transaction.run(
            """
            INSERT INTO movement (issuer, id, kind, document, counterpart, amount, state, day, method, provider,
                external_id, reason, note, entered_at, entered_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """, issuer, .text(movement.id), .text(movement.kind.rawValue), .text(movement.document),
            .optional(movement.counterpart), .integer(movement.amount.minorUnits), .text(movement.state.rawValue),
            .text(movement.day.description), .optional(movement.method?.rawValue),
            .optional(movement.origin?.provider), .optional(movement.origin?.externalID), .optional(movement.reason),
            .optional(movement.note), now, .text(request.actor))
        try record(
            movement.action, of: movement.id, after: movement.stored,
            topic: movement.kind == .payment ? LedgerEvent.paymentRecorded : nil)
    }

    /// Writes the new state of a movement with its audit entry.
    func save(_ after: Movement, was before: Movement) throws(ToolkitError) {
        try transaction.run(
            """
            UPDATE movement SET state = $3, reason = $4, note = $5, day = $6, announced = $7
            WHERE issuer = $1 AND id = $2
            """, issuer, .text(after.id), .text(after.state.rawValue), .optional(after.reason), .optional(after.note),
            .text(after.day.description), .optional(after.announced?.description))
        try record(after.action, of: after.id, before: before.stored, after: after.stored)
    }

    /// A movement, read under the issuer's lock.
    ///
    /// - Throws: `movement.unknown`.
    func movement(_ id: String) throws(ToolkitError) -> Movement {
        try Movement(of: id, issuer, in: transaction)
    }

    /// The payments under way: their amounts are reserved, so that they always fit when they succeed.
    func pendingPayments(on document: String) throws(ToolkitError) -> Money {
        let row = try transaction.row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM movement
            WHERE issuer = $1 AND document = $2 AND kind = 'payment' AND state = 'pending'
            """, issuer, .text(document))
        return Money(minorUnits: try row?.integer(0) ?? 0)
    }

    /// What of a claim is neither settled nor reserved by a payment under way.
    ///
    /// - Throws: `document.noClaim`, `document.isVoid`.
    func open(of standing: DocumentStanding) throws(ToolkitError) -> Money {
        guard standing.isClaim else {
            throw ToolkitError(
                .documentNoClaim, "Nobody owes anything on a credit note or a pro-forma invoice.",
                fix: "Choose an invoice; a credit note is applied to one.")
        }
        try requireIssued(standing)
        return try standing.outstanding.subtracting(pendingPayments(on: standing.id))
    }

    /// - Throws: `document.isVoid`.
    func requireIssued(_ standing: DocumentStanding) throws(ToolkitError) {
        guard standing.lifecycle == .issued else {
            throw ToolkitError(
                .documentIsVoid, "This document is void.", fix: "Choose the document that took its place.")
        }
    }

    private func refuseDuplicate(of origin: MovementOrigin?) throws(ToolkitError) {
        guard let origin else { return }
        let known = try transaction.row(
            "SELECT 1 FROM movement WHERE issuer = $1 AND provider = $2 AND external_id = $3", issuer,
            .text(origin.provider), .text(origin.externalID))
        guard known == nil else {
            throw ToolkitError(
                .movementDuplicate, "This movement of that provider is in the ledger already.",
                fix: "Nothing is to be done if it is the same one; else give its own identifier.")
        }
    }
}

extension Movement {
    /// What happened, in the words of the audit chain: `payment.succeeded`, `write-off.reversed`.
    var action: String { Self.action(of: kind, state) }

    static func action(of kind: MovementKind, _ state: MovementState) -> String { "\(kind.rawValue).\(state.rawValue)" }
}

extension ToolkitError.Code {
    /// An amount is zero or less.
    public static let movementAmount = Self("movement.amount", .state)
    /// The provider's name for the movement is known.
    public static let movementDuplicate = Self("movement.duplicate", .state)
    /// The ledger holds no movement with this id.
    public static let movementUnknown = Self("movement.unknown", .state)
    /// Nobody has to pay such a document.
    public static let documentNoClaim = Self("document.noClaim", .state)
    /// The document does not count.
    public static let documentIsVoid = Self("document.isVoid", .state)
}
