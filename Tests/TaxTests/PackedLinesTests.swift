import InvoiceModel
import Tax
import TestSupport
import Testing

@Suite("The lines of long documents")
struct PackedLinesTests {
    /// Lines with everything that a line can have, each now and then.
    static func lines(_ count: Int) -> [Line] {
        var random = SplitMix(seed: 2026)
        func now() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
        func text(_ limit: Int) -> String {
            String(
                (0...Int.random(in: 0..<limit, using: &random)).map { _ in "aЖ„ 9€".randomElement(using: &random) ?? "x"
                })
        }
        func decimal() -> ExactDecimal {
            ExactDecimal(
                coefficient: Int128(Int.random(in: -99_999...9_999_999, using: &random)),
                scale: Int.random(in: 0...9, using: &random))
        }
        func treatment() -> VATTreatment {
            now()
                ? VATTreatment(
                    category: .exempt, rate: .zero, reason: now() ? text(9) : nil, reasonCode: "VATEX-EU-132")
                : VATTreatment(
                    category: .standard, rate: Rate(basisPoints: [500, 1800].randomElement(using: &random) ?? 0))
        }
        func adjustments() -> [AllowanceCharge] {
            (0..<Int.random(in: 0...2, using: &random)).map { _ in
                AllowanceCharge(
                    value: now()
                        ? .amount(Money(minorUnits: Int.random(in: 0...999, using: &random)))
                        : .percent(ExactDecimal(5)),
                    base: now() ? Money(minorUnits: 12_345) : nil, reason: now() ? text(20) : nil,
                    code: now() ? "95" : nil, vat: now() ? treatment() : nil)
            }
        }
        return (0..<count).map { index in
            let item = Item(
                name: text(300), description: now() ? text(30) : nil, code: now() ? text(9) : nil,
                gtin: now() ? "96385074" : nil,
                classification: now() ? Classification(code: "1", list: "CG", version: now() ? "2" : nil) : nil,
                origin: now() ? "MK" : nil)
            let period =
                now()
                ? Period(start: CalendarDate(iso: "2026-02-28"), end: now() ? CalendarDate(iso: "9999-12-31") : nil)
                : nil
            return Line(
                id: "\(index)", item: item, quantity: decimal(), unit: UnitCode(received: now() ? "H87" : "KGM"),
                price: index == 7 ? ExactDecimal(coefficient: .max, scale: 38) : decimal(),
                priceBase: now() ? ExactDecimal(7) : nil, discounts: adjustments(), charges: adjustments(),
                vat: treatment(), period: period, note: now() ? text(40) : nil)
        }
    }

    @Test("come out of their packing as they went in")
    func packing() {
        let lines = Self.lines(Lines.packingCount + 700)
        var packed = Lines(expected: lines.count)
        for line in lines { packed.append(line) }
        #expect(packed.isPacked && packed.count == lines.count)
        #expect(zip(packed, lines).allSatisfy { $0 == $1 })
        #expect(packed.array == lines && packed == Lines(lines) && packed.categories == [.standard, .exempt])
        var cursor = Lines.Cursor(packed)
        for position in [2500, 0, 256, 255] {
            let place = cursor.index(of: position)
            #expect(cursor.lines[place] == lines[position])
        }
        var changed = packed
        changed[3].note = "other"
        #expect(!changed.isPacked && changed != packed && changed[3].note == "other" && changed[4] == lines[4])
        #expect(!Lines(expected: Lines.packingCount - 1).isPacked)
    }

    @Test("are priced like those of short ones", arguments: [PriceMode.net, .gross])
    func pricing(prices: PriceMode) throws {
        var random = SplitMix(seed: 5)
        var lines: [Line] = []
        while lines.count < Lines.packingCount {
            lines += try PricingPropertyTests.document(prices, &random).lines.filter { !$0.price.isNegative }
        }
        var plain = try PricingPropertyTests.document(prices, &random)
        plain.lines = Lines(lines)
        var packed = plain
        packed.lines = Lines(expected: lines.count)
        for line in lines { packed.lines.append(line) }
        let first = Pricing(of: plain)
        let second = Pricing(of: packed)
        #expect(packed.lines.isPacked && !plain.lines.isPacked)
        #expect(first.report == second.report)
        let expected = try #require(first.priced)
        let priced = try #require(second.priced)
        #expect(priced == expected && zip(priced.lines, expected.lines).allSatisfy { $0 == $1 })
    }
}
