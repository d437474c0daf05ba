import Diagnostics
import Foundation
import Issuing
import PageLayout
import TestSupport
import Testing

/// Keeps the text of the pages.
private struct PageText: PageSink {
    var text = ""
    mutating func append(_ page: Page) { add(page.elements) }
    mutating func overlay(_ elements: [PageElement], onPage index: Int) { add(elements) }
    private mutating func add(_ elements: [PageElement]) {
        for case .text(let run) in elements { text += run.text + "\n" }
    }
}

@Suite("Documents made by chance go through the whole pipeline")
struct PipelinePropertyTests {
    /// One for each test, so that it is gone when leaks are looked for.
    private let toolkit = Toolkit.bundled()

    private struct Totals: Decodable {
        struct Row: Decodable { let taxable: String, tax: String }
        let lineTotal, allowanceTotal, chargeTotal, taxExclusive, taxTotal, taxInclusive, prepaid, rounding,
            payable: String
        let vat: [Row]
        let lineNets: [String]
    }
    private struct BuildReport: Decodable { let totals: Totals }

    private struct Made {
        let document: BuiltDocument
        let json: [UInt8]
        let random: RandomDocument
    }

    private func build(_ seed: UInt64) throws -> Made? {
        var random = RandomDocument(seed: seed)
        let json = try random.json()
        switch try Workbench(toolkit).build(json, DocumentOptions()) {
        case .built(let document): return Made(document: document, json: json, random: random)
        case .rejected(let findings):
            Issue.record("seed \(seed) is rejected: \(findings.filter { $0.severity == .error })")
            return nil
        }
    }

    @Test("sums agree, every amount stands on a page, internal notes stand nowhere", arguments: 0..<8)
    func pages(part: UInt64) throws {
        for seed in (part * 12)..<(part * 12 + 12) {
            guard let made = try build(seed) else { continue }
            let report = try made.document.report()
            let totals = try JSONDecoder().decode(BuildReport.self, from: Data(report)).totals
            Self.expectSums(totals, seed)
            var sink = PageText()
            #expect(try Workbench(toolkit).layOut(made.json, DocumentOptions(), into: &sink) == nil)
            let amounts =
                [
                    totals.taxExclusive, totals.taxTotal, totals.taxInclusive, totals.prepaid, totals.rounding,
                    totals.payable,
                ] + (made.random.counts.discounts == 1 ? [totals.allowanceTotal] : [])
                + (made.random.counts.charges == 1 ? [totals.chargeTotal] : [])
                + totals.vat.flatMap { [$0.taxable, $0.tax] } + totals.lineNets
            for amount in amounts where Decimal(string: amount) != 0 {
                #expect(
                    sink.text.contains(Self.printed(amount, in: made.random.language)),
                    "seed \(seed): \(amount) is not on a page")
            }
            for output in [
                sink.text, String(decoding: made.document.xml, as: UTF8.self), String(decoding: report, as: UTF8.self),
            ] {
                #expect(!output.contains(RandomDocument.secret), "seed \(seed)")
            }
        }
    }

    /// The sums of EN 16931, computed once more (BR-CO-10 to BR-CO-16).
    private static func expectSums(_ totals: Totals, _ seed: UInt64) {
        func number(_ text: String) -> Decimal { Decimal(string: text) ?? .nan }
        func sum(_ texts: [String]) -> Decimal { texts.map(number).reduce(0, +) }
        #expect(sum(totals.lineNets) == number(totals.lineTotal), "seed \(seed)")
        let exclusive = number(totals.lineTotal) - number(totals.allowanceTotal) + number(totals.chargeTotal)
        #expect(exclusive == number(totals.taxExclusive), "seed \(seed)")
        #expect(sum(totals.vat.map(\.taxable)) == exclusive, "seed \(seed)")
        #expect(sum(totals.vat.map(\.tax)) == number(totals.taxTotal), "seed \(seed)")
        #expect(exclusive + number(totals.taxTotal) == number(totals.taxInclusive), "seed \(seed)")
        let payable = number(totals.taxInclusive) - number(totals.prepaid) + number(totals.rounding)
        #expect(payable == number(totals.payable), "seed \(seed)")
    }

    /// `1234.50` as the language writes it, without a sign.
    private static func printed(_ amount: String, in language: String) -> String {
        let parts = amount.drop { $0 == "-" }.split(separator: ".")
        let (point, group) = language == "en" ? (".", ",") : (",", ".")
        var whole = ""
        for (index, digit) in parts[0].enumerated() {
            if index > 0 && (parts[0].count - index) % 3 == 0 { whole += group }
            whole.append(digit)
        }
        return parts.count > 1 ? whole + point + parts[1] : whole
    }

    @Test(
        "other programs accept the files, and the same input gives the same bytes", .needsTool("xmllint"),
        .needsTool("qpdf"))
    func files() throws {
        let schemas = "\(PackageFolder.root)/schemas/ubl-2.1/maindoc"
        try Tool.withTemporaryFolder { folder in
            for seed in UInt64(1000)..<1020 {
                guard let made = try build(seed) else { continue }
                if case .built(let again) = try Workbench(toolkit).build(made.json, DocumentOptions()) {
                    #expect(again.pdf == made.document.pdf && again.xml == made.document.xml, "seed \(seed)")
                }
                try Data(made.document.xml).write(to: URL(fileURLWithPath: "\(folder)/a.xml"))
                try Data(made.document.pdf).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
                let kind =
                    String(decoding: made.document.xml.prefix(200), as: UTF8.self).contains("<CreditNote")
                    ? "CreditNote" : "Invoice"
                let schema = "\(schemas)/UBL-\(kind)-2.1.xsd"
                let valid = try Tool.run("xmllint", ["--noout", "--nonet", "--schema", schema, "\(folder)/a.xml"])
                #expect(valid.status == 0, "seed \(seed): \(valid.errors)")
                let checked = try Tool.run("qpdf", ["--check", "\(folder)/a.pdf"])
                #expect(checked.status == 0, "seed \(seed): \(checked.errors)\(checked.output)")
                let plain = try Tool.run(
                    "qpdf", ["--qdf", "--object-streams=disable", "\(folder)/a.pdf", "\(folder)/b.pdf"])
                #expect(plain.status == 0)
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/b.pdf"))
                #expect(bytes.range(of: Data(RandomDocument.secret.utf8)) == nil, "seed \(seed)")
            }
        }
    }

    private func xml(_ seed: UInt64) throws -> [UInt8] {
        var random = RandomDocument(seed: seed)
        switch try Workbench(toolkit).xml(try random.json(), DocumentOptions()) {
        case .made(let xml, _): return xml
        case .rejected(let findings):
            Issue.record("seed \(seed) is rejected: \(findings.filter { $0.severity == .error })")
            return []
        }
    }

    @Test("schema, rules and arithmetic of our own find nothing, not even a warning")
    func ownRules() throws {
        for seed in UInt64(3000)..<3060 {
            let validation = try Workbench(toolkit).validate(try xml(seed))
            #expect(validation.verdict == .valid && validation.failures.map(\.id) == [], "seed \(seed)")
        }
    }

    @Test("CEN's rules find nothing by our engine, and by Saxon", .needsSharedFolder, .needsPython("saxonche", "lxml"))
    func rules() throws {
        let folder = "vectors/rules/cen"
        let file = RuleFile("EN16931-UBL-validation.sch") { try? SharedFolder.bytes("\(folder)/\($0)") }
        var documents: [(name: String, xml: [UInt8])] = []
        for seed in UInt64(2000)..<2060 { documents.append(("\(seed)", try xml(seed))) }
        for (name, xml) in documents {
            let validation = try Workbench(toolkit).validate(xml, ValidationOptions(rules: [file]))
            #expect(validation.verdict == .valid && validation.failures.map(\.id) == [], "seed \(name)")
        }
        #expect(try OfficialRules.broken(in: Array(documents.prefix(10))) == [])
    }
}
