import Barcode
import Diagnostics
import InvoiceModel
import TestSupport
import Testing

@Suite("EPC069-12: SEPA credit transfers in euros")
struct EPCPaymentTests {
    static func payment(_ change: (inout EPCPayment) -> Void = { _ in }) -> EPCPayment {
        var payment = EPCPayment(
            iban: "DE33 1002 0500 0001 1947 00", payee: "Wikimedia Foerdergesellschaft",
            amount: Money(minorUnits: 20_00))
        change(&payment)
        return payment
    }

    @Test("empty lines at the end are left out, and so is the last line end")
    func least() {
        let payload = Self.payment().payload
        #expect(
            payload.text == "BCD\n002\n1\nSCT\n\nWikimedia Foerdergesellschaft\nDE33100205000001194700\nEUR20.00"
                && payload.findings.isEmpty)
    }

    @Test("every element stands on its line; a creditor reference is structured, other text is not")
    func lines() {
        let free = Self.payment {
            $0.bic = "bfswde33ber"
            $0.purpose = "char"
            $0.reference = "Фактура 2026-17"
        }.payload
        #expect(
            free.text == """
                BCD
                002
                1
                SCT
                BFSWDE33BER
                Wikimedia Foerdergesellschaft
                DE33100205000001194700
                EUR20.00
                CHAR

                Фактура 2026-17
                """)
        let structured = Self.payment { $0.reference = "RF18 5390 0754 7034" }.payload
        #expect(structured.text?.hasSuffix("EUR20.00\n\nRF18539007547034") == true)
        // One digit is wrong: no reference of ISO 11649.
        let wrong = Self.payment { $0.reference = "RF19 5390 0754 7034" }.payload
        #expect(wrong.text?.hasSuffix("EUR20.00\n\n\nRF19 5390 0754 7034") == true)
    }

    /// Cents and the line; nil where there is no symbol.
    static let amounts: [(Int, String?)] = [
        (1, "EUR0.01"), (999_999_999_99, "EUR999999999.99"), (12_345_60, "EUR12345.60"), (0, nil), (-1, nil),
        (1_000_000_000_00, nil), (.max, nil), (.min, nil),
    ]

    @Test("the amount is from a cent to a cent below a billion", arguments: amounts)
    func amount(cents: Int, line: String?) {
        let payload = Self.payment { $0.amount = Money(minorUnits: cents) }.payload
        if let line {
            #expect(payload.text?.hasSuffix("\n\(line)") == true)
        } else {
            #expect(payload.text == nil && payload.findings.map(\.rule) == ["payment.qrAmount"])
        }
    }

    @Test("a wrong IBAN gives no symbol, a wrong BIC is left out")
    func accounts() {
        for iban in ["DE34100205000001194700", "", "DE33", "845-12-33"] {
            let payload = Self.payment { $0.iban = iban }.payload
            #expect(payload.text == nil && payload.findings.map(\.rule) == ["payment.qrAccount"])
        }
        for bic in ["BFSW", "1FSWDE33", "BFSWDE33BE"] {
            let payload = Self.payment { $0.bic = bic }.payload
            #expect(payload.text?.contains("SCT\n\nWiki") == true && payload.findings.map(\.rule) == ["payment.qrBIC"])
        }
    }

    @Test("331 bytes are never passed, and what is cut is told")
    func length() throws {
        let long = Self.payment {
            $0.payee = String(repeating: "Ж", count: 80)
            $0.reference = String(repeating: "Ш", count: 139)
        }.payload
        let text = try #require(long.text)
        #expect(text.utf8.count <= 331 && text.utf8.count >= 330)
        #expect(long.findings.map(\.rule) == ["payment.qrName", "payment.qrReference"])
        #expect(try QRSymbol(encoding: Array(text.utf8), largestVersion: EPCPayment.largestVersion).version == 13)
        let latin = Self.payment { $0.reference = String(repeating: "a", count: 140) }.payload
        #expect(latin.findings.isEmpty && latin.text?.hasSuffix(String(repeating: "a", count: 140)) == true)
        let cut = Self.payment { $0.reference = String(repeating: "a", count: 141) }.payload
        #expect(cut.findings.map(\.rule) == ["payment.qrReference"])
    }

    @Test("the symbol says it to zbar", .needsTool("zbarimg"))
    func symbol() throws {
        let text = try #require(Self.payment { $0.reference = "Фактура 2026-17 / Ёж" }.payload.text)
        let symbol = try QRSymbol(encoding: Array(text.utf8), largestVersion: EPCPayment.largestVersion)
        #expect(try QRSymbolTests.read(QRSymbolTests.png(symbol)) == text)
    }
}
