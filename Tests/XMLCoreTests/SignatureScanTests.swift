import Testing
import XMLCore

@Suite("SignatureScan")
struct SignatureScanTests {
    private func scan(_ text: String) throws -> SignatureScan {
        SignatureScan(try XMLDocument(parsing: Array(text.utf8)))
    }

    private func root(_ text: String) throws -> XMLElement { try XMLDocument(parsing: Array(text.utf8)).root }

    @Test("finds signatures at every depth and in every prefix, and no others")
    func signatures() throws {
        let found = try scan(
            """
            <a xmlns:s="http://www.w3.org/2000/09/xmldsig#"><Signature/><b><s:Signature/></b>\
            <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Object><s:Signature/></Object></Signature></a>
            """)
        #expect(found.signatures.count == 3)
    }

    @Test(
        "finds repeated identifiers whatever they are called",
        arguments: [
            ("<a Id='x'><b Id='y'/></a>", false), ("<a Id='x'><b Id='x'/></a>", true),
            ("<a Id='x'><b id='x'/></a>", true),
            ("<a ID='x'><b xml:id='x'/></a>", true), ("<a Id='x' ID='x'/>", true),
            ("<a xid='x'><b xid='x'/></a>", false),
        ])
    func identifiers(text: String, isRepeated: Bool) throws {
        #expect(try (scan(text).repeatedIdentifier != nil) == isRepeated)
    }

    @Test(
        "finds text that a comment or an instruction interrupts",
        arguments: [
            ("<a><!-- c --><b>1</b> <?p i?></a>", false), ("<a><b>1<!-- c -->2</b></a>", true),
            ("<a><b><!-- c -->2</b></a>", true), ("<a><b>1<?p i?></b></a>", true), ("<a><b>1</b></a><!-- c -->", false),
        ])
    func splitText(text: String, isSplit: Bool) throws {
        #expect(try (scan(text).splitText != nil) == isSplit)
    }

    @Test("finds an element by its identifier, whatever that is called")
    func byIdentifier() throws {
        let document = try XMLDocument(
            parsing: Array("<a xml:id='r'><b Id='x'/><c ID='y'><d id='z' e:id='w' xmlns:e='urn:e'/></c></a>".utf8))
        for (identifier, name) in [("r", "a"), ("x", "b"), ("y", "c"), ("z", "d")] {
            #expect(document.element(withIdentifier: identifier)?.name == name)
        }
        #expect(document.element(withIdentifier: "w") == nil && document.element(withIdentifier: "") == nil)
    }

    @Test("resolves prefixes where they are in scope")
    func prefixes() throws {
        let text =
            "<a xmlns:p='urn:1' b='xmlns:p=\"urn:0\"' ><b  c = '>' xmlns:q\n=\"urn:2\"><c xmlns:p='urn:3'/></b></a>"
        let root = try XMLDocument(parsing: Array(text.utf8)).root
        let inner = try #require(root.elements.first)
        #expect(root.namespace(ofPrefix: "p") == "urn:1" && root.namespace(ofPrefix: "q") == nil)
        #expect(inner.namespace(ofPrefix: "p") == "urn:1" && inner.namespace(ofPrefix: "q") == "urn:2")
        #expect(inner.elements.first?.namespace(ofPrefix: "p") == "urn:3")
    }
}
