/// The VAT rates of a country, each with the days on which it held.
///
/// The table serves a warning about rates that a country does not have; the law decides. Days before the first row of
/// a country are taken as unknown, and nothing is said about them.
public enum VATRates: Sendable {
    /// One rate of one country.
    public struct Entry: Sendable, Hashable {
        /// ISO 3166-1 alpha-2.
        public let country: String
        /// The rate.
        public let rate: Rate
        /// The first day.
        public let first: CalendarDate
        /// The last day; nil while it holds.
        public let last: CalendarDate?
    }

    /// Every rate that is known here.
    public static let table: [Entry] = [
        entry("MK", 18_00, 2003), entry("MK", 10_00, 2021), entry("MK", 5_00, 2003), entry("MK", 0, 2003),
        entry("RS", 20_00, 2014), entry("RS", 10_00, 2014), entry("RS", 0, 2014),
        entry("BG", 20_00, 2012), entry("BG", 9_00, 2012), entry("BG", 0, 2012),
        entry("HR", 25_00, 2014), entry("HR", 13_00, 2014), entry("HR", 5_00, 2014), entry("HR", 0, 2014),
    ]

    /// The rates of a country on a day, the highest first; nil where the table says nothing.
    public static func rates(in country: String, on day: CalendarDate) -> [Rate]? {
        let found = table.filter { $0.country == country && $0.first <= day && day <= ($0.last ?? day) }
        return found.isEmpty ? nil : found.map(\.rate).sorted(by: >)
    }

    private static func entry(_ country: String, _ basisPoints: Int, _ year: Int) -> Entry {
        Entry(
            country: country, rate: Rate(basisPoints: basisPoints),
            first: CalendarDate(checkedYear: year, month: 1, day: 1), last: nil)
    }
}
