import InvoiceModel
import Testing

@testable import Issuing

@Suite("Numbers and dates as paper writes them")
struct PaperNumberTests {
    /// A text, the decimal mark of its language, and the readings of the numbers in it.
    static let numbers: [(String, Unicode.Scalar?, [[String]])] = [
        ("1.234,50", ",", [["1234.5"]]), ("1,234.50", ".", [["1234.5"]]), ("1 234,50", ",", [["1234.5"]]),
        ("1\u{A0}234\u{A0}567,89", ",", [["1234567.89"]]), ("1'234.50", ".", [["1234.5"]]),
        ("1.234", ",", [["1234"]]), ("1.234", ".", [["1.234"]]), ("1.234", nil, [["1.234", "1234"]]),
        ("0,333", ",", [["0.333"]]), ("-1.000,00 ден.", ",", [["-1000"]]), ("\u{2212}5", ",", [["-5"]]),
        ("12 500,00", ",", [["12500"]]), ("12 50", ",", [["12"], ["50"]]), ("18 %", ",", [["18"]]),
        ("1.234.567", ",", [["1234567"]]), ("1.2.3", ",", []), ("FAK-2026-0001", ",", []), ("102/3-15", ",", []),
        ("MK07 2000", ",", [["2000"]]), ("10kg", ",", []), ("(9.999,99)", ",", [["9999.99"]]), ("20.11.2026", ",", []),
    ]

    @Test("numbers", arguments: numbers.indices)
    func number(index: Int) {
        let (text, mark, readings) = Self.numbers[index]
        let scalars = Array(text.unicodeScalars)
        let dates = PaperDate.all(in: scalars, months: [:])
        let found = PaperNumber.all(in: scalars, decimalMark: mark, outside: dates.map(\.range))
        #expect(found.map { $0.readings.map(\.description) } == readings, "\(text)")
    }

    static let dates: [(String, [String])] = [
        ("20.11.2026", ["2026-11-20"]), ("20. 11. 2026.", ["2026-11-20"]), ("2026-11-20", ["2026-11-20"]),
        ("20/11/2026", ["2026-11-20"]), ("Скопје, 20.11.2026", ["2026-11-20"]), ("20 Nov 2026", ["2026-11-20"]),
        ("20 ноември 2026", ["2026-11-20"]), ("November 20, 2026", ["2026-11-20"]), ("30.02.2026", []),
        ("1.2.3", []), ("01.10.2026 – 31.10.2026", ["2026-10-01", "2026-10-31"]), ("4030995135699", []),
    ]

    @Test("dates", arguments: dates.indices)
    func date(index: Int) {
        let (text, days) = Self.dates[index]
        let months = ["nov": 11, "november": 11, "ноември": 11]
        let found = PaperDate.all(in: Array(text.unicodeScalars), months: months)
        #expect(found.flatMap { $0.readings.map(\.description) } == days, "\(text)")
    }

    @Test("keys: blanks, letter case, ligatures, hyphens and look-alike letters do not part what is the same")
    func keys() {
        #expect(PaperKey.of("Of\u{FB01}ce\u{A0}A\u{2011}1") == PaperKey.of("office a-1"))
        #expect(PaperKey.of("Cafe\u{301}") == PaperKey.of("CAF\u{C9}"))
        #expect(PaperKey.ofIdentifier("МК 4030995135699") == PaperKey.ofIdentifier("MK4030995135699"))
        #expect(PaperKey.of("ab12cd").holdsWhole(PaperKey.of("12")))
        #expect(!PaperKey.of("ab123cd").holdsWhole(PaperKey.of("12")))
        #expect(PaperKey.of("123 12 x").holds(PaperKey.of("12")))
        #expect(PaperKey.of("aab aaab").holds(PaperKey.of("aaab")))
        #expect(!PaperKey.of("abc").holds(PaperKey.of("")))
    }
}
