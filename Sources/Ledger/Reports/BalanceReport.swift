public import Diagnostics
public import InvoiceModel

/// How the accounts of customers stand on a day.
public struct BalanceReport: Sendable, Hashable {
    /// The day.
    public let day: CalendarDate
    /// One line for each customer and currency, in the order of their names.
    public let lines: [Line]

    /// The account of one customer in one currency.
    public struct Line: Sendable, Hashable {
        /// Who owes.
        public let customer: String
        /// In which currency.
        public let currency: Currency
        /// What is to be paid on invoices.
        public internal(set) var outstanding = Money.zero
        /// The part of it that is past due.
        public internal(set) var overdue = Money.zero
        /// What is left of credit notes: the credit balance.
        public internal(set) var credit = Money.zero

        /// What the customer owes in the end; negative where he has something to his credit.
        ///
        /// - Returns: Outstanding less credit.
        /// - Throws: `money.overflow`.
        public func balance() throws(ToolkitError) -> Money { try outstanding.subtracting(credit) }
    }
}

extension DocumentLedger {
    /// How the accounts of customers stand on a day.
    ///
    /// - Parameters:
    ///   - day: The day.
    ///   - customer: One customer; nil for all of them.
    ///   - issuer: Whose books.
    /// - Returns: The report; a customer whose account is even is not in it.
    /// - Throws: `money.overflow`, and what the store throws.
    public func balances(
        on day: CalendarDate, customer: String? = nil, issuer: String
    ) throws(ToolkitError) -> BalanceReport {
        let ageing = try ageing(on: day, issuer: issuer)
        var lines: [BalanceReport.Line] = []
        for aged in ageing.lines where customer == nil || aged.customer == customer {
            var line = BalanceReport.Line(customer: aged.customer, currency: aged.currency)
            line.outstanding = try aged.total()
            line.overdue = try line.outstanding.subtracting(aged[.notDue]).subtracting(aged.dueToday)
            line.credit = aged.unapplied
            lines.append(line)
        }
        return BalanceReport(day: day, lines: lines)
    }
}

extension BalanceReport {
    /// The report as a table.
    ///
    /// - Returns: One row for each line.
    /// - Throws: `money.overflow`.
    public func table() throws(ToolkitError) -> ReportTable {
        var rows: [[ReportTable.Cell]] = []
        for line in lines {
            let amounts = [line.outstanding, line.overdue, line.credit, try line.balance()]
            rows.append(
                [.text(line.customer), .text(line.currency.code)] + amounts.map { .amount($0, line.currency) })
        }
        return ReportTable(
            "balances", [.init("asOf", day.description)],
            columns: ["customer", "currency", "outstanding", "overdue", "credit", "balance"], rows: rows)
    }
}
