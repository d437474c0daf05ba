import Diagnostics
import TestSupport
import Testing
import XMLCore

@testable import Schematron

@Suite("Hostile rule files and documents")
struct HostileRulesTests {
    /// Rule files that are refused or loaded, and in either case quickly and without a crash.
    static let contents: [(name: String, content: String)] = {
        let rule = { (test: String) in "<pattern><rule context='a'><assert id='A' test='\(test)'/></rule></pattern>" }
        let deep = { (open: String, close: String, count: Int) in
            String(repeating: open, count: count) + "a" + String(repeating: close, count: count)
        }
        return [
            ("parentheses", rule(deep("(", ")", 20_000))), ("predicates", rule(deep("a[", "]", 20_000))),
            ("functions", rule(deep("not(", ")", 20_000))),
            ("negations", rule(String(repeating: "-", count: 20_000) + "1")),
            ("steps", rule(String(repeating: "a/", count: 20_000) + "a")),
            ("unions", rule(String(repeating: "a|", count: 20_000) + "a")),
            ("sums", rule(String(repeating: "1+", count: 20_000) + "1")),
            ("choices", rule(String(repeating: "a or ", count: 20_000) + "a")),
            ("conditions", rule(String(repeating: "if (a) then b else ", count: 30_000) + "a")),
            ("loops", rule(String(repeating: "for $x in a return ", count: 30_000) + "a")),
            ("comments", rule(String(repeating: "(:", count: 20_000))),
            ("a long number", rule(String(repeating: "9", count: 20_000))),
            ("a long text", rule("\"" + String(repeating: "x", count: 1_000_000) + "\"")),
            ("a pattern", rule("matches(., \"" + String(repeating: "(", count: 20_000) + "\")")),
            ("a counted pattern", rule("matches(., \"((a{999}){999}){999}\")")),
            (
                "contexts",
                "<pattern><rule context='\(String(repeating: "a/", count: 20_000))a'><assert test='a'/></rule></pattern>"
            ),
            (
                "context predicates",
                "<pattern><rule context='\(deep("a[", "]", 20_000))'><assert test='a'/></rule></pattern>"
            ),
            (
                "lets",
                (0..<3_000).map { "<let name='v\($0)' value='\($0 == 0 ? "1" : "$v\($0 - 1) + 1")'/>" }.joined()
                    + rule("$v2999 = 3000")
            ),
            (
                "functions of functions",
                (0..<3_000).map { index in
                    "<xsl:function name='u:f\(index)'><xsl:param name='n'/><xsl:sequence select='u:f\(index + 1)($n)'/></xsl:function>"
                }.joined()
                    + "<xsl:function name='u:f3000'><xsl:param name='n'/><xsl:sequence select='$n'/></xsl:function>"
                    + rule("u:f0(1) = 1")
            ),
            (
                "nested choices",
                "<xsl:function name='u:f'>" + String(repeating: "<xsl:if test='1'>", count: 150)
                    + String(repeating: "</xsl:if>", count: 150) + "</xsl:function>"
            ),
        ]
    }()

    @Test("are refused or judged, and never crash", arguments: contents.map(\.name))
    func content(name: String) throws {
        let content = try #require(Self.contents.first { $0.name == name }).content
        let document = try XMLDocument(parsing: Array("<a><b>1</b></a>".utf8))
        do {
            let report = try RuleSetTests.rules(content).verdict(on: document)
            #expect(report.outcomes.count <= 1)
        } catch {
            let refusal = try #require(error as? ToolkitError)
            #expect(refusal.code == .rulesInvalid && refusal.message.utf8.count < 2000)
        }
    }

    /// Expressions that would run for very long, or make very much, on a document of some thousand nodes.
    static let tests = [
        "count(for $x in //*, $y in //*, $z in //* return 1) = 0", "every $x in 1 to 100000000000 satisfies $x &gt; 0",
        "count(1 to 9999999999) = 0",
        "string-length(string-join(for $x in //*, $y in //* return string(/), \" \")) = 0",
        "count(//b[count(preceding::b[count(preceding::b) = 1]) = 1]) = 5", "u:grow(\"ab\") = \"\"", "u:deep(0) = 1",
        "u:wide(0) = 1",
        "count(distinct-values(for $x in //*, $y in //* return concat($x, $y))) = 0",
    ]

    @Test("that work without end stop at the limits, undecided, and the other asserts are judged", arguments: tests)
    func endless(test: String) throws {
        let functions = """
            <xsl:function name='u:grow'><xsl:param name='s'/><xsl:sequence select='u:grow(concat($s, $s))'/></xsl:function>
            <xsl:function name='u:deep'><xsl:param name='n'/><xsl:sequence select='1 + u:deep($n + 1)'/></xsl:function>
            <xsl:function name='u:wide'><xsl:param name='n'/><xsl:sequence select='u:wide($n + 1) + u:wide($n + 2)'/></xsl:function>
            """
        let rules = try RuleSetTests.rules(
            functions
                + "<pattern><rule context='/'><assert id='A' test='false()'/><assert id='E' test='\(test)'/></rule></pattern>"
        )
        let text = "<a>" + String(repeating: "<b>1</b>", count: 4000) + "</a>"
        let report = rules.verdict(
            on: try XMLDocument(parsing: Array(text.utf8)), limits: RuleLimits(steps: 2_000_000))
        #expect(report.outcomes.map(\.id) == ["A", "E"])
        #expect(report.outcomes.map(\.kind) == [.failedAssert, .error("PECHAT-LIMIT")])
    }

    @Test("documents that are deep, wide or long are judged in steps that grow as they do", .needsSharedFolder)
    func documents() throws {
        let rules = try OfficialSet.rules()
        let space = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
        let depth = 190
        let deep =
            String(repeating: "<cac:InvoiceLine xmlns:cac='\(space)'>", count: depth)
            + String(repeating: "</cac:InvoiceLine>", count: depth)
        let wide = "<a xmlns:cac='\(space)'>" + String(repeating: "<cac:InvoiceLine/>", count: 30_000) + "</a>"
        let long =
            "<a xmlns:cac='\(space)'><cac:InvoiceLine>" + String(repeating: "x", count: 1 << 20)
            + "</cac:InvoiceLine></a>"
        for text in [deep, wide, long] {
            let report = rules.verdict(on: try XMLDocument(parsing: Array(text.utf8)))
            #expect(report.firedRules > 0)
        }
    }
}
