import Diagnostics
import InvoiceModel
import Testing

@Suite("BR-61: a credit transfer needs an account")
struct PaymentMeansTests {
    /// An invoice with or without an account and with this payment.
    private static func decode(account: Bool, payment: String) throws -> DecodedInvoice {
        let accounts = account ? "[{\"account\": \"200003332266115\"}]" : "[]"
        let json = """
            {"kind": "invoice", "number": "1", "issueDate": "2026-11-20", "currency": "MKD", "payment": \(payment),
             "seller": {"name": "А", "taxNumber": "4030000375897", "accounts": \(accounts), "address": {"country": "MK"}},
             "buyer": {"name": "Б", "address": {"country": "MK"}},
             "lines": [{"item": {"name": "В"}, "quantity": "1", "unit": "H87", "price": "1.00",
                        "vat": {"category": "S", "rate": "18"}}]}
            """
        return try InvoiceDecoder.decode(Array(json.utf8))
    }

    static let accepted = [
        (true, "{}", "30"), (false, "{}", "1"), (true, "{\"means\": \"58\"}", "58"),
        (false, "{\"means\": \"10\"}", "10"),
    ]

    @Test("the means of payment follow from the account where nothing is said", arguments: accepted)
    func accepts(account: Bool, payment: String, means: String) throws {
        #expect(try Self.decode(account: account, payment: payment).invoice?.payment?.means == means)
    }

    @Test("a credit transfer without an account is refused", arguments: ["30", "58"])
    func refuses(means: String) throws {
        let decoded = try Self.decode(account: false, payment: "{\"means\": \"\(means)\"}")
        #expect(decoded.invoice == nil)
        #expect(decoded.report.findings.map(\.rule) == ["BR-61"])
        #expect(decoded.report.findings.map(\.pointer) == ["/payment/means"])
    }
}
