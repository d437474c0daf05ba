import Foundation
import TestSupport
import Testing

@Suite("pechat render FILE.xml: any UBL invoice or credit note")
struct RenderXMLTests {
    static let vectors: [String] = ["cen-examples", "serbia-examples"].flatMap { folder in
        SharedFolder.names(in: "vectors/rules/\(folder)").map { "vectors/rules/\(folder)/\($0)" }
    }
    static let templates: [String] = {
        let folder = "\(PackageFolder.root)/templates"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/template.xml") }.sorted()
    }()

    /// Unchanged documents in every template and every change in one of them, in turn; the sample has each document in one
    /// template, with a third of the changes.
    static let cases: [(file: String, change: PageJudge.Change, templates: [String])] = vectors.enumerated().flatMap {
        (place, file) in
        PageJudge.Change.allCases.compactMap { change in
            if change == .none, Conformance.isWhole { return (file, change, templates) }
            let turn = place + change.rawValue
            guard change == .none || turn.isMultiple(of: Conformance.stride) else { return nil }
            return (file, change, [templates[turn / Conformance.stride % templates.count]])
        }
    }

    @Test(
        "shows every value that the document carries", .needsSharedFolder, .needsTool("pdftotext"),
        .needsTool("python3"), arguments: cases)
    func everyValue(file: String, change: PageJudge.Change, templates: [String]) throws {
        for template in templates {
            let report = try PageJudge.report(on: SharedFolder.path(file), change, template: template)
            #expect(report.first?.hasSuffix(" values") == true)
            #expect(report.count == 1, "\(template): \(report.dropFirst().joined(separator: "\n"))")
        }
    }

    static let samples: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: "\(PackageFolder.root)/samples")) ?? []
    @Test(
        "shows every value of our own documents", .needsTool("pdftotext"), .needsTool("python3"),
        arguments: samples.sorted())
    func ownDocuments(name: String) throws {
        let file = "\(PackageFolder.root)/samples/\(name)/invoice.ubl.xml"
        let turn = Self.samples.sorted().firstIndex(of: name) ?? 0
        for template in Conformance.isWhole ? Self.templates : [Self.templates[turn % Self.templates.count]] {
            let report = try PageJudge.report(on: file, .none, template: template)
            #expect(report.count == 1, "\(template): \(report.dropFirst().joined(separator: "\n"))")
        }
    }

    @Test("the judge misses a value that is not drawn", .needsTool("pdftotext"), .needsTool("python3"))
    func judge() throws {
        // A signature is left out on purpose; a judge that found its values there would find everything.
        let xml = Self.minimal(
            head: "<Extra xmlns=\"urn:x\"><Signature xmlns=\"urn:y\"><Value>unseen</Value></Signature></Extra>")
        try Tool.withTemporaryFolder { folder in
            try Data(xml.utf8).write(to: URL(fileURLWithPath: "\(folder)/x.xml"))
            let report = try PageJudge.report(on: "\(folder)/x.xml", .none, template: "classic")
            #expect(report.dropFirst() == ["Extra/Signature/Value = unseen"])
        }
    }

    @Test("the PDF carries the bytes that were received", .needsSharedFolder, .needsTool("pdfdetach"))
    func attachment() throws {
        let received = try SharedFolder.bytes("vectors/rules/cen-examples/guide-example2.xml")
        try Tool.withTemporaryFolder { folder in
            let source = SharedFolder.path("vectors/rules/cen-examples/guide-example2.xml")
            #expect(try Program.run(["render", source, "-o", "\(folder)/a.pdf"]).status == 0)
            #expect(try Tool.run("pdfdetach", ["-saveall", "-o", folder, "\(folder)/a.pdf"]).status == 0)
            let attached = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/TOSL108.xml"))
            #expect([UInt8](attached) == received)
        }
    }

    /// The smallest document that can be shown.
    static func minimal(
        head: String = "", root: String = "Invoice", type: String = "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
        country: String = "RS", category: String = "S", percent: String = "<cbc:Percent>20</cbc:Percent>",
        currency: String = "RSD", amount: String = "100.00"
    ) -> String {
        let line = root == "Invoice" ? "Invoice" : "CreditNote"
        let quantity = root == "Invoice" ? "InvoicedQuantity" : "CreditedQuantity"
        return """
            <?xml version="1.0"?>
            <\(root) xmlns="urn:oasis:names:specification:ubl:schema:xsd:\(root)-2"
             xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
             xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">\(head)
            <cbc:ID>A-1</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>\(type)
            <cbc:DocumentCurrencyCode>\(currency)</cbc:DocumentCurrencyCode>
            <cac:AccountingSupplierParty><cac:Party>
            <cac:PostalAddress><cac:Country><cbc:IdentificationCode>\(country)</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
            <cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName></cac:PartyLegalEntity>
            </cac:Party></cac:AccountingSupplierParty>
            <cac:AccountingCustomerParty><cac:Party/></cac:AccountingCustomerParty>
            <cac:TaxTotal><cbc:TaxAmount currencyID="\(currency)">20</cbc:TaxAmount>
            <cac:TaxSubtotal><cbc:TaxableAmount currencyID="\(currency)">\(amount)</cbc:TaxableAmount>
            <cbc:TaxAmount currencyID="\(currency)">20</cbc:TaxAmount><cac:TaxCategory><cbc:ID>\(category)</cbc:ID>\(percent)
            <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
            <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="\(currency)">\(amount)</cbc:LineExtensionAmount>
            <cbc:TaxExclusiveAmount currencyID="\(currency)">\(amount)</cbc:TaxExclusiveAmount>
            <cbc:TaxInclusiveAmount currencyID="\(currency)">120</cbc:TaxInclusiveAmount>
            <cbc:PayableAmount currencyID="\(currency)">120</cbc:PayableAmount></cac:LegalMonetaryTotal>
            <cac:\(line)Line><cbc:ID>1</cbc:ID><cbc:\(quantity) unitCode="YYY">1</cbc:\(quantity)>
            <cbc:LineExtensionAmount currencyID="\(currency)">\(amount)</cbc:LineExtensionAmount>
            <cac:Item><cbc:Name>Thing</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>\(category)</cbc:ID>\(percent)
            <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
            <cac:Price><cbc:PriceAmount currencyID="\(currency)">\(amount)</cbc:PriceAmount></cac:Price></cac:\(line)Line>
            </\(root)>
            """
    }

    /// The text of a document's pages.
    private static func page(_ xml: String, _ options: String...) throws -> String {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Program.run(
                ["render", "-", "--quiet", "-o", "\(folder)/a.pdf"] + options, input: Array(xml.utf8))
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try Tool.run("pdftotext", ["-raw", "\(folder)/a.pdf", "-"]).output
        }
    }

    static let titles: [(String, String, String)] = [
        ("380", "Invoice", "Invoice"), ("384", "Invoice", "Corrected invoice"),
        ("389", "Invoice", "Self-billed invoice"),
        ("326", "Invoice", "Partial invoice"), ("386", "Invoice", "Prepayment invoice"),
        ("383", "Invoice", "Debit note"),
        ("780", "Invoice", "Invoice (780)"), ("381", "CreditNote", "Credit note"),
        ("261", "CreditNote", "Self-billed credit note"), ("532", "CreditNote", "Credit note (532)"),
    ]
    @Test("BT-3 is the title, with the code where it has none", .needsTool("pdftotext"), arguments: titles)
    func title(code: String, root: String, words: String) throws {
        let type = "<cbc:\(root)TypeCode>\(code)</cbc:\(root)TypeCode>"
        let page = try Self.page(Self.minimal(root: root, type: type), "--language", "en")
        #expect(
            page.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("\(words) A-1 Buyer"), "\(page)")
    }

    static let languages: [(String, String, String)] = [
        ("MK", "Фактура", "Продавач"), ("RS", "Фактура", "Продавац"), ("HR", "Račun", "Prodavatelj"),
        ("BG", "Фактура", "Доставчик"), ("AL", "Faturë", "Shitësi"), ("XK", "Faturë", "Shitësi"),
        ("DE", "Invoice", "Seller"), ("ZZ", "Invoice", "Seller"),
    ]
    @Test("the seller's country gives the language", .needsTool("pdftotext"), arguments: languages)
    func language(country: String, title: String, seller: String) throws {
        let page = try Self.page(Self.minimal(country: country))
        #expect(page.contains(title) && page.contains(seller), "\(page)")
    }

    static let taxes: [(String, String, [String])] = [
        ("L", "<cbc:Percent>7</cbc:Percent>", ["IGIC", "7 %"]), ("M", "<cbc:Percent>4</cbc:Percent>", ["IPSI", "4 %"]),
        ("SS", "<cbc:Percent>0</cbc:Percent>", ["Special taxation procedure (SS)"]), ("N", "", ["Cancellation (N)"]),
        ("OE", "", ["Not subject to VAT (OE)"]), ("R", "", ["Excluded from VAT (R)"]),
        ("QQ", "<cbc:Percent>12.345</cbc:Percent>", ["QQ", "12.345 %"]),
        ("S", "<cbc:Percent>5.125</cbc:Percent>", ["5.125 %"]),
    ]
    @Test("VAT categories and rates beyond the seven are told", .needsTool("pdftotext"), arguments: taxes)
    func tax(category: String, percent: String, words: [String]) throws {
        let page = try Self.page(Self.minimal(category: category, percent: percent), "--language", "en")
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for word in words { #expect(page.contains(word), "\(page)") }
    }

    @Test(
        "amounts of an unknown currency, and with more places than it has, stand as they are", .needsTool("pdftotext"))
    func currency() throws {
        let page = try Self.page(Self.minimal(currency: "XQQ", amount: "100.0005"), "--language", "en")
        #expect(page.contains("100.0005") && page.contains("XQQ") && page.contains("YYY"))
    }

    static let refused: [(String, String, Int32)] = [
        ("<CrossIndustryInvoice xmlns=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\"/>", "CII", 3),
        (
            "<Order xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Order-2\"/>",
            "neither an Invoice nor a CreditNote", 3
        ),
        ("<Invoice/>", "not in the namespace of UBL", 3),
        ("\n<Invoice><ID>", "before all elements are closed", 3),
        (Self.minimal().replacing("<cbc:ID>A-1</cbc:ID>", with: ""), "(BT-1) [ubl.missing]", 1),
        (Self.minimal().replacing("currencyID=\"RSD\">120", with: "currencyID=\"EUR\">120"), "another currency", 1),
        (Self.minimal(amount: "1e5"), "no decimal number", 1),
    ]
    @Test("what cannot be shown is refused with a place and a way out", arguments: refused)
    func refusal(xml: String, words: String, status: Int32) throws {
        let outcome = try Program.run(["render", "-", "-o", "-"], input: Array(xml.utf8))
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(words) && outcome.errors.contains("fix: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("standard input:") || outcome.errors.contains("-:"), "\(outcome.errors)")
    }

    @Test("what the schema says against it is a warning", .needsTool("pdftotext"))
    func schema() throws {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Program.run(
                ["render", "-", "-o", "\(folder)/a.pdf"],
                input: Array(Self.minimal(head: "<cbc:Oops>x1</cbc:Oops>").utf8))
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("warning: ") && outcome.errors.contains("Oops"))
            #expect(try Tool.run("pdftotext", ["\(folder)/a.pdf", "-"]).output.contains("x1"))
        }
    }

    @Test("extensions, creditor identifiers and characters without a glyph are told", .needsTool("pdftotext"))
    func oddities() throws {
        let head = """
            <e:UBLExtensions xmlns:e="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">
            <e:UBLExtension><e:ExtensionContent><s:SrbDtExt xmlns:s="http://mfin.gov.rs/srbdt/srbdtext"><s:ReducedTotals>
            <cbc:Amount currencyID="RSD">77.7</cbc:Amount></s:ReducedTotals></s:SrbDtExt></e:ExtensionContent>
            </e:UBLExtension></e:UBLExtensions>
            """
        let xml = Self.minimal(head: head).replacing(
            "</cac:PostalAddress>",
            with: "</cac:PostalAddress><cac:PartyIdentification><cbc:ID schemeID=\"SEPA\">DE1ZZZ</cbc:ID>"
                + "</cac:PartyIdentification>")
        let page = try Self.page(xml, "--language", "en").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(page.contains("SrbDtExt/ReducedTotals/Amount RSD 77.70"), "\(page)")
        #expect(page.contains("Creditor identifier: DE1ZZZ (SEPA)"), "\(page)")
        let outcome = try Program.run(
            ["render", "-", "-o", "/dev/null", "--json"],
            input: Array(Self.minimal().replacing("Thing", with: "\u{1F382}").utf8))
        #expect(outcome.status == 1 && outcome.output.contains("U+1F382") && !outcome.output.contains("/lines"))
    }

    @Test("UTF-16 and a byte order mark are no obstacle", .needsTool("pdftotext"))
    func encodings() throws {
        let text = Self.minimal().replacing("Thing", with: "Шраф")
        var utf16: [UInt8] = [0xFE, 0xFF]
        for unit in text.utf16 { utf16 += [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
        for bytes in [utf16, [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
            try Tool.withTemporaryFolder { folder in
                #expect(try Program.run(["render", "-", "-o", "\(folder)/a.pdf"], input: bytes).status == 0)
                #expect(try Tool.run("pdftotext", ["\(folder)/a.pdf", "-"]).output.contains("Шраф"))
                #expect(try Tool.run("pdfdetach", ["-saveall", "-o", folder, "\(folder)/a.pdf"]).status == 0)
                let attached = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/A-1.xml"))
                #expect([UInt8](attached) == bytes)
            }
        }
    }
}
