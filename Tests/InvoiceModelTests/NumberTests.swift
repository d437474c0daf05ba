import Diagnostics
import InvoiceModel
import TestSupport
import Testing

@Suite("Exact decimals and money")
struct NumberTests {
    static let mkd = Currency(code: "MKD")

    @Test(
        "a decimal is read and printed without loss",
        arguments: [
            "0", "-1", "12.50", "0.001", "-0.5", "9999999999999999999999999", "123456789012.123456789012345678",
        ])
    func roundTrip(text: String) throws {
        #expect(try #require(ExactDecimal(text)).description == text)
    }

    @Test(
        "what is no decimal is refused",
        arguments: [
            "", "-", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "1 ", "--1", "1.2.3", "１", "0x1", "1_0",
            "1234567890123456789012345678901", "0.1234567890123456789",
        ])
    func refused(text: String) { #expect(ExactDecimal(text) == nil) }

    @Test(
        "rounding goes half away from zero",
        arguments: [("2.5", "3"), ("-2.5", "-3"), ("2.4999", "2"), ("-0.5", "-1"), ("0.4", "0"), ("7", "7")])
    func rounding(text: String, rounded: String) throws {
        #expect(try #require(ExactDecimal(text)).rounded(to: 0).description == rounded)
    }

    @Test("printing agrees with the digits of Int128 at every scale")
    func printing() throws {
        var random = SplitMix(seed: 5)
        for _ in 0..<3000 {
            let bits = Int.random(in: 0...126, using: &random)
            let value = Int128(Int128.random(in: -(1 << bits)...(1 << bits), using: &random))
            for scale in [0, 1, 2, 18, 19, 20, 38] {
                let text = ExactDecimal(coefficient: value, scale: scale).description
                let digits = "\(value.magnitude)"
                let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
                let expected = padded.dropLast(scale) + (scale > 0 ? "." : "") + padded.suffix(scale)
                #expect(text == (value < 0 ? "-" : "") + expected)
            }
        }
    }

    @Test("equal numbers with other zeros are the same number")
    func equality() throws {
        let left = try #require(ExactDecimal("12.50"))
        let right = try #require(ExactDecimal("12.5"))
        #expect(left != right && left.trimmed() == right)
    }

    /// Quantity, price, base, result in cents.
    static let products: [(String, String, String?, Int)] = [
        ("4", "2500.00", nil, 1_000_000), ("120.5", "301.9", "10", 363_790), ("3", "333.333", nil, 100_000),
        ("-2", "0.005", nil, -1), ("1", "0.005", nil, 1), ("1", "0.0049999", nil, 0), ("1", "1", "3", 33),
        ("1000.000000000000000000", "0.123456789012345678", nil, 12346), ("0", "99999999999999999999", nil, 0),
    ]

    @Test("quantity × price ÷ base is rounded once", arguments: products)
    func product(quantity: String, price: String, base: String?, cents: Int) throws {
        let money = try Money(
            quantity: #require(ExactDecimal(quantity)), price: #require(ExactDecimal(price)),
            base: base.flatMap { ExactDecimal($0) }, in: #require(Self.mkd))
        #expect(money.minorUnits == cents)
    }

    @Test("an overflow is an error everywhere")
    func overflow() throws {
        let huge = Money(minorUnits: .max)
        #expect(throws: ToolkitError.self) { try huge.adding(Money(minorUnits: 1)) }
        #expect(throws: ToolkitError.self) { try Money(minorUnits: .min).negated() }
        #expect(throws: ToolkitError.self) { try huge.scaled(by: 2, over: 1) }
        #expect(throws: ToolkitError.self) { try huge.scaled(by: 1, over: 0) }
        // The product is the least number of 128 bits, whose quotient by -1 is one too many.
        let yen = try #require(Currency(code: "JPY"))
        #expect(throws: ToolkitError.self) {
            try Money(
                quantity: ExactDecimal(coefficient: -(1 << 64), scale: 0),
                price: ExactDecimal(coefficient: 1 << 63, scale: 0), base: ExactDecimal(-1), in: yen)
        }
        let big = try #require(ExactDecimal("9999999999999999999999999"))
        #expect(throws: ToolkitError.self) {
            try Money(quantity: big, price: big, base: nil, in: #require(Self.mkd))
        }
        #expect(big.multiplied(by: big) == nil)
    }

    @Test("money takes no more decimals than its currency has")
    func surplusDigits() throws {
        let mkd = try #require(Self.mkd)
        let yen = try #require(Currency(code: "JPY"))
        let dinar = try #require(Currency(code: "BHD"))
        #expect(Money(try #require(ExactDecimal("10.005")), in: mkd) == nil)
        #expect(Money(try #require(ExactDecimal("10.5")), in: yen) == nil)
        #expect(Money(try #require(ExactDecimal("10.005")), in: dinar) == Money(minorUnits: 10_005))
        #expect(Money(minorUnits: -5).text(in: mkd) == "-0.05")
        #expect(Money(minorUnits: 12).text(in: yen) == "12")
    }

    /// Taxable amount, rate, VAT: a plain case, half a cent, and a credit, which mirrors it.
    @Test(
        "BR-CO-17: VAT is rounded half away from zero",
        arguments: [(10_00, 21_00, 2_10), (2_50, 1_00, 3), (-2_50, 1_00, -3)])
    func vat(base: Int, rate: Int, vat: Int) throws {
        #expect(try Money(minorUnits: base).vat(at: Rate(basisPoints: rate)) == Money(minorUnits: vat))
    }

    @Test("118.00 with 18 % contains 18.00")
    func contained() throws {
        let rate = Rate(basisPoints: 1800)
        #expect(try Money(minorUnits: 118_00).vatContained(at: rate) == Money(minorUnits: 18_00))
        #expect(try Money(minorUnits: 118_00).withoutVAT(at: rate) == Money(minorUnits: 100_00))
    }

    @Test(
        "a rate has at most two decimals and lies between 0 and 100",
        arguments: [
            ("18", 1800), ("5.50", 550), ("100", 10_000), ("0", 0), ("100.01", nil), ("-1", nil), ("1.234", nil),
        ])
    func rates(text: String, points: Int?) throws {
        #expect(Rate(percent: try #require(ExactDecimal(text)))?.basisPoints == points)
    }
}

@Suite("Calendar days")
struct CalendarDateTests {
    @Test(
        "ISO days are read and printed",
        arguments: ["2026-11-20", "0001-01-01", "2024-02-29", "2000-02-29", "9999-12-31"])
    func roundTrip(text: String) throws { #expect(try #require(CalendarDate(iso: text)).description == text) }

    @Test(
        "days that do not exist are refused",
        arguments: [
            "2026-02-30", "2026-02-29", "1900-02-29", "2026-00-10", "2026-13-01", "2026-04-31", "0000-01-01",
            "2026-1-1",
            "20261120", "2026-11-20T00:00", "2026/11/20", "",
        ])
    func refused(text: String) { #expect(CalendarDate(iso: text) == nil) }

    @Test("every day has its number, without gaps, and back")
    func numbers() throws {
        var previous = try #require(CalendarDate(iso: "1999-12-31")).dayNumber
        for year in 2000...2030 {
            for month in 1...12 {
                for day in 1...CalendarDate.days(in: month, of: year) {
                    let date = try #require(CalendarDate(year: year, month: month, day: day))
                    #expect(date.dayNumber == previous + 1)
                    #expect(CalendarDate(dayNumber: date.dayNumber) == date)
                    previous = date.dayNumber
                }
            }
        }
    }

    @Test("days are added, counted and ordered")
    func adding() throws {
        let start = try #require(CalendarDate(iso: "2026-11-20"))
        let end = try #require(CalendarDate(iso: "2026-12-20"))
        #expect(start.adding(days: 30) == end && end.adding(days: -30) == start && end.days(since: start) == 30)
        #expect(start < end)
        #expect(CalendarDate(iso: "9999-12-31")?.adding(days: 1) == nil)
        #expect(CalendarDate(iso: "0001-01-01")?.adding(days: -1) == nil)
        #expect(start.adding(days: .max) == nil)
    }
}
