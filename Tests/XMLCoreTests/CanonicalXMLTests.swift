import Diagnostics
import TestSupport
import Testing
import XMLCore

@Suite("CanonicalXML")
struct CanonicalXMLTests {
    static let cases = [
        ("<?xml version='1.0'?>\n<!-- x --><a  b='2'\n a=\"1\"/>\n", "<a a=\"1\" b=\"2\"></a>"),
        ("<a xmlns:unused='urn:u' xmlns:p='urn:p'><p:b/></a>", "<a><p:b xmlns:p=\"urn:p\"></p:b></a>"),
        ("<a>x<![CDATA[<&>]]>&#13;\r\n</a>", "<a>x&lt;&amp;&gt;&#xD;\n</a>"),
        ("<a b=\"&lt;&quot;&#9;&#10;'>\"/>", "<a b=\"&lt;&quot;&#x9;&#xA;'>\"></a>"),
        ("\u{FEFF}<а>ж😀</а>", "<а>ж😀</а>"),
        ("<?p x?><a/><?q y?>", "<?p x?>\n<a></a>\n<?q y?>"),
    ]

    @Test("the exclusive form without comments", arguments: cases)
    func exclusive(text: String, expected: String) throws {
        #expect(try String(decoding: CanonicalXML.exclusive(Array(text.utf8)), as: UTF8.self) == expected)
        // It is its own canonical form.
        #expect(try CanonicalXML.exclusive(Array(expected.utf8)) == Array(expected.utf8))
    }

    @Test("what XMLDocument refuses is refused here too")
    func refusals() {
        for (text, code) in [
            ("<a>", "xml.malformed"), ("<p:a/>", "xml.malformed"), ("<!DOCTYPE a><a/>", "xml.hasDTD"),
            ("<a xmlns='relative'/>", "xml.notCanonical"),
            (String(repeating: "<a>", count: 100_000), "xml.tooDeep"),
        ] {
            let error = #expect(throws: ToolkitError.self) { try CanonicalXML.exclusive(Array(text.utf8)) }
            #expect(error?.code.name == code)
        }
    }

    @Test(
        "xmllint makes the same of the official examples", .needsSharedFolder, .needsTool("xmllint"),
        arguments: Examples.official)
    func oracle(name: String) throws {
        let ours = try CanonicalXML.exclusive(SharedFolder.bytes(name))
        let theirs = try Tool.run("xmllint", ["--exc-c14n", SharedFolder.path(name)]).output
        // xmllint keeps comments, of which ours has none; only examples without any can be compared.
        if !theirs.contains("<!--") { #expect(String(decoding: ours, as: UTF8.self) == theirs) }
        #expect(!ours.isEmpty)
    }
}

/// Documents that the tests of this target share.
enum Examples {
    /// The official UBL examples of CEN.
    static let official = ["xml", "XML"].flatMap {
        SharedFolder.names(in: "vectors/rules/cen-examples", suffix: ".\($0)")
    }
    .map { "vectors/rules/cen-examples/\($0)" }
}
