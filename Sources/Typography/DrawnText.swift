/// What of a text is drawn, and what only says how.
enum DrawnText {
    /// Drops line ends, soft hyphens and the other characters without a shape; a tab becomes a blank.
    ///
    /// - Parameter text: Valid UTF-8.
    /// - Returns: What is drawn.
    static func reduced(_ text: [UInt8]) -> [UInt8] {
        var mayHoldInvisible = false
        for byte in text where byte < 0x20 || byte == 0xC2 || byte == 0xCD || byte >= 0xE1 { mayHoldInvisible = true }
        guard mayHoldInvisible else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar == "\t" {
                result.append(0x20)
            } else if !isInvisible(scalar) {
                result.append(contentsOf: scalar.utf8)
            }
        }
        return result
    }

    /// Line ends, the default ignorable characters of U+0000...U+FEFF that steer breaking, joining and direction.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0xAD, 0x34F, 0x180B...0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
            0xFE00...0xFE0F, 0xFEFF:
            true
        default: false
        }
    }

    /// Where the text ends when the blanks at its end are left out; the blanks of UAX #14 that hang at a line's end.
    static func endWithoutBlanks(_ text: [UInt8]) -> Int {
        var end = text.count
        while end > 0 {
            if text[end - 1] == 0x20 {
                end -= 1
            } else if end >= 3, text[end - 3] == 0xE2, text[end - 2] == 0x80, (0x80...0x8A).contains(text[end - 1]),
                text[end - 1] != 0x87
            {
                end -= 3  // U+2000...U+200A but not U+2007, which does not break
            } else if end >= 3, text[end - 3] == 0xE3, text[end - 2] == 0x80, text[end - 1] == 0x80 {
                end -= 3
            } else {
                break
            }
        }
        return end
    }

    /// The characters whose glyph is the font's box, each once.
    static func characters(of text: [UInt8], drawnByZeroIn glyphs: [ShapedGlyph]) -> [Unicode.Scalar] {
        var missing: [Unicode.Scalar] = []
        let starts = Set(glyphs.map { Int($0.cluster) }).sorted()
        for glyph in glyphs.sorted(by: { $0.cluster < $1.cluster }) where glyph.id == 0 {
            let start = min(Int(glyph.cluster), text.count)
            let end = min(starts.first { $0 > start } ?? text.count, text.count)
            for scalar in String(decoding: text[start..<end], as: UTF8.self).unicodeScalars
            where !missing.contains(scalar) {
                missing.append(scalar)
            }
        }
        return missing
    }
}
