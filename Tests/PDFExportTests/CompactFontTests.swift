import Diagnostics
import Foundation
import PageLayout
import TestSupport
import Testing
import Typography

@Suite("OpenType fonts with CFF outlines")
struct CompactFontTests {
    /// Of the Debian package `fonts-urw-base35`: Latin, Cyrillic and Greek in the Compact Font Format.
    static let path = "/usr/share/fonts/opentype/urw-base35/NimbusSans-Regular.otf"
    static let text = "Фактура бр. 7, Ѓорѓи, AVA Tours, Ελλάδα, 1.234,56 № AAA"

    static func face() throws -> FontFace { try FontFace(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))) }

    static func sample() throws -> [UInt8] {
        let font = TextFont(face: try face(), language: "mk")
        let shaper = Shaper()
        return try Documents.export([
            Page(size: Documents.paper, elements: [Documents.text(text, font, shaper, x: 16, y: 30)])
        ])
    }

    @Test("open, measure and shape", .needsFile(path))
    func opens() throws {
        let face = try Self.face()
        #expect(face.outlines == .compact && face.postScriptName == "NimbusSans-Regular")
        #expect(face.metrics.unitsPerEm == 1000 && face.metrics.weight == 400)
        #expect(Shaper().unbroken(Self.text, font: TextFont(face: face, language: "mk")).missing.isEmpty)
    }

    @Test(
        "are embedded as CIDFontType0C, and copied text is what was written", .needsFile(path), .needsTool("pdffonts"))
    func embedded() throws {
        let file = try Self.sample()
        let list = try Tool.run("pdffonts", ["{}"], file: file)
        let line = try #require(list.output.split(separator: "\n").last)
        #expect(line.contains("+NimbusSans-Regular") && line.contains("CID Type 0C") && line.contains("yes yes yes"))
        #expect(list.errors.isEmpty)
        let text = try Tool.run("pdftotext", ["-raw", "{}", "-"], file: file)
        #expect(text.output.hasPrefix(Self.text + "\n") && text.errors.isEmpty, "\(text)")
    }

    /// Outlines and widths of every code, through the code map of the file, against those of the font that has the
    /// character; read by pikepdf and fontTools.
    static let judge = """
        import io, re, sys, pikepdf
        from fontTools.ttLib import TTFont
        from fontTools.cffLib import CFFFontSet
        from fontTools.pens.recordingPen import RecordingPen
        whole = TTFont(sys.argv[2])
        document = pikepdf.open(sys.argv[1])
        count = 0
        for o in document.objects:
            if not isinstance(o, pikepdf.Dictionary) or o.get("/Subtype") != "/Type0": continue
            cid = o.DescendantFonts[0]
            assert cid.Subtype == "/CIDFontType0" and "/CIDToGIDMap" not in cid
            stream = cid.FontDescriptor.FontFile3
            assert stream.Subtype == "/CIDFontType0C"
            cff = CFFFontSet(); cff.decompile(io.BytesIO(stream.read_bytes()), None)
            top = cff[0]; order = top.getGlyphOrder()
            assert not hasattr(top, "ROS")
            codes = o.Encoding.read_bytes().decode()
            assert o.Encoding.Type == "/CMap" and o.Encoding.WMode == 0
            assert "/CMapName" + str(o.Encoding.CMapName) in codes and str(o.BaseFont) == str(cid.BaseFont) + "-" + str(o.Encoding.CMapName)[1:]
            assert o.Encoding.CIDSystemInfo == cid.CIDSystemInfo
            pairs = dict((int(a, 16), int(b)) for a, b in re.findall(r"<(\\w{4})>(\\d+)\\n", codes))
            texts = re.findall(r"<(\\w{4})><(\\w{4})>", o.ToUnicode.read_bytes().decode().split("beginbfchar", 1)[1])
            assert len(texts) == len(pairs) > 20
            for code, text in texts:
                gid = pairs[int(code, 16)]
                name = whole.getBestCmap()[int(text, 16)]
                a, b = RecordingPen(), RecordingPen()
                whole["CFF "].cff[0].CharStrings[name].draw(a)
                glyph = top.CharStrings[order[gid]]
                glyph.draw(b)
                assert gid > 0 and a.value == b.value, text
                width = float(cid.W[1][gid - 1])
                assert width == whole["hmtx"][name][0] == glyph.width, (text, width, glyph.width)
                count += 1
        print(count)
        """

    @Test("keep outlines and widths: ISO 19005-3, 6.2.11.5", .needsFile(path), .needsPython("pikepdf", "fontTools"))
    func outlines() throws {
        let result = try Tool.run("python3", ["-c", Self.judge, "{}", Self.path], file: Self.sample())
        let letters = Set(Self.text.unicodeScalars).count
        #expect(result.output == "\(letters)\n", "\(result.errors)")
    }

    @Test("pages of them are drawn by another reader", .needsFile(path), .needsTool("pdftoppm"))
    func drawn() throws {
        let result = try Tool.run("pdftoppm", ["-r", "40", "-gray", "{}"], file: Self.sample())
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    }

    @Test("end in an error or in glyphs when they are damaged, never in a crash", .needsFile(path))
    func damaged() throws {
        let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.path)))
        let table = try #require(Documents.table("CFF ", of: original))
        var random = SplitMix(seed: 11)
        var subsets = 0
        for _ in 0..<250 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let reach = Bool.random(using: &random) ? min(table.count, 600) : table.count
                bytes[table.lowerBound + Int.random(in: 0..<reach, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            guard let face = try? FontFace(bytes: bytes) else { continue }
            let glyphs = "Фактура AVA 1.234".unicodeScalars.compactMap { face.glyph(for: $0) }
            if let subset = try? FontSubsetter(face: face).subset(glyphs) { subsets += subset.glyphs.isEmpty ? 0 : 1 }
        }
        #expect(subsets > 20)
    }
}
