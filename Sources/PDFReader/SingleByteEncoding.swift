/// Which character each byte stands for (ISO 32000-1, Annex D).
struct SingleByteEncoding: Sendable {
    /// 256 characters; 0 for a code without one.
    var characters: [UInt16]

    init(_ characters: [UInt16]) { self.characters = characters }

    func text(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(scalar(byte)) }
        return text
    }

    func scalar(_ byte: UInt8) -> Unicode.Scalar {
        let character = characters[Int(byte)]
        return character == 0 ? "\u{FFFD}" : Unicode.Scalar(character) ?? "\u{FFFD}"
    }
}

/// What glyph names stand for.
enum GlyphNames {
    private static let table: [String: UInt32] = {
        var table: [String: UInt32] = [:]
        let words = list.description.split(separator: " ")
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            table[String(words[index])] = UInt32(words[index + 1], radix: 16)
        }
        return table
    }()

    /// The text of a glyph name: from the list, or of the form `uni0411`, `u1F600`; nil for any other.
    ///
    /// A suffix such as `.alt` tells of the form of a glyph, not of its meaning; `f_f_i` is the text of its parts.
    static func text(of name: String) -> String? {
        let base = name.prefix { $0 != "." }
        guard !base.isEmpty, base.utf8.count <= 256 else { return nil }
        var text = ""
        for part in base.split(separator: "_") {
            guard let piece = piece(String(part)) else { return nil }
            text += piece
        }
        return text.isEmpty ? nil : text
    }

    private static func piece(_ name: String) -> String? {
        if let value = table[name] { return Unicode.Scalar(value).map { String($0) } }
        if name.hasPrefix("uni"), name.utf8.count >= 7, (name.utf8.count - 3) % 4 == 0 {
            var text = ""
            var digits = name.dropFirst(3)
            while !digits.isEmpty {
                guard let value = UInt32(digits.prefix(4), radix: 16), let scalar = Unicode.Scalar(value) else {
                    return nil
                }
                text.unicodeScalars.append(scalar)
                digits = digits.dropFirst(4)
            }
            return text
        }
        guard name.hasPrefix("u"), 5...7 ~= name.utf8.count, let value = UInt32(name.dropFirst(), radix: 16) else {
            return nil
        }
        return Unicode.Scalar(value).map { String($0) }
    }
}

/// The widths of the standard fonts, which a file need not tell (ISO 32000-1, 9.6.2.2).
enum StandardWidths {
    /// The width of a character in thousandths; a fair guess where the font or the character is not known.
    static func width(of scalar: Unicode.Scalar, inFontNamed name: String) -> Double {
        if name.contains("Courier") { return 600 }
        let isBold = name.contains("Bold")
        let table =
            name.hasPrefix("Times") ? (isBold ? timesBold : times) : (isBold ? helveticaBold : helvetica)
        let index = Int(scalar.value) - 0x20
        return Double(table.indices.contains(index) ? table[index] : 556)
    }
}
