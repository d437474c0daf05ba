import Diagnostics
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing
import Typography

@Suite("Marks for draft, void and copy")
struct MarkTests {
    private func pages(
        _ priced: PricedInvoice, mark: DocumentMark?, template: Template? = nil
    ) throws -> CollectedPages {
        let composer = PageComposer(
            template: try template ?? Fixtures.classic(), catalogue: try Fixtures.catalogue(priced.invoice.language),
            fonts: Fixtures.fonts, mark: mark)
        var sink = CollectedPages()
        sink.report = try composer.compose(priced, shaper: Shaper(), into: &sink)
        return sink
    }

    static let words: [(DocumentMark, DocumentLanguage, String)] = [
        (.draft, .macedonian, "НАЦРТ"), (.void, .macedonian, "ПОНИШТЕНО (СТОРНО)"), (.copy, .macedonian, "КОПИЈА"),
        (.void, .serbianCyrillic, "СТОРНИРАНО"), (.copy, .bulgarian, "КОПИЕ"), (.draft, .english, "DRAFT"),
        (.void, .albanian, "E ANULUAR"),
    ]
    @Test("rise once over the middle of every page, behind the text and within the paper", arguments: words)
    func everyPage(mark: DocumentMark, language: DocumentLanguage, text: String) throws {
        let priced = try Fixtures.sample("five-hundred-lines") { $0["language"] = language.rawValue }
        let pages = try pages(priced, mark: mark).pages
        #expect(pages.count > 8)
        for page in pages {
            let rising = page.runs.filter { $0.slope == .rising }
            let run = try #require(rising.first)
            #expect(rising.count == 1 && run.text == text && run.owner == .artifact)
            #expect(page.runs.first?.slope == .rising, "behind all other text")
            // The ends of a line at 45 degrees lie as far right as up; the middle is that of the paper.
            let reach = run.visibleWidth.millipoints * 70_711 / 100_000
            let height = run.face.length(of: run.face.metrics.capHeight, at: run.size).millipoints * 70_711 / 100_000
            let x = run.origin.x.millipoints - height..<run.origin.x.millipoints + reach
            let y = run.origin.y.millipoints - reach - height..<run.origin.y.millipoints
            #expect(x.lowerBound > 28_000 && x.upperBound < page.size.width.millipoints - 28_000)
            #expect(abs(x.lowerBound + x.upperBound - page.size.width.millipoints) < 10)
            #expect(abs(y.lowerBound + y.upperBound - page.size.height.millipoints) < 10)
        }
    }

    @Test("change nothing else on the page, and nothing at all where there is none")
    func nothingElse() throws {
        let priced = try Fixtures.sample("twenty-lines")
        let plain = try pages(priced, mark: nil).pages
        let marked = try pages(priced, mark: .copy).pages
        #expect(!plain.flatMap(\.runs).contains { $0.slope == .rising })
        for (one, other) in zip(plain, marked) {
            #expect(one.runs.map(\.text) == other.runs.dropFirst().map(\.text))
            #expect(one.runs.map(\.origin) == other.runs.dropFirst().map(\.origin))
            #expect(Set(one.boxes) == Set(other.boxes) && one.boxes.count == other.boxes.count)
        }
        #expect(plain.count == marked.count)
    }

    @Test("are drawn for templates that have no <mark>, and as those say that have one")
    func templates() throws {
        let priced = try Fixtures.invoice()
        let without = try Fixtures.template("<text>{number}</text>")
        #expect(try pages(priced, mark: .void, template: without).pages[0].runs[0].text == "ПОНИШТЕНО (СТОРНО)")
        let own = try Fixtures.template(
            "<text if=\"mark = copy\">само копија</text><text if=\"mark\">{mark | code}</text>",
            head: "<style name=\"big\" size=\"40pt\" color=\"#ff0000\"/><mark style=\"big\">* {mark} *</mark>")
        let runs = try pages(priced, mark: .copy, template: own).pages[0].runs
        #expect(runs[0].text == "* КОПИЈА *")
        #expect(runs[0].size == .points(40) && runs[0].color == Color(red: 255, green: 0, blue: 0))
        #expect(runs.map(\.text).joined(separator: " ").contains("copy"))
        #expect(try pages(priced, mark: nil, template: own).pages[0].runs.isEmpty)
    }

    @Test("a <mark> that prints another thing is a fault")
    func fault() throws {
        let text = Fixtures.text("<text>x</text>", head: "<mark>{number}</mark>")
        let findings = Template.check(Template.Source(file: "t.xml", bytes: Array(text.utf8))).findings
        #expect(findings.map(\.rule) == ["template.mark"])
        #expect(findings.first?.place == SourcePlace(file: "t.xml", line: 2, column: 1))
    }
}

@Suite("What the law wants said")
struct LegalTextTests {
    /// The words of the page without blanks, since lines break where they may.
    private func text(_ change: (inout Invoice) -> Void) throws -> String {
        try Fixtures.pages(Fixtures.changed(change)).text.filter { !$0.isWhitespace }
    }

    /// Category, country of the seller, language, words.
    static let reasons: [(VATCategory, String, DocumentLanguage, String)] = [
        (.reverseCharge, "MK", .macedonian, "член 32-а од Законот за ДДВ."),
        (.reverseCharge, "RS", .serbianCyrillic, "члан 10. Закона о ПДВ."),
        (.reverseCharge, "HR", .croatian, "članak 75. Zakona o PDV-u."),
        (.reverseCharge, "BG", .bulgarian, "чл. 82 от ЗДДС."),
        (.reverseCharge, "DE", .english, "Article 196 of Directive 2006/112/EC."),
        (.reverseCharge, "MK", .english, "Article 32-a of the VAT Act of North Macedonia."),
        (.reverseCharge, "US", .english, "to be accounted for by the recipient."),
        (.export, "MK", .macedonian, "член 24 од Законот за ДДВ."), (.export, "AT", .english, "Article 146(1)"),
        (.intraCommunity, "SI", .serbianLatin, "član 138. stav 1. Direktive 2006/112/EZ."),
        (.exempt, "MK", .macedonian, "Ослободено од ДДВ."),
        (.outOfScope, "MK", .albanian, "Nuk i nënshtrohet TVSH-së."),
    ]
    @Test("stands where the document gives only a code, after the law of the seller", arguments: reasons)
    func reason(category: VATCategory, country: String, language: DocumentLanguage, words: String) throws {
        func printed(_ reason: String?) throws -> String {
            try text { invoice in
                invoice.language = language
                invoice.seller.address.country = country
                for index in invoice.lines.indices {
                    invoice.lines[index].vat = VATTreatment(
                        category: category, rate: .init(basisPoints: 0), reason: reason, reasonCode: "VATEX-EU-O")
                }
            }
        }
        let words = words.filter { !$0.isWhitespace }
        #expect(try printed(nil).contains(words))
        let given = try printed("Особена причина")
        #expect(given.contains("Особенапричина") && !given.contains(words))
    }

    @Test("a seller that is no VAT payer, and a pro-forma, say so")
    func notes() throws {
        #expect(try text { $0.seller.vatPayer = false }.contains("нееДДВобврзник,член51"))
        #expect(try !text { $0.seller.vatPayer = true }.contains("обврзник"))
        #expect(try text { $0.kind = .proForma }.contains("нееданочендокумент"))
        #expect(try !text { $0.kind = .invoice }.contains("даночендокумент"))
    }

    static let references: [(String, String)] = [
        ("97 41-2026-17", "97|41-2026-17"), ("(mod97) 41-2026", "97|41-2026"), ("HR01 7336-689", "HR01|7336-689"),
        ("2026/17", "|2026/17"), ("97", "|97"), ("Фактура 17", "|Фактура 17"), ("123 45", "|123 45"),
    ]
    @Test("a payment reference is taken apart, and printed as it was written", arguments: references)
    func reference(written: String, parts: String) throws {
        let template = try Fixtures.template(
            "<text>{payment.reference}</text><text>{payment.reference.model}|</text><text>{payment.reference.number}</text>"
        )
        let priced = try Fixtures.changed { $0.payment = Payment(means: "30", reference: written) }
        let lines = try Fixtures.pages(priced, template: template).text.split(separator: "\n").joined(separator: " ")
        let halves = parts.split(separator: "|", omittingEmptySubsequences: false)
        #expect(lines == "\(written) " + (halves[0].isEmpty ? "" : "\(halves[0])| ") + halves[1])
    }
}
