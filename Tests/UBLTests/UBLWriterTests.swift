import Diagnostics
import Foundation
import InvoiceModel
import Tax
import TestSupport
import Testing
import UBL
import XMLCore

private let cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
private let cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

extension XMLElement {
    /// The element at the end of a path of prefixed names.
    fileprivate func at(_ path: String) -> XMLElement? {
        var element: XMLElement? = self
        for step in path.split(separator: "/") {
            element = element?.first(String(step.dropFirst(4)), namespace: step.hasPrefix("cac:") ? cac : cbc)
        }
        return element
    }
}

@Suite("UBLWriter")
struct UBLWriterTests {
    static func root(_ invoice: Invoice) throws -> XMLElement {
        try XMLDocument(parsing: Documents.ubl(invoice)).root
    }

    @Test("every term of the model stands in its place", arguments: [DocumentKind.invoice, .creditNote])
    func everything(kind: DocumentKind) throws {
        let bytes = try Documents.ubl(Documents.everything(kind))
        let name = kind == .invoice ? "everything-invoice.xml" : "everything-credit-note.xml"
        expectGolden(Documents.text(bytes), name, in: "Tests/UBLTests/Fixtures")
    }

    @Test("the same document gives the same bytes, from a new writer and from a used one")
    func determinism() throws {
        let priced = try Documents.price(Documents.everything(.invoice))
        var used = UBLWriter()
        let first = try used.bytes(of: priced)
        _ = try used.bytes(of: Documents.price(Documents.everything(.creditNote)))
        var new = UBLWriter()
        #expect(try used.bytes(of: priced) == first && new.bytes(of: priced) == first)
    }

    @Test("a document that is larger than it may be is not written, and the next one is")
    func limit() throws {
        let priced = try Documents.price(Documents.everything(.invoice))
        var writer = UBLWriter()
        let bytes = try writer.bytes(of: priced)
        #expect(try writer.bytes(of: priced, atMost: bytes.count) == bytes)
        for limit in [0, bytes.count / 2, bytes.count - 1] {
            #expect(try writer.bytes(of: priced, atMost: limit) == nil)
            #expect(try writer.bytes(of: priced) == bytes)
        }
    }

    @Test("internal notes reach no XML", arguments: ProfileName.allCases)
    func internalNotes(profile: ProfileName) throws {
        for kind in DocumentKind.allCases {
            var invoice = try Documents.everything(kind)
            invoice.profile = profile
            #expect(try !Documents.text(Documents.ubl(invoice)).contains("ТАЈНО"))
        }
    }

    @Test(
        "BT-3 and the root follow the kind",
        arguments: [
            (DocumentKind.invoice, "Invoice", "380"), (.creditNote, "CreditNote", "381"),
            (.debitNote, "Invoice", "383"),
            (.advance, "Invoice", "386"), (.proForma, "Invoice", "325"),
        ])
    func kinds(kind: DocumentKind, name: String, code: String) throws {
        let root = try Self.root(Documents.everything(kind))
        #expect(root.name == name && root.at("cbc:\(name)TypeCode")?.text == code)
        #expect(root.all("\(name)Line", namespace: cac).count == 2)
    }

    @Test(
        "BT-24 and BT-23 follow the profile",
        arguments: [
            (ProfileName.en16931, "urn:cen.eu:en16931:2017", nil), (.macedonia, "urn:cen.eu:en16931:2017", nil),
            (
                .peppolBIS3, "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
                "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
            ),
            (.serbia, "urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.rs:srbdt:2022", nil),
            (
                .croatia,
                "urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.hr:cius-2025:1.0#conformant#urn:mfin.gov.hr:ext-2025:1.0",
                "P1"
            ),
        ] as [(ProfileName, String, String?)])
    func profiles(profile: ProfileName, customization: String, process: String?) throws {
        var invoice = try Documents.everything(.invoice)
        invoice.profile = profile
        let root = try Self.root(invoice)
        #expect(root.at("cbc:CustomizationID")?.text == customization)
        #expect(root.at("cbc:ProfileID")?.text == process)
        #expect(root.all("Note", namespace: cbc).count == (profile == .peppolBIS3 ? 1 : 3))
    }

    @Test("BT-7 and BT-8: Serbia wants a code, the others a day that differs from the delivery's")
    func taxPoint() throws {
        var invoice = try Documents.everything(.invoice)
        #expect(try Self.root(invoice).at("cbc:TaxPointDate")?.text == "2026-11-17")
        #expect(try Self.root(invoice).at("cac:Delivery/cbc:ActualDeliveryDate")?.text == "2026-11-18")
        invoice.profile = .serbia
        #expect(try Self.root(invoice).at("cbc:TaxPointDate") == nil)
        #expect(try Self.root(invoice).at("cac:InvoicePeriod/cbc:DescriptionCode")?.text == "35")
        invoice.kind = .advance
        #expect(try Self.root(invoice).at("cac:InvoicePeriod/cbc:DescriptionCode")?.text == "432")
        invoice.kind = .invoice
        invoice.delivery = nil
        invoice.supplyDate = nil
        invoice.period = nil
        #expect(try Self.root(invoice).at("cac:InvoicePeriod/cbc:DescriptionCode")?.text == "3")
        invoice.profile = .en16931
        #expect(try Self.root(invoice).at("cac:InvoicePeriod") == nil)
        #expect(try Self.root(invoice).at("cac:Delivery") == nil)
    }

    @Test("every amount bears the currency of the document and its digits")
    func currencies() throws {
        func currencies(_ invoice: Invoice) throws -> Set<String> {
            let text = try Documents.text(Documents.ubl(invoice))
            return Set(text.matches(of: /currencyID="([A-Z]+)">-?\d+(\.\d+)?</).map { "\($0.1)\($0.2?.count ?? 0)" })
        }
        var invoice = try Documents.sample("twenty-lines.json")
        #expect(try currencies(invoice) == ["MKD3"])
        invoice = try Documents.everything(.invoice)
        #expect(try currencies(invoice) == ["EUR3", "MKD3"])
        let yen = try #require(Currency(code: "JPY"))
        invoice = try Documents.invoice(
            Documents.everything.replacing("\"EUR\"", with: "\"JPY\"").replacing(/(\d+)\.(00|50)"/) { "\($0.1)\"" })
        #expect(invoice.currency == yen)
        #expect(try currencies(invoice).contains("JPY0"))
        #expect(try !currencies(invoice).contains("EUR3"))
    }

    @Test("text that looks like markup, line ends, tabs, quotes and every plane read back as they were")
    func escaping() throws {
        let hard = "a]]>b <x y=\"1\" z='2'> & &amp; \t\r\n\u{85}\u{2028} 😀𐀀\u{10FFFD} Ѓ"
        var invoice = try Documents.everything(.invoice)
        invoice.notes = [hard]
        invoice.buyer.name = hard
        invoice.seller.endpoint = Endpoint(scheme: "\"<&\t\r\n>'", id: "1")
        let bytes = try Documents.ubl(invoice)
        let root = try XMLDocument(parsing: bytes).root
        #expect(root.at("cbc:Note")?.text == hard)
        #expect(
            root.at("cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName")?.text == hard)
        let endpoint = root.at("cac:AccountingSupplierParty/cac:Party/cbc:EndpointID")
        #expect(endpoint?.attribute("schemeID") == "\"<&\t\r\n>'")
    }

    @Test("characters that XML cannot hold never come out")
    func controls() throws {
        var invoice = try Documents.everything(.invoice)
        let bad = (0..<0x20).filter { ![9, 10, 13].contains($0) }.map { Character(Unicode.Scalar(UInt8($0))) }
        invoice.notes = ["a" + String(bad) + "\u{FFFE}\u{FFFF}b\u{FFBE}c"]
        let note = try Self.root(invoice).at("cbc:Note")?.text
        #expect(note == "a" + String(repeating: "\u{FFFD}", count: bad.count + 2) + "b\u{FFBE}c")
    }

    @Test("blank texts leave no empty element")
    func blanks() throws {
        var invoice = try Documents.everything(.invoice)
        invoice.notes = ["", "  \n"]
        invoice.references = References(order: "", contract: " ", project: "", delivery: "", buyer: "")
        invoice.seller.contact = Contact(name: "", phone: nil, email: " ")
        invoice.seller.tradeName = ""
        invoice.buyer.registrationNumber = ""
        invoice.delivery?.name = " "
        let text = try Documents.text(Documents.ubl(invoice))
        #expect(!text.contains(/<([\w:]+)[^>]*>\s*<\/\1>/) && !text.contains("/>"))
    }

    @Test("a document without a number is refused, unless the number comes at issue")
    func numbers() throws {
        var invoice = try Documents.everything(.invoice)
        invoice.number = nil
        let priced = try Documents.price(invoice)
        var writer = UBLWriter()
        let error = #expect(throws: ToolkitError.self) { try writer.bytes(of: priced) }
        #expect(error?.code.name == "ubl.numberMissing")
        let root = try XMLDocument(parsing: writer.bytes(of: priced, number: "Ф-1")).root
        #expect(root.at("cbc:ID")?.text == "Ф-1")
    }

    @Test("BR-O-02: category O hides the VAT numbers and has no percent; BR-AE-10: a reason code is added")
    func categories() throws {
        func root(_ category: VATCategory) throws -> XMLElement {
            var invoice = try Documents.everything(.invoice)
            for index in invoice.lines.indices {
                invoice.lines[index].vat = VATTreatment(category: category, rate: .zero)
            }
            for index in invoice.charges.indices { invoice.charges[index].vat = nil }
            return try Self.root(invoice)
        }
        let out = try root(.outOfScope)
        let seller = out.at("cac:AccountingSupplierParty/cac:Party")
        #expect(seller?.all("PartyTaxScheme", namespace: cac).map(\.text).count == 1)
        #expect(seller?.at("cac:PartyTaxScheme/cac:TaxScheme/cbc:ID")?.text == "TAX")
        let subtotal = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"
        #expect(out.at("\(subtotal)/cbc:Percent") == nil)
        #expect(out.at("\(subtotal)/cbc:TaxExemptionReasonCode")?.text == "VATEX-EU-O")
        let reverse = try root(.reverseCharge)
        #expect(reverse.at("\(subtotal)/cbc:TaxExemptionReasonCode")?.text == "VATEX-EU-AE")
        #expect(reverse.at("\(subtotal)/cbc:Percent")?.text == "0")
    }

    @Test("the due date of a credit note is in its payment means, even without a payment")
    func creditNoteDueDate() throws {
        var invoice = try Documents.everything(.creditNote)
        #expect(try Self.root(invoice).at("cac:PaymentMeans/cbc:PaymentDueDate")?.text == "2026-12-20")
        invoice.payment = nil
        #expect(try Self.root(invoice).at("cac:PaymentMeans/cbc:PaymentMeansCode")?.text == "1")
        #expect(try Self.root(invoice).at("cac:PaymentMeans/cbc:PaymentDueDate")?.text == "2026-12-20")
    }
}
