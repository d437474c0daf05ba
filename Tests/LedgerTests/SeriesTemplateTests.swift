import InvoiceModel
import Testing

@Suite("BT-1: patterns of series")
struct SeriesTemplateTests {
    static let day = CalendarDate(year: 2026, month: 3, day: 9)

    /// Pattern, running number, number, period.
    static let cases = [
        ("FAK-{yyyy}-{seq:4}", 42, "FAK-2026-0042", "2026"), ("{seq}/{yy}", 7, "7/26", "2026"),
        ("INV-{yyyy}-{seq:6}", 1_234_567, "INV-2026-1234567", "2026"),
        ("Ф{yyyy}{mm}-{seq:3}", 5, "Ф202603-005", "2026-03"),
        ("{seq:5}", 12, "00012", ""),
    ]

    @Test("make numbers of a running number and a day", arguments: cases)
    func numbers(pattern: String, sequence: Int, number: String, period: String) throws {
        let template = try #require(SeriesTemplate(pattern))
        let day = try #require(Self.day)
        #expect(template.number(sequence, on: day) == number)
        #expect(template.period(of: day) == period)
    }

    @Test(
        "are refused where two documents could get the same number or braces hold something else",
        arguments: [
            "FAK-{yyyy}", "{seq}{seq}", "{mm}-{seq}", "{year}-{seq}", "{seq:0}", "{seq:11}", "{seq", "seq}", "",
        ])
    func refused(pattern: String) { #expect(SeriesTemplate(pattern) == nil) }
}
