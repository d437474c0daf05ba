import Diagnostics
import InvoiceModel
import Ledger

/// Shorthands for money; days are ISO texts, amounts minor units.
extension Books {
    func day(_ iso: String) throws(ToolkitError) -> CalendarDate {
        guard let day = CalendarDate(iso: iso) else { throw ToolkitError(.testMistake, "no day") }
        return day
    }

    func pay(
        _ document: String, _ amount: Int, on day: String = "2026-11-21", state: MovementState = .succeeded,
        origin: MovementOrigin? = nil, currency: String = "MKD", key: String? = nil,
        using other: DocumentLedger? = nil
    ) throws(ToolkitError) -> MovementReceipt {
        try (other ?? ledger).pay(
            PaymentOrder(
                document: document, amount: Money(minorUnits: amount), currency: currency, day: self.day(day),
                method: .bankTransfer, state: state, origin: origin), request(key: key))
    }

    func refund(
        _ payment: String, _ amount: Int?, on day: String = "2026-11-22", state: MovementState = .succeeded,
        reason: RefundReason = .requestedByCustomer, note: String? = nil, key: String? = nil
    ) throws(ToolkitError) -> MovementReceipt {
        try ledger.refund(
            RefundOrder(
                payment: payment, amount: amount.map(Money.init(minorUnits:)), day: self.day(day), reason: reason,
                state: state, note: note), request(key: key))
    }

    func apply(
        _ note: String, to invoice: String, _ amount: Int?, on day: String = "2026-11-23"
    ) throws(ToolkitError) -> MovementReceipt {
        try ledger.apply(
            CreditApplication(
                creditNote: note, invoice: invoice, amount: amount.map(Money.init(minorUnits:)), day: self.day(day)),
            request())
    }

    func writeOff(
        _ document: String, on day: String = "2027-01-01", reason: String = "стечај"
    ) throws(ToolkitError) -> MovementReceipt {
        try ledger.writeOff(WriteOffOrder(document: document, reason: reason, day: self.day(day)), request())
    }

    func void(_ document: String, reason: String = "погрешна цена") throws(ToolkitError) -> DocumentStanding {
        try ledger.void(document, reason: reason, request())
    }

    func creditNote(_ amount: Int, of invoice: IssuedDocument) throws(ToolkitError) -> IssuedDocument {
        try ledger.issue(
            order(.creditNote, series: "CN-{yyyy}-{seq:6}", payable: amount, corrects: invoice.number))
    }

    func standing(of document: String) throws(ToolkitError) -> DocumentStanding {
        try ledger.standing(of: document, issuer: Self.issuer)
    }

    /// Runs a statement like a hand in the database, after the guards were dropped.
    func tamper(_ statement: String) throws(ToolkitError) {
        try ledger.store.write { transaction throws(ToolkitError) in
            try AuditTests.dropGuards(transaction)
            try transaction.run(Statement(statement))
        }
    }

    /// The rules that an audit finds broken.
    func broken() throws(ToolkitError) -> [String] { try ledger.audit(issuer: Self.issuer).findings.map(\.rule) }
}

/// The code of the error that a body throws; nil where it throws none.
func code(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch { return (error as? ToolkitError)?.code.name ?? "other" }
}
