public import Diagnostics
public import InvoiceModel
import JSONCore

/// What is outstanding of an invoice and is given up.
public struct WriteOffOrder: Sendable, Hashable {
    /// The id of the invoice.
    public let document: String
    /// Why; it is kept.
    public let reason: String
    /// The day on which it counts; the invoice must be past due then.
    public let day: CalendarDate

    /// Takes every property as it is.
    public init(document: String, reason: String, day: CalendarDate) {
        self.document = document
        self.reason = reason
        self.day = day
    }
}

extension DocumentLedger {
    /// Gives up all that is outstanding of an invoice that is past due, whether a part was paid or not.
    ///
    /// - Parameters:
    ///   - order: The invoice, the reason and the day.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The write-off and how the invoice stands then.
    /// - Throws: `document.unknown`, `document.noClaim`, `document.isVoid`, `reason.missing`, `writeOff.notPastDue`,
    ///   `writeOff.pending`.
    public func writeOff(_ order: WriteOffOrder, _ request: LedgerRequest) throws(ToolkitError) -> MovementReceipt {
        let question = try request.asking("write-off") { writer in
            writer.member("document", order.document)
            writer.member("reason", order.reason)
            writer.member("day", order.day.description)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.standing(of: order.document)
            let open = try entry.open(of: before)
            guard before.isPastDue(on: order.day) else {
                throw ToolkitError(
                    .writeOffNotPastDue, "Only what is past due can be written off.",
                    fix: "Wait until it is due, or correct the invoice with a credit note.")
            }
            guard open == before.outstanding else {
                throw ToolkitError(
                    .writeOffPending, "A payment of this invoice is under way.",
                    fix: "Wait until it succeeded or failed.")
            }
            let writeOff = Movement(
                id: entry.request.identifier(), kind: .writeOff, document: before.id, counterpart: nil, amount: open,
                currency: before.currency, state: .succeeded, day: order.day, method: nil, origin: nil,
                reason: try entry.reason(order.reason), note: nil)
            try entry.add(writeOff)
            return try entry.post(writeOff: writeOff, open, before)
        }
    }
}

extension LedgerEntry {
    /// Lets a write-off work on its document; a negative amount takes it back.
    func post(
        writeOff: Movement, _ amount: Money, _ before: DocumentStanding
    ) throws(ToolkitError) -> MovementReceipt {
        var after = before
        try after.post(amount, to: \.writtenOff)
        try save(after, was: before, as: StandingAction(settling: after))
        return MovementReceipt(movement: writeOff, document: after)
    }
}

extension ToolkitError.Code {
    /// What is to be written off is not past due.
    public static let writeOffNotPastDue = Self("writeOff.notPastDue", .state)
    /// A payment is under way.
    public static let writeOffPending = Self("writeOff.pending", .state)
}
