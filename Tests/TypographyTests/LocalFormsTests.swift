import Foundation
import TestSupport
import Testing
import Typography

@Suite("Letter forms of a language")
struct LocalFormsTests {
    static let faces = ["noto-sans/NotoSans", "noto-serif/NotoSerif"].flatMap { family in
        ["Regular", "Bold", "Italic", "BoldItalic"].map { "\(family)-\($0)" }
    }

    static func shaped(_ text: String, _ path: String, _ language: String) throws -> String {
        let face = try FontFace(bytes: try PackageFolder.bytes("fonts/\(path).ttf"))
        return Faces.dump(Shaper().unbroken(text, font: TextFont(face: face, language: language)))
    }

    @Test("are the plain ones in upright faces: mk, sr, bg and ru look the same", arguments: faces.filter(isUpright))
    func upright(path: String) throws {
        let russian = try Self.shaped("бгдѓпт", path, "ru")
        for language in ["mk", "sr", "sr-Cyrl", "bg"] { #expect(try Self.shaped("бгдѓпт", path, language) == russian) }
    }

    @Test("differ in italics for г д ѓ п т, and are one for mk and sr", arguments: faces.filter { !isUpright($0) })
    func italic(path: String) throws {
        for letter in ["г", "д", "ѓ", "п", "т"] {
            let macedonian = try Self.shaped(letter, path, "mk")
            #expect(try macedonian != Self.shaped(letter, path, "ru"), "\(letter)")
            #expect(try macedonian == Self.shaped(letter, path, "sr"), "\(letter)")
        }
        #expect(try Self.shaped("бгдѓпт", path, "bg") == Self.shaped("бгдѓпт", path, "ru"))
    }

    private static func isUpright(_ path: String) -> Bool { !path.hasSuffix("Italic") }

    /// Shapes with HarfBuzz in a newer version than ours; prints `glyph=cluster+advance` for each glyph.
    private static let judge = """
        import sys, uharfbuzz as hb
        for line in open(sys.argv[1]):
            path, language, upright, text = line.rstrip("\\n").split("\\t")
            font = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
            buffer = hb.Buffer()
            buffer.add_utf8(text.encode())
            buffer.direction, buffer.script, buffer.language = "ltr", "Cyrl", language
            off = upright == "1" and language[:2] in ("mk", "sr")
            hb.shape(font, buffer, {"locl": False} if off else {})
            print(" ".join(f"{i.codepoint}={i.cluster}+{p.x_advance}"
                           for i, p in zip(buffer.glyph_infos, buffer.glyph_positions)))
        """

    @Test("are those that another HarfBuzz gives", .needsPython("uharfbuzz"))
    func secondOpinion() throws {
        var cases: [String] = []
        var ours: [String] = []
        for path in Self.faces {
            for language in ["mk", "sr", "sr-Cyrl", "bg", "ru"] {
                for text in ["бгдѓпт", "Ѓорѓи", "податоци", "грб", "ЌЃ"] {
                    let file = "\(PackageFolder.root)/fonts/\(path).ttf"
                    cases.append("\(file)\t\(language)\t\(Self.isUpright(path) ? 1 : 0)\t\(text)")
                    ours.append(try Self.shaped(text, path, language))
                }
            }
        }
        let list = Array(cases.joined(separator: "\n").utf8)
        let theirs = try Tool.run("python3", ["-c", Self.judge, "{}"], file: list)
        #expect(theirs.output.split(separator: "\n").map(String.init) == ours, "\(theirs.errors)")
    }
}

@Suite("Small capitals")
struct SmallCapitalsTests {
    @Test("are the font's own where it has any")
    func present() throws {
        let face = try Faces.face("Regular")
        #expect(face.hasSubstitution("smcp") && !face.hasSubstitution("zzzz"))
        let font = TextFont(face: face, language: "en", letters: .smallCapitals)
        let plain = TextFont(face: face, language: "en")
        #expect(font.letters == .smallCapitals)
        let small = Shaper().unbroken("abc", font: font)
        #expect(Faces.dump(small) != Faces.dump(Shaper().unbroken("abc", font: plain)))
        #expect(Faces.dump(small) != Faces.dump(Shaper().unbroken("ABC", font: plain)))
        #expect(String(decoding: small.text, as: UTF8.self) == "abc" && small.missing.isEmpty)
    }

    @Test("are left alone where it has none", .needsFile("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
    func absent() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
        let face = try FontFace(bytes: [UInt8](bytes))
        let font = TextFont(face: face, language: "en", letters: .smallCapitals)
        #expect(font.letters == .normal && !face.hasSubstitution("smcp"))
        let plain = TextFont(face: face, language: "en")
        #expect(Faces.dump(Shaper().unbroken("abc", font: font)) == Faces.dump(Shaper().unbroken("abc", font: plain)))
    }
}
