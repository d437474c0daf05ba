import Diagnostics
import TestSupport
import Testing
import XMLCore

@testable import Schematron

@Suite("A rule set")
struct RuleSetTests {
    static func rules(_ content: String, onePatternPerRule: Bool = false) throws -> RuleSet {
        let text = RuleText.schema(
            "<ns prefix='u' uri='urn:u'/><ns prefix='xs' uri='http://www.w3.org/2001/XMLSchema'/>" + content)
        return try RuleSet(entry: "main.sch", onePatternPerRule: onePatternPerRule) {
            $0 == "main.sch" ? Array(text.utf8) : nil
        }
    }

    /// Each outcome as a line: id, kind, location.
    static func lines(_ report: RuleReport) -> [String] {
        report.outcomes.map { outcome in
            let kind =
                switch outcome.kind {
                case .failedAssert: "fails"
                case .successfulReport: "reports"
                case .error(let code): code
                }
            return "\(outcome.id ?? "-") \(kind) \(outcome.location)"
        }
    }

    static func judge(_ content: String, _ document: String, onePatternPerRule: Bool = false) throws -> [String] {
        let rules = try rules(content, onePatternPerRule: onePatternPerRule)
        return lines(rules.verdict(on: try XMLDocument(parsing: Array(document.utf8))))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let content: String
        var document = "<a><b>1</b><b>2</b><c d='x'/></a>"
        let expected: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "an assert fails where its test is false, a report where it is true",
            content:
                "<pattern><rule context='b'><assert id='A' test='. = 1'/><report id='R' test='. = 1'/></rule></pattern>",
            expected: ["R reports /a/b[1]", "A fails /a/b[2]"]),
        Case(
            name: "the first rule of a pattern that matches takes the node",
            content: "<pattern><rule context='b[. = 1]'><assert id='A' test='false()'/></rule>"
                + "<rule context='b'><assert id='B' test='false()'/></rule></pattern>"
                + "<pattern><rule context='b'><assert id='C' test='false()'/></rule></pattern>",
            expected: ["A fails /a/b[1]", "B fails /a/b[2]", "C fails /a/b[1]", "C fails /a/b[2]"]),
        Case(
            name: "the order is that of patterns, then of the document, then of asserts",
            content: "<pattern><rule context='c'><assert id='A' test='0'/><assert id='B' test='0'/></rule>"
                + "<rule context='b'><assert id='C' test='0'/></rule></pattern>"
                + "<pattern><rule context='/'><assert id='D' test='0'/></rule></pattern>",
            expected: ["C fails /a/b[1]", "C fails /a/b[2]", "A fails /a/c", "B fails /a/c", "D fails /"]),
        Case(
            name: "a context may be an attribute, a text, the document, any element",
            content: "<pattern><rule context='@d'><assert id='A' test='. = 1'/></rule>"
                + "<rule context='text()'><assert id='T' test='. = 1'/></rule>"
                + "<rule context='*'><assert id='E' test='not(self::c)'/></rule>"
                + "<rule context='/'><assert id='D' test='b'/></rule></pattern>",
            expected: ["D fails /", "T fails /a/b[2]/text()", "E fails /a/c", "A FORG0001 /a/c/@d"]),
        Case(
            name: "a context may look up and at its variables",
            content: "<let name='one' value='1'/><pattern><let name='two' value='$one + 1'/>"
                + "<rule context='a/b[. = $two] | /a/c'><assert id='A' test='false()'/></rule></pattern>",
            expected: ["A fails /a/b[2]", "A fails /a/c"]),
        Case(
            name: "lets of a rule see its node, those of a pattern and of the schema the document",
            content:
                "<let name='s' value='count(a/b)'/><pattern><let name='p' value='count(a) + $s'/><rule context='b'>"
                + "<let name='r' value='. + $p'/><let name='q' value='$r * 10'/><assert id='A' test='$q = 40'/></rule></pattern>",
            expected: ["A fails /a/b[2]"]),
        Case(
            name: "an error is the verdict of its assert only",
            content: "<pattern><rule context='a'><assert id='A' test='b = 3'/><assert id='E' test='string(b) = 1'/>"
                + "<assert id='F' test=\"xs:decimal(c/@d) = 1\"/><assert id='B' test='b = 4'/></rule></pattern>",
            expected: ["A fails /a", "E XPTY0004 /a", "F FORG0001 /a", "B fails /a"]),
        Case(
            name: "an error of a let is the verdict of the asserts that ask for it",
            content:
                "<let name='x' value=\"xs:integer('x')\"/><pattern><rule context='a'><let name='y' value='$x + 1'/>"
                + "<assert id='A' test='b'/><assert id='E' test='$y = 1'/><assert id='B' test='not(b)'/></rule></pattern>",
            expected: ["E FORG0001 /a", "B fails /a"]),
        Case(
            name: "a predicate of a context that ends in an error matches nothing",
            content: "<pattern><rule context='c[xs:integer(@d) = 1]'><assert id='A' test='false()'/></rule>"
                + "<rule context='c'><assert id='B' test='false()'/></rule></pattern>",
            expected: ["B fails /a/c"]),
        Case(
            name: "positions in a context count the siblings that pass",
            content: "<pattern><rule context='b[2]'><assert id='A' test='false()'/></rule>"
                + "<rule context='*[last()]'><assert id='L' test='false()'/></rule></pattern>",
            expected: ["L fails /a", "A fails /a/b[2]", "L fails /a/c"]),
        Case(
            name: "a function has parameters, variables, choices and calls itself",
            content: """
                <xsl:function name='u:sum' as='xs:integer'><xsl:param name='n' as='xs:integer'/>
                <xsl:variable name='rest' select='$n - 1'/>
                <xsl:choose><xsl:when test='$n = 0'><xsl:sequence select='0'/></xsl:when>
                <xsl:otherwise><xsl:sequence select='$n + u:sum($rest)'/></xsl:otherwise></xsl:choose></xsl:function>
                <xsl:function name='u:text'><xsl:param name='n'/><xsl:if test='$n'><xsl:value-of select='$n/b'/></xsl:if></xsl:function>
                <pattern><rule context='a'><assert id='A' test='u:sum(4) = 10'/><assert id='B' test='u:sum(4) = 11'/>
                <assert id='C' test="u:text(.) = '1 2'"/><assert id='D' test="u:text(.) = '1'"/></rule></pattern>
                """,
            expected: ["B fails /a", "D fails /a"]),
        Case(
            name: "a function that calls itself without end is an error, and the other asserts go on",
            content: "<xsl:function name='u:f'><xsl:param name='n'/><xsl:sequence select='u:f($n + 1)'/></xsl:function>"
                + "<pattern><rule context='a'><assert id='E' test='u:f(1) = 1'/><assert id='A' test='false()'/></rule></pattern>",
            expected: ["E PECHAT-LIMIT /a", "A fails /a"]),
        Case(
            name: "lets that ask for each other without end are an error",
            content: "<let name='x' value='$y'/><let name='y' value='$x'/>"
                + "<pattern><rule context='a'><assert id='E' test='$x'/></rule></pattern>",
            expected: ["E XPDY0002 /a"]),
    ]

    @Test("judges as Schematron says", arguments: cases)
    func judges(one: Case) throws {
        let lines = try Self.judge(one.content, one.document)
        #expect(lines == one.expected)
    }

    @Test("gives each rule a pattern of its own where the file repeats its contexts")
    func repairs() throws {
        let content =
            "<pattern><rule context='b'><assert id='A' test='0'/></rule>"
            + "<rule context='b'><assert id='B' test='0'/></rule></pattern>"
        #expect(try Self.judge(content, "<a><b/></a>") == ["A fails /a/b"])
        #expect(try Self.judge(content, "<a><b/></a>", onePatternPerRule: true) == ["A fails /a/b", "B fails /a/b"])
    }

    @Test("writes messages with what they look up, white space normalised")
    func messages() throws {
        let rules = try Self.rules(
            """
            <diagnostics><diagnostic id='d'>There are <value-of select='count(b)'/>.</diagnostic></diagnostics>
            <pattern id='p'><rule context='a'><assert id='A' flag='warning' role='r' test='c' diagnostics='d'>
              The <emph>sum</emph> of <name/> and <name path='b[2]'/> is <value-of select='sum(b)'/>, or
              <xsl:value-of select='b'/>, or <value-of select="xs:integer('x')"/>.</assert></rule></pattern>
            """)
        let report = rules.verdict(on: try XMLDocument(parsing: Array("<a>\n <b>1</b><b>2</b></a>".utf8)))
        let outcome = try #require(report.outcomes.first)
        #expect(outcome.message == "The sum of a and b is 3, or 1 2, or \u{2026}.")
        #expect(outcome.diagnostics.map(\.message) == ["There are 2."])
        #expect(outcome.flag == "warning" && outcome.role == "r" && outcome.pattern == "p")
        #expect(outcome.ruleContext == "a" && outcome.test == "c")
        #expect(outcome.place == SourcePlace(line: 1, column: 1))
        #expect(report.verdict == .valid && report.firedRules == 1)
    }

    /// Each: a schema with a fault, and the line, the column and a word of the message.
    static let faults: [(String, Int, Int, String)] = [
        ("<pattern><rule context='a'>\n<assert test='a ='/></rule></pattern>", 2, 18, "a ="),
        ("<pattern>\n<rule context='a b'/></pattern>", 2, 18, "a b"),
        (
            "<pattern><rule context='a'>\n<assert test=\"&lt;&lt; or nofunction()\"/></rule></pattern>", 2, 15,
            "nofunction"
        ),
        ("<let name='x'\n value='$nothing'/>", 2, 9, "nothing"),
        (
            "<pattern><rule context='a'><assert test='a'>\n<value-of select='q:b'/></assert></rule></pattern>", 2, 19,
            "q"
        ),
        ("<pattern><rule context='a'>\n<assert test=\"matches(., '(a)\\1')\"/></rule></pattern>", 2, 15, "\\1"),
    ]

    @Test("that holds an expression that is not known is refused with line, column and expression", arguments: faults)
    func refuses(content: String, line: Int, column: Int, words: String) throws {
        do {
            _ = try Self.rules(content)
            Issue.record("loaded")
        } catch let error as ToolkitError {
            #expect(error.code == .rulesInvalid)
            #expect(error.place?.file == "main.sch" && error.place?.line == line)
            #expect((error.place?.column ?? 0) >= column)
            #expect(error.message.contains(words), "\(error.message)")
        }
    }

    @Test("is shared by threads, and says the same in each")
    func threads() async throws {
        let rules = try Self.rules("<pattern><rule context='b'><assert id='A' test='. = 1'/></rule></pattern>")
        let text = "<a>" + (0..<200).map { "<b>\($0 % 3)</b>" }.joined() + "</a>"
        let document = try XMLDocument(parsing: Array(text.utf8))
        let expected = Self.lines(rules.verdict(on: document))
        #expect(expected.count == 133)
        await withTaskGroup(of: [String].self) { group in
            for _ in 0..<16 { group.addTask { Self.lines(rules.verdict(on: document)) } }
            for await lines in group { #expect(lines == expected) }
        }
    }

    @Test("ends at its limits, undecided")
    func limits() throws {
        let rules = try Self.rules(
            "<pattern><rule context='b'><assert id='A' test='count(//b[. = //b]) = -1'/></rule></pattern>")
        let text = "<a>" + String(repeating: "<b/>", count: 300) + "</a>"
        let document = try XMLDocument(parsing: Array(text.utf8))
        #expect(rules.verdict(on: document, limits: RuleLimits(steps: 3_000)).verdict == .undecided)
        let few = rules.verdict(on: document, limits: RuleLimits(outcomes: 10))
        #expect(few.outcomes.count == 10 && few.verdict == .undecided)
    }
}
