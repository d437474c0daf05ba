import Diagnostics
import Issuing
import Testing

@Suite("What a document lacks is told all at once")
struct AcceptanceTests {
    @Test("number, numbers of the parties and wrong totals in one answer")
    func together() throws {
        let json = """
            {"kind": "invoice", "issueDate": "2026-11-20", "currency": "EUR", "series": "FAK-{yyyy}-{seq:4}",
             "seller": {"name": "A", "registrationNumber": "1", "address": {"country": "DE"}},
             "buyer": {"name": "B", "address": {"country": "DE"}}, "totals": {"payable": "9.99"},
             "lines": [{"item": {"name": "C"}, "quantity": "1", "unit": "H87", "price": "1.00",
                        "vat": {"category": "S", "rate": "19"}}]}
            """
        guard case .rejected(let findings) = try Workbench(.bundled()).xml(Array(json.utf8), DocumentOptions()) else {
            Issue.record("the document is accepted")
            return
        }
        let errors = findings.filter { $0.severity == .error }
        #expect(Set(errors.map(\.pointer)) == ["/number", "/seller", "/totals/payable"], "\(errors)")
    }
}
