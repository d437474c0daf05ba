import Foundation
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing
import Typography

@Suite("Invariants of every page of the classic template", .needsSharedFolder)
struct LayoutInvariantTests {
    static let samples = [
        "twenty-lines", "five-hundred-lines", "credit-note", "serbia", "export-eur", "four-rates", "prepaid",
        "reverse-charge", "gross-prices", "discount-10-percent",
    ]

    @Test("no text of the document is lost", arguments: samples)
    func complete(sample: String) throws {
        let priced = try Fixtures.sample(sample)
        let text = try Fixtures.pages(priced).text.filter { !$0.isWhitespace }
        var expected = priced.lines.flatMap {
            [$0.line.item.name, $0.line.item.description, $0.line.item.code, $0.line.note]
        }
        let invoice = priced.invoice
        expected += [
            invoice.number, invoice.seller.name, invoice.buyer.name, invoice.seller.taxNumber, invoice.buyer.taxNumber,
        ]
        expected += [invoice.references.order, invoice.references.contract, invoice.terms, invoice.buyer.address.city]
        expected += invoice.notes + invoice.references.invoices.map(\.number) + priced.vat.map(\.vat.reason)
        let format = try Fixtures.catalogue(invoice.language).format
        for amount in [priced.totals.taxExclusive, priced.totals.taxTotal, priced.totals.payable]
            + priced.lines.map(\.net)
        {
            var bytes: [UInt8] = []
            format.append(amount, places: invoice.currency.minorUnitDigits, to: &bytes)
            expected.append(String(decoding: bytes, as: UTF8.self))
        }
        for case let words? in expected {
            #expect(text.contains(words.filter { !$0.isWhitespace }), "\(words)")
        }
    }

    @Test("nothing stands outside of the margins", arguments: samples)
    func margins(sample: String) throws {
        for page in try Fixtures.pages(Fixtures.sample(sample)).pages {
            let left = Length.millimetres(18)
            let right = page.size.width - .millimetres(16)
            for run in page.runs {
                #expect(run.origin.x >= left, "\(run.text)")
                #expect(run.origin.x + run.visibleWidth <= right + Length(millipoints: 10), "\(run.text)")
                #expect(run.origin.y > .millimetres(15) && run.origin.y < page.size.height - .millimetres(11))
            }
            for box in page.boxes {
                #expect(box.origin.x >= left && box.origin.x + box.size.width <= right)
                #expect(box.origin.y + box.size.height <= page.size.height - .millimetres(11))
            }
        }
    }

    @Test("no text lies over another", arguments: samples)
    func overlap(sample: String) throws {
        for page in try Fixtures.pages(Fixtures.sample(sample)).pages { expectNoOverlap(page) }
    }

    static let languages = [DocumentLanguage.macedonian, .serbianCyrillic, .albanian, .bulgarian, .croatian, .english]
    @Test("no language makes texts collide or leave the page", arguments: languages, ["four-rates", "prepaid"])
    func language(language: DocumentLanguage, sample: String) throws {
        for page in try Fixtures.pages(Fixtures.sample(sample) { $0["language"] = language.rawValue }).pages {
            expectNoOverlap(page)
            let right = page.size.width - .millimetres(16) + Length(millipoints: 10)
            for run in page.runs { #expect(run.origin.x + run.visibleWidth <= right, "\(run.text)") }
        }
    }

    @Test("the same input gives the same pages")
    func deterministic() throws {
        let priced = try Fixtures.sample("four-rates")
        #expect(try Fixtures.pages(priced).dump == Fixtures.pages(priced).dump)
    }

    @Test("every page has the header of the table, its number and the carried sum")
    func repetition() throws {
        let priced = try Fixtures.sample("five-hundred-lines")
        let result = try Fixtures.pages(priced)
        let pages = result.pages
        #expect(pages.count > 10)
        let labels = try Fixtures.catalogue(.macedonian)
        let withLines = pages.filter { $0.plainText.contains(labels[.description]) }
        #expect(withLines.count >= pages.count - 1)
        for (index, page) in pages.enumerated() {
            #expect(page.plainText.contains("Страна \(index + 1) од \(pages.count)"))
            #expect(page.plainText.contains("FAK-2026-00500"))
        }
        for (page, next) in zip(withLines, withLines.dropFirst()) {
            let carried = try #require(amount(after: labels[.carried], on: page))
            #expect(amount(after: labels[.brought], on: next) == carried)
        }
    }

    @Test("the sum that is carried is that of the rows before")
    func carriedSum() throws {
        let priced = try Fixtures.sample("twenty-lines")
        let pages = try Fixtures.pages(priced).pages
        let first = try #require(pages.first)
        let shown = priced.lines.filter { first.plainText.contains($0.line.item.code ?? "-") }
        #expect(!shown.isEmpty && shown.count < 20)
        var expected: [UInt8] = []
        let sum = shown.reduce(0) { $0 + $1.net.minorUnits }
        try Fixtures.catalogue(.macedonian).format.append(Money(minorUnits: sum), places: 2, to: &expected)
        let labels = try Fixtures.catalogue(.macedonian)
        #expect(amount(after: labels[.carried], on: first) == String(decoding: expected, as: UTF8.self))
    }

    @Test("twenty lines take two pages at most")
    func twenty() throws {
        #expect(try Fixtures.pages(Fixtures.sample("twenty-lines")).pages.count <= 2)
    }

    private func amount(after label: String, on page: Page) -> String? {
        page.runs.firstIndex { $0.text == label }.map { page.runs[$0 + 1].text }
    }
}

/// Expects that no two texts of a page share a place; the height counts from the baseline to the top of capitals.
func expectNoOverlap(_ page: Page, sourceLocation: SourceLocation = #_sourceLocation) {
    let rectangles = page.runs.map { run in
        (
            run: run, left: run.origin.x.millipoints, right: run.origin.x.millipoints + run.visibleWidth.millipoints,
            top: run.origin.y.millipoints - run.size.millipoints * 7 / 10, bottom: run.origin.y.millipoints
        )
    }
    for (index, one) in rectangles.enumerated() {
        for other in rectangles[(index + 1)...] {
            let isApart =
                one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top
            #expect(isApart, "\(one.run.text) | \(other.run.text)", sourceLocation: sourceLocation)
        }
    }
}

@Suite("Page breaks")
struct PageBreakTests {
    private func lines(_ count: Int) -> [[String: Any]] { (0..<count).map { Fixtures.line("Ставка \($0 + 1)") } }

    @Test("whatever the number of lines, the totals are whole and two rows stand above them", arguments: 1...70)
    func totals(count: Int) throws {
        let pages = try Fixtures.pages(Fixtures.invoice { $0["lines"] = lines(count) }).pages
        let holding = pages.filter { $0.plainText.contains("Вкупно за плаќање") }
        let page = try #require(holding.first)
        #expect(holding.count == 1)
        #expect(page.plainText.contains("Рекапитулација на ДДВ") && page.plainText.contains("Вкупно без ДДВ"))
        let rows = page.runs.filter { $0.text.hasPrefix("Ставка ") }
        #expect(rows.count >= min(2, count))
        #expect(pages.flatMap(\.runs).filter { $0.text.hasPrefix("Ставка ") }.count == count)
        #expect(pages.last?.plainText.contains("Фактурирал") == true)
        for page in pages { expectNoOverlap(page) }
    }

    @Test("rows of many lines come in twos above the totals as well", arguments: 2...30)
    func tallRows(count: Int) throws {
        let tall = (1...count).map { number in
            var line = Fixtures.line()
            line["item"] = ["name": "Ставка \(number)", "description": "втор ред\nтрет ред\nчетврт ред"]
            return line
        }
        let pages = try Fixtures.pages(Fixtures.invoice { $0["lines"] = tall }).pages
        let page = try #require(pages.first { $0.plainText.contains("Вкупно за плаќање") })
        #expect(page.runs.count { $0.text.hasPrefix("Ставка ") } >= 2)
        #expect(pages.flatMap(\.runs).count { $0.text.hasPrefix("Ставка ") } == count)
        for page in pages { expectNoOverlap(page) }
    }

    @Test("a credit note ends with its sums and two rows on the page of the signatures", arguments: 1...70)
    func creditNote(count: Int) throws {
        let pages = try Fixtures.pages(
            Fixtures.invoice {
                $0["kind"] = "credit-note"
                $0["references"] = ["invoices": [["number": "A-0", "issueDate": "2026-11-01"]]]
                $0["lines"] = lines(count)
            }
        ).pages
        let page = try #require(pages.last)
        #expect(page.plainText.contains("Фактурирал") && page.plainText.contains("Вкупно одобрено"))
        #expect(page.runs.count { $0.text.hasPrefix("Ставка ") } >= min(2, count))
        expectNoOverlap(page)
    }

    @Test("signatures never stand alone", arguments: 1...40)
    func signatures(count: Int) throws {
        let pages = try Fixtures.pages(
            Fixtures.invoice {
                $0["lines"] = lines(count)
                $0["notes"] = ["Прва забелешка", "Последна забелешка"]
            }
        ).pages
        let last = try #require(pages.last)
        #expect(last.plainText.contains("Последна забелешка"))
        let first = try #require(pages.first { $0.plainText.contains("Прва забелешка") })
        #expect(first.plainText.contains("Забелешки"))
    }

    @Test("a row that is taller than a page is cut between lines of text, and none is lost")
    func tallRow() throws {
        let words = (1...1500).map { "збор\($0)" }
        let pages = try Fixtures.pages(
            Fixtures.changed { $0.lines[1].item.name = words.joined(separator: " ") }
        ).pages
        #expect(pages.count >= 3)
        let text = Set(pages.flatMap { $0.runs.flatMap { $0.text.split(separator: " ").map(String.init) } })
        for word in words + ["Прва", "Трета"] { #expect(text.contains(word)) }
        for page in pages {
            expectNoOverlap(page)
            for run in page.runs { #expect(run.origin.y < page.size.height - .millimetres(11)) }
        }
    }

    @Test("a paragraph that is longer than a page goes on on the next")
    func longTerms() throws {
        let words = (1...2500).map { "услов\($0)" }
        let pages = try Fixtures.pages(Fixtures.changed { $0.terms = words.joined(separator: " ") }).pages
        #expect(pages.count >= 2)
        let text = Set(pages.flatMap { $0.runs.flatMap { $0.text.split(separator: " ").map(String.init) } })
        for word in words { #expect(text.contains(word)) }
    }

    @Test("no page gets a single line of a paragraph", arguments: 1...40, [3, 4, 7])
    func widows(count: Int, length: Int) throws {
        let note = (1...length).map { "Ред \($0)" }.joined(separator: "\n")
        let pages = try Fixtures.pages(
            Fixtures.invoice {
                $0["lines"] = lines(count)
                $0["notes"] = [note]
            }
        ).pages
        let parts = pages.map { page in page.runs.count { $0.text.hasPrefix("Ред ") } }
        #expect(parts.reduce(0, +) == length)
        #expect(!parts.contains(1), "\(parts)")
        let first = try #require(pages.first { $0.plainText.contains("Ред 1\n") })
        #expect(first.plainText.contains("Забелешки"))
    }

    @Test("a paragraph that is kept together is not parted", arguments: 1...12)
    func keptParagraph(above: Int) throws {
        let template = try Fixtures.template(
            "<each each=\"l in lines\"><text>{l.item.name}</text></each>"
                + "<text keep=\"together\">1<br/>2<br/>3<br/>4<br/>5<br/>6</text>",
            head: "<page size=\"A5\" margins=\"190mm 10mm 0 10mm\"/><style name=\"text\" size=\"6pt\" leading=\"2mm\"/>"
        )
        let pages = try Fixtures.pages(Fixtures.invoice { $0["lines"] = lines(above) }, template: template).pages
        #expect(pages.count { page in page.runs.contains { ("1"..."6").contains($0.text) } } == 1)
    }

    @Test("there is room to sign, however full the page is", arguments: 1...70)
    func signatureRoom(count: Int) throws {
        let page = try #require(try Fixtures.pages(Fixtures.invoice { $0["lines"] = lines(count) }).pages.last)
        let label = try #require(page.runs.first { $0.text == "Фактурирал" })
        let above = page.runs.filter { $0.origin.y < label.origin.y }.map(\.origin.y).max()
        #expect(try label.origin.y - #require(above) > .points(42))
    }

    @Test("a word wider than its column is broken between characters")
    func longWord() throws {
        let word = String(repeating: "долгзбор", count: 40)
        let pages = try Fixtures.pages(Fixtures.invoice { $0["lines"] = [Fixtures.line(word)] }).pages
        #expect(pages.map { $0.runs.map(\.text).joined() }.joined().contains(word))
        for page in pages { expectNoOverlap(page) }
    }

    @Test("a soft hyphen shows at the end of a line and nowhere else")
    func softHyphen() throws {
        let word = (1...30).map { "слог\($0)" }.joined(separator: "\u{AD}")
        let runs = try Fixtures.pages(Fixtures.invoice { $0["lines"] = [Fixtures.line(word)] }).pages
            .flatMap(\.runs).filter { $0.text.contains("слог") }
        #expect(runs.count > 1)
        #expect(runs.dropLast().allSatisfy { $0.text.hasSuffix("-") })
        #expect(runs.last?.text.contains("-") == false)
        #expect(!runs.contains { $0.text.dropLast().contains("-") })
    }

    @Test("columns that no line uses are not there")
    func columns() throws {
        let labels = try Fixtures.catalogue(.macedonian)
        let plain = try Fixtures.pages(Fixtures.invoice()).text
        #expect(!plain.contains(labels[.code]) && !plain.contains(labels[.discount]))
        var line = Fixtures.line()
        line["item"] = ["name": "Ставка", "code": "Ш-1"]
        line["discounts"] = [["percent": "5", "reason": "Рабат", "code": "95"]]
        let full = try Fixtures.pages(Fixtures.invoice { $0["lines"] = [Fixtures.line(), line] }).text
        #expect(full.contains(labels[.code]) && full.contains(labels[.discount]) && full.contains("5 %"))
    }

    @Test("decimal marks stand below each other")
    func decimals() throws {
        let quantities = ["12", "391.4", "498.018", "1000", "0.25"]
        let pages = try Fixtures.pages(
            Fixtures.invoice { $0["lines"] = quantities.map { Fixtures.line("А", quantity: $0) } }
        ).pages
        let runs = pages.flatMap(\.runs).filter { ["12", "391,4", "498,018", "1.000", "0,25"].contains($0.text) }
        #expect(runs.count == 5)
        let marks = Set(
            runs.map { run in
                let mark = run.text.utf8.firstIndex(of: UInt8(ascii: ","))
                let before = mark.map { run.text.utf8.distance(from: run.text.utf8.startIndex, to: $0) }
                let whole = run.pieces.first?.shaped.advance(before: before ?? run.text.utf8.count) ?? 0
                return run.origin.x.millipoints + run.face.length(of: whole, at: run.size).millipoints
            })
        #expect(marks.count == 1)
    }

    @Test("up to 32 pages need no overlay; more get one for each page")
    func overlays() throws {
        let short = try Fixtures.pages(Fixtures.invoice { $0["lines"] = lines(60) })
        #expect(short.overlays == 0 && short.pages.count > 1)
        let long = try Fixtures.pages(Fixtures.invoice { $0["lines"] = lines(1500) })
        #expect(long.overlays == long.pages.count)
    }

    @Test("a credit note has its own colour")
    func accent() throws {
        let invoice = try Fixtures.pages(Fixtures.invoice())
        let credit = try Fixtures.pages(
            Fixtures.invoice {
                $0["kind"] = "credit-note"
                $0["references"] = ["invoices": [["number": "A-0", "issueDate": "2026-11-01"]]]
            })
        let title: (CollectedPages) -> Color? = { pages in
            pages.pages.first?.runs.max { $0.size < $1.size }?.color
        }
        #expect(title(invoice) == Theme.standard.accent)
        #expect(title(credit) == Theme.standard.creditAccent)
        #expect(credit.text.contains("Книжно одобрение") && credit.text.contains("A-0 од 01.11.2026"))
    }
}
