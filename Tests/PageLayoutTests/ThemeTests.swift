import Diagnostics
import Foundation
import InvoiceModel
import PageLayout
import TestSupport
import Testing
import Typography

@Suite("Theme files")
struct ThemeTests {
    static let head = "<theme xmlns=\"urn:pechat:theme:1\">\n"

    private func theme(_ body: String) throws -> ThemeFile {
        try ThemeFile(parsing: Array("\(Self.head)\(body)\n</theme>".utf8), file: "my.xml")
    }

    @Test("say logo, colours, fonts and sizes, each of which may be left out")
    func everything() throws {
        let file = try theme(
            "<logo file=\"pictures/logo.png\"/><colors accent=\"#7a1f3d\" mark=\"#EEEEEE\"/>"
                + "<fonts sans=\"Inter, Noto Sans\"/><text scale=\"95%\"/><spacing scale=\"80%\"/>")
        #expect(file.logo == "pictures/logo.png" && file.logoPlace?.line == 2)
        #expect(file.theme.accent == Color(red: 0x7A, green: 0x1F, blue: 0x3D))
        #expect(file.theme.text == Theme.standard.text && file.theme.mark == Color(red: 238, green: 238, blue: 238))
        #expect(file.theme.sansFamily == "Inter, Noto Sans" && file.theme.serifFamily == nil)
        #expect(file.theme.scale == TemplateScale(text: 95, spacing: 80))
        #expect(file.warnings.isEmpty)
        #expect(try theme("").theme == .standard)
    }

    /// Body, rule, line and column in the file, a word of the fix.
    static let faults: [(String, String, Int, Int, String)] = [
        ("<colours/>", "theme.element", 2, 1, "<colors>"),
        ("<colors acent=\"#000000\"/>", "theme.attribute", 2, 9, "accent"),
        ("<colors\n  accent=\"red\"/>", "theme.attribute", 3, 3, "#1B3A5C"),
        ("<colors accent=\"paper\"/>", "theme.attribute", 2, 9, "#1B3A5C"),
        ("<logo/>", "theme.attribute", 2, 1, "file"),
        ("<fonts sans=\" \"/>", "theme.attribute", 2, 8, "Noto Sans"), ("<text/>", "theme.attribute", 2, 1, "95%"),
        ("<text scale=\"69%\"/>", "theme.attribute", 2, 7, "70%"),
        ("<text scale=\"9pt\"/>", "theme.attribute", 2, 7, "95%"),
        ("<spacing scale=\"201%\"/>", "theme.attribute", 2, 10, "200%"),
        ("<text scale=\"90%\"/><text scale=\"90%\"/>", "theme.element", 2, 20, "Remove"),
        ("<colors><b/></colors>", "theme.element", 2, 9, "Remove"), ("words", "theme.text", 1, 1, "Remove"),
        ("<text scale=\"90%\"", "theme.xml", 3, 1, ""),
    ]
    @Test("are told what is wrong, where, and what to do", arguments: faults)
    func fault(body: String, rule: String, line: Int, column: Int, fix: String) throws {
        let bytes = Array("\(Self.head)\(body)\n</theme>".utf8)
        let findings = ThemeFile.check(bytes, file: "my.xml").findings
        #expect(findings.map(\.rule) == [rule])
        #expect(findings.first?.place?.file == "my.xml" && findings.first?.place?.line == line)
        if rule != "theme.xml" { #expect(findings.first?.place?.column == column) }
        #expect(fix.isEmpty || findings.first?.fix.contains(fix) == true)
        #expect(throws: ToolkitError.self) { try ThemeFile(parsing: bytes, file: "my.xml") }
    }

    @Test("another root is no theme")
    func root() {
        for text in ["<theme/>", "<template xmlns=\"urn:pechat:template:1\" name=\"x\"/>"] {
            #expect(ThemeFile.check(Array(text.utf8), file: "t").findings.map(\.rule) == ["theme.root"])
        }
    }

    /// Colours, and the pairs that are warned of.
    static let contrasts: [(String, [String])] = [
        ("text=\"#000000\"", []), ("text=\"#767676\"", ["text on tint", "text on mark"]),
        ("text=\"#777777\"", ["text on paper", "text on tint", "text on mark"]),
        ("accent=\"#FFCC00\"", ["accent on paper"]),
        ("credit-accent=\"#0000FF\"", []), ("tint=\"#202020\"", ["text on tint", "muted on tint"]),
        ("mark=\"#999999\"", ["muted on mark"]), ("hairline=\"#FFFFFF\"", []),
    ]
    @Test("warn of text that can hardly be read: a contrast below 4.5 to 1", arguments: contrasts)
    func contrast(colors: String, pairs: [String]) throws {
        let warnings = try theme("<colors \(colors)/>").warnings
        #expect(warnings.map(\.rule) == pairs.map { _ in "theme.contrast" })
        for (warning, pair) in zip(warnings, pairs) {
            #expect(warning.severity == .warning && warning.message.contains("contrast of \(pair) is"))
            #expect(warning.place?.column == 9)
        }
    }

    @Test("the standard theme can be read everywhere")
    func standard() throws {
        let theme = Theme.standard
        func attribute(_ name: String, _ color: Color) -> String {
            let value = (Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue)) + 0x1000000
            return "\(name)=\"#\(String(value, radix: 16).dropFirst())\" "
        }
        let colors =
            attribute("accent", theme.accent) + attribute("credit-accent", theme.creditAccent)
            + attribute("text", theme.text) + attribute("muted", theme.muted) + attribute("tint", theme.tint)
            + attribute("mark", theme.mark)
        #expect(try self.theme("<colors \(colors)/>").warnings == [])
    }

    @Test("theme-1.xsd accepts and refuses the same in the eyes of xmllint", .needsTool("xmllint"))
    func schema() throws {
        let good = [
            "", "<colors accent=\"#7A1F3D\" credit-accent=\"#000000\"/>", "<logo file=\"a.png\"/><text scale=\"70%\"/>",
            "<spacing scale=\"25%\"/><text scale=\"150%\"/><fonts sans=\"A\" serif=\"B, C\"/>",
        ]
        let bad = Self.faults.filter { $0.1 != "theme.xml" }.map(\.0)
        try Tool.withTemporaryFolder { folder in
            for (body, isGood) in good.map({ ($0, true) }) + bad.map({ ($0, false) }) {
                try Data("\(Self.head)\(body)\n</theme>".utf8).write(to: URL(fileURLWithPath: "\(folder)/t.xml"))
                let outcome = try Tool.run(
                    "xmllint",
                    ["--noout", "--schema", "\(PackageFolder.root)/schemas/pechat/theme-1.xsd", "\(folder)/t.xml"])
                #expect((outcome.status == 0) == isGood, "\(body)")
                #expect(ThemeFile.check(Array("\(Self.head)\(body)\n</theme>".utf8), file: "t").isAcceptable == isGood)
            }
        }
    }
}

@Suite("The scale of a theme")
struct ThemeScaleTests {
    static let scales = [70, 77, 93, 107, 118, 150]
    @Test("changes type, and leaves every block on the grid", arguments: scales)
    func grid(percent: Int) throws {
        let text =
            "<template xmlns=\"urn:pechat:template:1\" name=\"t\"><style name=\"a\" size=\"8.5pt\" leading=\"12.5pt\"/>"
            + "<style name=\"b\" based-on=\"a\" leading=\"7.5pt\"/><page margins=\"10mm\" grid=\"2.5pt\"/><body>"
            + "<row><column><text style=\"a\">M<br/>M<br/>M</text></column>"
            + "<column><text style=\"b\">M<br/>M</text><space height=\"5pt\"/><text style=\"b\">M</text></column></row>"
            + "<space height=\"3.1pt\"/><text style=\"a\">M</text><text style=\"b\">M</text><text style=\"a\">M</text>"
            + "</body></template>"
        func baselines(_ scale: TemplateScale) throws -> [Int] {
            let template = try Template(
                Template.Source(file: "t.xml", bytes: Array(text.utf8)), scale: scale)
            return try Fixtures.pages(Fixtures.invoice(), template: template).pages[0].runs
                .map(\.origin.y.millipoints)
        }
        let plain = try baselines(.none)
        let scaled = try baselines(TemplateScale(text: percent))
        let step = (2_500 * percent + 50) / 100
        #expect(plain.count == 9 && scaled.count == 9)
        for (before, after) in [(0, 1), (1, 2), (6, 8)] {
            let steps = (plain[after] - plain[before]) / 2_500
            #expect((plain[after] - plain[before]) % 2_500 == 0)
            #expect(scaled[after] - scaled[before] == steps * step)
        }
        #expect(percent == 100 || plain != scaled)
    }

    @Test("keeps everything within the margins, whatever it is", arguments: [(70, 25), (150, 200), (112, 60)])
    func margins(text: Int, spacing: Int) throws {
        let template = try Fixtures.bundled("classic", scale: TemplateScale(text: text, spacing: spacing))
        let pages = try Fixtures.pages(Fixtures.sample("twenty-lines"), template: template).pages
        let sizes = Set(
            try Fixtures.pages(Fixtures.sample("twenty-lines")).pages.flatMap(\.runs).map(\.size.millipoints))
        for page in pages {
            for run in page.runs {
                #expect(run.origin.x + run.visibleWidth <= page.size.width - .millimetres(16) + Length(millipoints: 10))
                #expect(run.origin.y < page.size.height - .millimetres(10))
                #expect(sizes.contains { abs($0 * text / 100 - run.size.millipoints) <= 60 })
            }
        }
    }

    @Test("of one hundred is what the template says")
    func identity() throws {
        let priced = try Fixtures.sample("twenty-lines")
        #expect(
            try Fixtures.pages(priced, template: Fixtures.bundled("classic", scale: TemplateScale())).dump
                == Fixtures.pages(priced).dump)
    }
}
