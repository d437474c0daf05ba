import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing

@Suite("How a language writes numbers, amounts and dates")
struct LocaleFormatTests {
    private func text(_ language: DocumentLanguage, _ body: (LocaleFormat, inout [UInt8]) -> Void) throws -> String {
        var bytes: [UInt8] = []
        body(try Fixtures.catalogue(language).format, &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static let amounts: [(DocumentLanguage, Int, String)] = [
        (.macedonian, 250_000, "2.500,00"), (.macedonian, 0, "0,00"), (.macedonian, 5, "0,05"),
        (.macedonian, -9_238_875, "-92.388,75"), (.macedonian, 123_456_789_00, "123.456.789,00"),
        (.serbianCyrillic, 99_999, "999,99"), (.bulgarian, 250_000, "2\u{A0}500,00"), (.croatian, 250_000, "2.500,00"),
        (.albanian, 250_000, "2.500,00"), (.english, 100_000_000, "1,000,000.00"),
        (.english, .max, "92,233,720,368,547,758.07"), (.english, .min, "-92,233,720,368,547,758.08"),
    ]
    @Test("an amount has its groups, its mark and all its places", arguments: amounts)
    func amount(language: DocumentLanguage, minorUnits: Int, expected: String) throws {
        #expect(try text(language) { $0.append(Money(minorUnits: minorUnits), places: 2, to: &$1) } == expected)
    }

    @Test("a currency without minor units has no decimal mark")
    func yen() throws {
        #expect(try text(.english) { $0.append(Money(minorUnits: 1_234_567), places: 0, to: &$1) } == "1,234,567")
    }

    static let currencies: [(DocumentLanguage, String, String)] = [
        (.macedonian, "MKD", "2.500,00\u{A0}ден."), (.macedonian, "EUR", "2.500,00\u{A0}€"),
        (.macedonian, "USD", "2.500,00\u{A0}USD"), (.serbianCyrillic, "RSD", "2.500,00\u{A0}дин."),
        (.bulgarian, "EUR", "2\u{A0}500,00\u{A0}€"), (.croatian, "EUR", "2.500,00\u{A0}€"),
        (.albanian, "ALL", "2.500,00\u{A0}lekë"), (.albanian, "MKD", "2.500,00\u{A0}den."),
        (.serbianLatin, "RSD", "2.500,00\u{A0}RSD"), (.english, "EUR", "EUR\u{A0}2,500.00"),
    ]
    @Test("the currency stands where the language wants it, on the same line", arguments: currencies)
    func currency(language: DocumentLanguage, code: String, expected: String) throws {
        let currency = try #require(Currency(code: code))
        #expect(try text(language) { $0.append(Money(minorUnits: 250_000), in: currency, to: &$1) } == expected)
    }

    static let numbers: [(Int128, Int, Int, String)] = [
        (12_000, 3, 0, "12"), (391_400, 3, 0, "391,4"), (498_018, 3, 0, "498,018"), (10_000, 0, 0, "10.000"),
        (38_5, 1, 2, "38,50"), (333_333, 3, 2, "333,333"), (5, 0, 2, "5,00"), (-21, 1, 0, "-2,1"), (0, 3, 0, "0"),
        (123_456_789_012_345_678_901_234_567_89, 2, 0, "123.456.789.012.345.678.901.234.567,89"),
    ]
    @Test("a quantity has no zeros at its end, a price at least two places", arguments: numbers)
    func number(coefficient: Int128, scale: Int, places: Int, expected: String) throws {
        let number = ExactDecimal(coefficient: coefficient, scale: scale)
        #expect(try text(.macedonian) { $0.append(number, atLeast: places, to: &$1) } == expected)
    }

    @Test("a rate stays with its sign")
    func rate() throws {
        #expect(try text(.macedonian) { $0.append(Rate(basisPoints: 1800), to: &$1) } == "18\u{A0}%")
        #expect(try text(.macedonian) { $0.append(Rate(basisPoints: 250), to: &$1) } == "2,5\u{A0}%")
    }

    static let dates: [(DocumentLanguage, Bool, String)] = [
        (.macedonian, false, "05.01.2026"), (.macedonian, true, "5 јануари 2026"),
        (.serbianCyrillic, false, "05.01.2026."), (.serbianLatin, true, "5. januar 2026."),
        (.bulgarian, false, "05.01.2026\u{A0}г."), (.bulgarian, true, "5 януари 2026\u{A0}г."),
        (.croatian, false, "5.\u{A0}1.\u{A0}2026."), (.croatian, true, "5. siječnja 2026."),
        (.albanian, false, "05.01.2026"), (.albanian, true, "5 janar 2026"),
        (.english, false, "5 Jan 2026"), (.english, true, "5 January 2026"),
    ]
    @Test("a date follows the custom of the language", arguments: dates)
    func date(language: DocumentLanguage, isLong: Bool, expected: String) throws {
        let day = try Fixtures.invoice { $0["issueDate"] = "2026-01-05" }.invoice.issueDate
        #expect(try text(language) { $0.append(day, long: isLong, to: &$1) } == expected)
    }
}
