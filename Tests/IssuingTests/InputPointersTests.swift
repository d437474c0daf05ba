import Issuing
import JSONCore
import TestSupport
import Testing

@Suite("From a place in the XML to the field of the invoice JSON")
struct InputPointersTests {
    /// Two lines, the second with a discount and a charge; a document charge on one rate, a discount over both.
    private static let input = """
        {"kind": "invoice", "number": "1", "issueDate": "2026-11-20", "dueDate": "2026-12-20", "currency": "EUR",
         "seller": {"name": "A", "vatNumber": "DE136695976", "address": {"city": "Köln", "country": "DE"}},
         "buyer": {"name": "B", "address": {"country": "DE"}},
         "lines": [
          {"item": {"name": "C"}, "quantity": "1", "unit": "H87", "price": "100.00", "vat": {"category": "S", "rate": "7"}},
          {"item": {"name": "D"}, "quantity": "1", "unit": "H87", "price": "50.00", "vat": {"category": "S", "rate": "19"},
           "discounts": [{"amount": "1.00"}], "charges": [{"amount": "2.00", "reason": "x"}]}],
         "discounts": [{"percent": "10", "reason": "y"}],
         "charges": [{"amount": "5.00", "reason": "z", "vat": {"category": "S", "rate": "19"}}]}
        """

    /// A context, what the message says, and where each failure points.
    static let cases: [(context: String, message: String, pointers: [String])] = [
        ("/*", "no term", [""]), ("/*", "(BT-10)", ["/references/buyer"]), ("/*", "(BT-24)", ["/profile"]),
        ("cac:InvoiceLine", "x", ["/lines/0", "/lines/1"]),
        ("cac:InvoiceLine", "(BT-152)", ["/lines/0/vat/rate", "/lines/1/vat/rate"]),
        ("cac:InvoiceLine[2]/cac:Item/cbc:Name", "x", ["/lines/1/item/name"]),
        ("cbc:InvoicedQuantity/@unitCode", "x", ["/lines/0/unit", "/lines/1/unit"]),
        ("cac:InvoiceLine/cac:AllowanceCharge", "x", ["/lines/1/discounts/0", "/lines/1/charges/0"]),
        (
            "cac:InvoiceLine/cac:AllowanceCharge[cbc:ChargeIndicator = true()]/cbc:AllowanceChargeReason", "x",
            ["/lines/1/charges/0/reason"]
        ),
        ("/*/cac:AllowanceCharge", "x", ["/discounts/0", "/discounts/0", "/charges/0"]),
        ("/*/cac:AllowanceCharge[3]/cac:TaxCategory", "x", ["/charges/0/vat"]),
        ("cac:TaxSubtotal/cac:TaxCategory/cbc:Percent", "x", ["/lines/1/vat/rate", "/lines/0/vat/rate"]),
        ("cac:AccountingSupplierParty/cac:Party", "(BT-34)", ["/seller/endpoint"]),
        ("cac:AccountingCustomerParty//cac:Country", "x", ["/buyer/address/country"]),
        ("cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", "x", ["/discounts"]),
    ]

    @Test("leads to the field, or to what holds it", arguments: cases)
    func pointers(context: String, message: String, expected: [String]) throws {
        let space = "urn:oasis:names:specification:ubl:schema:xsd:Common"
        let text = """
            <schema xmlns='http://purl.oclc.org/dsdl/schematron' queryBinding='xslt2'>
            <ns prefix='cac' uri='\(space)AggregateComponents-2'/><ns prefix='cbc' uri='\(space)BasicComponents-2'/>
            <pattern><rule context='\(context)'><assert id='T' test='false()'>\(message)</assert></rule></pattern></schema>
            """
        let file = RuleFile("t.sch") { _ in Array(text.utf8) }
        let json = Array(Self.input.utf8)
        let validation = try Workbench(.bundled()).validate(json, ValidationOptions(rules: [file]))
        #expect(!validation.failures.contains { $0.location.isEmpty }, "\(validation.failures)")
        let failures = validation.failures.filter { $0.id == "T" }
        #expect(failures.map(\.pointer) == expected)
        let document = try JSONDocument(parsing: json)
        for failure in failures {
            // Each pointer has the place of its field, or of what would hold it.
            #expect(failure.place == document.places(ofPointers: [failure.pointer ?? ""]).first)
        }
    }
}
