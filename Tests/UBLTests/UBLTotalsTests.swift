import Diagnostics
import Foundation
import InvoiceModel
import TestSupport
import Testing
import UBL
import XMLCore

@Suite("The totals of a received document are computed again")
struct UBLTotalsTests {
    static func findings(_ xml: String) throws -> [Finding] {
        UBLTotals(of: try XMLDocument(parsing: Array(xml.utf8))).findings
    }

    static func everything() throws -> String {
        String(decoding: try PackageFolder.bytes("Tests/UBLTests/Fixtures/everything-invoice.xml"), as: UTF8.self)
    }

    @Test("what Pechat writes adds up, in any kind and profile", arguments: UBLReaderTests.kinds)
    func own(kind: DocumentKind, profile: ProfileName) throws {
        var invoice = try Documents.everything(kind)
        invoice.profile = profile
        #expect(try Self.findings(Documents.text(Documents.ubl(invoice))) == [])
    }

    @Test("so do all samples", .needsSharedFolder, arguments: Documents.samples)
    func samples(name: String) throws {
        guard var invoice = try? Documents.sample(name) else { return }
        invoice.number = invoice.number ?? "1"
        let findings = try Self.findings(Documents.text(Documents.ubl(invoice)))
        #expect(findings.map { "\($0.rule) \($0.pointer) \($0.fix)" } == [])
    }

    /// A change, and the rule, severity, place and computed figure that it brings.
    struct Case: CustomTestStringConvertible {
        let change: (from: String, to: String)
        let rule: String
        var severity = Finding.Severity.error
        let place: String
        var computed: String?
        var testDescription: String { rule }
    }

    static let cases: [Case] = [
        Case(
            change: (">3</cbc:InvoicedQuantity>", ">4</cbc:InvoicedQuantity>"), rule: "totals.lineNet",
            severity: .warning, place: "InvoiceLine[1]/cbc:LineExtensionAmount", computed: "372.50"),
        Case(
            change: (">200.00</cbc:PriceAmount>", ">200.015</cbc:PriceAmount>"), rule: "", place: ""),
        Case(
            change: (">10</cbc:MultiplierFactorNumeric>", ">11</cbc:MultiplierFactorNumeric>"),
            rule: "totals.adjustment", severity: .warning, place: "InvoiceLine[1]/cac:AllowanceCharge[1]/cbc:Amount",
            computed: "33.00"),
        Case(
            change: (
                "<cbc:BaseQuantity unitCode=\"H87\">2</cbc:BaseQuantity>",
                """
                <cbc:BaseQuantity unitCode="H87">2</cbc:BaseQuantity><cac:AllowanceCharge>
                <cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">5.5</cbc:Amount>
                <cbc:BaseAmount currencyID="EUR">205</cbc:BaseAmount></cac:AllowanceCharge>
                """
            ), rule: "totals.price", severity: .warning, place: "Price/cac:AllowanceCharge", computed: "199.5"),
        Case(
            change: ("EUR\">268.87</cbc:TaxableAmount>", "EUR\">268.86</cbc:TaxableAmount>"), rule: "totals.taxable",
            severity: .warning, place: "TaxSubtotal[1]/cbc:TaxableAmount", computed: "268.87"),
        Case(
            change: ("EUR\">95.00</cbc:TaxableAmount>", "EUR\">96.00</cbc:TaxableAmount>"), rule: "totals.taxable",
            place: "TaxSubtotal[2]/cbc:TaxableAmount", computed: "95.00"),
        Case(
            change: ("EUR\">0.00</cbc:TaxAmount>", "EUR\">1.00</cbc:TaxAmount>"), rule: "totals.vat",
            place: "TaxSubtotal[2]/cbc:TaxAmount", computed: "0.00"),
        Case(
            change: (
                "EUR\">48.40</cbc:TaxAmount>\n    <cac:TaxSubtotal>", "EUR\">48.41</cbc:TaxAmount>\n<cac:TaxSubtotal>"
            ), rule: "totals.taxTotal", place: "TaxTotal[1]/cbc:TaxAmount", computed: "48.40"),
        Case(
            change: (
                "372.50</cbc:LineExtensionAmount>\n    <cbc:Tax", "372.51</cbc:LineExtensionAmount>\n    <cbc:Tax"
            ), rule: "totals.lineTotal", place: "LegalMonetaryTotal/cbc:LineExtensionAmount", computed: "372.50"),
        Case(
            change: (">18.63</cbc:AllowanceTotalAmount>", ">18.64</cbc:AllowanceTotalAmount>"),
            rule: "totals.allowanceTotal", place: "cbc:AllowanceTotalAmount", computed: "18.63"),
        Case(
            change: (">10.00</cbc:ChargeTotalAmount>", ">11.00</cbc:ChargeTotalAmount>"), rule: "totals.chargeTotal",
            place: "cbc:ChargeTotalAmount", computed: "10.00"),
        Case(
            change: (">363.87</cbc:TaxExclusiveAmount>", ">363.86</cbc:TaxExclusiveAmount>"),
            rule: "totals.taxExclusive", place: "cbc:TaxExclusiveAmount", computed: "363.87"),
        Case(
            change: (">412.27</cbc:TaxInclusiveAmount>", ">412.28</cbc:TaxInclusiveAmount>"),
            rule: "totals.taxInclusive", place: "cbc:TaxInclusiveAmount", computed: "412.27"),
        Case(
            change: (">362.27</cbc:PayableAmount>", ">412.27</cbc:PayableAmount>"), rule: "totals.payable",
            place: "cbc:PayableAmount", computed: "362.27"),
        Case(
            change: (
                "EUR\">100.00</cbc:PriceAmount>", "EUR\">0.\(String(repeating: "1", count: 40))</cbc:PriceAmount>"
            ),
            rule: "totals.notComputable", place: "InvoiceLine[2]"),
        Case(
            change: (">2</cbc:BaseQuantity>", ">0</cbc:BaseQuantity>"), rule: "totals.notComputable",
            place: "InvoiceLine[1]"),
        Case(
            change: (
                "<cac:TaxSubtotal>\n      <cbc:TaxableAmount currencyID=\"EUR\">95",
                """
                <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">7.00</cbc:TaxableAmount>
                <cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>E</cbc:ID>
                <cbc:Percent>0</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal>
                <cac:TaxSubtotal>\n      <cbc:TaxableAmount currencyID=\"EUR\">95
                """
            ), rule: "totals.rows", place: "TaxSubtotal[2]"),
    ]
    @Test("each wrong figure is told, with the computed one", arguments: cases)
    func wrong(_ example: Case) throws {
        let good = try Self.everything()
        #expect(try Self.findings(good) == [])
        let changed = good.replacing(example.change.from, with: example.change.to, maxReplacements: 1)
        #expect(changed != good)
        let findings = try Self.findings(changed)
        guard !example.rule.isEmpty else {
            #expect(findings == [])  // within what Peppol forgives
            return
        }
        let finding = try #require(findings.first { $0.rule == example.rule }, "\(findings)")
        #expect(finding.severity == example.severity)
        #expect(finding.pointer.hasSuffix(example.place), "\(finding.pointer)")
        #expect(finding.place != nil)
        if let computed = example.computed { #expect(finding.fix.contains("is \(computed);"), "\(finding.fix)") }
    }

    @Test("a row that is missing for a category is told")
    func missingRow() throws {
        let xml = try Self.everything().replacing(
            "<cbc:ID>G</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cbc:TaxEx",
            with: "<cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cbc:TaxEx")
        let rules = try Self.findings(xml).map(\.rule)
        #expect(rules == ["totals.rows", "totals.rows"])
    }

    @Test("another document than UBL is not computed, and a large one is in linear time")
    func bounds() throws {
        #expect(try Self.findings("<Invoice/>") == [])
        let line = try Self.everything()
        let start = try #require(line.range(of: "  <cac:InvoiceLine>")?.lowerBound)
        let end = try #require(line.range(of: "</Invoice>")?.lowerBound)
        let many = line[..<end] + String(repeating: String(line[start..<end]), count: 2_000) + "</Invoice>"
        #expect(try Self.findings(String(many)).contains { $0.rule == "totals.lineTotal" })
    }

    /// What does not add up in the examples that CEN itself publishes; everything else there does.
    static let known = [
        "guide-example1.xml totals.lineNet", "guide-example2.xml totals.lineNet", "guide-example2.xml totals.price",
        "guide-example3.xml totals.lineNet", "guide-example3.xml totals.lineNet",
        "ubl-tc434-example1.xml totals.lineNet", "ubl-tc434-example10.xml totals.lineNet",
        "ubl-tc434-example2.xml totals.lineNet", "ubl-tc434-example2.xml totals.price",
        "ubl-tc434-example3.xml totals.lineNet", "ubl-tc434-example3.xml totals.lineNet",
    ]
    @Test("official examples have warnings where their lines are wrong, and no error", .needsSharedFolder)
    func official() throws {
        var told: [String] = []
        for folder in ["cen-examples", "serbia-examples"] {
            for name in SharedFolder.names(in: "vectors/rules/\(folder)") where name.lowercased().hasSuffix("xml") {
                let document = try XMLDocument(parsing: SharedFolder.bytes("vectors/rules/\(folder)/\(name)"))
                for finding in UBLTotals(of: document).findings {
                    told.append("\(name) \(finding.rule)")
                    #expect(finding.severity == .warning, "\(name) \(finding)")
                }
            }
        }
        #expect(told == Self.known)
    }
}
