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

    /// Two documents, and whether they say the same.
    static let pairs = [
        ("<a x='1' y='2'>t</a>", "<a y='2' x='1'>t</a>", true),
        ("<p:a xmlns:p='u'>t</p:a>", "<a xmlns='u'>t</a>", true),
        ("<a>t<![CDATA[<]]>u</a>", "<a>t&lt;u</a>", true),
        ("<a>t<!-- c --></a>", "<a>t</a>", true),
        ("<a><b>1</b>2</a>", "<a><b>12</b></a>", false),
        ("<a><b/>1</a>", "<a>1<b/></a>", false),
        ("<a><b><c/></b></a>", "<a><b/><c/></a>", false),
        ("<a><b/></a>", "<a><b/><b/></a>", false),
        ("<a x='1'/>", "<a x='2'/>", false),
        ("<a x='1'/>", "<a/>", false),
        ("<a x='1'/>", "<a z:x='1' xmlns:z='u'/>", false),
        ("<a xmlns='u'/>", "<a xmlns='v'/>", false),
        ("<a><?p 1?></a>", "<a><?p 2?></a>", false),
        ("<a>1</a>", "<a>2</a>", false),
    ]

    @Test("compares elements as their canonical form would", arguments: pairs)
    func comparison(left: String, right: String, isSame: Bool) throws {
        #expect(try root(left).says(theSameAs: root(right)) == isSame)
        #expect(try root(right).says(theSameAs: root(left)) == isSame)
    }

    @Test("leaves one element out of the comparison, and nothing else")
    func omission() throws {
        let whole = try root("<a>1<b><s>x<t/>y</s>2</b><c>3</c></a>")
        let omitted = try #require(whole.elements.first?.elements.first)
        #expect(try whole.says(theSameAs: root("<a>1<b>2</b><c>3</c></a>"), without: omitted))
        #expect(try !whole.says(theSameAs: root("<a>1<b>y2</b><c>3</c></a>"), without: omitted))
        #expect(try !whole.says(theSameAs: root("<a>1<b><t/>2</b><c>3</c></a>"), without: omitted))
        #expect(try !whole.says(theSameAs: root("<a>12<b/><c>3</c></a>"), without: omitted))
        #expect(try !whole.says(theSameAs: root("<a>1<b>2</b><c>4</c></a>"), without: omitted))
    }
}
