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

@Suite("The canonical form that is written from the tree, against libxml2's")
struct ExclusiveWriterTests {
    /// The same form, made by libxml2: a prefix list sends it there, and this prefix is nowhere declared.
    private static let judge = CanonicalMethod(.exclusive, prefixes: ["nobody-declares-this"])

    private func compare(_ bytes: [UInt8], _ name: String) throws {
        let document = try XMLDocument(parsing: bytes)
        #expect(try document.canonical() == document.canonical(as: Self.judge), "\(name)")
        // Some elements alone, and the document without them.
        var open = [document.root]
        var seen = 0
        while let element = open.popLast(), seen < 12 {
            open += element.elements
            seen += 1
            #expect(
                try document.canonical(of: element) == document.canonical(of: element, as: Self.judge), "\(name)")
            guard element != document.root else { continue }
            let rest = try document.canonical(without: [element])
            #expect(try rest == document.canonical(without: [element], as: Self.judge), "\(name) \(element.path)")
        }
    }

    static let traps = [
        "<a xmlns='urn:a'><b xmlns=''><c xmlns='urn:a'/><d/></b></a>",
        "<p:a xmlns:p='urn:a'><p:b xmlns:p='urn:b' p:x='1'/><p:c/></p:a>",
        "<a xmlns:z='urn:1' xmlns:b='urn:2' z:a='1' b:a='2' c='3' a='4' xml:lang='mk'><b:x z:y=''/></a>",
        "<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:a='2'><p:b/><q:b/></a>",
        "<a b='&#9;&#10;&#13;&lt;&gt;&amp;&quot;&#39;'>&#13;&gt;]]&gt;<![CDATA[<&>]]>\r\n</a>",
        "<?p?><!-- c --><a><?q  x y ?><!-- c -->t<!-- d -->u</a><?r z?><!-- e -->",
        "<a><b><c><d xmlns='urn:d'><e xmlns=''/></d></c></b></a>",
        "<a xml:space='preserve' xmlns:xml='http://www.w3.org/XML/1998/namespace'>ж😀</a>",
        "<e\u{301} \u{e9}='1' e\u{301}='2'><\u{e9}/></e\u{301}>",
    ]

    @Test("traps", arguments: traps)
    func trap(text: String) throws { try compare(Array(text.utf8), text) }

    @Test("official invoices and foreign signatures", .needsSharedFolder)
    func corpora() throws {
        let folder = "vectors/signing/dss-xades"
        let names = Examples.official + SharedFolder.names(in: folder, suffix: ".xml").map { "\(folder)/\($0)" }
        #expect(names.count > 40)
        for name in names { try compare(SharedFolder.bytes(name), name) }
    }

    @Test("the other forms are those of libxml2: comments and namespaces in scope are kept")
    func otherForms() throws {
        let text = "<a xmlns:u='urn:u' xml:lang='mk'><b>1<!-- c --></b></a>"
        let document = try XMLDocument(parsing: Array(text.utf8))
        let inner = try #require(document.root.elements.first)
        func form(_ method: CanonicalMethod?) throws -> String {
            String(decoding: try document.canonical(of: inner, as: #require(method)), as: UTF8.self)
        }
        #expect(try form(.inclusive) == "<b xmlns:u=\"urn:u\" xml:lang=\"mk\">1</b>")
        #expect(try form(.exclusive) == "<b>1</b>")
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
        #expect(
            try form(CanonicalMethod(identifier: exclusive, prefixes: ["u"])) == "<b xmlns:u=\"urn:u\">1</b>")
        #expect(try form(CanonicalMethod(identifier: "\(exclusive)WithComments")) == "<b>1<!-- c --></b>")
        #expect(CanonicalMethod(identifier: "urn:other") == nil)
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
