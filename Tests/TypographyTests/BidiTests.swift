import Foundation
import TestSupport
import Testing

@testable import Typography

@Suite("UAX #9: directions")
struct BidiTests {
    /// Text, and its parts with their levels.
    static let cases = [
        ("שלום", "שלום1"),
        ("Фирма שלום עולם ООД", "Фирма 0|שלום1| 1|עולם1| ООД0"),
        ("שלום 123, עולם", "שלום1| 1|1232|,1| 1|עולם1"),
        ("שלום (ABC) עולם", "שלום1| 1|(1|ABC2|)1| 1|עולם1"),
        ("بسم 12.5", "بسم1| 1|12.52"),
        ("прв\nשלום", "прв\n0|שלום1"),
        ("износ \u{202E}054\u{202C} ден", "износ \u{202E}0|054\u{202C}1| ден0"),
        ("цена \u{2067}12 ден\u{2069}.", "цена \u{2067}0|122| 1|ден2|\u{2069}.0"),
    ]

    @Test("are found for letters, numbers, brackets and controls", arguments: cases)
    func levels(text: String, dump: String) throws {
        let span = text.utf8Span.span
        let found = BidiLevels(span)
        let levels = try #require(found)
        let bytes = Array(text.utf8)
        let parts = levels.parts(of: 0..<bytes.count, in: span)
        #expect(
            parts.map { String(decoding: bytes[$0.range], as: UTF8.self) + "\($0.level)" }.joined(separator: "|")
                == dump)
        #expect(parts.map(\.range.count).reduce(0, +) == bytes.count)
    }

    @Test(
        "text that runs from left to right has none",
        arguments: ["", "Ѓорѓи 12,5 (а) №", "e\u{301}漢😀", "\u{200E}a\u{200B}"])
    func plain(text: String) {
        let levels = BidiLevels(text.utf8Span.span)
        #expect(levels == nil)
    }

    @Test("no character that turns text escapes the glance")
    func glance() throws {
        for value in 0x20..<0x2_0000 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "а\(scalar)1б"
            guard !BidiLevels.mayTurn(text.utf8Span.span) else { continue }
            let levels = try #require(BidiLevels.levels(of: text.unicodeScalars.map(\.value)))
            // Embeddings from left to right raise the level without turning anything.
            #expect(levels.allSatisfy { $0 % 2 == 0 }, "U+\(String(value, radix: 16))")
        }
    }

    /// Levels of the words of a line, and the order in which they stand; the last case is the example of UAX #9, L2.
    static let orders: [([UInt8], [Int])] = [
        ([], []), ([0, 0], [0, 1]), ([1, 1, 1], [2, 1, 0]), ([0, 1, 1, 0], [0, 2, 1, 3]),
        ([1, 2, 2, 1], [3, 1, 2, 0]),
        ([0, 1, 2, 3, 2, 1, 0], [0, 5, 2, 3, 4, 1, 6]),
    ]

    @Test("L2: words are put in visual order", arguments: orders)
    func order(levels: [UInt8], expected: [Int]) {
        #expect(VisualOrder.indices(levels: levels) { _ in false } == expected)
    }

    @Test("L1: blanks at the end of the line stay there")
    func trailingBlank() {
        #expect(VisualOrder.indices(levels: [1, 1, 1, 1]) { $0 == 3 } == [2, 1, 0, 3])
    }

    static let dejaVu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

    @Test("turned words have their glyphs in the order of the page", .needsFile(dejaVu))
    func glyphs() throws {
        let face = try FontFace(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.dejaVu))))
        let font = TextFont(face: face, language: "mk")
        let shaper = Shaper()
        let words = shaper.words(of: "Фирма (שלום) 12", font: font)
        #expect(
            words.map { String(decoding: $0.shaped.text, as: UTF8.self) } == ["Фирма ", "(", "שלום", ") ", "12"])
        #expect(words.map(\.level) == [0, 0, 1, 0, 2])
        let word = try #require(words.first { $0.shaped.text.starts(with: "ש".utf8) })
        #expect(word.shaped.isTurned && word.shaped.missing.isEmpty)
        #expect(word.shaped.glyphs.map(\.cluster) == [6, 4, 2, 0])
        #expect(word.breakAfter == .none, "a word in parts breaks behind the last of them")
        #expect(shaper.unbroken("שלום", font: font, level: 1) === word.shaped)
        #expect(shaper.unbroken("שלום", font: font).isTurned == false)
        let bracket = shaper.unbroken("(", font: font, level: 1).glyphs.map(\.id)
        #expect(bracket == [try #require(face.glyph(for: ")"))], "L4: brackets are mirrored")
        let arabic = shaper.words(of: "سلام", font: font)
        #expect(arabic.count == 1 && arabic[0].shaped.glyphs.first?.cluster == 6)
        #expect(!arabic[0].shaped.glyphs.contains { $0.id == face.glyph(for: "\u{633}") ?? 0 }, "joined forms")
    }

    @Test("characters that a turned word lacks are told in the order of reading")
    func missing() throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        let words = Shaper().words(of: "שלום", font: font)
        #expect(words.count == 1 && words[0].shaped.missing == ["ש", "ל", "ו", "ם"])
    }

    @Test("nesting of any depth and length ends soon, and in levels that fit")
    func hostile() {
        for control in ["\u{202E}", "\u{2067}", "\u{2068}(", "ש(", "[\u{202B}"] {
            let text = String(repeating: control, count: 6000) + "שa1"
            let levels = BidiLevels(text.utf8Span.span)
            #expect((levels?.parts(of: 0..<text.utf8.count, in: text.utf8Span.span).map(\.level).max() ?? 0) <= 126)
        }
    }
}
