import Diagnostics
import Testing
import XMLCore

@Suite("XMLDocument: the tree")
struct XMLDocumentTests {
    static let sample = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- before <a> -->
        <a xmlns="urn:x" xmlns:p="urn:p" one="1" p:two="Т&amp;&lt;&#38;&#x41;">
          <?go now?><p:b>Ѓорѓи</p:b><!-- > --><b/>те<![CDATA[кст <raw> &amp;]]>!
          <b  >x</b
          >
        </a>
        """
    static func document(_ text: String) throws -> XMLDocument { try XMLDocument(parsing: Array(text.utf8)) }

    @Test("names, namespaces and prefixes are as written")
    func names() throws {
        let root = try Self.document(Self.sample).root
        #expect(root.name == "a" && root.namespace == "urn:x" && root.prefix == nil && root.parent == nil)
        let child = try #require(root.first("b", namespace: "urn:p"))
        #expect(child.prefix == "p" && child.text == "Ѓорѓи" && child.parent == root)
        #expect(root.all("b", namespace: "urn:x").count == 2)
        #expect(root.first("b", namespace: nil) == nil)
        #expect(root.elements.map(\.name) == ["b", "b", "b"])
    }

    @Test("attribute values have their references resolved; namespace declarations are no attributes")
    func attributes() throws {
        let root = try Self.document(Self.sample).root
        #expect(root.attributes.count == 2)
        #expect(root.attribute("one") == "1")
        #expect(root.attribute("two") == nil)
        #expect(root.attribute("two", namespace: "urn:p") == "Т&<&A")
        let tricky = try Self.document("<a b=\"&amp;#38; &#38;amp; &quot;&#10;&#9; x\ty\" c='&amp;'/>").root
        #expect(tricky.attribute("b") == "&#38; &amp; \"\n\t x y")
        #expect(tricky.attribute("c") == "&")
    }

    @Test("children keep text, comments and instructions apart, and CDATA joins the text")
    func children() throws {
        let root = try Self.document(Self.sample).root
        let kinds = root.children.map { node in
            switch node {
            case .element(let element): "<\(element.name)>"
            case .text(let text): text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            case .comment(let text): "!\(text)"
            case .processingInstruction(let target, let content): "?\(target)=\(content)"
            }
        }
        #expect(kinds == ["", "?go=now", "<b>", "! > ", "<b>", "текст <raw> &amp;!", "<b>", ""])
        #expect(root.text.hasPrefix("\n  Ѓорѓитекст <raw> &amp;!\n"))
    }

    @Test("ranges are the element's bytes, and content is what is between the tags")
    func ranges() throws {
        let document = try Self.document(Self.sample)
        func text(_ range: Range<Int>?) -> String? { range.map { String(decoding: document.bytes[$0], as: UTF8.self) } }
        let parts = document.root.elements
        #expect(parts.map { text($0.range) } == ["<p:b>Ѓорѓи</p:b>", "<b/>", "<b  >x</b\n  >"])
        #expect(parts.map { text($0.contentRange) } == ["Ѓорѓи", nil, "x"])
        #expect(text(document.root.range)?.hasPrefix("<a xmlns") == true)
        #expect(text(document.root.range)?.hasSuffix("</a>") == true)
        let empty = try Self.document("<a></a>").root
        #expect(empty.contentRange == 3..<3)
    }

    @Test("places count lines and Unicode scalars from one")
    func places() throws {
        let root = try Self.document(Self.sample).root
        #expect(root.place == SourcePlace(line: 3, column: 1))
        #expect(root.elements.map(\.place.line) == [4, 4, 5])
        #expect(root.elements.map(\.place.column) == [13, 39, 3])
        let marked = try XMLDocument(parsing: [0xEF, 0xBB, 0xBF] + Array("<a>ж<b/></a>".utf8))
        #expect(marked.root.place == SourcePlace(line: 1, column: 1))
        #expect(marked.root.elements.first?.place == SourcePlace(line: 1, column: 5))
        #expect(marked.root.range == 3..<16)
    }

    @Test("paths carry the document's prefixes, and positions where there are several")
    func paths() throws {
        let root = try Self.document(Self.sample).root
        #expect(root.elements.map(\.path) == ["/a/p:b", "/a/b[1]", "/a/b[2]"])
        #expect(root.path == "/a")
    }

    @Test("ranges hold at every size, across the parser's buffers")
    func large() throws {
        var text = "<r>"
        for number in 0..<40_000 { text += "<line n=\"\(number)\">позиција \(number)</line>\n" }
        text += "</r>"
        let document = try Self.document(text)
        let lines = document.root.elements
        #expect(lines.count == 40_000)
        for number in stride(from: 0, to: 40_000, by: 997) {
            let range = lines[number].range
            #expect(
                String(decoding: document.bytes[range], as: UTF8.self)
                    == "<line n=\"\(number)\">позиција \(number)</line>")
            #expect(lines[number].place.line == number + 1)
        }
    }

    @Test("other encodings are converted, and the bytes are then the converted ones")
    func encodings() throws {
        let text = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>"
        let cyrillic = Array(text.utf8) + [0xCC, 0xCA, 0xE6] + Array("</a>".utf8)
        let document = try XMLDocument(parsing: cyrillic)
        #expect(document.root.text == "МКж")
        #expect(String(decoding: document.bytes[document.root.range], as: UTF8.self) == "<a>МКж</a>")
        let wide = Array("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>МК😀</a>".utf16)
        let big: [UInt8] = [0xFE, 0xFF] + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let little: [UInt8] = [0xFF, 0xFE] + wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try XMLDocument(parsing: big).root.text == "МК😀")
        #expect(try XMLDocument(parsing: little).root.text == "МК😀")
        #expect(try XMLDocument(parsing: Array(little.dropFirst(2))).root.text == "МК😀")
    }

    @Test("one document is read by many threads at once")
    func threads() async throws {
        let document = try Self.document(Self.sample)
        let texts = await withTaskGroup(of: String.self) { group in
            for _ in 0..<64 { group.addTask { document.root.elements.map { $0.path + $0.text }.joined() } }
            var texts: Set<String> = []
            for await text in group { texts.insert(text) }
            return texts
        }
        #expect(texts.count == 1)
    }
}
