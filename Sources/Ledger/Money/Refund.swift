public import Diagnostics
public import InvoiceModel
import JSONCore

/// Money of a payment that goes back.
public struct RefundOrder: Sendable, Hashable {
    /// The id of the payment.
    public let payment: String
    /// How much; nil for all that did not go back yet.
    public let amount: Money?
    /// The day on which it counts.
    public let day: CalendarDate
    /// Why.
    public let reason: RefundReason
    /// `succeeded`, or `pending` for what a payment service announces.
    public let state: MovementState
    /// The name that a bank or a payment service gave it.
    public let origin: MovementOrigin?
    /// What else is to be kept; with the reason `other` it tells the reason.
    public let note: String?

    /// Takes every property as it is.
    public init(
        payment: String, amount: Money? = nil, day: CalendarDate, reason: RefundReason,
        state: MovementState = .succeeded, origin: MovementOrigin? = nil, note: String? = nil
    ) {
        self.payment = payment
        self.amount = amount
        self.day = day
        self.reason = reason
        self.state = state
        self.origin = origin
        self.note = note
    }
}

extension DocumentLedger {
    /// Enters a refund; the refunds of a payment never exceed it, those under way counted.
    ///
    /// What went back is outstanding again, until a credit note settles it or the invoice becomes void.
    ///
    /// - Parameters:
    ///   - order: The refund.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The refund and how the invoice stands then.
    /// - Throws: `movement.unknown`, `refund.noPayment`, `refund.exceedsPayment`, `reason.missing`, `movement.amount`,
    ///   `movement.duplicate`, `state.transition`.
    public func refund(_ order: RefundOrder, _ request: LedgerRequest) throws(ToolkitError) -> MovementReceipt {
        let question = try request.asking("refund") { writer in
            writer.member("payment", order.payment)
            writer.member("amount", orNull: order.amount?.minorUnits)
            writer.member("day", order.day.description)
            writer.member("reason", order.reason.rawValue)
            writer.member("state", order.state.rawValue)
            writer.member("provider", order.origin?.provider)
            writer.member("externalId", order.origin?.externalID)
            writer.member("note", order.note)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let payment = try entry.movement(order.payment)
            guard payment.kind == .payment, payment.counts else {
                throw ToolkitError(
                    .refundNoPayment, "Only a payment that succeeded can go back.",
                    fix: "Choose the payment; `pechat show` lists those of a document.")
            }
            if order.reason == .other { _ = try entry.reason(order.note ?? "") }
            let left = try payment.amount.subtracting(entry.refunds(of: payment, "'pending', 'succeeded'"))
            let amount = order.amount ?? left
            guard amount <= left, left > .zero else {
                throw ToolkitError(
                    .refundExceedsPayment, "More would go back than was paid.",
                    fix: "Lower the amount; earlier refunds of the payment count.")
            }
            let refund = Movement(
                id: entry.request.identifier(), kind: .refund, document: payment.document, counterpart: payment.id,
                amount: amount, currency: payment.currency, state: order.state, day: order.day, method: nil,
                origin: order.origin, reason: order.reason.rawValue, note: order.note)
            try entry.add(refund)
            return try entry.post(refund, entry.standing(of: payment.document))
        }
    }
}

extension LedgerEntry {
    /// Notes on the payment that a part or all of it went back; called when the refund is written.
    func markRefunded(_ refund: Movement) throws(ToolkitError) {
        let before = try movement(refund.counterpart ?? "")
        var after = before
        let sum = try refunds(of: before, "'succeeded'")
        try after.step(to: sum == before.amount ? .refunded : .partiallyRefunded)
        if after != before { try save(after, was: before) }
    }

    fileprivate func refunds(of payment: Movement, _ states: String) throws(ToolkitError) -> Money {
        let row = try transaction.row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM movement
            WHERE issuer = $1 AND counterpart = $2 AND kind = 'refund' AND state IN (\(states))
            """, issuer, .text(payment.id))
        return Money(minorUnits: try row?.integer(0) ?? 0)
    }
}

extension ToolkitError.Code {
    /// What is to go back is no payment that counts.
    public static let refundNoPayment = Self("refund.noPayment", .state)
    /// The refunds of a payment would exceed it.
    public static let refundExceedsPayment = Self("refund.exceedsPayment", .state)
}
