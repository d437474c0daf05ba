import Barcode
import Diagnostics
import InvoiceModel
import TestSupport
import Testing

@Suite("NBS IPS: payments in dinars")
struct IPSPaymentTests {
    static func payment(_ change: (inout IPSPayment) -> Void = { _ in }) -> IPSPayment {
        var payment = IPSPayment(
            account: "840-955845-10", payee: ["Čigra doo"], amount: Money(minorUnits: 1025_12))
        change(&payment)
        return payment
    }

    @Test("the example of the National Bank of Serbia comes out letter by letter")
    func example() {
        let payload = Self.payment().payload
        #expect(
            payload.text == "K:PR|V:01|C:1|R:840000000095584510|N:Čigra doo|I:RSD1025,12|SF:289"
                && payload.findings.isEmpty)
    }

    @Test("optional tags stand in their order")
    func allTags() {
        let payload = Self.payment {
            $0.payee = ["JP EPS BEOGRAD", "BALKANSKA 13", "11000 Beograd"]
            $0.payer = "Марко Марковић"
            $0.code = .business
            $0.purpose = "Фактура 2026-17"
            $0.reference = "(mod97) 123456"
        }.payload
        #expect(
            payload.text == """
                K:PR|V:01|C:1|R:840000000095584510|N:JP EPS BEOGRAD
                BALKANSKA 13
                11000 Beograd|I:RSD1025,12|P:Марко Марковић|SF:221|S:Фактура 2026-17|RO:97123456
                """)
    }

    /// The examples of the bank's recommendations, the same account otherwise written, and its IBAN.
    static let accounts = [
        ("840-955845-10", "840000000095584510"), ("840000000095584510", "840000000095584510"),
        ("84095584510", "840000000095584510"), ("840-743324843-18", "840000074332484318"),
        ("RS35 8400 0000 0095 5845 10", "840000000095584510"),
    ]

    @Test("the account becomes 18 digits", arguments: accounts)
    func account(written: String, digits: String) throws {
        var written = written
        if written.hasPrefix("RS") {
            // The check digits of the IBAN: 98 less the remainder of account, RS (27 28) and 00.
            let rest = (digits + "272800").utf8.reduce(0) { ($0 * 10 + Int($1) - 0x30) % 97 }
            written = "RS\(98 - rest < 10 ? "0" : "")\(98 - rest)\(digits)"
        }
        let text = try #require(Self.payment { $0.account = written }.payload.text)
        #expect(text.contains("|R:\(digits)|"))
    }

    @Test(
        "an account with wrong check digits gives no symbol",
        arguments: ["840-955845-11", "", "RS35840000000095584510X", "300000000000012345"])
    func wrongAccount(written: String) {
        let payload = Self.payment { $0.account = written }.payload
        #expect(payload.text == nil && payload.findings.map(\.rule) == ["payment.qrAccount"])
    }

    /// Paras and what the tag says; nil where there is no symbol.
    static let amounts: [(Int, String?)] = [
        (1, "RSD0,01"), (100, "RSD1,00"), (123_456_789_05, "RSD123456789,05"),
        (999_999_999_999_99, "RSD999999999999,99"),
        (0, nil), (-100, nil), (1_000_000_000_000_000_00, nil), (.max, nil), (.min, nil),
    ]

    @Test("the amount has a comma and at most 18 characters", arguments: amounts)
    func amount(paras: Int, tag: String?) {
        let payload = Self.payment { $0.amount = Money(minorUnits: paras) }.payload
        if let tag {
            #expect(payload.text?.contains("|I:\(tag)|") == true)
        } else {
            #expect(payload.text == nil && payload.findings.map(\.rule) == ["payment.qrAmount"])
        }
    }

    /// A reference and its tag; nil where it is left out with a finding.
    static let references: [(String, String?)] = [
        ("97 12-3456", "97123456"), ("97123456", "97123456"), ("model 97 123456", "97123456"),
        ("модел 97 12 3456", "97123456"), ("123-456/7", nil), ("123-4567", "00123-4567"), ("2026-17", "002026-17"),
        ("97 11-3456", nil), ("97113456", "0097113456"), ("97", "0097"), ("mod11 123456", nil),
        ("FAK-2026-17", nil), (String(repeating: "1", count: 23), "00" + String(repeating: "1", count: 23)),
        (String(repeating: "1", count: 24), nil),
    ]

    @Test("a reference has its model, with right check digits where it is 97", arguments: references)
    func reference(written: String, tag: String?) {
        let payload = Self.payment { $0.reference = written }.payload
        if let tag {
            #expect(payload.text?.hasSuffix("|RO:\(tag)") == true, "\(payload.text ?? "")")
            #expect(payload.findings.isEmpty)
        } else {
            #expect(payload.text?.contains("RO:") == false)
            #expect(payload.findings.map(\.rule) == ["payment.qrReference"])
        }
    }

    @Test("names are shortened, other text keeps to its length, and nothing is empty or parts the tags")
    func texts() throws {
        let long = Self.payment {
            $0.payee = [String(repeating: "Ж", count: 71), "Улица 1"]
            $0.payer = String(repeating: "П", count: 71)
            $0.purpose = String(repeating: "С", count: 36)
        }.payload
        #expect(
            long.text == "K:PR|V:01|C:1|R:840000000095584510|N:\(String(repeating: "Ж", count: 70))|I:RSD1025,12"
                + "|SF:289|S:\(String(repeating: "С", count: 35))")
        #expect(long.findings.map(\.rule) == ["payment.qrName"])
        let odd = Self.payment {
            $0.payee = [" A|B\u{2028}C\n D ", "", "  "]
            $0.payer = " \n"
            $0.purpose = "|"
            $0.reference = " "
        }.payload
        #expect(odd.text == "K:PR|V:01|C:1|R:840000000095584510|N:A B C D|I:RSD1025,12|SF:289" && odd.findings.isEmpty)
        #expect(Self.payment { $0.payee = ["|"] }.payload.text == nil)
        #expect(Self.payment { $0.payee = [] }.payload.findings.map(\.rule) == ["payment.qrName"])
    }

    @Test("any text gives a symbol that keeps the rules")
    func random() throws {
        var random = SplitMix(seed: 12)
        let letters = Array("aЖ|:\n \u{301}7-()\u{1F600}модел97")
        func text(_ most: Int) -> String {
            String(
                (0..<Int.random(in: 0...most, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
            )
        }
        for _ in 0..<500 {
            let payload = Self.payment {
                $0.payee = [text(90), text(40), text(40)]
                $0.payer = text(90)
                $0.purpose = text(60)
                $0.reference = text(40)
            }.payload
            guard let result = payload.text else { continue }
            #expect(!result.hasSuffix("|") && !result.hasSuffix("\n") && !result.contains("||"))
            // Readers part the bytes: a mark above the separator belongs to the text behind it.
            for tag in result.unicodeScalars.split(separator: "|", omittingEmptySubsequences: false) {
                let value = try #require(tag.firstIndex(of: ":").map { tag[tag.index(after: $0)...] })
                let blanks: [Unicode.Scalar?] = [nil, " ", "\n"]
                #expect(!blanks.contains(value.first) && !blanks.contains(value.last))
                let name = String(String.UnicodeScalarView(tag.prefix(2)))
                #expect(value.count <= (name == "S:" ? 35 : name == "RO" ? 25 : 70))
            }
        }
    }

    @Test("the symbol says it to zbar", .needsTool("zbarimg"))
    func symbol() throws {
        let text = try #require(
            Self.payment {
                $0.payee = ["Продавница и радионица Шумадија д.о.о.", "Булевар ослобођења 12"]
                $0.purpose = "Фактура 2026-17"
                $0.reference = "97 123456"
            }.payload.text)
        let symbol = try QRSymbol(encoding: Array(text.utf8))
        #expect(try QRSymbolTests.read(QRSymbolTests.png(symbol)) == text)
    }
}
