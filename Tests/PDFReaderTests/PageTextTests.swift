import PDFReader
import Testing

@Suite("ISO 32000-1, 9: text of pages")
struct PageTextTests {
    private static func fragments(
        _ content: String, resources: String = "", extra: (inout PDFBuilder) -> Void = { _ in }
    ) throws -> [TextFragment] {
        var file = PDFBuilder.page(content, resources: resources, extra: extra)
        file.end()
        let document = try PDFDocument(parsing: file.bytes)
        return try document.pages().flatMap { try document.text(of: $0) }
    }

    /// Content, and the blocks that it shows.
    static let contents: [(String, [String])] = [
        ("BT /F1 10 Tf 10 50 Td (one) Tj ( two) Tj ET", ["one two"]),
        ("BT /F1 10 Tf 10 50 Td [(o)-10(ne)-300(two)] TJ ET", ["one two"]),
        ("BT /F1 10 Tf 10 50 Td [(o)10(ne)-2000(two)] TJ ET", ["one", "two"]),
        ("BT /F1 10 Tf 10 50 Td (top) Tj 0 -12 Td (below) Tj ET", ["top", "below"]),
        ("BT /F1 10 Tf 12 TL 10 50 Td (a) Tj T* (b) Tj (c) ' 1 2 (d) \" ET", ["a", "b", "c", "d"]),
        ("BT /F1 10 Tf 10 50 TD (a) Tj 0 -12 TD (b) Tj T* (c) Tj ET", ["a", "b", "c"]),
        ("BT /F1 1 Tf 10 0 0 10 10 50 Tm (big) Tj 1 0 0 1 10 20 Tm (small) Tj ET", ["big", "small"]),
        // By position: what is drawn first may stand last.
        ("BT /F1 10 Tf 100 50 Td (right) Tj -90 0 Td (left) Tj ET", ["left", "right"]),
        ("q 1 0 0 1 50 0 cm BT /F1 10 Tf 10 50 Td (b) Tj ET Q BT /F1 10 Tf 20 50 Td (a) Tj ET", ["a", "b"]),
        // Character and word spacing are no gaps for the eye until they are wide.
        ("BT /F1 10 Tf 1 Tc 10 50 Td (abc) Tj ET", ["abc"]),
        ("BT /F1 10 Tf 9 Tw 10 50 Td (a b) Tj ET", ["a ", "b"]),
        ("BT /F1 10 Tf 200 Tz 10 50 Td (wide) Tj ET", ["wide"]),
        // What is not seen is not there: rendering mode 3, and beyond the paper.
        ("BT /F1 10 Tf 3 Tr 10 50 Td (hidden) Tj 0 Tr 0 -20 Td (seen) Tj ET", ["seen"]),
        ("BT /F1 10 Tf 10 5000 Td (away) Tj ET BT /F1 10 Tf 10 50 Td (here) Tj ET", ["here"]),
        ("BT /F1 10 Tf 10 50 Td /Span<</ActualText(real)>>BDC (xyz) Tj EMC ( end) Tj ET", ["real end"]),
        ("BT /F1 10 Tf 10 50 Td /Span<</ActualText(alone)>>BDC EMC ET", ["alone"]),
        // Syntax that means nothing is passed over.
        ("BT /F1 10 Tf ) > foo 10 50 Td (still) Tj ET", ["still"]),
        ("BI /W 2 /H 2 ID \u{1}(EI\u{2} EI BT /F1 10 Tf 10 50 Td (after) Tj ET", ["after"]),
        ("BT (no font) Tj /F9 10 Tf (nor here) Tj ET", []),
    ]

    @Test("operators", arguments: contents)
    func operators(content: String, blocks: [String]) throws {
        var file = PDFBuilder.page(content)
        file.end()
        let text = try PDFDocument(parsing: file.bytes).text()
        #expect(text.blocks().map { $0.text.trimming } == blocks.map(\.trimming))
        #expect(!text.isTagged)
    }

    @Test("text that stands for other figures than those of the glyphs is told")
    func disguises() throws {
        func disguises(_ content: String) throws -> [TextDisguise] {
            var file = PDFBuilder.page("BT /F1 10 Tf 10 50 Td \(content) ET")
            file.end()
            return try PDFDocument(parsing: file.bytes).text().disguises
        }
        #expect(
            try disguises("/Span<</ActualText(100.00)>>BDC (900) Tj (.00) Tj EMC")
                == [TextDisguise(page: 0, drawn: "900.00", replacement: "100.00")])
        #expect(try disguises("/Span<</ActualText(100.00)>>BDC (100) Tj (.00) Tj EMC").isEmpty)
        #expect(try disguises("/Span<</ActualText(fi)>>BDC (x) Tj EMC").isEmpty)
    }

    @Test("places, sizes and widths are those of the page")
    func places() throws {
        let fragments = try Self.fragments("2 0 0 2 10 20 cm BT /F1 10 Tf 3 Ts 5 15 Td (AB) Tj ET")
        let fragment = try #require(fragments.first)
        #expect(fragment.origin == PagePoint(x: 20, y: 56))
        #expect(fragment.size == 20)
        // Helvetica: A and B are 667 wide.
        #expect((fragment.width - 2 * 6.67 * 2).magnitude < 0.001)
        #expect(fragment.direction == PagePoint(x: 1, y: 0))
    }

    @Test("marks, artifacts and forms")
    func marks() throws {
        let fragments = try Self.fragments(
            """
            /P<</MCID 4>>BDC BT /F1 10 Tf 10 50 Td (a) Tj ET EMC /Artifact BMC BT /F1 10 Tf 10 30 Td (b) Tj ET EMC
            /P/Named BDC /X Do EMC BT /F1 10 Tf 90 90 Td (d) Tj ET
            """, resources: "/XObject<</X 6 0 R>>/Properties<</Named<</MCID 5>>>>"
        ) { file in
            file.stream(
                6, "BT /F1 10 Tf 0 0 Td (c) Tj ET /P<</MCID 0>>BDC BT /F1 10 Tf 0 20 Td (e) Tj ET EMC /X Do",
                entries: "/Subtype/Form/Matrix[1 0 0 1 50 60]/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>")
        }
        #expect(fragments.map(\.text) == ["a", "b", "c", "e", "d"])
        #expect(fragments.map(\.isArtifact) == [false, true, false, false, false])
        #expect(fragments.map { $0.mark?.number } == [4, nil, 5, 0, nil])
        #expect(fragments.map { $0.mark?.form?.number } == [nil, nil, nil, 6, nil])
        #expect(fragments[2].origin == PagePoint(x: 50, y: 60))
    }

    @Test("forms that draw each other many times are a limit")
    func manyForms() throws {
        let draws = String(repeating: "/X Do ", count: 100)
        var file = PDFBuilder.page(draws, resources: "/XObject<</X 10 0 R>>") { file in
            for number in 10..<20 {
                file.stream(
                    number, draws + String(repeating: " ", count: 1000),
                    entries: "/Subtype/Form/Resources<</XObject<</X \(number + 1) 0 R>>>>")
            }
        }
        file.end()
        var limits = PDFLimits.standard
        limits.parsedBytes = 1 << 20
        let document = try PDFDocument(parsing: file.bytes, limits: limits)
        let error = #expect(throws: (any Error).self) { try document.text() }
        #expect("\(error as Any)".contains("pdf.limit"))
    }

    /// Fonts as object 5, a string in hexadecimal, and its text.
    static let fonts: [(font: String, string: String, text: String)] = [
        ("/Subtype/Type1/BaseFont/Helvetica", "41272E", "A’."),
        ("/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding", "80C9", "€É"),
        ("/Subtype/Type1/BaseFont/Helvetica/Encoding/MacRomanEncoding", "8E83", "éÉ"),
        (
            "/Subtype/Type1/BaseFont/X/Encoding<</BaseEncoding/WinAnsiEncoding/Differences"
                + "[65/afii10017/uni0411 70/f_f_i/u1F600/a.alt/nonsense/Gje]>>", "4142435A46474849", "АБCZffi😀a\u{FFFD}"
        ),
        ("/Subtype/TrueType/BaseFont/X/ToUnicode 6 0 R", "010203FF", "ЃЌÿ"),
        (
            "/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 7 0 R/DescendantFonts[<<>>]",
            "00010002000300100011", "ЃффиZab"
        ),
        ("/Subtype/Type0/BaseFont/X/Encoding 8 0 R/ToUnicode 8 0 R/DescendantFonts[<<>>]", "41810142", "aжb"),
    ]

    @Test("fonts and their codes", arguments: fonts.indices)
    func font(index: Int) throws {
        let (font, string, text) = Self.fonts[index]
        var file = PDFBuilder.page("BT /F1 10 Tf 10 50 Td <\(string)> Tj ET") { file in
            file.object(5, "<</Type/Font\(font)>>")
            file.stream(6, "1 beginbfrange <01> <02> [<0403> <040C>] endbfrange 1 beginbfchar <03> <> endbfchar")
            file.stream(
                7,
                """
                1 begincodespacerange <0000> <FFFF> endcodespacerange
                2 beginbfchar <0001> <0403> <0002> <044400440438> endbfchar
                2 beginbfrange <0003> <0003> <005A> <0010> <0011> <0061> endbfrange
                """.replacing("044400440438", with: "044404440438"))
            file.stream(
                8,
                """
                2 begincodespacerange <00> <80> <8100> <FFFF> endcodespacerange
                1 begincidrange <00> <80> 0 endcidrange
                1 beginbfchar <8101> <0436> endbfchar 1 beginbfrange <41> <42> <0061> endbfrange
                """)
        }
        file.end()
        let fragments = try PDFDocument(parsing: file.bytes).text().fragments
        #expect(fragments.map(\.text).joined() == text)
    }
}

extension String {
    fileprivate var trimming: String {
        var text = Substring(self)
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
