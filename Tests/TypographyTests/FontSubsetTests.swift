import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Typography

@Suite("Font subsets")
struct FontSubsetTests {
    /// Reads the original font, the subset and the glyphs of its places from 1 on; compares outlines and widths as
    /// fontTools and FreeType see them, and looks at what fontTools says about checksums and hints.
    private static let judge = """
        import sys, struct, freetype
        from fontTools.ttLib import TTFont
        from fontTools.pens.recordingPen import DecomposingRecordingPen
        whole, part = sys.argv[1:3]
        glyphs = [0] + [int(g) for g in open(sys.argv[3]).read().split()]
        a, b = TTFont(whole), TTFont(part, checkChecksums=2)
        data = open(part, "rb").read()
        assert len(data) % 4 == 0 and sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF == 0xB1B0AFBA
        assert set(b.reader.keys()) == {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}, b.reader.keys()
        assert all(b.reader.tables[t].offset % 4 == 0 for t in b.reader.keys())
        names, parts = a.getGlyphOrder(), b.getGlyphOrder()
        assert b["maxp"].maxSizeOfInstructions == b["maxp"].maxFunctionDefs == 0 and b["maxp"].maxZones == 1
        def drawn(font, name):
            pen = DecomposingRecordingPen(font.getGlyphSet())
            font.getGlyphSet()[name].draw(pen)
            return pen.value
        for name in parts:
            glyph = b["glyf"][name]
            assert not hasattr(glyph, "program") or not glyph.program.getBytecode(), name
        f, g = freetype.Face(whole), freetype.Face(part)
        flags = freetype.FT_LOAD_NO_SCALE | freetype.FT_LOAD_NO_HINTING
        assert g.num_glyphs == len(parts) >= len(glyphs)
        for place in range(g.num_glyphs): g.load_glyph(place, flags)
        for place, old in enumerate(glyphs):
            assert drawn(a, names[old]) == drawn(b, parts[place]), place
            assert a["hmtx"][names[old]] == b["hmtx"][parts[place]], place
            f.load_glyph(old, flags); g.load_glyph(place, flags)
            p, q = f.glyph, g.glyph
            assert p.outline.points == q.outline.points and p.outline.tags == q.outline.tags, place
            assert p.outline.contours == q.outline.contours and p.advance.x == q.advance.x, place
        print(len(glyphs), "equal")
        """

    private static func verdict(_ whole: [UInt8], _ part: [UInt8], _ glyphs: [UInt16]) throws -> Tool.Outcome {
        try Tool.withTemporaryFolder { folder in
            for (name, bytes) in [
                ("whole", whole), ("part", part), ("glyphs", Array(glyphs.map { "\($0)" }.joined(separator: " ").utf8)),
            ] {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            return try Tool.python(judge, ["\(folder)/whole", "\(folder)/part", "\(folder)/glyphs"])
        }
    }

    @Test(
        "hold every outline and width of the font, in the order of the request",
        .needsPython("fontTools", "freetype"), arguments: ["Regular", "Bold", "Italic", "BoldItalic"])
    func outlines(style: String) throws {
        let bytes = try Faces.bytes(style)
        let face = try FontFace(bytes: bytes)
        let all = (1..<UInt16(face.metrics.glyphCount)).reversed().map { $0 }
        let subset = try FontSubsetter(face: face).subset(all)
        #expect(subset.glyphs == Array(1...UInt16(all.count)))
        let result = try Self.verdict(bytes, subset.bytes, all)
        #expect(result.output == "\(all.count + 1) equal\n", "\(result.errors)")
    }

    @Test("of an invoice's letters need little room and hold doubles twice", .needsPython("fontTools", "freetype"))
    func doubles() throws {
        let bytes = try Faces.bytes("Regular")
        let face = try FontFace(bytes: bytes)
        let wanted = try ["Ѓ", "A", "б", "é", "A", " ", "é"].map { try #require(face.glyph(for: $0)) } + [0]
        let subset = try FontSubsetter(face: face).subset(wanted)
        #expect(subset.glyphs == [1, 2, 3, 4, 5, 6, 7, 8] && subset.bytes.count < 2000)
        let result = try Self.verdict(bytes, subset.bytes, wanted)
        #expect(result.output == "9 equal\n", "\(result.errors)")
    }

    @Test("are the same each time, whatever was asked for in between")
    func deterministic() throws {
        let face = try Faces.face("Regular")
        let subsetter = FontSubsetter(face: face)
        let wanted = try ["Ѓ", "A", "б", "é"].map { try #require(face.glyph(for: $0)) }
        let first = try subsetter.subset(wanted)
        var random = Generator(state: 5)
        for _ in 0..<40 {
            let count = UInt64(face.metrics.glyphCount)
            _ = try subsetter.subset((0..<Int(random.next() % 90)).map { _ in UInt16(random.next() % count) })
            #expect(try subsetter.subset(wanted).bytes == first.bytes)
        }
        #expect(try FontSubsetter(face: face).subset(wanted).bytes == first.bytes)
        #expect(try subsetter.subset([]).glyphs.isEmpty)
    }

    @Test("have the outlines that HarfBuzz gives its own", .needsPython("fontTools"))
    func library() throws {
        let face = try Faces.face("Italic")
        let wanted = try "Ѓорѓи Ќоше, бгдпт é½ 1.234,56".unicodeScalars.map { try #require(face.glyph(for: $0)) }
        let glyphs = Array(Set(wanted)).sorted()
        let ours = try FontSubsetter(face: face).subset(glyphs)
        let library = LibrarySubsetter()?.subset(glyphs, of: face)
        let theirs = try #require(library)
        let compare = """
            import sys
            from fontTools.ttLib import TTFont
            from fontTools.pens.recordingPen import DecomposingRecordingPen
            fonts = [TTFont(path) for path in sys.argv[1:3]]
            def drawn(font, glyph):
                name = font.getGlyphOrder()[int(glyph)]
                pen = DecomposingRecordingPen(font.getGlyphSet())
                font.getGlyphSet()[name].draw(pen)
                return pen.value, font["hmtx"][name]
            count = 0
            for a, b in zip(sys.argv[3].split(), sys.argv[4].split()):
                assert drawn(fonts[0], a) == drawn(fonts[1], b), (a, b)
                count += 1
            print(count)
            """
        let result = try Tool.withTemporaryFolder { folder in
            try Data(ours.bytes).write(to: URL(fileURLWithPath: "\(folder)/ours"))
            try Data(theirs.bytes).write(to: URL(fileURLWithPath: "\(folder)/theirs"))
            let places = [ours.glyphs, theirs.glyphs].map { $0.map { "\($0)" }.joined(separator: " ") }
            return try Tool.python(compare, ["\(folder)/ours", "\(folder)/theirs"] + places)
        }
        #expect(result.output == "\(glyphs.count)\n", "\(result.errors)")
    }

    @Test("refuse a glyph that the font does not have")
    func unknownGlyph() throws {
        let face = try Faces.face("Regular")
        let subsetter = FontSubsetter(face: face)
        for glyph in [UInt16(face.metrics.glyphCount), FontSubsetter.blank - 1] {
            let error = #expect(throws: ToolkitError.self) { try subsetter.subset([36, glyph]) }
            #expect(error?.code == .fontSubsetFailed)
        }
        #expect(try subsetter.subset([36]).glyphs == [1])
        // A place that stays empty is no glyph, and glyph 0 is one: the box of a missing character.
        #expect(try subsetter.subset([FontSubsetter.blank, 0, 36]).glyphs == [1, 2, 3])
    }
}

@Suite("Damaged outlines")
struct DamagedOutlineTests {
    /// A font of our own small tables around one `glyf`: a square, and what a case adds.
    private static func font(_ glyphs: [[UInt8]]) throws -> FontFace {
        var bytes = try Faces.bytes("Regular")
        let loca = try #require(Mutation.table("loca", of: bytes)).lowerBound
        let glyf = try #require(Mutation.table("glyf", of: bytes)).lowerBound
        let head = try #require(Mutation.table("head", of: bytes)).lowerBound
        let isLong = bytes[head + 51] != 0
        func write(_ value: Int, _ size: Int, _ offset: Int) {
            for index in 0..<size {
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - index)))
            }
        }
        var offset = 0
        let count = try FontFace(bytes: bytes).metrics.glyphCount
        for glyph in 0...count {
            write(isLong ? offset : offset / 2, isLong ? 4 : 2, loca + (isLong ? 4 : 2) * glyph)
            guard glyph < glyphs.count else { continue }
            for (index, byte) in glyphs[glyph].enumerated() { bytes[glyf + offset + index] = byte }
            offset += (glyphs[glyph].count + 1) & ~1
        }
        return try FontFace(bytes: bytes)
    }

    private static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
    private static let box: [UInt8] = [0, 0, 0, 0, 0, 100, 0, 100]
    /// A triangle: contours, box, last point, instructions, flags, coordinates.
    private static func triangle(instructions: Int = 0) -> [UInt8] {
        [0, 1] + box + [0, 2] + number(instructions) + [UInt8](repeating: 0x4F, count: instructions)
            + [0x37, 0x37, 0x37, 10, 10, 10, 10, 10, 10]
    }
    private static func composite(_ parts: [Int], flags: Int = 0x0002) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xFF] + box
        for (index, part) in parts.enumerated() {
            bytes += number(flags | (index + 1 < parts.count ? 0x20 : 0)) + number(part) + [0, 0]
        }
        return bytes
    }

    static let good: [(String, [[UInt8]], count: Int)] = [
        ("a triangle", [triangle(), triangle()], 2),
        ("a triangle with instructions", [triangle(), triangle(instructions: 300)], 2),
        ("no contours", [triangle(), [0, 0] + box], 2),
        ("a part", [triangle(), composite([2]), triangle()], 3),
        ("parts of parts", [triangle(), composite([2, 3]), composite([3]), triangle()], 4),
        ("the same part twice", [triangle(), composite([2, 2]), triangle()], 3),
        ("glyph 0 as a part", [triangle(), composite([0])], 2),
    ]

    @Test("that only look odd are copied", arguments: good)
    func accepted(name: String, glyphs: [[UInt8]], count: Int) throws {
        let subset = try FontSubsetter(face: Self.font(glyphs)).subset([1])
        let maxp = try #require(Mutation.table("maxp", of: subset.bytes)).lowerBound
        #expect(Array(subset.bytes[maxp + 4..<maxp + 6]) == Self.number(count))
    }

    private static let zeros = [UInt8](repeating: 0, count: 40)
    static let bad: [(String, [[UInt8]])] = [
        ("shorter than its head", [triangle(), [0, 1, 0, 0]]),
        ("more contours than bytes", [triangle(), [0x7F, 0xFF] + box + [0, 2, 0, 0]]),
        ("contours that run backwards", [triangle(), [0, 2] + box + [0, 2, 0, 1, 0, 0] + zeros]),
        ("more instructions than bytes", [triangle(), [0, 1] + box + [0, 2, 0xFF, 0xFF, 0x37, 0x37, 0x37]]),
        ("too few flags", [triangle(), [0, 1] + box + [0, 9, 0, 0, 0x37, 0x37]]),
        ("a flag repeated too often", [triangle(), [0, 1] + box + [0, 1, 0, 0, 0x3F, 200, 1, 1, 1, 1]]),
        ("too few coordinates", [triangle(), [0, 1] + box + [0, 2, 0, 0, 1, 1, 1, 0, 0]]),
        ("a part that is no glyph", [triangle(), composite([0xFFF0])]),
        ("a part of itself", [triangle(), composite([1])]),
        ("a circle of parts", [triangle(), composite([2]), composite([3]), composite([1])]),
        ("parts nested too deep", [triangle()] + (2...20).map { composite([$0]) } + [triangle()]),
        ("an unfinished list of parts", [triangle(), composite([2], flags: 0x0022), triangle()]),
        ("a damaged part", [triangle(), composite([2]), [0, 1, 0]]),
    ]

    @Test("are an error", arguments: bad)
    func refused(name: String, glyphs: [[UInt8]]) throws {
        let subsetter = FontSubsetter(face: try Self.font(glyphs))
        for _ in 0..<2 {
            let error = #expect(throws: ToolkitError.self) { try subsetter.subset([1]) }
            #expect(error?.code == .fontSubsetFailed)
        }
    }
}
