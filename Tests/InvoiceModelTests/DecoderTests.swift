import Diagnostics
import InvoiceModel
import JSONCore
import TestSupport
import Testing

/// A small document without a flaw; tests replace parts of it.
let soundDocument = #"""
    {"$schema":"urn:pechat:schema:invoice:1","kind":"invoice","number":"1","issueDate":"2026-11-20","dueDate":"2026-12-20",
    "seller":{"name":"Продавач","taxNumber":"4030995135699","vatNumber":"МК4030995135699","address":{"country":"MK"},
    "accounts":[{"account":"200003332266115"}],"contact":{"email":"a@b.example"}},
    "buyer":{"name":"Купувач","address":{"country":"RS"},"vatNumber":"RS100000049"},
    "references":{"order":"7"},"delivery":{"date":"2026-11-19"},"period":{"start":"2026-11-01","end":"2026-11-30"},
    "payment":{"terms":[{"percent":"40","days":10},{"percent":60,"date":"2026-12-20"}]},
    "lines":[{"item":{"name":"Услуга"},"quantity":4,"unit":"HUR","price":"2500.00","vat":{"category":"S","rate":"18"}},
    {"item":{"name":"Осигурување","gtin":"4006381333931"},"quantity":"1","unit":"C62","price":"10","vat":{"category":"E","reasonCode":"VATEX-EU-132"},
    "discounts":[{"percent":"5"}],"charges":[{"amount":"1.00","reason":"Итност"}]}],
    "discounts":[{"amount":"10.00","reason":"Попуст"}],"notes":["Прва\nВтора"],"internalNotes":"тајно"}
    """#

@Suite("The decoder")
struct DecoderTests {
    func decode(_ text: String) throws -> DecodedInvoice { try InvoiceDecoder.decode(Array(text.utf8)) }

    @Test("reads a document and fills in what its keys leave out")
    func defaults() throws {
        let decoded = try decode(soundDocument)
        #expect(decoded.report.findings == [])
        let invoice = try #require(decoded.invoice)
        #expect(invoice.currency.code == "MKD" && invoice.language == .macedonian && invoice.profile == .macedonia)
        #expect(invoice.prices == .net && invoice.payment?.means == "30")
        #expect(invoice.seller.vatNumber == "MK4030995135699")
        #expect(invoice.lines.map(\.id) == ["1", "2"])
        #expect(invoice.lines[1].discounts[0].code == "95" && invoice.lines[1].vat.rate == .zero)
        #expect(invoice.notes == ["Прва\nВтора"] && invoice.internalNotes == "тајно")
        #expect(invoice.payment?.terms[1].value == .percent(ExactDecimal(60)))
    }

    /// What is replaced, by what, the pointer and the rule of the one error that follows.
    static let errors: [(String, String, String, String)] = [
        (#""kind":"invoice""#, #""kind":"bill""#, "/kind", "code.unknown"),
        (#""kind":"invoice","#, "", "/kind", "BR-04"),
        (#""issueDate":"2026-11-20","#, "", "/issueDate", "BR-03"),
        (#""issueDate":"2026-11-20""#, #""issueDate":20261120"#, "/issueDate", "date.noSuchDay"),
        (#""number":"1""#, #""number":1"#, "/number", "json.wrongType"),
        (#""number":"1""#, #""number":"""#, "/number", "text.empty"),
        (#""number":"1""#, #""number":"a\nb""#, "/number", "text.controlCharacter"),
        (#""number":"1""#, #""number":"a\u0085b""#, "/number", "text.controlCharacter"),
        (#""number":"1""#, #""number":"a\uFFFEb""#, "/number", "text.controlCharacter"),
        (#""number":"1""#, #""number":null"#, "/number", "json.null"),
        (#""number":"1""#, #""series":"FAK-{yyy}-{seq}""#, "/series", "series.malformed"),
        (#""number":"1""#, #""series":"FAK-{yyyy}""#, "/series", "series.malformed"),
        (#""number":"1""#, #""template":"../x""#, "/template", "template.malformed"),
        (#""number":"1""#, #""currency":"EURO""#, "/currency", "BR-CL-04"),
        (#""number":"1""#, #""vatCurrency":"EUR""#, "/exchangeRate", "BR-53"),
        (#""number":"1""#, #""exchangeRate":"61.5""#, "/exchangeRate", "exchangeRate.withoutCurrency"),
        (#""number":"1""#, #""payableRounding":"0""#, "/payableRounding", "number.range"),
        (#""number":"1""#, #""payableRounding":"0.001""#, "/payableRounding", "number.range"),
        (#""number":"1""#, #""prepaid":[{"amount":"-1"}]"#, "/prepaid/0/amount", "number.range"),
        (#""number":"1""#, #""prepaid":[{"number":"1"}]"#, "/prepaid/0/amount", "json.missingKey"),
        (#""number":"1""#, #""nmber":"1""#, "/nmber", "json.unknownKey"),
        (#""name":"Продавач","#, "", "/seller/name", "BR-06"),
        (#""address":{"country":"MK"}"#, #""address":{"country":"XK"}"#, "/seller/address/country", "BR-CL-14"),
        (#""address":{"country":"RS"}"#, #""address":{"city":"Ниш"}"#, "/buyer/address/country", "BR-11"),
        (#""taxNumber":"4030995135699""#, #""taxNumber":"403099513569""#, "/seller/taxNumber", "edb.length"),
        (#""vatNumber":"RS100000049""#, #""vatNumber":"RS100000048""#, "/buyer/vatNumber", "pib.checkDigit"),
        (#""vatNumber":"RS100000049""#, #""vatNumber":"100000049""#, "/buyer/vatNumber", "BR-CO-09"),
        (
            #""vatNumber":"RS100000049""#, #""endpoint":{"scheme":"1234","id":"1"}"#, "/buyer/endpoint/scheme",
            "BR-CL-25"
        ),
        (#""account":"200003332266115""#, #""bic":"STOBMK2X""#, "/seller/accounts/0", "BR-50"),
        (
            #""account":"200003332266115""#, #""account":"200003332266115","bic":"ST""#, "/seller/accounts/0/bic",
            "bic.malformed"
        ),
        (#""start":"2026-11-01""#, #""start":"2026-12-01""#, "/period/end", "BR-29"),
        (#"{"start":"2026-11-01","end":"2026-11-30"}"#, "{}", "/period", "BR-CO-19"),
        (#""terms":["#, #""means":"99","terms":["#, "/payment/means", "BR-CL-16"),
        (#""percent":"40""#, #""percent":"41""#, "/payment/terms", "payment.sum"),
        (#""percent":"40""#, #""percent":"140""#, "/payment/terms/0/percent", "number.range"),
        (#""days":10"#, #""days":400"#, "/payment/terms/0/days", "number.range"),
        (#""date":"2026-12-20"}"#, #""date":"2026-12-20","days":1}"#, "/payment/terms/1", "payment.daysOrDate"),
        (#""terms":["#, #""qr":"ips","terms":["#, "/payment/qr", "payment.qrCurrency"),
        (#""quantity":4"#, #""quantity":4.0"#, "/lines/0/quantity", "json.inexactNumber"),
        (#""quantity":4"#, #""quantity":4e1"#, "/lines/0/quantity", "json.inexactNumber"),
        (#""quantity":4"#, #""quantity":"4,5""#, "/lines/0/quantity", "number.malformed"),
        (#""quantity":4,"#, "", "/lines/0/quantity", "BR-22"),
        (#""price":"2500.00""#, #""price":"-1""#, "/lines/0/price", "BR-27"),
        (#""price":"2500.00""#, #""price":"1","priceBase":"0""#, "/lines/0/priceBase", "number.range"),
        (#""price":"2500.00""#, #""price":"1","id":"2""#, "/lines/1/id", "line.duplicateID"),
        (#"{"category":"S","rate":"18"}"#, #"{"category":"S"}"#, "/lines/0/vat/rate", "BR-S-05"),
        (#"{"category":"S","rate":"18"}"#, #"{"category":"Z","rate":"18"}"#, "/lines/0/vat/rate", "BR-Z-05"),
        (#"{"category":"S","rate":"18"}"#, #"{"category":"K"}"#, "/lines/0/vat", "BR-IC-10"),
        (
            #"{"category":"S","rate":"18"}"#, #"{"category":"S","rate":"18","reason":"x"}"#, "/lines/0/vat/reason",
            "BR-S-10"
        ),
        (#"{"category":"S","rate":"18"}"#, #"{"category":"AA","rate":"18"}"#, "/lines/0/vat/category", "code.unknown"),
        (#""reasonCode":"VATEX-EU-132""#, #""reasonCode":"VATEX-XX""#, "/lines/1/vat/reasonCode", "BR-CL-22"),
        (#""gtin":"4006381333931""#, #""gtin":"4006381333930""#, "/lines/1/item/gtin", "gtin.checkDigit"),
        (#"{"percent":"5"}"#, #"{"percent":"101"}"#, "/lines/1/discounts/0/percent", "number.range"),
        (#"{"percent":"5"}"#, #"{"percent":"100.01"}"#, "/lines/1/discounts/0/percent", "number.range"),
        (#"{"percent":"5"}"#, "{}", "/lines/1/discounts/0", "adjustment.percentOrAmount"),
        (#"{"percent":"5"}"#, #"{"percent":"5","vat":{}}"#, "/lines/1/discounts/0/vat", "json.unknownKey"),
        (#""amount":"1.00","reason":"Итност""#, #""amount":"1.00""#, "/lines/1/charges/0", "BR-44"),
        (#""amount":"10.00","reason":"Попуст""#, #""amount":"10.00","code":"ABC""#, "/discounts/0/code", "BR-CL-19"),
        (
            #""amount":"10.00","reason":"Попуст""#, #""amount":"10.00","base":"1""#, "/discounts/0/base",
            "adjustment.baseWithoutPercent"
        ),
        (#""notes":["Прва\nВтора"]"#, #""notes":"Прва""#, "/notes", "json.wrongType"),
        (#""notes":["Прва\nВтора"]"#, #""totals":{"payable":1.5}"#, "/totals/payable", "json.inexactNumber"),
    ]

    @Test("finds one flaw, with pointer, rule, place and fix", arguments: errors)
    func error(part: String, replacement: String, pointer: String, rule: String) throws {
        let text = try #require(soundDocument.replacingFirst(part, with: replacement))
        let decoded = try decode(text)
        let errors = decoded.report.findings.filter { $0.severity == .error }
        #expect(errors.map(\.pointer) == [pointer])
        #expect(errors.map(\.rule) == [rule])
        #expect(errors.allSatisfy { $0.place != nil && !$0.message.isEmpty })
        #expect(decoded.invoice == nil)
    }

    /// What is replaced, by what, the pointer and the rule of the warning that follows.
    static let warnings: [(String, String, String, String)] = [
        (#""taxNumber":"4030995135699""#, #""taxNumber":"4030995135690""#, "/seller/taxNumber", "edb.checkDigit"),
        (#""rate":"18""#, #""rate":"17""#, "/lines/0/vat/rate", "vat.unusualRate"),
        (#""kind":"invoice""#, #""kind":"debit-note""#, "/references/invoices", "references.invoiceMissing"),
    ]

    @Test("only warns of what may be right", arguments: warnings)
    func warning(part: String, replacement: String, pointer: String, rule: String) throws {
        let decoded = try decode(try #require(soundDocument.replacingFirst(part, with: replacement)))
        #expect(decoded.report.findings.map(\.pointer) == [pointer])
        #expect(decoded.report.findings.map(\.rule) == [rule])
        #expect(decoded.invoice != nil)
    }

    @Test("tells all findings at once, in the order of the document")
    func allAtOnce() throws {
        let text = #"{"lines":[{"unit":"x","price":1.5,"vat":7}],"kind":5,"seller":[],"dueDate":"2026-02-30"}"#
        let findings = try decode(text).report.findings
        let pointers = Set(findings.map(\.pointer))
        #expect(
            pointers.isSuperset(of: [
                "/lines/0/item", "/lines/0/quantity", "/lines/0/unit", "/lines/0/price", "/lines/0/vat", "/kind",
                "/seller",
                "/buyer", "/issueDate", "/dueDate",
            ]))
        let columns = findings.compactMap { $0.place?.column }
        #expect(columns == columns.sorted() && columns.count == findings.count)
    }

    @Test("takes no document that is no object", arguments: ["[]", "1", "\"x\"", "null", "true"])
    func noObject(text: String) throws {
        let decoded = try decode(text)
        #expect(decoded.invoice == nil && decoded.report.findings.map(\.rule) == ["json.wrongType"])
    }

    @Test("ends after a thousand findings")
    func limit() throws {
        let lines = [String](repeating: "{}", count: 3000).joined(separator: ",")
        let findings = try decode("{\"lines\":[\(lines)]}").report.findings
        #expect(findings.count == 1001 && findings.last?.rule == "report.limit")
    }

    @Test("fills in the places of findings that others made")
    func locating() throws {
        let decoded = try decode(soundDocument)
        let located = decoded.locating([
            Finding(rule: "x", pointer: "/lines/1/price", message: "m"),
            Finding(rule: "x", pointer: "/totals/payable", message: "m"),
        ])
        #expect(located[0].place?.line == 8 && located[1].place == SourcePlace(line: 1, column: 1))
    }

    @Test("messages quote nothing of the document")
    func secrecy() throws {
        let text = try #require(
            soundDocument.replacingFirst("\"taxNumber\":\"4030995135699\"", with: "\"taxNumber\":\"Тајна77\""))
        for finding in try decode(text).report.findings {
            #expect(!finding.message.contains("Тајна") && !finding.fix.contains("Тајна"))
        }
    }

    @Test("never crashes on a mutated document")
    func mutations() throws {
        var random = SplitMix(seed: 11)
        let seed = Array(soundDocument.utf8)
        let letters = Array("{}[]\",:-.0129eSZE".utf8)
        for _ in 0..<1500 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = letters.randomElement(using: &random) ?? 0x30
            }
            guard let decoded = try? InvoiceDecoder.decode(bytes) else { continue }
            #expect((decoded.invoice == nil) == !decoded.report.isAcceptable)
        }
    }
}

extension String {
    /// The text with the first occurrence replaced; nil where there is none.
    func replacingFirst(_ part: String, with replacement: String) -> String? {
        guard let range = firstRange(of: part) else { return nil }
        return replacingCharacters(in: range, replacement)
    }

    private func firstRange(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }

    private func replacingCharacters(in range: Range<String.Index>, _ replacement: String) -> String {
        self[..<range.lowerBound] + replacement + self[range.upperBound...]
    }
}
