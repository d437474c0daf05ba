import Diagnostics
import TestSupport
import Testing

@testable import Schematron

/// Rule files made of pieces.
enum RuleText {
    /// A schema around its content.
    static func schema(_ content: String, attributes: String = "queryBinding='xslt2'") -> String {
        "<schema xmlns='http://purl.oclc.org/dsdl/schematron' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
            + "\(attributes)>\(content)</schema>"
    }

    /// Reads files given by name; the entry is `main.sch`.
    static func read(_ files: [String: String], phase: String? = nil) -> SchemaReader {
        var reader = SchemaReader { files[$0].map { Array($0.utf8) } }
        reader.read("main.sch", phase: phase)
        return reader
    }

    static func read(_ main: String, phase: String? = nil) -> SchemaReader { read(["main.sch": main], phase: phase) }
}

@Suite("A rule file")
struct SchemaReaderTests {
    /// Each check as one line: pattern, context, id, test.
    static func lines(_ model: SchemaModel) -> [String] {
        model.patterns.flatMap { pattern in
            pattern.rules.flatMap { rule in
                rule.checks.map { check in
                    [pattern.id ?? "-", rule.context.text, check.id ?? "-", check.test.text]
                        .map(SchemaReader.normalized).joined(separator: "|")
                }
            }
        }
    }

    static func shared(_ entry: String) -> SchemaReader {
        let folder = "vectors/rules/cen"
        var reader = SchemaReader { try? SharedFolder.bytes("\(folder)/\($0)") }
        reader.read(entry, phase: nil)
        return reader
    }

    @Test("of CEN in its parts is the same as in one piece", .needsSharedFolder)
    func parts() {
        let parts = Self.shared("EN16931-UBL-validation.sch")
        let whole = Self.shared("preprocessed/EN16931-UBL-validation-preprocessed.sch")
        #expect(parts.problems.findings == [] && whole.problems.findings == [])
        let left = Self.lines(parts.model)
        let right = Self.lines(whole.model)
        #expect(Set(left).symmetricDifference(right).map { $0.prefix(200) } == [])
        #expect(left.count == 979 && right.count == 979)
    }

    @Test("fills in the parameters of an abstract pattern, the longest name first")
    func parameters() throws {
        let reader = RuleText.read(
            RuleText.schema(
                """
                <pattern abstract='true' id='a'><rule context='$x'>
                  <let name='v' value='$x-y + $xx'/><assert id='A-$x' test='$x or $xx or $xxx'>Has $x.</assert>
                </rule></pattern>
                <pattern is-a='a' id='p'><param name='x' value='one'/><param name='xx' value='two'/></pattern>
                """))
        #expect(reader.problems.findings == [])
        let rule = try #require(reader.model.patterns.first?.rules.first)
        #expect(rule.context.text == "one")
        #expect(rule.lets.map(\.value.text) == ["$x-y + two"])
        #expect(rule.checks.map(\.test.text) == ["one or two or $xxx"])
        #expect(rule.checks.map(\.id) == ["A-one"])
        guard case .text(let text) = rule.checks.first?.message.first else { throw Missing() }
        #expect(text == "Has one.")
    }

    struct Missing: Error {}

    @Test("puts what an abstract rule has in the place of extends")
    func extends() {
        let reader = RuleText.read(
            RuleText.schema(
                """
                <pattern><rule abstract='true' id='b'><assert id='B' test='b'/></rule>
                <rule abstract='true' id='a'><extends rule='b'/><assert id='A' test='a'/></rule>
                <rule context='x'><assert id='X' test='x'/><extends rule='a'/><report id='Y' test='y'/></rule></pattern>
                """))
        #expect(reader.problems.findings == [])
        #expect(reader.model.patterns.first?.rules.first?.checks.map(\.id) == ["X", "B", "A", "Y"])
        #expect(reader.model.patterns.first?.rules.first?.checks.map(\.isReport) == [false, false, false, true])
    }

    @Test(
        "has the patterns of the phase",
        arguments: [(nil, ["q"]), ("one", ["p"]), ("#ALL", ["p", "q"]), ("#DEFAULT", ["q"])]
            as [(String?, [String?])])
    func phases(phase: String?, patterns: [String?]) {
        let reader = RuleText.read(
            RuleText.schema(
                """
                <phase id='one'><active pattern='p'/></phase><phase id='two'><active pattern='q'/></phase>
                <pattern id='p'/><pattern id='q'/>
                """, attributes: "queryBinding='xslt2' defaultPhase='two'"), phase: phase)
        #expect(reader.problems.findings == [])
        #expect(reader.model.patterns.map(\.id) == patterns)
    }

    @Test("includes files by paths that are relative to the file that names them")
    func includes() {
        let pattern = { (id: String) in
            "<pattern xmlns='http://purl.oclc.org/dsdl/schematron' id='\(id)'>"
                + "<rule context='a'><assert id='\(id)' test='a'/></rule></pattern>"
        }
        let reader = RuleText.read([
            "main.sch": RuleText.schema("<include href='sub/a.sch'/><include href='sub/c.sch#two'/>"),
            "sub/a.sch":
                "<pattern xmlns='http://purl.oclc.org/dsdl/schematron' id='p'><include href='../b.sch'/></pattern>",
            "b.sch": "<rule xmlns='http://purl.oclc.org/dsdl/schematron' context='a'><assert id='B' test='a'/></rule>",
            "sub/c.sch": "<all>\(pattern("one"))\(pattern("two"))</all>",
        ])
        #expect(reader.problems.findings == [])
        #expect(reader.model.patterns.map(\.id) == ["p", "two"])
        #expect(reader.model.patterns.flatMap(\.rules).flatMap(\.checks).map(\.id) == ["B", "two"])
    }

    /// Each: the content of a schema, and a word of the message.
    static let faults: [(String, String)] = [
        ("<pattern><rule><assert test='a'/></rule></pattern>", "no context"),
        ("<pattern><rule context='a'><assert/></rule></pattern>", "no test"),
        ("<pattern><rule context='a'><assert test='a'><value-of/></assert></rule></pattern>", "selects nothing"),
        ("<pattern><rule context='a'><check/></rule></pattern>", "\u{201C}check\u{201D}"),
        ("<pattern><rule context='a'><assert test='a' diagnostics='d'/></rule></pattern>", "no diagnostic"),
        ("<pattern><rule context='a'><extends rule='x'/></rule></pattern>", "no abstract rule"),
        ("<pattern is-a='x'/>", "no abstract pattern"), ("<let name='a'/>", "no value"),
        ("<let value='a'/>", "no name"),
        ("<patern/>", "\u{201C}patern\u{201D}"), ("<xsl:key name='k' match='a' use='b'/>", "xsl:key"),
        ("<xsl:function name='f'/>", "prefix"), ("<include href='none.sch'/>", "no rule file"),
        ("<include href='../main.sch'/>", "out of"), ("<include href='/etc/passwd'/>", "out of"),
        ("<include href='http://example.org/a.sch'/>", "out of"), ("<include href='main.sch'/>", "includes itself"),
        ("<xsl:function name='u:f'><xsl:for-each select='a'/></xsl:function>", "xsl:for-each"),
        ("<xsl:function name='u:f'><element/></xsl:function>", "makes no elements"),
        ("<ns prefix='a'/>", "needs a prefix"), ("<phase/>", "no id"),
        (
            "<pattern><rule abstract='true' id='a'><extends rule='a'/></rule><rule context='x'><extends rule='a'/></rule></pattern>",
            "extends itself"
        ),
    ]

    @Test("with a fault is refused at its place", arguments: faults)
    func refuses(content: String, words: String) throws {
        let reader = RuleText.read(RuleText.schema("\n  " + content))
        let finding = try #require(reader.problems.findings.first)
        #expect(finding.message.contains(words))
        #expect(finding.place?.file == "main.sch" && finding.place?.line == 2)
    }

    @Test("tells all its faults, not only the first")
    func all() {
        let reader = RuleText.read(RuleText.schema(Self.faults.prefix(6).map(\.0).joined(separator: "\n")))
        #expect(reader.problems.findings.count == 6)
        #expect(reader.problems.findings.map(\.place?.line) == [1, 2, 3, 4, 5, 6])
        #expect(reader.problems.error?.fix.contains("6 faults") == true)
    }

    @Test(
        "in another query language, or none, is refused",
        arguments: [
            ("queryBinding='xslt'", true), ("", true), ("queryBinding='XSLT2'", false), ("queryBinding='stx'", true),
        ])
    func bindings(attributes: String, isRefused: Bool) {
        #expect(RuleText.read(RuleText.schema("", attributes: attributes)).problems.findings.isEmpty != isRefused)
    }

    @Test("that is no rule file is refused", arguments: ["", "<a/>", "<schema/>", "no XML"])
    func foreign(text: String) {
        #expect(RuleText.read(text).problems.findings.count == 1)
    }

    @Test("that includes itself without end, or grows without bound, is refused")
    func bombs() {
        var files = ["main.sch": RuleText.schema("<include href='a0.sch'/>")]
        for step in 0..<40 {
            files["a\(step).sch"] =
                "<pattern xmlns='http://purl.oclc.org/dsdl/schematron'><include href='a\(step + 1).sch'/></pattern>"
        }
        #expect(!RuleText.read(files).problems.findings.isEmpty)
        var rules = "<rule abstract='true' id='r0'><assert test='a'/><assert test='b'/></rule>"
        for step in 1...30 {
            let extends = String(repeating: "<extends rule='r\(step - 1)'/>", count: 10)
            rules += "<rule abstract='true' id='r\(step)'>\(extends)</rule>"
        }
        let reader = RuleText.read(
            RuleText.schema("<pattern>\(rules)<rule context='a'><extends rule='r30'/></rule></pattern>"))
        #expect(reader.problems.findings.contains { $0.message.contains("more than") })
    }

    @Test("places a fault in an expression by line and column")
    func places() throws {
        let reader = RuleText.read(
            RuleText.schema(
                "<pattern><rule context='a'>\n<assert id=\"A\" test=\"a &lt; б and\n  c\"/></rule></pattern>"))
        let test = try #require(reader.model.patterns.first?.rules.first?.checks.first?.test)
        #expect(test.place(ofScalar: 0) == SourcePlace(file: "main.sch", line: 2, column: 22))
        #expect(test.text == "a < б and   c")
        #expect(test.place(ofScalar: 4) == SourcePlace(file: "main.sch", line: 2, column: 29))
        #expect(test.place(ofScalar: 12) == SourcePlace(file: "main.sch", line: 3, column: 3))
    }
}
