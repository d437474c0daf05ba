import Diagnostics
import Foundation
import InvoiceModel
import PageLayout
import TestSupport
import Testing

@Suite("Template faults name file, line, column and a fix")
struct TemplateFaultTests {
    /// Body, rule, line and column in the whole file, a word of the fix.
    static let faults: [(String, String, Int, Int, String)] = [
        ("<txt>x</txt>", "template.element", 4, 1, "<text>"),
        ("<text sytle=\"text\">x</text>", "template.attribute", 4, 7, "style"),
        ("<text style=\"nope\">x</text>", "template.style", 4, 7, "text"),
        ("<text>Број: {numbr}</text>", "template.field", 4, 13, "number"),
        ("<text>\n  {seller.nme}</text>", "template.field", 5, 3, "seller.name"),
        ("<text>{label:nubmer}</text>", "template.label", 4, 7, "number"),
        ("<text>{number | currency}</text>", "template.format", 4, 7, "groups"),
        ("<text>{issueDate | shrt}</text>", "template.format", 4, 7, "long"),
        ("<text>{page}</text>", "template.field", 4, 7, "<footer>"),
        ("<text>{number</text>", "template.expression", 4, 7, "{{"),
        ("<include part=\"x\"/>", "template.part", 4, 10, "part"),
        ("<text if=\"kind = a b\">x</text>", "template.condition", 4, 7, "field"),
        ("<text if=\"number and buyer.name or terms\">x</text>", "template.condition", 4, 7, "Nest"),
        ("<table><column>x</column></table>", "template.each", 4, 1, "line in lines"),
        ("<each each=\"x in linse\"><text>{number}</text></each>", "template.each", 4, 7, "lines"),
        ("<text>{line.net}</text>", "template.field", 4, 7, "docs/templates.md"),
        ("<rule color=\"red\"/>", "template.attribute", 4, 7, "#rrggbb"),
        ("<space height=\"4em\"/>", "template.attribute", 4, 8, "mm"),
        ("loose", "template.text", 4, 1, "<text>"),
        ("<text>{internalNotes}</text>", "template.field", 4, 7, "docs/templates.md"),
        ("<bottom keep=\"together\"><text>x</text></bottom>", "template.attribute", 4, 9, "never parted"),
        ("<each each=\"l in lines\" keep=\"next\"><text>x</text></each>", "template.attribute", 4, 25, "<group"),
        ("<space height=\"1mm\" keep=\"next\"/>", "template.attribute", 4, 21, "never parted"),
        ("<text keep=\"always\">x</text>", "template.attribute", 4, 7, "together"),
    ]
    @Test("each at its place", arguments: faults)
    func fault(body: String, rule: String, line: Int, column: Int, fix: String) throws {
        let source = Template.Source(file: "my.xml", bytes: Array(Fixtures.text(body).utf8))
        let findings = Template.check(source).findings
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.rule == rule)
        #expect(finding.place == SourcePlace(file: "my.xml", line: line, column: column))
        #expect(finding.fix.contains(fix), "\(finding.fix)")
    }

    @Test("all at once")
    func all() {
        let body = Self.faults.map(\.0).filter { !$0.hasPrefix("loose") }.joined(separator: "\n")
        let source = Template.Source(file: "my.xml", bytes: Array(Fixtures.text(body).utf8))
        #expect(Template.check(source).findings.count == Self.faults.count - 1)
        #expect(throws: ToolkitError.self) { try Template(source) }
    }

    @Test("no XML at all is said with its place")
    func noXML() {
        let source = Template.Source(file: "my.xml", bytes: Array("<template".utf8))
        #expect(Template.check(source).findings.first?.place?.file == "my.xml")
    }

    @Test("a fault in a part names the part's file, and a circle of parts is found")
    func parts() throws {
        let part = Template.Source(
            file: "p/a.xml",
            bytes: Array("<part xmlns=\"urn:pechat:template:1\">\n<include part=\"a\"/><oops/></part>".utf8))
        let main = Template.Source(file: "t.xml", bytes: Array(Fixtures.text("<include part=\"a\"/>").utf8))
        let findings = Template.check(main, parts: [part]).findings
        #expect(findings.map(\.rule).sorted() == ["template.element", "template.part"])
        #expect(findings.allSatisfy { $0.place?.file == "p/a.xml" && $0.place?.line == 2 })
    }

    @Test("the bundled templates have none, and suit every kind of document", arguments: Fixtures.families)
    func bundled(family: String) throws {
        let template = try Fixtures.bundled(family)
        #expect(template.kinds == Set(DocumentKind.allCases))
        #expect(template.name == family)
    }
}

@Suite("Conditions, fields and texts")
struct ExpressionTests {
    /// Body, and what is on the page.
    static let cases: [(String, [String])] = [
        ("<text>{number} {{x}}</text>", ["A-1 {x}"]),
        ("<text>{references.order}</text><text>{label:order}: {references.order}</text><text>y</text>", ["y"]),
        ("<text>{seller.address.postalCode} {seller.name} {seller.address.city}, {number}</text>", ["Продавач, A-1"]),
        (
            "<text separator=\" · \"><span>{terms}</span><span>{number}</span><span>{buyer.name}</span></text>",
            ["A-1 · Купувач"]
        ),
        ("<text if=\"kind = invoice\">a</text><text if=\"kind != invoice\">b</text>", ["a"]),
        ("<text if=\"not terms\">a</text><text if=\"terms\">b</text><text if=\"lines\">c</text>", ["a", "c"]),
        ("<text if=\"terms or number\">a</text><text if=\"terms and number\">b</text>", ["a"]),
        (
            "<text>{issueDate | long}</text><text>{totals.payable | currency}</text>",
            ["20 ноември 2026", "118,00 ден."]
        ),
        (
            "<text>{seller.address.country}</text><text>{seller.address.country | code}</text>",
            ["Северна Македонија", "MK"]
        ),
        (
            "<each each=\"l in lines\"><text>{l.position}. {l.item.name}, {l.quantity} {l.unit}</text></each>",
            ["1. Ставка, 1 ком."]
        ),
        ("<pairs><pair key=\"a\">{terms}</pair><pair key=\"b\">{number}</pair></pairs>", ["b", "A-1"]),
    ]
    @Test("print what they say", arguments: cases)
    func evaluation(body: String, expected: [String]) throws {
        let pages = try Fixtures.pages(Fixtures.invoice(), template: Fixtures.template(body))
        #expect(pages.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) } == expected)
    }

    @Test("internal notes reach no page")
    func internalNotes() throws {
        let secret = "Тајна-забелешка-77"
        let pages = try Fixtures.pages(Fixtures.invoice { $0["internalNotes"] = secret })
        #expect(!pages.text.contains("Тајна"))
        for name in ["internalNotes", "invoice.internalNotes", "notes.internal", "seller.internalNotes"] {
            #expect(throws: ToolkitError.self, "\(name)") { try Fixtures.template("<text>{\(name)}</text>") }
        }
    }

    @Test("a character that no face has is told with its place in the JSON")
    func missingGlyph() throws {
        let pages = try Fixtures.pages(
            Fixtures.invoice { $0["lines"] = [Fixtures.line(), Fixtures.line("Торта \u{1F382} голема")] })
        let finding = try #require(pages.report.findings.first)
        #expect(pages.report.findings.count == 1)
        #expect(finding.message.contains("U+1F382"))
        #expect(finding.pointer == "/lines/1/item/name")
        #expect(finding.severity == .error && !pages.report.isAcceptable)
    }
}

@Suite("schemas/pechat/template-1.xsd", .needsTool("xmllint"))
struct TemplateSchemaTests {
    private let schema = "\(PackageFolder.root)/schemas/pechat/template-1.xsd"

    @Test("accepts the bundled templates and their parts", arguments: Fixtures.families)
    func accepted(family: String) throws {
        let folder = "\(PackageFolder.root)/templates/\(family)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
        let outcome = try Tool.run("xmllint", ["--noout", "--nonet", "--schema", schema] + files)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    static let refused = [
        "<txt>x</txt>", "<text sytle=\"text\">x</text>", "<space height=\"4em\"/>", "<rule color=\"red\"/>", "loose",
        "<table><column>x</column></table>", "<row><text>x</text></row>",
    ]
    @Test("refuses what the compiler refuses for its shape", arguments: refused)
    func refusal(body: String) throws {
        let text = Array(Fixtures.text(body).utf8)
        let outcome = try Tool.run("xmllint", ["--noout", "--nonet", "--schema", schema, "-"], input: text)
        #expect(outcome.status != 0)
        #expect(!Template.check(Template.Source(file: "t.xml", bytes: text)).isAcceptable)
    }
}
