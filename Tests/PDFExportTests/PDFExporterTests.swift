import Diagnostics
import Foundation
import PDFExport
import PDFWriter
import PageLayout
import TestSupport
import Testing
import Typography

@Suite("PDF export")
struct PDFExporterTests {
    /// Two pages with both weights, an italic, rectangles, colours, marks, a ligature and an overlay.
    static func sample(_ workspace: PDFWorkspace = PDFWorkspace()) throws -> [UInt8] {
        let shaper = Shaper()
        let regular = TextFont(face: try Documents.face("Regular"), language: "mk")
        let bold = TextFont(face: try Documents.face("Bold"), language: "mk")
        let italic = TextFont(face: try Documents.face("Italic"), language: "mk")
        let red = Color(red: 160, green: 20, blue: 30)
        let rule = Box(
            origin: Point(x: .millimetres(16), y: .millimetres(18)),
            size: Size(width: .millimetres(178), height: .points(1)), color: red)
        let first = Page(
            size: Documents.paper,
            elements: [
                .box(rule),
                Documents.text("Фактура бр. 2026-000123", bold, shaper, x: 16, y: 30, size: .points(16), color: red),
                Documents.text("AV To Ѓорѓи Ќосев, ѓевреци: 1.234.567,89 ден.", regular, shaper, x: 16, y: 40),
                Documents.text("office fi ffi е\u{301}\u{325} Љ\u{301} x\u{AD}y", regular, shaper, x: 16, y: 50),
                Documents.text("Забелешка: испорака по договор, бгдпт", italic, shaper, x: 16, y: 60),
            ])
        let second = Page(
            size: Documents.paper, elements: [Documents.text("Втора страница (2)\\", regular, shaper, x: 16, y: 30)])
        let foot = Documents.text("Страна 1/2", regular, shaper, x: 16, y: 290)
        return try Documents.export([first, second], overlays: [(0, [foot])], workspace: workspace)
    }

    static let sampleText = """
        Фактура бр. 2026-000123
        AV To Ѓорѓи Ќосев, ѓевреци: 1.234.567,89 ден.
        office fi ffi е\u{301}\u{325} Љ\u{301} xy
        Забелешка: испорака по договор, бгдпт
        Страна 1/2
        \u{0C}Втора страница (2)\\
        \u{0C}
        """

    @Test("qpdf finds nothing wrong", .needsTool("qpdf"))
    func sound() throws {
        let verdict = try Tool.run("qpdf", ["--check", "{}"], file: Self.sample())
        #expect(verdict.status == 0 && verdict.output.contains("No syntax or stream encoding errors"))
    }

    @Test("pdftotext gives each run as it was written, blanks, marks and ligatures included", .needsTool("pdftotext"))
    func text() throws {
        let text = try Tool.run("pdftotext", ["-raw", "{}", "-"], file: Self.sample()).output
        let expected = Self.sampleText.precomposedStringWithCanonicalMapping  // the shaper works in NFC
        #expect(text.unicodeScalars.elementsEqual(expected.unicodeScalars), "\(text)")
    }

    @Test("pdffonts sees embedded subsets with Unicode maps", .needsTool("pdffonts"))
    func fonts() throws {
        let list = try Tool.run("pdffonts", ["{}"], file: Self.sample()).output
        let fonts = list.split(separator: "\n").dropFirst(2)
        // Regular is there twice: the mark and the ligature need codes of two bytes.
        #expect(fonts.count == 4)
        for font in fonts { #expect(font.contains("CID TrueType") && font.contains("yes yes yes"), "\(font)") }
        #expect(list.contains("+NotoSans-Bold ") && list.contains("+NotoSans-Italic "))
    }

    @Test("font descriptors hold the measures of the font, negative ones too", .needsTool("qpdf"))
    func descriptors() throws {
        let plain = try Tool.run("qpdf", ["--qdf", "--object-streams=disable", "{}", "-"], file: Self.sample()).output
        // Noto Sans has 1000 units per em, so that its own numbers stand in the file.
        let metrics = try Documents.face("Regular").metrics
        #expect(metrics.unitsPerEm == 1000 && metrics.descender < 0)
        #expect(plain.contains("/Descent \(metrics.descender)\n") && plain.contains("/Ascent \(metrics.ascender)\n"))
    }

    /// The widths in the font objects against those in the embedded programs, read by pikepdf and fontTools.
    static let widthCheck = """
        import io, sys, pikepdf
        from fontTools.ttLib import TTFont
        fonts, document = 0, pikepdf.open(sys.argv[1])
        for o in document.objects:
            if not isinstance(o, pikepdf.Dictionary) or o.get("/Subtype") != "/CIDFontType2": continue
            program = TTFont(io.BytesIO(o.FontDescriptor.FontFile2.read_bytes()))
            order, upem = program.getGlyphOrder(), program["head"].unitsPerEm
            assert o.CIDToGIDMap == "/Identity" and len(o.W) >= 2
            for first, run in zip(list(o.W)[::2], list(o.W)[1::2]):
                for glyph, width in enumerate(run, int(first)):
                    assert abs(float(width) - program["hmtx"][order[glyph]][0] * 1000 / upem) < 0.001
            fonts += 1
        print(fonts)
        """

    @Test(
        "widths in the file are those of the embedded fonts: ISO 19005-3, 6.2.11.5",
        .needsPython("pikepdf", "fontTools.ttLib"))
    func widths() throws {
        let result = try Tool.run("python3", ["-c", Self.widthCheck, "{}"], file: Self.sample())
        #expect(result.output == "3\n", "\(result.errors)")
    }

    @Test("letters that look alike keep their own text, also where they share a glyph", .needsTool("pdftotext"))
    func lookAlikes() throws {
        var font = try Documents.bytes("Regular")
        try Documents.mapCyrillicToLatin(&font)
        for face in [try Documents.face("Regular"), try FontFace(bytes: font)] {
            let text = "JЈ SЅ AА eе ЈSЅJ Jazik Јазик ASSAN АЅЅАН"
            let shaper = Shaper()
            let line = Documents.text(text, TextFont(face: face, language: "mk"), shaper, x: 16, y: 30)
            let file = try Documents.export([Page(size: Documents.paper, elements: [line])])
            let output = try Tool.run("pdftotext", ["-raw", "{}", "-"], file: file).output
            #expect(output.hasPrefix(text + "\n"), "\(output)")
        }
    }

    @Test("the same pages give the same bytes, in a new workspace and in a used one")
    func deterministic() throws {
        let workspace = PDFWorkspace()
        let first = try Self.sample(workspace)
        for _ in 0..<45 { #expect(try Self.sample(workspace) == first) }
        #expect(try Self.sample() == first)
    }

    @Test("a document that was given up leaves nothing behind")
    func abandoned() throws {
        let workspace = PDFWorkspace()
        let font = TextFont(face: try Documents.face("BoldItalic"), language: "mk")
        var exporter = PDFExporter(workspace: workspace)
        try exporter.append(
            Page(size: Documents.paper, elements: [Documents.text("напуштено", font, Shaper(), x: 16, y: 30)]))
        #expect(try Self.sample(workspace) == Self.sample())
    }

    @Test("refuses a document without pages and an overlay on a page that is not there")
    func misuse() throws {
        let none = #expect(throws: ToolkitError.self) { try Documents.export([]) }
        #expect(none?.code == .pdfNoPages)
        let page = Page(size: Documents.paper, elements: [])
        let regular = try Documents.face("Regular")
        let bold = Shaper().unbroken("а", font: TextFont(face: try Documents.face("Bold"), language: "mk"))
        let mixed = TextRun(
            face: regular, size: .points(9), color: .black, origin: Point(x: .zero, y: .zero),
            pieces: [TextRun.Piece(shaped: bold, x: .zero)])
        let defect = #expect(throws: ToolkitError.self) {
            try Documents.export([Page(size: Documents.paper, elements: [.text(mixed)])])
        }
        #expect(defect?.code == .pdfFaceMixed)
        let unknown = #expect(throws: ToolkitError.self) { try Documents.export([page], overlays: [(1, [])]) }
        #expect(unknown?.code == .pdfPageUnknown)
    }

    @Test("words whose clusters lie outside of their text do no harm", .needsTool("qpdf"))
    func oddClusters() throws {
        let face = try Documents.face("Regular")
        let glyphs = [7, 3, 900, 900, 2].map {
            ShapedGlyph(id: 40, cluster: $0, advance: 600, xOffset: 0, yOffset: 0)
        }
        for text in [[], Array("ab".utf8), Array("абв г".utf8)] {
            let shaped = ShapedText(face: face, glyphs: glyphs, text: text, advance: 3000, trailingBlankAdvance: 0)
            let run = TextRun(
                face: face, size: .points(9), color: .black, origin: Point(x: .points(9), y: .points(9)),
                pieces: [TextRun.Piece(shaped: shaped, x: .zero)])
            let file = try Documents.export([Page(size: Documents.paper, elements: [.text(run)])])
            #expect(try Tool.run("qpdf", ["--check", "{}"], file: file).status == 0)
        }
    }

    @Test("an empty page and text without glyphs are fine", .needsTool("qpdf"))
    func empty() throws {
        let font = TextFont(face: try Documents.face("Regular"), language: "mk")
        let page = Page(size: Documents.paper, elements: [Documents.text("", font, Shaper(), x: 16, y: 30)])
        let file = try Documents.export([page, Page(size: Documents.paper, elements: [])])
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: file).status == 0)
    }

    @Test("any text of any script makes a sound file", .needsTool("qpdf"), .needsTool("pdftotext"))
    func anyText() throws {
        var random = SplitMix(seed: 11)
        func next(_ limit: UInt32) -> UInt32 { UInt32.random(in: 0..<limit, using: &random) }
        let fonts = try ["Regular", "Italic"].map { TextFont(face: try Documents.face($0), language: "mk") }
        let shaper = Shaper()
        var elements: [PageElement] = []
        for line in 0..<400 {
            var text = String.UnicodeScalarView()
            for _ in 0..<30 {
                let limit: UInt32 = [0x500, 0x250, 0x3000, 0x1F000][Int(next(4))]
                let value = next(5) == 0 ? 0x300 + next(0x70) : next(limit)
                if let scalar = Unicode.Scalar(value), fonts[line % 2].face.glyph(for: scalar) != nil {
                    text.append(scalar)
                }
            }
            elements.append(Documents.text(String(text), fonts[line % 2], shaper, x: 10, y: line % 280))
        }
        let file = try Documents.export([Page(size: Documents.paper, elements: elements)])
        let verdict = try Tool.run("qpdf", ["--check", "{}"], file: file)
        #expect(verdict.status == 0, "\(verdict.output)")
        let text = try Tool.run("pdftotext", ["-raw", "{}", "-"], file: file)
        #expect(text.status == 0 && !text.errors.contains("Error"), "\(text.errors.prefix(300))")
    }

    @Test("a character without a glyph is never shown: ISO 19005-3, 6.2.11.8")
    func missingGlyph() throws {
        let font = TextFont(face: try Documents.face("Regular"), language: "mk")
        let line = Documents.text("готово \u{2713}", font, Shaper(), x: 10, y: 10)
        let error = #expect(throws: ToolkitError.self) {
            try Documents.export([Page(size: Documents.paper, elements: [line])])
        }
        #expect(error?.code == .pdfGlyphMissing)
    }

    @Test(
        "a long document is sound: many pages, and offsets beyond two bytes",
        .needsTool("qpdf"), .needsTool("pdftotext"))
    func long() throws {
        let font = TextFont(face: try Documents.face("Regular"), language: "mk")
        let shaper = Shaper()
        var exporter = PDFExporter(workspace: PDFWorkspace())
        for number in 0..<120 {
            let lines = (0..<40).map { line in
                Documents.text(
                    "Ставка \(number * 4051 + line * 977 % 89): услуга \(line * line * 7919) ден.", font, shaper, x: 16,
                    y: 20 + 6 * line)
            }
            try exporter.append(Page(size: Documents.paper, elements: lines))
        }
        for number in 0..<120 {
            let foot = Documents.text("Страна \(number + 1)/120", font, shaper, x: 16, y: 290)
            try exporter.overlay([foot], onPage: number)
        }
        let bytes = try exporter.finish(metadata: Documents.metadata, identifier: Documents.identifier)
        #expect(bytes.count > 70_000)
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: bytes).status == 0)
        let text = try Tool.run("pdftotext", ["-raw", "-f", "120", "{}", "-"], file: bytes).output
        #expect(text.contains("Страна 120/120") && text.split(separator: "\n").count == 42)
    }
}
