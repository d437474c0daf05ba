import Diagnostics
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing
import Typography

@Suite("Two languages on one document")
struct SecondLanguageTests {
    private func pages(
        _ priced: PricedInvoice, _ second: DocumentLanguage?, _ template: Template? = nil
    ) throws -> CollectedPages {
        let composer = PageComposer(
            template: try template ?? Fixtures.classic(), catalogue: try Fixtures.catalogue(priced.invoice.language),
            fonts: Fixtures.fonts, second: try second.map(Fixtures.catalogue))
        var sink = CollectedPages()
        sink.report = try composer.compose(priced, shaper: Shaper(), into: &sink)
        return sink
    }

    private func text(_ body: String, _ second: DocumentLanguage?, _ change: (inout Invoice) -> Void = { _ in }) throws
        -> String
    {
        let priced = try Fixtures.changed(change)
        return try pages(priced, second, Fixtures.template(body)).text.replacing("\n", with: " ")
    }

    /// Body, and what is on the page in Macedonian and English.
    static let bodies: [(String, String)] = [
        ("<text>{label:buyer}: {buyer.name}</text>", "Купувач / Buyer: Купувач"),
        ("<text>{kind} {number}</text>", "Фактура / Invoice A-1"),
        ("<text>{label:iban}</text>", "IBAN"), ("<text>{issueDate}</text>", "20.11.2026"),
        ("<text>{totals.payable | currency}</text>", "354,00 ден."),
        ("<text>{label:buyer} {terms}</text>", ""), ("<text>{kind | code}</text>", "invoice"),
        ("<text if=\"secondLanguage = en\">{secondLanguage}</text>", "en"),
        (
            "<text>{totals.payableInWords}</text>",
            "триста педесет и четири денари / three hundred and fifty-four Macedonian denars"
        ),
        (
            "<each each=\"line in lines\"><text if=\"line.position = 1\">{line.quantity} {line.unit}</text></each>",
            "1 ком. / pcs"
        ),
        ("<each each=\"row in vat\"><text>{row.category}</text></each>", "Оданочиво / Taxed"),
        ("<pairs><pair key=\"{label:due-date}\">{number}</pair></pairs>", "Рок на плаќање / Due date A-1"),
        // A template that places the second language itself has it nowhere else but in names.
        ("<text>{label:buyer}</text><text>{label2:buyer}</text>", "Купувач Buyer"),
        ("<text>{label:buyer} {kind}</text><text>{label2:seller}</text>", "Купувач Фактура / Invoice Seller"),
    ]
    @Test("labels and names stand in both, figures and dates in the first", arguments: bodies)
    func both(body: String, words: String) throws {
        let text = try text(body, .english)
        #expect(text.replacing("\u{A0}", with: " ").filter { $0 != " " } == words.filter { $0 != " " }, "\(text)")
    }

    @Test("words of the second language say so in the structure, and nothing else does")
    func spans() throws {
        let pages = try pages(Fixtures.invoice(), .english)
        let nodes = pages.pages.flatMap(\.nodes)
        var texts: [String?: String] = [:]
        for run in pages.pages.flatMap(\.runs) where run.owner != .artifact {
            let node = nodes[Int(run.owner.number)]
            #expect((node.kind == .span) == (node.details?.language != nil))
            texts[node.details?.language, default: ""] += run.text + "|"
        }
        #expect(texts[nil]?.contains("Купувач") == true && texts["en"]?.contains("Buyer|") == true)
        #expect(texts[nil]?.contains("Buyer") == false && texts["en"]?.contains("Купувач") == false)
        let single = try self.pages(Fixtures.invoice(), nil).pages.flatMap(\.nodes)
        #expect(!single.contains { $0.kind == .span })
    }

    @Test("without a second language nothing of it is there")
    func single() throws {
        #expect(try text("<text>{label:buyer}</text><text>{label2:buyer}</text>", nil) == "Купувач")
        #expect(try text("<text if=\"secondLanguage\">x</text><text>{number}</text>", nil) == "A-1")
        let priced = try Fixtures.sample("twenty-lines")
        #expect(try pages(priced, nil).dump == Fixtures.pages(priced).dump)
    }

    @Test("the law is told in both")
    func law() throws {
        let text = try text("<each each=\"text in legalTexts\"><text>{text}</text></each>", .serbianLatin) {
            $0.kind = .proForma
        }
        #expect(text.contains("не е даночен документ") && text.contains("Predračun nije poreski dokument"))
    }

    @Test("a translation goes to the next line whole, where it can")
    func lines() throws {
        let template = try Fixtures.template(
            "<row><column width=\"60mm\"><text>{label:place-and-date}</text></column><column width=\"*\"/></row>")
        let lines = try pages(Fixtures.invoice(), .english, template).pages[0].runs.map(\.text)
        #expect(
            lines.first?.hasSuffix("/ ") == true && lines.dropFirst().joined() == "Place and date of issue", "\(lines)")
    }

    @Test("every pair of languages fits the margins, in every template", arguments: Fixtures.families)
    func margins(family: String) throws {
        let template = try Fixtures.bundled(family)
        for first in Fixtures.languages {
            let priced = try Fixtures.sample("four-rates") { $0["language"] = first.rawValue }
            for second in Fixtures.languages where second != first {
                let pages = try pages(priced, second, template)
                #expect(pages.report.findings.isEmpty)
                for page in pages.pages {
                    for run in page.runs {
                        let end = run.origin.x + run.visibleWidth
                        #expect(end <= page.size.width - .millimetres(12), "\(first) \(second) \(run.text)")
                    }
                }
            }
        }
    }
}
