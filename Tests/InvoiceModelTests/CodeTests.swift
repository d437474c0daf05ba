import Foundation
import InvoiceModel
import TestSupport
import Testing

@Suite("Codes and identifiers")
struct CodeTests {
    static let lists: [(list: CodeList, present: [String], absent: [String])] = [
        (.units, ["HUR", "H87", "C62", "KGM", "10", "XZZ", "X1A", "MTK"], ["", "час", "hur", "HURR", "PCE", "X"]),
        (.countries, ["MK", "RS", "1A", "ZW", "AD"], ["XX", "mk", "UK", "MKD"]),
        (.paymentMeans, ["1", "30", "58", "ZZZ"], ["0", "99", "300"]),
        (.allowanceReasons, ["41", "95", "105"], ["96", "AAA"]),
        (.chargeReasons, ["AA", "ABL", "FC", "ZZZ"], ["95", "AB1"]),
        (.classifications, ["AA", "CG", "STI", "ZZZ"], ["XX"]),
        (.exemptionReasons, ["VATEX-EU-132", "VATEX-EU-AE", "VATEX-EU-79-C"], ["VATEX", "VATEX-EU", "vatex-eu-ae"]),
        (.endpointSchemes, ["0002", "9942", "9948", "EM"], ["0001", "9999"]),
    ]

    @Test("a list finds its codes and no others", arguments: lists)
    func lookup(list: CodeList, present: [String], absent: [String]) {
        for code in present { #expect(list.contains(code), "\(code)") }
        for code in absent { #expect(!list.contains(code), "\(code)") }
        let codes = list.codes
        #expect(codes.count == list.count && codes == codes.sorted())
        for code in codes { #expect(list.contains(code)) }
    }

    @Test("the lists hold exactly what the official rules check", .needsSharedFolder)
    func official() throws {
        let bytes = try SharedFolder.bytes("vectors/rules/cen/codelist/EN16931-UBL-codes.sch")
        let text = String(decoding: bytes, as: UTF8.self)
        for (rule, list) in [
            ("BR-CL-23", CodeList.units), ("BR-CL-14", .countries), ("BR-CL-16", .paymentMeans),
            ("BR-CL-19", .allowanceReasons), ("BR-CL-20", .chargeReasons), ("BR-CL-13", .classifications),
            ("BR-CL-22", .exemptionReasons), ("BR-CL-25", .endpointSchemes),
        ] {
            let head = try #require(text.range(of: "id=\"\(rule)\"")).lowerBound
            let start = try #require(text[..<head].range(of: "contains(", options: .backwards)).upperBound
            // The last `contains(` before the id is the one over the codes, whose first argument is quoted.
            let quoted = text[start..<head].split(separator: "'", omittingEmptySubsequences: false)
            #expect(quoted.count > 2)
            #expect(Set(quoted[1].split(separator: " ").map(String.init)) == Set(list.codes), "\(rule)")
        }
    }

    @Test(
        "ISO 4217 tells the decimal places",
        arguments: [("MKD", 2), ("EUR", 2), ("RSD", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4), ("XCG", 2)])
    func currencies(code: String, digits: Int) { #expect(Currency(code: code)?.minorUnitDigits == digits) }

    @Test("withdrawn currencies are known for documents of their time")
    func withdrawn() throws {
        #expect(Currency(code: "BGN") == nil && Currency(code: "MKX") == nil && Currency(code: "mkd") == nil)
        #expect(Currency(code: "BGN", on: try #require(CalendarDate(iso: "2025-12-31"))) != nil)
        #expect(Currency(code: "BGN", on: try #require(CalendarDate(iso: "2026-01-01"))) == nil)
    }

    @Test("ISO 13616: an IBAN has check digits and the length of its country")
    func iban() {
        for good in ["MK07200003332266115", "DE89370400440532013000", "RS35260005601001611379"] {
            #expect(Identifiers.isIBAN(good))
        }
        for bad in ["MK08200003332266115", "MK0720000333226611", "DE8937040044053201300", "", "мк07", "DE89 3704"] {
            #expect(!Identifiers.isIBAN(bad))
        }
    }

    @Test("national accounts are checked and written in full")
    func accounts() {
        #expect(Identifiers.macedonianAccount("200003332266115") == "200003332266115")
        #expect(Identifiers.macedonianAccount("200-0033322661-15") == "200003332266115")
        #expect(Identifiers.macedonianAccount("200003332266116") == nil)
        for text in ["840000000095584510", "840-955845-10", "84095584510", "840-0000000955845-10"] {
            #expect(Identifiers.serbianAccount(text) == "840000000095584510")
        }
        for text in ["840-955845-11", "84-0955845-10", "840--10", "84095584511", "", "840-95а845-10"] {
            #expect(Identifiers.serbianAccount(text) == nil)
        }
    }

    @Test("check digits of tax numbers and of GTINs")
    func checkDigits() {
        for good in ["100000049", "101134702"] { #expect(Identifiers.hasMod11And10CheckDigit(good.utf8)) }
        for bad in ["107468395", "100000048", "1"] { #expect(!Identifiers.hasMod11And10CheckDigit(bad.utf8)) }
        for good in ["4030995135699", "4058018530158", "4030000375897"] {
            #expect(Identifiers.hasMacedonianCheckDigit(good.utf8))
        }
        #expect(!Identifiers.hasMacedonianCheckDigit("4030000375890".utf8))
        for good in ["4006381333931", "96385074", "036000291452"] { #expect(Identifiers.hasGTINCheckDigit(good.utf8)) }
        #expect(!Identifiers.hasGTINCheckDigit("4006381333932".utf8))
    }

    @Test("Cyrillic look-alikes become Latin letters in identifiers")
    func latin() {
        #expect(Identifiers.latin("МК 4030-995.135699") == "MK4030995135699")
        #expect(Identifiers.latin("нр1") == "HP1")
        #expect(Identifiers.latin("Ж1") == "Ж1")
    }

    @Test("rates of a country depend on the day")
    func rates() throws {
        let day = try #require(CalendarDate(iso: "2026-11-20"))
        #expect(VATRates.rates(in: "MK", on: day)?.map(\.basisPoints) == [1800, 1000, 500, 0])
        #expect(VATRates.rates(in: "HR", on: day)?.map(\.basisPoints) == [2500, 1300, 500, 0])
        #expect(VATRates.rates(in: "DE", on: day) == nil)
        #expect(VATRates.rates(in: "MK", on: try #require(CalendarDate(iso: "2000-01-01"))) == nil)
    }
}
