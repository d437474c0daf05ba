public import Diagnostics
public import InvoiceModel
import JSONCore

/// A part of a credit note that settles a part of an invoice.
public struct CreditApplication: Sendable, Hashable {
    /// The id of the credit note.
    public let creditNote: String
    /// The id of the invoice: any one of the same customer and currency.
    public let invoice: String
    /// How much; nil for as much as both allow.
    public let amount: Money?
    /// The day on which it counts.
    public let day: CalendarDate

    /// Takes every property as it is.
    public init(creditNote: String, invoice: String, amount: Money? = nil, day: CalendarDate) {
        self.creditNote = creditNote
        self.invoice = invoice
        self.amount = amount
        self.day = day
    }
}

extension DocumentLedger {
    /// Applies a credit note to an invoice of the same customer and currency.
    ///
    /// What is outstanding of a credit note is what is left to apply; at zero it is applied. Whoever wants the money
    /// instead gets a refund of the payment, after which the invoice has room for the note again.
    ///
    /// - Parameters:
    ///   - order: The note, the invoice and the amount.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The application and how both documents stand then.
    /// - Throws: `document.unknown`, `document.noClaim`, `document.isVoid`, `apply.noCreditNote`, `apply.mismatch`,
    ///   `apply.exceedsCreditNote`, `apply.exceedsOutstanding`, `movement.amount`.
    public func apply(_ order: CreditApplication, _ request: LedgerRequest) throws(ToolkitError) -> MovementReceipt {
        let question = try request.asking("application") { writer in
            writer.member("creditNote", order.creditNote)
            writer.member("invoice", order.invoice)
            writer.member("amount", orNull: order.amount?.minorUnits)
            writer.member("day", order.day.description)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let note = try entry.standing(of: order.creditNote)
            let invoice = try entry.standing(of: order.invoice)
            let open = try entry.open(of: invoice)
            try entry.requirePair(note, invoice)
            let amount = order.amount ?? min(note.outstanding, open)
            guard amount <= note.outstanding else {
                throw ToolkitError(
                    .applyExceedsCreditNote, "More would be applied than is left of the credit note.",
                    fix: "Lower the amount.")
            }
            guard amount <= open else {
                throw ToolkitError(
                    .applyExceedsOutstanding, "More would be applied than is outstanding.",
                    fix: "Lower the amount, or apply the rest to another invoice of the customer.")
            }
            let credit = Movement(
                id: entry.request.identifier(), kind: .credit, document: invoice.id, counterpart: note.id,
                amount: amount, currency: invoice.currency, state: .succeeded, day: order.day, method: nil,
                origin: nil, reason: nil, note: nil)
            try entry.add(credit)
            return try entry.post(credit, amount, note, invoice)
        }
    }

    /// Takes an application of a credit note or a write-off back.
    ///
    /// - Parameters:
    ///   - movement: The id of the application or write-off.
    ///   - reason: Why; it is kept.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The movement and how its documents stand then.
    /// - Throws: `movement.unknown`, `reason.missing`, `state.transition` for other kinds and for what was taken back.
    public func reverse(
        _ movement: String, reason: String, _ request: LedgerRequest
    ) throws(ToolkitError) -> MovementReceipt {
        let question = try request.asking("reversal") { writer in
            writer.member("movement", movement)
            writer.member("reason", reason)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.movement(movement)
            var after = before
            try after.step(to: .reversed)
            after.note = try entry.reason(reason)
            try entry.save(after, was: before)
            let amount = try before.amount.negated()
            let document = try entry.standing(of: before.document)
            guard let note = before.counterpart else { return try entry.post(writeOff: after, amount, document) }
            return try entry.post(after, amount, entry.standing(of: note), document)
        }
    }
}

extension LedgerEntry {
    /// Lets an application work on both documents; a negative amount takes it back.
    fileprivate func post(
        _ credit: Movement, _ amount: Money, _ note: DocumentStanding, _ invoice: DocumentStanding
    ) throws(ToolkitError) -> MovementReceipt {
        var (noteAfter, invoiceAfter) = (note, invoice)
        try noteAfter.post(amount, to: \.credited)
        try invoiceAfter.post(amount, to: \.credited)
        try save(noteAfter, was: note, as: StandingAction(settling: noteAfter))
        try save(invoiceAfter, was: invoice, as: StandingAction(settling: invoiceAfter))
        return MovementReceipt(movement: credit, document: invoiceAfter, creditNote: noteAfter)
    }

    fileprivate func requirePair(_ note: DocumentStanding, _ invoice: DocumentStanding) throws(ToolkitError) {
        guard note.kind == .creditNote else {
            throw ToolkitError(
                .applyNoCreditNote, "Only a credit note can be applied to an invoice.", fix: "Choose a credit note.")
        }
        try requireIssued(note)
        guard note.customer == invoice.customer, note.currency == invoice.currency else {
            throw ToolkitError(
                .applyMismatch, "Credit note and invoice have different customers or currencies.",
                fix: "Choose an invoice of the same customer in the same currency.")
        }
    }
}

extension ToolkitError.Code {
    /// What is to be applied is no credit note.
    public static let applyNoCreditNote = Self("apply.noCreditNote", .state)
    /// Credit note and invoice do not belong together.
    public static let applyMismatch = Self("apply.mismatch", .state)
    /// More than is left of the credit note.
    public static let applyExceedsCreditNote = Self("apply.exceedsCreditNote", .state)
    /// More than is outstanding of the invoice.
    public static let applyExceedsOutstanding = Self("apply.exceedsOutstanding", .state)
}
