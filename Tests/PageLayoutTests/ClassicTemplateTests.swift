import Diagnostics
import Foundation
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing
import Typography

@Suite("What the classic template prints")
struct ClassicTemplateTests {
    private static func gross(_ change: (inout [String: Any]) -> Void = { _ in }) throws -> PricedInvoice {
        try Fixtures.invoice { json in
            json["prices"] = "gross"
            var third = Fixtures.line("Трета", price: "70.00")
            third["vat"] = ["category": "S", "rate": "5"]
            third["discounts"] = [["percent": "10", "reason": "Верност", "code": "95"]]
            var fourth = Fixtures.line("Четврта", price: "12.345")
            fourth["discounts"] = [["amount": "2.00", "reason": "Оштетено", "code": "95"]]
            let plain = [Fixtures.line("Прва", price: "1890"), Fixtures.line("Втора", price: "249.5")]
            json["lines"] = plain + [third, fourth]
            change(&json)
        }
    }

    @Test("prices with VAT stand as they were entered, in a column that says so")
    func grossPrices() throws {
        let text = try Fixtures.pages(Self.gross()).text
        #expect(text.contains("Цена") && text.contains("со ДДВ"))
        #expect(!text.contains("Цена\nбез ДДВ") && text.contains("без ДДВ"))
        for price in ["1.890,00", "249,50", "70,00", "12,345", "10 %", "2,00 ден."] {
            #expect(text.split(separator: "\n").contains { $0.contains(price) }, "\(price)")
        }
    }

    @Test("no number has more places than its currency or the price that was entered", arguments: Fixtures.languages)
    func places(language: DocumentLanguage) throws {
        let priced = try Self.gross { $0["language"] = language.rawValue }
        let mark = language == .english ? "." : ","
        let longest = try Fixtures.pages(priced).pages.flatMap(\.runs).compactMap { run -> Int? in
            guard run.text.allSatisfy({ $0.isNumber || ".,\u{A0}-".contains($0) }), run.text.contains(mark) else {
                return nil
            }
            return run.text.split(separator: mark).last?.count
        }.max()
        #expect(longest == 3)
    }

    @Test("the net price can be asked for, and has the places of the price")
    func netPrice() throws {
        let template = try Fixtures.template("<each each=\"l in lines\"><text>{l.price} {l.netPrice}</text></each>")
        let text = try Fixtures.pages(Self.gross(), template: template).text
        #expect(text == "1.890,00 1.601,69\n249,50 211,44\n70,00 66,67\n12,345 10,462")
    }

    @Test("a line without a rate has none on the page")
    func noRate() throws {
        var line = Fixtures.line("Ослободена")
        line["vat"] = ["category": "E", "rate": "0", "reason": "Член 23"]
        let mixed = try Fixtures.pages(Fixtures.invoice { $0["lines"] = [Fixtures.line(), line] }).text
        #expect(mixed.contains("18 %") && !mixed.contains("\n0 %"))
        #expect(mixed.contains("Ослободено: ") && mixed.contains("Член 23"))
        let exempt = try Fixtures.pages(Fixtures.invoice { $0["lines"] = [line] }).text
        #expect(!exempt.split(separator: "\n").contains("ДДВ"))
    }

    @Test("a reason that two categories share is told for both")
    func exemptions() throws {
        let lines = ["E", "G", "E"].map { category in
            var line = Fixtures.line(category)
            line["vat"] = ["category": category, "rate": "0", "reason": "Член 24"]
            return line
        }
        let text = try Fixtures.pages(Fixtures.invoice { $0["lines"] = lines }).text
        #expect(text.contains("Ослободено: ") && text.contains("Извоз: "))
        #expect(text.components(separatedBy: "Член 24").count == 3)
    }

    static let means: [(String, String?)] = [("10", "Во готово"), ("48", "Платежна картичка"), ("42", nil)]
    @Test("the means of payment is named where it has a name", arguments: means)
    func paymentMeans(code: String, name: String?) throws {
        let text = try Fixtures.pages(Fixtures.invoice { $0["payment"] = ["means": code] }).text
        #expect(text.contains("Начин на плаќање") == (name != nil))
        if let name { #expect(text.contains(name)) }
    }

    @Test("each discount of the document stands among the sums, with its reason")
    func discounts() throws {
        let text = try Fixtures.pages(
            Fixtures.invoice {
                $0["discounts"] = [["percent": "10", "reason": "Верност", "code": "95"]]
                $0["charges"] = [["amount": "5.00", "reason": "Превоз", "code": "FC"]]
            }
        ).text
        for words in ["Рабат 10 %", "(Верност)", "-10,00", "Дополнителни трошоци", "(Превоз)", "5,00"] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test("a long name of the seller and many references lie over nothing", arguments: Fixtures.languages)
    func fullHead(language: DocumentLanguage) throws {
        let long = "Друштво за производство, трговија и услуги „Вардарски Технологии и Соработници“ ДООЕЛ"
        let priced = try Fixtures.changed { invoice in
            invoice.language = language
            invoice.kind = .creditNote
            invoice.number = "ФАКТУРА-2026-ИЗВОЗ-000000123456789"
            invoice.seller.name = long
            invoice.seller.tradeName = long
            invoice.seller.address.street = long
            invoice.seller.accounts = (1...3).map { number in
                BankAccount(
                    iban: "MK07200003332266115", account: "20000333226611\(number)", bic: "STOBMK2X", bank: long)
            }
            invoice.buyer.name = long
            invoice.buyer.tradeName = long
            invoice.references = References(
                order: long, contract: "У-2", project: "P-3", delivery: "ИС-4", buyer: "КР-5",
                invoices: (1...6).map { InvoiceReference(number: "ФАК-\($0)", issueDate: invoice.issueDate) })
        }
        for page in try Fixtures.pages(priced).pages {
            expectNoOverlap(page)
            for run in page.runs {
                #expect(run.origin.x + run.visibleWidth <= page.size.width - .millimetres(16) + Length(millipoints: 10))
            }
        }
    }

    @Test("a column is as wide as what stands in areas, rows and pairs in it")
    func contentWidth() throws {
        let template = try Fixtures.template(
            "<row><column width=\"*\"><text>x</text></column><column width=\"auto\">"
                + "<area padding=\"2mm\"><text>{kind} {number}</text></area>"
                + "<pairs><pair key=\"Клуч\">{number}</pair></pairs>"
                + "<row><column width=\"auto\"><text>два {number}</text></column></row></column></row>")
        let text = try Fixtures.pages(Fixtures.invoice(), template: template).text
        let runs = text.split(separator: "\n").map { $0.hasSuffix(" ") ? $0.dropLast() : $0 }
        for words in ["Фактура A-1", "Клуч", "два A-1"] { #expect(runs.contains(Substring(words)), "\(words)") }
    }
}

@Suite("A template for some kinds of documents")
struct TemplateKindTests {
    @Test("draws those", arguments: DocumentKind.allCases)
    func kinds(kind: DocumentKind) throws {
        let text =
            "<template xmlns=\"urn:pechat:template:1\" name=\"own\" for=\"invoice advance\">"
            + "<body><text>{number}</text></body></template>"
        let template = try Template(Template.Source(file: "own.xml", bytes: Array(text.utf8)))
        let priced = try Fixtures.changed { $0.kind = kind }
        guard kind != .invoice, kind != .advance else {
            #expect(try Fixtures.pages(priced, template: template).pages.count == 1)
            return
        }
        #expect {
            try Fixtures.pages(priced, template: template)
        } throws: { error in
            guard let error = error as? ToolkitError else { return false }
            return error.code == .templateWrongKind && error.fix.contains("invoice, advance")
        }
    }
}
