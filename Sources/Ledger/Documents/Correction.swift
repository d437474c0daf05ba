public import Diagnostics
import InvoiceModel

/// The invoice that a credit or debit note corrects, checked before the note gets its number.
struct Correction {
    /// The id of the invoice; nil for other documents.
    let id: String?

    /// Looks the invoice up.
    ///
    /// - Throws: `credit.invoiceMissing`, `credit.invoiceUnknown`, `credit.mismatch`, `credit.exceedsInvoice`.
    init(of order: IssueOrder, in entry: LedgerEntry) throws(ToolkitError) {
        let document = order.document
        guard document.kind == .creditNote || document.kind == .debitNote else {
            id = nil
            return
        }
        guard let number = document.corrects else {
            throw ToolkitError(
                .creditInvoiceMissing, "A credit or debit note needs the invoice that it corrects.",
                fix: "Give one invoice in references.invoices.")
        }
        let found = try entry.transaction.row(
            """
            SELECT d.id, d.currency, d.customer, d.payable, d.lifecycle, d.kind FROM document d
            WHERE d.issuer = $1 AND d.number = $2
            """, entry.issuer, .text(number))
        guard let found else {
            throw ToolkitError(
                .creditInvoiceUnknown, "The invoice that is to be corrected is not in this ledger.",
                fix: "Check the number in references.invoices; what was issued elsewhere can be imported.")
        }
        let kind: DocumentKind = try found.word(5)
        guard try found.text(1) == document.currency, try found.text(2) == document.customer,
            try found.text(4) == LifecycleState.issued.rawValue, kind.isClaim
        else {
            throw ToolkitError(
                .creditMismatch, "It is no invoice of this customer in this currency, or it is void.",
                fix: "A note corrects an invoice that counts, of the same customer and in the same currency.")
        }
        let id = try found.text(0)
        self.id = id
        guard document.kind == .creditNote, !order.allowsOverCredit else { return }
        let credited =
            try entry.transaction.row(
                """
                SELECT CAST(COALESCE(SUM(d.payable), 0) AS BIGINT) FROM document d
                WHERE d.issuer = $1 AND d.corrects = $2 AND d.kind = 'credit-note' AND d.lifecycle = 'issued'
                """, entry.issuer, .text(id))?.integer(0) ?? 0
        let left = try Money(minorUnits: found.integer(3)).subtracting(AdvanceDeduction.used(id, in: entry))
        let (sum, overflow) = credited.addingReportingOverflow(document.payable.minorUnits)
        guard !overflow, sum <= left.minorUnits else {
            throw ToolkitError(
                .creditExceedsInvoice, "With this credit note more would be credited than was invoiced.",
                fix: "Lower the amounts, or allow it explicitly.")
        }
    }
}

extension ToolkitError.Code {
    /// A note names no invoice.
    public static let creditInvoiceMissing = Self("credit.invoiceMissing", .state)
    /// The invoice is not in the ledger.
    public static let creditInvoiceUnknown = Self("credit.invoiceUnknown", .state)
    /// Note and invoice do not belong together.
    public static let creditMismatch = Self("credit.mismatch", .state)
    /// The credit notes of an invoice would exceed it.
    public static let creditExceedsInvoice = Self("credit.exceedsInvoice", .state)
}
