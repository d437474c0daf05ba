import Testing

@testable import Typography

@Suite("One-byte codes")
struct CharacterCodeTests {
    @Test("every character that is meant to have a code has one of its own, and none that PDF strings would escape")
    func codes() {
        for scalar in CharacterCodes.others { #expect(CharacterCodes.code(of: scalar.value) != 0, "\(scalar)") }
        let used = CharacterCodes.scalars.filter { $0 != 0 }
        #expect(Set(used).count == used.count && used.count == 251)
        for code in [0x00, 0x0D, 0x28, 0x29, 0x5C] { #expect(CharacterCodes.scalars[code] == 0) }
    }

    /// Text, and whether codes alone say it.
    static let texts: [(String, Bool)] = [
        ("Ѓорѓи Ќосев, Џепчиште – „Љубчо“ № 5, 10 m² €", true), ("čćšžđ ČĆŠŽĐ ëËçÇ (100 %)", true),
        ("г\u{301}ора", true),  // NFC makes one character of it
        ("ўЎ Ѕѕ Јј Ѐѐ", true), ("x\u{301}", false), ("日本", false), ("łódź", false),
    ]
    @Test("say a text of common characters, and what they say reads back as glyphs", arguments: texts)
    func coded(text: String, isCoded: Bool) throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        let shaped = Shaper().unbroken(text, font: font)
        #expect(shaped.codes.isEmpty == !isCoded)
        let glyphs = shaped.glyphs
        #expect(glyphs.reduce(0) { $0 + Int($1.advance) } == shaped.advance)
        // Each glyph begins where a character does.
        var starts: Set<UInt32> = []
        var offset: UInt32 = 0
        for scalar in String(decoding: shaped.text, as: UTF8.self).unicodeScalars {
            starts.insert(offset)
            offset += UInt32(scalar.utf8.count)
        }
        #expect(glyphs.allSatisfy { starts.contains($0.cluster) })
        #expect(shaped.advance(before: shaped.text.count) == shaped.advance && shaped.advance(before: 0) == 0)
    }

    @Test("joined lines are what their words are, one after the other")
    func joined() throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        let shaper = Shaper()
        let text = Array("Гевгелија, Тетово и „Ѓорче Петров“ – АВТО-ТАБЛА 7".utf8)
        let line = shaper.line(of: text.span, font: font)
        let joined = try #require(line.joined)
        #expect(line.words.count > 4 && joined.text == text)
        #expect(joined.glyphs.map(\.id) == line.words.flatMap { $0.shaped.glyphs.map(\.id) })
        #expect(joined.glyphs.map(\.advance) == line.words.flatMap { $0.shaped.glyphs.map(\.advance) })
        #expect(shaper.line(of: text.span, font: font) === line)
        #expect(shaper.line(of: Array("две\nлинии".utf8).span, font: font).joined == nil)
    }
}
