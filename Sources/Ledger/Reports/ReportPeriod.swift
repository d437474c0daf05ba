public import InvoiceModel

/// The days that a report covers, and how it divides them.
public struct ReportPeriod: Sendable, Hashable {
    /// The first day.
    public let first: CalendarDate
    /// The last day, which belongs to it.
    public let last: CalendarDate
    /// How the days are divided.
    public let division: Division

    /// How long a line of a report is.
    public enum Division: String, Sendable, Hashable, CaseIterable {
        /// A month of the calendar.
        case month
        /// Three of them.
        case quarter
        /// A year of the calendar.
        case year
    }

    /// Takes the days as they are; nil where the last comes before the first.
    public init?(from first: CalendarDate, through last: CalendarDate, by division: Division = .month) {
        guard first <= last else { return nil }
        self.first = first
        self.last = last
        self.division = division
    }

    /// The name of the stretch that a month, such as `2026-11`, belongs to: itself, `2026-Q4` or `2026`.
    func name(ofMonth month: String) -> String {
        let year = month.prefix(4)
        switch division {
        case .month: return month
        case .quarter: return "\(year)-Q\(((Int(month.suffix(2)) ?? 1) + 2) / 3)"
        case .year: return String(year)
        }
    }

    var facts: [ReportTable.Fact] { [.init("from", first.description), .init("through", last.description)] }
}
