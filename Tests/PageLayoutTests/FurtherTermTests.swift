import Diagnostics
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing

@Suite("Further terms of received documents")
struct FurtherTermTests {
    @Test("every catalogue names every term", arguments: Fixtures.languages)
    func names(language: DocumentLanguage) throws {
        let catalogue = try Fixtures.catalogue(language)
        for id in FurtherTerm.named { #expect(!(catalogue.name(ofTerm: id) ?? "").isEmpty, "\(id)") }
        #expect(catalogue.name(ofTerm: "BT-999") == nil)
    }

    @Test("a catalogue without the name of a term is refused, and the term is told")
    func incomplete() throws {
        let file = "templates/labels/en.xml"
        let text = String(decoding: try PackageFolder.bytes(file), as: UTF8.self)
        let cut = text.replacing(/<term code="BT-19">.*\n/, with: "")
        #expect {
            try LabelCatalogue(parsing: Array(cut.utf8), file: file)
        } throws: { error in
            (error as? ToolkitError)?.message == "The catalogue lacks these terms: BT-19."
        }
    }

    /// The smallest invoice as if it had been received.
    static func received(_ further: FurtherTerms, _ change: (inout Invoice) -> Void = { _ in }) throws -> PricedInvoice
    {
        var priced = try Fixtures.invoice()
        var invoice = priced.invoice
        invoice.language = .english
        change(&invoice)
        priced = PricedInvoice(
            invoice: invoice, lines: priced.lines, adjustments: priced.adjustments, vat: priced.vat,
            totals: priced.totals, taxTotalInVATCurrency: nil, further: further)
        return priced
    }

    static let values: [(FurtherTerm, String)] = [
        (FurtherTerm(id: "BT-19", value: .text("1287")), "Buyer accounting reference\n1287"),
        (FurtherTerm(id: "Delivery/TrackingID", value: .text("T1")), "Delivery/TrackingID\nT1"),
        (FurtherTerm(id: "BT-8", value: .text("432")), "VAT date code\nDate of payment (432)"),
        (FurtherTerm(id: "BT-161", name: "Colour", value: .text("Black")), "Colour\nBlack"),
        (
            FurtherTerm(id: "BT-148", value: .amount(ExactDecimal(coefficient: 12345, scale: 3), currency: "EUR")),
            "Gross price\nEUR 12.345"
        ),
        (FurtherTerm(id: "BT-69", value: .country("MK")), "Tax representative's country\nNorth Macedonia"),
        (
            FurtherTerm(
                id: "BT-151",
                value: .tax(
                    VATTreatment(
                        category: .standard, rate: .zero,
                        received: ReceivedTax(code: "L", percent: ExactDecimal(7))))), "VAT\nIGIC 7 %"
        ),
    ]
    @Test("a value is written as the language writes it", arguments: values)
    func value(term: FurtherTerm, text: String) throws {
        let page = try Fixtures.pages(Self.received(FurtherTerms(document: [term], lines: [[]]))).text
        #expect(page.filter { !$0.isWhitespace }.contains(text.filter { !$0.isWhitespace }), "\(page)")
    }

    @Test("terms stand with the party and the line that they belong to", arguments: Fixtures.families)
    func places(family: String) throws {
        func term(_ value: String) -> FurtherTerm { FurtherTerm(id: "BT-29", value: .text(value)) }
        let further = FurtherTerms(
            document: [term("doc-1")], seller: [term("sel-1"), term("sel-2")], buyer: [term("buy-1")],
            lines: [[term("lin-1")]])
        let page = try Fixtures.pages(Self.received(further), template: Fixtures.bundled(family)).text
        let order = ["sel-1", "sel-2", "buy-1", "lin-1", "doc-1"]
        let places = try order.map { try #require(page.firstRange(of: $0), "\($0)").lowerBound }
        #expect(places == places.sorted())
    }

    @Test("what a template prints as a field is not told twice")
    func printedField() throws {
        let further = FurtherTerms(
            document: [FurtherTerm(id: "BT-72", value: .text("told"), field: "delivery.date")], lines: [[]])
        let lists = "<each each=\"term in further\"><text>{term.value}</text></each>"
        for (body, isTold) in [(lists, true), ("<text>{delivery.date}</text>" + lists, false)] {
            let page = try Fixtures.pages(Self.received(further), template: Fixtures.template(body)).text
            #expect(page.contains("told") == isTold)
        }
    }

    @Test("words of the law are not added to what somebody else wrote")
    func noLaw() throws {
        let treatment = VATTreatment(category: .reverseCharge, rate: .zero)
        func page(_ further: FurtherTerms?) throws -> String {
            let priced = try Self.received(FurtherTerms(lines: [[]]))
            let document = PricedInvoice(
                invoice: priced.invoice, lines: priced.lines, adjustments: [],
                vat: [VATBreakdown(vat: treatment, taxable: .zero, tax: .zero)], totals: priced.totals,
                taxTotalInVATCurrency: nil, further: further)
            return try Fixtures.pages(document).text
        }
        let law = try Fixtures.catalogue(.english)[.reverseChargeText]
        let firstWords = law.split(separator: " ").prefix(2).joined(separator: " ")
        #expect(try page(nil).contains(firstWords))
        #expect(try !page(FurtherTerms(lines: [[]])).contains(firstWords))
    }

    static let gaps: [(String, String)] = [
        ("{buyer.address.street} {buyer.address.number}, {number}", "Street, A-1"),
        ("{buyer.address.number} {buyer.address.street}", "Street"),
        ("{buyer.address.street} {buyer.address.number}", "Street"), ("{buyer.address.number}", ""),
        ("a {buyer.address.street} b", "a Street b"),
    ]
    @Test("the gap of an empty field closes, also at an end", arguments: gaps)
    func gap(text: String, printed: String) throws {
        let template = try Fixtures.template("<text separator=\"|\"><span>\(text)</span><span>{currency}</span></text>")
        let priced = try Self.received(FurtherTerms(lines: [[]])) { $0.buyer.address.street = "Street" }
        let page = try Fixtures.pages(priced, template: template).text
        #expect(page == (printed.isEmpty ? "" : printed + "|") + "MKD", "\(page)")
    }
}
