public import Diagnostics
public import InvoiceModel

/// What customers owe on a day, by how long it is due.
///
/// The account is that of the end of the day: later movements are taken out again, later documents are not there. Void
/// documents never were.
public struct AgeingReport: Sendable, Hashable {
    /// The day.
    public let day: CalendarDate
    /// One line for each customer and currency, in the order of their names.
    public let lines: [Line]

    /// How long something is due: the days since its due day, which itself is day 0.
    public enum Age: Int, Sendable, Hashable, CaseIterable {
        /// Due later.
        case notDue
        /// Day 0 to 30.
        case upTo30
        /// Day 31 to 60.
        case upTo60
        /// Day 61 to 90.
        case upTo90
        /// Day 91 and on.
        case over90

        /// The age of something on a day.
        public init(due: CalendarDate, on day: CalendarDate) {
            self =
                switch day.days(since: due) {
                case ..<0: .notDue
                case ...30: .upTo30
                case ...60: .upTo60
                case ...90: .upTo90
                default: .over90
                }
        }
    }

    /// What one customer owes in one currency.
    public struct Line: Sendable, Hashable {
        /// Who owes.
        public let customer: String
        /// In which currency.
        public let currency: Currency
        /// What is due, by age.
        public internal(set) var amounts = [Money](repeating: .zero, count: Age.allCases.count)
        /// What is due on the very day: day 0, which is in time.
        public internal(set) var dueToday = Money.zero
        /// What is left of credit notes and not applied to an invoice yet.
        public internal(set) var unapplied = Money.zero

        /// What is due for so long.
        public subscript(_ age: Age) -> Money { amounts[age.rawValue] }

        /// Everything that is outstanding, unapplied credit not deducted.
        ///
        /// - Returns: The sum of all ages.
        /// - Throws: `money.overflow`.
        public func total() throws(ToolkitError) -> Money {
            var sum = Money.zero
            for amount in amounts { sum = try sum.adding(amount) }
            return sum
        }
    }
}

extension DocumentLedger {
    /// What customers owe on a day, by age.
    ///
    /// - Parameters:
    ///   - day: The day.
    ///   - issuer: Whose books.
    /// - Returns: The report.
    /// - Throws: `money.overflow`, and what the store throws.
    public func ageing(on day: CalendarDate, issuer: String) throws(ToolkitError) -> AgeingReport {
        var lines: [CustomerAccount: AgeingReport.Line] = [:]
        for account in try openAccounts(on: day, issuer: issuer) {
            let standing = account.standing
            let key = CustomerAccount(customer: standing.customer, currency: standing.currency)
            var line =
                lines[key]
                ?? AgeingReport.Line(customer: key.customer, currency: Currency(ofLedger: key.currency))
            if standing.kind == .creditNote {
                line.unapplied = try line.unapplied.adding(account.outstanding)
            } else {
                for part in standing.schedule(outstanding: account.outstanding) {
                    let age = AgeingReport.Age(due: part.due, on: day).rawValue
                    line.amounts[age] = try line.amounts[age].adding(part.outstanding)
                    if part.due == day { line.dueToday = try line.dueToday.adding(part.outstanding) }
                }
            }
            lines[key] = line
        }
        return AgeingReport(day: day, lines: lines.sorted { $0.key < $1.key }.map(\.value))
    }
}

extension AgeingReport {
    /// The report as a table.
    ///
    /// - Returns: One row for each line.
    /// - Throws: `money.overflow`.
    public func table() throws(ToolkitError) -> ReportTable {
        var rows: [[ReportTable.Cell]] = []
        for line in lines {
            let amounts = line.amounts + [try line.total(), line.unapplied]
            rows.append(
                [.text(line.customer), .text(line.currency.code)] + amounts.map { .amount($0, line.currency) })
        }
        return ReportTable(
            "ageing", [.init("asOf", day.description)],
            columns: [
                "customer", "currency", "notDue", "days0to30", "days31to60", "days61to90", "days91andMore", "total",
                "unappliedCredit",
            ], rows: rows)
    }
}
