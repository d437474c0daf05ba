import Diagnostics
import Foundation
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing
import Typography

/// What the tests know of a bundled template.
struct TemplateFamily: CustomTestStringConvertible, Sendable {
    let name: String
    /// Top, right, bottom, left, in millimetres.
    let margins: [Int]
    /// In thousandths of a point.
    let grid: Int
    /// Whether pages carry their sums forward.
    let carries: Bool

    var testDescription: String { name }

    static let all = [
        TemplateFamily(name: "classic", margins: [15, 16, 11, 18], grid: 3_000, carries: true),
        TemplateFamily(name: "modern", margins: [14, 17, 10, 17], grid: 3_000, carries: false),
        TemplateFamily(name: "compact", margins: [10, 14, 7, 14], grid: 2_500, carries: true),
    ]

    func pages(_ priced: PricedInvoice) throws -> [Page] {
        try Fixtures.pages(priced, template: Fixtures.bundled(name)).pages
    }

    /// Expects that no text lies over another and nothing stands outside of the margins.
    func expectInOrder(_ page: Page, sourceLocation: SourceLocation = #_sourceLocation) {
        expectNoOverlap(page, sourceLocation: sourceLocation)
        let slack = Length(millipoints: 10)
        let left = Length.millimetres(margins[3])
        let right = page.size.width - .millimetres(margins[1]) + slack
        let bottom = page.size.height - .millimetres(margins[2]) + slack
        for run in page.runs {
            let isInside =
                run.origin.x >= left && run.origin.x + run.visibleWidth <= right && run.origin.y <= bottom
                && run.origin.y > .millimetres(margins[0])
            #expect(isInside, "\(run.text)", sourceLocation: sourceLocation)
        }
        for box in page.boxes {
            #expect(
                box.origin.x >= left && box.origin.x + box.size.width <= right
                    && box.origin.y + box.size.height <= bottom, sourceLocation: sourceLocation)
        }
    }
}

@Suite("Every bundled template")
struct TemplateFamilyTests {
    static let long = "Друштво за производство, трговија и услуги „Вардарски Технологии и Соработници“ ДООЕЛ"

    /// A document that has everything, and everything is long.
    static func full(_ kind: DocumentKind, _ language: DocumentLanguage) throws -> PricedInvoice {
        try Fixtures.invoice { json in
            json["kind"] = kind.rawValue
            json["language"] = language.rawValue
            json["number"] = "ФАКТУРА-2026-ИЗВОЗ-000000123456789"
            json["supplyDate"] = "2026-11-18"
            json["dueDate"] = "2026-12-20"
            for side in ["seller", "buyer"] {
                json[side] = [
                    "name": long, "tradeName": "Вардар", "taxNumber": "4030995135699", "vatNumber": "MK4030995135699",
                    "registrationNumber": "7312458",
                    "address": [
                        "street": "бул. „Партизански Одреди“", "number": "102/3-15", "city": "Скопје",
                        "postalCode": "1000", "country": "MK",
                    ],
                    "contact": ["name": "Елена Ѓорѓиевска", "phone": "+389 2 3123 456", "email": "a@vardar.example"],
                    "accounts": [
                        ["account": "200003332266115", "iban": "MK07200003332266115", "bic": "STOBMK2X", "bank": long],
                        ["account": "300000001234555", "bank": "Комерцијална банка АД Скопје"],
                    ],
                ]
            }
            json["references"] = [
                "order": "НАР-2026/0457", "contract": "03-1127/2", "project": "Галичица 2027",
                "delivery": "ИСП-2026/0922",
                "buyer": "KST-4400",
                "invoices": [["number": "FAK-1", "issueDate": "2026-11-01"], ["number": "FAK-2"]],
            ]
            json["period"] = ["start": "2026-11-01", "end": "2026-11-30"]
            json["payment"] = [
                "means": "30", "reference": "FAK-2026-0020",
                "terms": [["percent": "50", "date": "2026-11-25", "text": "аванс"], ["percent": "50", "days": 30]],
            ]
            json["prepaid"] = [["number": "АВ-7", "date": "2026-10-05", "amount": "10.00"]]
            json["discounts"] = [["percent": "2", "reason": "Предвремено плаќање", "code": "95"]]
            json["charges"] = [["amount": "500.00", "reason": "Превоз", "code": "FC"]]
            json["notes"] = [String](repeating: "Стоката е испорачана и примена без забелешки.", count: 3)
            json["terms"] = String(repeating: "За задоцнето плаќање се пресметува законска камата. ", count: 6)
            var exempt = Fixtures.line("Ослободена услуга", price: "12345678.90")
            exempt["vat"] = ["category": "E", "rate": "0", "reason": "Член 23 точка 7 од Законот за ДДВ"]
            var rebated = Fixtures.line("Кабел UTP Cat 6, надворешен, двојно оклопен, на котур", quantity: "391.4")
            rebated["discounts"] = [["percent": "12.5", "reason": "Рабат", "code": "95"]]
            rebated["note"] = "Котурот се враќа."
            var item = rebated["item"] as? [String: Any] ?? [:]
            item["code"] = "КАБ-0640"
            item["description"] = "Тестиран на 250 MHz"
            rebated["item"] = item
            json["lines"] = [Fixtures.line(), exempt, rebated]
        }
    }

    static let variants = TemplateFamily.all.flatMap { family in
        DocumentKind.allCases.map { (family, $0) }
    }

    @Test("keeps a full document in order in every language", arguments: variants)
    func inOrder(family: TemplateFamily, kind: DocumentKind) throws {
        for language in Fixtures.languages {
            for page in try family.pages(Self.full(kind, language)) { family.expectInOrder(page) }
        }
    }

    @Test("prints all that the document says", arguments: variants)
    func complete(family: TemplateFamily, kind: DocumentKind) throws {
        let priced = try Self.full(kind, .macedonian)
        let text = try family.pages(priced).map(\.plainText).joined().filter { !$0.isWhitespace }
        var expected = [
            "ФАКТУРА-2026-ИЗВОЗ-000000123456789", Self.long, "Вардар", "4030995135699", "МК4030995135699", "7312458",
            "бул.„ПартизанскиОдреди“102/3-15", "1000Скопје", "+38923123456", "a@vardar.example", "18.11.2026",
            "НАР-2026/0457", "03-1127/2", "Галичица2027", "ИСП-2026/0922", "KST-4400", "01.11.2026–30.11.2026",
            "Предвременоплаќање", "Превоз", "500,00", "Стоката е испорачана", "законска камата", "Член 23 точка 7",
            "12.345.678,90", "391,4", "12,5 %", "Котурот се враќа.", "КАБ-0640", "Тестиран на 250 MHz", "АВ-7",
            "10,00", "FAK-1", "FAK-2", "Страна", "М.П.",
        ]
        if kind != .creditNote {
            expected += ["20.12.2026", "MK07 2000 0333 2266 115", "300000001234555", "STOBMK2X", "FAK-2026-0020"]
            expected += ["Преку банка", "25.11.2026", "аванс"]
        }
        for words in expected { #expect(text.contains(words.filter { !$0.isWhitespace }), "\(words)") }
        #expect(text.contains("Вкупноодобрено") == (kind == .creditNote))
        #expect(text.contains("Вкупнозаплаќање") == (kind != .creditNote))
    }

    @Test("stands on its grid: the rows of a table begin at multiples of it", arguments: TemplateFamily.all)
    func grid(family: TemplateFamily) throws {
        let lines = (0..<90).map { number -> [String: Any] in
            var line = Fixtures.line(number % 3 == 0 ? Self.long : "Ставка")
            if number % 7 == 0 { line["note"] = "Забелешка" }
            return line
        }
        let pages = try family.pages(Fixtures.invoice { $0["lines"] = lines })
        #expect(pages.count > 1)
        for page in pages {
            let baselines = page.runs.filter { $0.text == "100,00" }.map(\.origin.y.millipoints)
            for (one, other) in zip(baselines, baselines.dropFirst()) {
                #expect((other - one) % family.grid == 0, "\(one) \(other)")
            }
        }
    }

    @Test("says on every page which document it is, and which page", arguments: TemplateFamily.all)
    func everyPage(family: TemplateFamily) throws {
        let lines = (0..<120).map { Fixtures.line("Ставка \($0)") }
        let pages = try family.pages(Fixtures.invoice { $0["lines"] = lines })
        #expect(pages.count > 1)
        for (index, page) in pages.enumerated() {
            let text = page.plainText
            #expect(text.contains("Страна \(index + 1) од \(pages.count)"))
            #expect(text.contains("Фактура A-1"))
            #expect(text.contains("Пренос") == (family.carries && index + 1 < pages.count))
            #expect(text.contains("Пренесено") == (family.carries && index > 0))
        }
    }

    @Test("leaves nothing alone on the last page: totals and two rows come along", arguments: TemplateFamily.all)
    func lastPage(family: TemplateFamily) throws {
        for count in 1...60 {
            let pages = try family.pages(
                Fixtures.invoice { json in
                    json["lines"] = (0..<count).map { Fixtures.line("Ставка \($0 + 1)") }
                    json["notes"] = ["Стоката е примена без забелешки."]
                    json["payment"] = ["means": "10", "reference": "A-1"]
                })
            let text = try #require(pages.last).plainText
            #expect(text.contains("Вкупно за плаќање") && text.contains("Ставка \(count)"), "\(count) lines")
            #expect(count == 1 || text.contains("Ставка \(count - 1)"), "\(count) lines")
        }
    }

    @Test("sets five lines on one page", .needsSharedFolder, arguments: TemplateFamily.all)
    func fiveLines(family: TemplateFamily) throws {
        let priced = try Fixtures.sample("twenty-lines") { json in
            json["lines"] = (json["lines"] as? [[String: Any]]).map { Array($0.prefix(5)) }
        }
        #expect(try family.pages(priced).count == 1)
    }

    @Test("has one title, and nothing else of that level", arguments: TemplateFamily.all)
    func title(family: TemplateFamily) throws {
        let lines = (0..<60).map { Fixtures.line("Ставка \($0)") }
        let nodes = try family.pages(Fixtures.invoice { $0["lines"] = lines }).flatMap(\.nodes)
        #expect(nodes.count { $0.kind == .heading1 } == 1)
        #expect(nodes.contains { $0.kind == .heading2 })
    }
}

@Suite("The compact template")
struct CompactTemplateTests {
    @Test("sets twenty-five lines on one page", .needsSharedFolder)
    func onePage() throws {
        let priced = try Fixtures.sample("twenty-lines") { json in
            guard let lines = json["lines"] as? [[String: Any]] else { return }
            json["lines"] = (0..<25).map { index -> [String: Any] in
                var line = lines[index % lines.count]
                line["id"] = String(index + 1)
                return line
            }
        }
        #expect(try Fixtures.pages(priced, template: Fixtures.bundled("compact")).pages.count == 1)
    }

    @Test("needs at most two thirds of the pages of classic for five hundred lines", .needsSharedFolder)
    func fewPages() throws {
        let priced = try Fixtures.sample("five-hundred-lines")
        let compact = try Fixtures.pages(priced, template: Fixtures.bundled("compact")).pages.count
        let classic = try Fixtures.pages(priced).pages.count
        #expect(compact * 3 <= classic * 2, "\(compact) of \(classic)")
    }
}
