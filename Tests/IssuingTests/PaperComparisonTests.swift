import Diagnostics
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("Paper equals XML", .needsSharedFolder)
struct PaperComparisonTests {
    static let samples = [
        "credit-note", "discount-10-percent", "export-eur", "four-rates", "gross-prices", "prepaid", "reverse-charge",
        "serbia", "twenty-lines",
    ]

    /// For each document one workbench, in which schemas are compiled once.
    private let bench = Workbench(.bundled())

    private func agrees(_ sample: String, _ options: DocumentOptions) throws {
        let verification = try Paper.verify(try Paper.pdf(sample, bench, options), bench)
        let paper = try #require(verification.paper)
        #expect(verification.status == .passed, "\(sample) \(options): \(paper.disagreements)")
        // Not on paper on purpose: where to pay what a credit note gives back. Not in the XML: days of what was prepaid.
        let mayDiffer = ["credit-note", "prepaid"].contains(sample)
        #expect(paper.disagreements.isEmpty || mayDiffer, "\(sample) \(options): \(paper.disagreements)")
        #expect(paper.isTagged)
        #expect(paper.compared > 20)
        #expect(verification.attachments.map(\.isInvoice) == [true])
    }

    @Test("every sample in every template agrees", arguments: samples)
    func agrees(sample: String) throws {
        for template in ["classic", "modern", "compact"] { try agrees(sample, DocumentOptions(template: template)) }
    }

    @Test("a page in any language agrees")
    func languages() throws {
        for language in DocumentLanguage.allCases {
            try agrees("four-rates", DocumentOptions(template: "modern", language: language))
            try agrees("serbia", DocumentOptions(language: language))
        }
    }

    @Test("a long document agrees, line by line")
    func long() throws { try agrees("five-hundred-lines", DocumentOptions()) }

    @Test("pages drawn from the UBL of others agree with it", arguments: ["cen-examples", "serbia-examples"])
    func received(folder: String) throws {
        let names = SharedFolder.names(in: "vectors/rules/\(folder)").filter { $0.lowercased().hasSuffix(".xml") }
        var agreeing = 0
        for name in names {
            let xml = try SharedFolder.bytes("vectors/rules/\(folder)/\(name)")
            guard case .made(let pdf, _) = try bench.render(xml, DocumentOptions()) else { continue }
            let verification = try Paper.verify(pdf, bench)
            let faults = verification.paper?.disagreements.filter { $0.finding.severity == .error } ?? []
            #expect(verification.paper?.isFaithful == true, "\(name): \(faults)")
            agreeing += 1
        }
        #expect(agreeing >= 4)
    }

    @Test("without its structure tree a page agrees too, read by position", .needsPython("pikepdf"), arguments: samples)
    func untagged(sample: String) throws {
        let pdf = try Paper.untagged(Paper.pdf(sample, bench))
        let verification = try Paper.verify(pdf, bench)
        #expect(verification.paper?.isTagged == false)
        #expect(verification.status == .passed, "\(verification.paper?.disagreements ?? [])")
    }

    // MARK: - Doctored templates

    /// A change of a template of `classic`, and what must be found.
    static let templates: [(file: String, from: String, to: String, rules: Set<String>)] = [
        (
            "lines", "style=\"quantity\" if=\"prices = net\"", "style=\"quantity\" if=\"kind = advance\"",
            ["paper.amountMissing BT-146"]
        ),
        ("lines", "{line.net}</column>", "</column>", ["paper.amountMissing BT-131"]),
        ("lines", "{line.net}</column>", "{line.price}</column>", ["paper.amountDiffers BT-131"]),
        ("lines", "{line.quantity}", "", ["paper.amountMissing BT-129"]),
        ("lines", "{line.item.name}", "", ["paper.nameMissing BT-153"]),
        ("lines", ">{line.rate}<", "><", ["paper.amountMissing BT-152"]),
        ("sums", "{totals.payable | currency}", "{totals.taxExclusive | currency}", ["paper.amountDiffers BT-115"]),
        ("sums", "{totals.payable | currency}", "", ["paper.amountMissing BT-115"]),
        ("sums", ">{totals.taxTotal}<", "><", ["paper.amountMissing BT-110"]),
        ("sums", ">{totals.taxTotal}<", ">{totals.payable}<", ["paper.amountDiffers BT-110"]),
        ("sums", ">{totals.taxExclusive}<", "><", ["paper.amountMissing BT-109"]),
        ("sums", ">{totals.lineTotal}<", "><", ["paper.amountMissing BT-106"]),
        ("sums", ">{totals.rounding}<", "><", ["paper.amountMissing BT-114"]),
        ("sums", "{discount.amount | negated}", "", ["paper.amountMissing BT-92"]),
        ("sums", "{row.taxable}", "", ["paper.amountMissing BT-116"]),
        ("sums", "{row.tax}", "", ["paper.amountMissing BT-117"]),
        ("sums", "{label:taxable}", "{label:tax}", ["paper.amountDiffers BT-117"]),
        ("parties", ">{dueDate}<", "><", ["paper.dateMissing BT-9"]),
        ("parties", ">{dueDate}<", ">{issueDate}<", ["paper.dateDiffers BT-9"]),
        ("parties", "<span>{issueDate}</span>", "<span>{dueDate}</span>", ["paper.dateDiffers BT-2"]),
        ("parties", ">{supplyDate}<", ">{dueDate}<", ["paper.dateDiffers BT-72"]),
        ("parties", "{buyer.name}", "", ["paper.nameMissing BT-44"]),
        ("parties", ">{buyer.taxNumber}<", "><", ["paper.identifierMissing BT-46"]),
        ("parties", ">{buyer.registrationNumber}<", "><", ["paper.identifierMissing BT-47"]),
        ("heading", "{seller.name}", "", ["paper.nameMissing BT-27"]),
        ("heading", "{number}", "", ["paper.identifierMissing BT-1"]),
        ("heading", "{seller.vatNumber}", "", ["paper.identifierMissing BT-31"]),
        ("heading", "{seller.registrationNumber}", "", ["paper.identifierMissing BT-30"]),
        ("payment", "{account.iban | groups}", "", ["paper.identifierMissing BT-84"]),
        ("payment", "{payment.reference}<", "<", ["paper.identifierMissing BT-83"]),
        ("payment", "{payment.reference}<", "{number}<", ["paper.identifierDiffers BT-83"]),
    ]

    @Test("a template that hides or changes a field is caught", arguments: templates.indices)
    func doctored(index: Int) throws {
        let (file, from, to, rules) = Self.templates[index]
        let toolkit = Paper.toolkit(["templates/classic/\(file).xml": (from, to)])
        let verification = try Paper.verify(Paper.pdf("four-rates", Workbench(toolkit)), bench)
        let found = Paper.rules(verification)
        #expect(found.isSuperset(of: rules), "\(from) → \(to): \(found)")
        #expect(verification.status == .failed)
        #expect(verification.code == "pdf.disagrees")
    }

    @Test("a fixed amount in a template is unknown to the XML, wherever it stands")
    func invented() throws {
        for (file, from, to) in [
            ("sums", "{totals.payable | currency}", "{totals.payable | currency} (9.999,99 ден.)"),
            ("remarks", "{note}", "{note} 9.999,99"), ("lines", "{line.item.description}", "9.999,99 ден."),
        ] {
            let toolkit = Paper.toolkit(["templates/classic/\(file).xml": (from, to)])
            let sample = file == "remarks" ? "reverse-charge" : "four-rates"
            let json = String(decoding: try SharedFolder.bytes("samples/\(sample).json"), as: UTF8.self)
            guard file != "remarks" || json.contains("\"notes\"") else { continue }
            let verification = try Paper.verify(Paper.pdf(sample, Workbench(toolkit)), bench)
            let unknown = verification.paper?.disagreements.first { $0.finding.rule == "paper.amountUnknown" }
            #expect(unknown?.paper?.contains("9.999,99") == true, "\(file): \(Paper.rules(verification))")
            #expect(unknown?.page == 1)
        }
    }

    @Test("another account beside the right one is caught")
    func foreignAccount() throws {
        let toolkit = Paper.toolkit([
            "templates/classic/payment.xml": (
                "{account.iban | groups}",
                "{account.iban | groups}</column><column label=\"IBAN\">DE89 3704 0044 0532 0130 00"
            )
        ])
        #expect(
            try Paper.rules(Paper.verify(Paper.pdf("four-rates", Workbench(toolkit)), bench)) == [
                "paper.identifierUnknown -"
            ])
    }
}
