import InvoiceModel
import TestSupport
import Testing
import UBL

@Suite("The official CEN rules, judged by Saxon")
struct OfficialRulesTests {
    @Test(
        "no document breaks a rule, in any kind and profile", .needsSharedFolder, .needsPython("saxonche", "lxml"))
    func rules() throws {
        var invoices: [(name: String, invoice: Invoice)] = []
        for name in Documents.samples { invoices.append((name, try Documents.sample(name))) }
        for kind in DocumentKind.allCases { invoices.append(("everything-\(kind)", try Documents.everything(kind))) }
        var documents: [(name: String, xml: [UInt8])] = []
        for profile in ProfileName.allCases {
            for (name, invoice) in invoices where profile == .en16931 || name != "five-hundred-lines.json" {
                var invoice = invoice
                invoice.profile = profile
                documents.append(("\(name)-\(profile.rawValue)", try Documents.ubl(invoice)))
            }
        }
        // The judge itself is judged by a document that breaks BR-CO-15.
        let wrong = try Documents.text(Documents.ubl(Documents.everything(.invoice)))
            .replacing(/(TaxInclusiveAmount currencyID="EUR">)4/) { "\($0.1)5" }
        documents.append(("control", Array(wrong.utf8)))
        let broken = try OfficialRules.broken(in: documents)
        #expect(broken.contains { $0.hasPrefix("control.xml|BR-CO-15|fatal") })
        #expect(broken.filter { !$0.hasPrefix("control.xml") } == [], "\(documents.count) documents")
    }
}
