import Diagnostics
import Foundation
import InvoiceModel
import Tax
import TestSupport
import Testing
import XMLCore

@testable import UBL

@Suite("UBLReader")
struct UBLReaderTests {
    static func read(_ bytes: [UInt8]) throws -> PricedInvoice {
        let received = try UBLReader().read(XMLDocument(parsing: bytes))
        return try #require(received.priced, "\(received.findings)")
    }

    /// Our own XML without what the model cannot take back: the number that stands for a buyer without a VAT number, or
    /// for a seller without a register (BT-29, BT-46), becomes a further term.
    private static func withoutIdentifications(_ xml: [UInt8]) -> String {
        Documents.text(xml).replacing(
            /(?s) *<cac:PartyIdentification>.*?<\/cac:PartyIdentification>\n/, with: "")
    }

    static let kinds: [(DocumentKind, ProfileName)] = DocumentKind.allCases.flatMap { kind in
        ProfileName.allCases.map { (kind, $0) }
    }
    @Test("what was written, read and written again is the same XML", arguments: kinds)
    func everything(kind: DocumentKind, profile: ProfileName) throws {
        var invoice = try Documents.everything(kind)
        invoice.profile = profile
        try Self.expectRoundTrip(Documents.price(invoice))
    }

    @Test("the samples come back with the same sums, parties and XML", .needsSharedFolder, arguments: Documents.samples)
    func samples(name: String) throws {
        let decoded = try InvoiceDecoder.decode(SharedFolder.bytes("samples/\(name)"))
        guard let invoice = decoded.invoice, invoice.number != nil, let priced = Pricing(of: invoice).priced else {
            return
        }
        try Self.expectRoundTrip(priced)
    }

    private static func expectRoundTrip(_ priced: PricedInvoice) throws {
        var writer = UBLWriter()
        let xml = try writer.bytes(of: priced)
        let read = try Self.read(xml)
        #expect(try withoutIdentifications(writer.bytes(of: read)) == withoutIdentifications(xml))
        // The sums are the given ones, and Pricing agrees with what was computed before.
        #expect(read.totals == priced.totals)
        #expect(read.vat.map(\.taxable) == priced.vat.map(\.taxable) && read.vat.map(\.tax) == priced.vat.map(\.tax))
        #expect(read.lines.map(\.net) == priced.lines.map(\.net))
        #expect(read.lines.map(\.netPrice) == priced.lines.map(\.netPrice))
        #expect(read.lines.map(\.line.quantity) == priced.lines.map(\.line.quantity))
        #expect(read.lines.map(\.line.item) == priced.lines.map(\.line.item))
        #expect(read.invoice.kind == priced.invoice.kind && read.invoice.number == priced.invoice.number)
        #expect(read.invoice.issueDate == priced.invoice.issueDate && read.invoice.currency == priced.invoice.currency)
        for (left, right) in [(read.invoice.seller, priced.invoice.seller), (read.invoice.buyer, priced.invoice.buyer)]
        {
            #expect(left.name == right.name && left.registrationNumber == right.registrationNumber)
            #expect(left.contact == right.contact && left.endpoint == right.endpoint)
        }
        #expect(read.invoice.references.order == priced.invoice.references.order)
        #expect(read.invoice.payment?.reference == priced.invoice.payment?.reference)
    }

    @Test("Pricing computes a received document anew and finds a sum that is wrong")
    func seam() throws {
        let xml = try Documents.ubl(Documents.everything(.invoice))
        var invoice = try Self.read(xml).invoice
        // What the XML does not carry: how the advances add up.
        invoice.prepaid = [Prepayment(amount: try #require(invoice.expectedTotals?.prepaid))]
        invoice.exchangeRate = ExactDecimal("61.5")
        #expect(Pricing(of: invoice).report.findings == [])
        invoice.expectedTotals?.taxTotal = Money(minorUnits: 1)
        #expect(Pricing(of: invoice).report.findings.map(\.term) == ["BT-110"])
    }

    @Test("each term of the table has a name")
    func termTable() throws {
        let all = [UBLTermTable.document, UBLTermTable.seller, UBLTermTable.buyer, UBLTermTable.line]
        for id in all.flatMap(\.values) { #expect(FurtherTerm.named.contains(id), "\(id)") }
        #expect(Set(FurtherTerm.named).count == FurtherTerm.named.count)
    }

    static let decimals: [(String, String?)] = [
        ("12.50", "12.50"), ("+5", "5"), (".5", "0.5"), ("-.5", "-0.5"), ("7.", "7"), ("-7.", "-7"), ("0", "0"),
        ("1e5", nil), ("1,5", nil), ("", nil), (".", nil), ("-", nil), ("+-1", nil), ("1.2.3", nil),
        ("1." + String(repeating: "0", count: 40), "1." + String(repeating: "0", count: 18)),
        (String(repeating: "9", count: 31), nil),
    ]
    @Test("xsd:decimal is read as XML Schema writes it", arguments: decimals)
    func decimal(text: String, value: String?) { #expect(ExactDecimal(xml: text)?.description == value) }

    static let days: [(String, String?)] = [
        ("2026-11-20", "2026-11-20"), ("2026-11-20Z", "2026-11-20"), ("2026-11-20+01:00", "2026-11-20"),
        ("2026-02-30", nil), ("20.11.2026", nil), ("2026-11-20T10:00", nil), ("", nil),
    ]
    @Test("xsd:date is read with and without a time zone", arguments: days)
    func day(text: String, value: String?) { #expect(CalendarDate(xml: text)?.description == value) }

    static let notes = [
        ("#AAI#Text", "AAI: Text"), ("#aai#Text", "#aai#Text"), ("Text #AAI#", "Text #AAI#"), ("#AAI#", "#AAI#"),
    ]
    @Test("BT-21 stands before its note", arguments: notes)
    func note(text: String, printed: String) throws {
        let xml = Documents.text(try Documents.ubl(Documents.everything(.invoice)))
        let changed = xml.replacing("<cbc:Note>Прва забелешка", with: "<cbc:Note>\(text)")
        #expect(try Self.read(Array(changed.utf8)).invoice.notes.first == printed)
    }

    @Test("elements cut out, doubled and emptied at random: read or refused with a finding, never more")
    func hostile() throws {
        let xml = try Documents.ubl(Documents.everything(.invoice))
        var random = SplitMix(seed: 7)
        var read = 0
        for _ in 0..<100 {
            var bytes = xml
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let elements = Self.all(try XMLDocument(parsing: bytes).root).dropFirst()
                guard let element = elements.randomElement(using: &random) else { continue }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.removeSubrange(element.range)
                case 1: bytes.insert(contentsOf: bytes[element.range], at: element.range.lowerBound)
                case 2: if let content = element.contentRange { bytes.removeSubrange(content) }
                default:
                    if let content = element.contentRange { bytes.replaceSubrange(content, with: Array("-9".utf8)) }
                }
            }
            let received = try UBLReader().read(XMLDocument(parsing: bytes))
            if received.priced != nil { read += 1 }
            #expect(received.priced != nil || received.findings.contains { $0.severity == .error && $0.place != nil })
        }
        #expect(read > 10 && read < 100)
    }

    private static func all(_ element: XMLElement) -> [XMLElement] { [element] + element.elements.flatMap(all) }
}
