import TestSupport
import Testing
import XMLCore

@testable import Schematron

@Suite("The report as XML (ISO/IEC 19757-3, annex D)")
struct SVRLTests {
    /// The structure that the annex gives, as a RELAX NG schema of our own writing.
    static let structure = """
        <grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://purl.oclc.org/dsdl/svrl"
            datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
          <start><element name="schematron-output">
            <optional><attribute name="title"/></optional><optional><attribute name="phase"/></optional>
            <optional><attribute name="schemaVersion"/></optional>
            <zeroOrMore><element name="text"><text/></element></zeroOrMore>
            <zeroOrMore><element name="ns-prefix-in-attribute-values">
              <attribute name="prefix"><data type="NMTOKEN"/></attribute><attribute name="uri"/></element></zeroOrMore>
            <oneOrMore><element name="active-pattern">
              <optional><attribute name="id"/></optional><optional><attribute name="name"/></optional></element>
              <zeroOrMore><element name="fired-rule"><attribute name="context"/><ref name="common"/></element>
                <zeroOrMore><choice>
                  <element name="failed-assert"><ref name="check"/></element>
                  <element name="successful-report"><ref name="check"/></element>
                </choice></zeroOrMore></zeroOrMore></oneOrMore>
          </element></start>
          <define name="common"><optional><attribute name="id"/></optional><optional><attribute name="role"/></optional>
            <optional><attribute name="flag"/></optional></define>
          <define name="check"><attribute name="location"/><attribute name="test"/><ref name="common"/>
            <zeroOrMore><element name="diagnostic-reference"><attribute name="diagnostic"><data type="NMTOKEN"/></attribute>
              <ref name="text"/></element></zeroOrMore><ref name="text"/></define>
          <define name="text"><element name="text"><text/></element></define>
        </grammar>
        """

    static func rules() throws -> RuleSet {
        try RuleSetTests.rules(
            """
            <title>A &lt; B</title><diagnostics><diagnostic id='d'>More</diagnostic></diagnostics>
            <pattern id='p'><rule id='r' context='b'><assert id='A' flag='fatal' test='. &lt; 2' diagnostics='d'>&lt;&amp;"</assert>
            <report id='R' role='info' test='. = 1'>One</report></rule></pattern>
            <pattern><title>None</title><rule context='x'><assert test='0'/></rule></pattern>
            <pattern id='e'><rule context='a'><assert id='E' test="xs:integer('x') = 1">Odd</assert></rule></pattern>
            """)
    }

    @Test("names the patterns, the rules that fired and what they say")
    func content() throws {
        let rules = try Self.rules()
        let report = rules.verdict(on: try XMLDocument(parsing: Array("<a><b>1</b><b>2</b></a>".utf8)))
        let root = try XMLDocument(parsing: rules.svrl(report)).root
        #expect(root.attribute("title") == "A < B")
        let names = root.elements.map(\.name)
        #expect(
            names.dropFirst(2) == [
                "active-pattern", "fired-rule", "successful-report", "fired-rule", "failed-assert", "active-pattern",
                "active-pattern", "fired-rule", "failed-assert",
            ])
        let failed = try #require(root.elements.first { $0.name == "failed-assert" })
        #expect(failed.attribute("id") == "A" && failed.attribute("flag") == "fatal")
        #expect(failed.attribute("location") == "/a/b[2]" && failed.attribute("test") == ". < 2")
        #expect(failed.elements.map(\.name) == ["diagnostic-reference", "text"])
        #expect(failed.elements.last?.text == "<&\"")
        #expect(root.elements.last?.text.hasPrefix("\n[FORG0001]") == true)
    }

    @Test("has the structure of the annex", .needsPython("lxml"))
    func valid() throws {
        let rules = try Self.rules()
        let report = rules.verdict(on: try XMLDocument(parsing: Array("<a><b>1</b><b>2</b></a>".utf8)))
        let script = """
            import sys
            from lxml import etree
            schema = etree.RelaxNG(etree.fromstring(sys.argv[1]))
            document = etree.fromstring(sys.argv[2].encode())
            print(schema.validate(document), schema.error_log)
            """
        let svrl = String(decoding: rules.svrl(report), as: UTF8.self)
        #expect(try Tool.python(script, [Self.structure, svrl]).output.hasPrefix("True"))
        let broken = svrl.replacing(" location=", with: " place=")
        #expect(try Tool.python(script, [Self.structure, broken]).output.hasPrefix("False"))
    }
}
