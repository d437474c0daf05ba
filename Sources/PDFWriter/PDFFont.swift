/// A subset of a font as composite fonts (ISO 32000-1, 9.7).
///
/// One has one-byte codes for the plain characters, the other two-byte codes for all else. Both show the same file.
///
/// Which codes there are, and which text each stands for, is the caller's choice, so that one glyph can stand for
/// different texts in different places and still be copied rightly.
public struct PDFFont: Sendable {
    /// The font file that is embedded (9.9).
    public enum Program: Sendable {
        /// A TrueType file with the tables that a PDF needs.
        case trueType([UInt8])
        /// Outlines in the Compact Font Format, without the OpenType file around them.
        case compact([UInt8])
    }

    /// What a character stands for when it is copied or read aloud.
    public enum Text: Sendable {
        /// One character.
        case scalar(Unicode.Scalar)
        /// Several characters in UTF-8; never none.
        case utf8([UInt8])
    }

    /// One code of the font.
    public struct Character: Sendable {
        /// The code, which is its CID as well.
        public let cid: UInt16
        /// The glyph's number in `program`.
        public let glyph: UInt16
        /// The advance in millionths of the type size.
        public let width: Int
        /// The text that it stands for.
        public let text: Text

        /// Puts a character together.
        public init(cid: UInt16, glyph: UInt16, width: Int, text: Text) {
            self.cid = cid
            self.glyph = glyph
            self.width = width
            self.text = text
        }
    }

    /// The measures of a font descriptor, in thousandths of the type size.
    public struct Descriptor: Sendable {
        /// The PostScript name without a subset tag.
        public let name: String
        /// The name of the family.
        public let family: String
        /// The box around all glyphs: left, bottom, right, top.
        public let bounds: [Int]
        /// Above the baseline.
        public let ascent: Int
        /// Below the baseline; negative.
        public let descent: Int
        /// The height of capitals.
        public let capHeight: Int
        /// The height of small letters.
        public let xHeight: Int
        /// The slant in thousandths of a degree; negative leans to the right.
        public let italicAngleMillidegrees: Int
        /// 1 to 1000; 400 is regular.
        public let weight: Int
        /// Whether the face is an italic one.
        public let isItalic: Bool
        /// Whether all glyphs are equally wide.
        public let isMonospaced: Bool

        /// Puts a descriptor together.
        public init(
            name: String, family: String, bounds: [Int], ascent: Int, descent: Int, capHeight: Int, xHeight: Int,
            italicAngleMillidegrees: Int, weight: Int, isItalic: Bool, isMonospaced: Bool
        ) {
            self.name = name
            self.family = family
            self.bounds = bounds
            self.ascent = ascent
            self.descent = descent
            self.capHeight = capHeight
            self.xHeight = xHeight
            self.italicAngleMillidegrees = italicAngleMillidegrees
            self.weight = weight
            self.isItalic = isItalic
            self.isMonospaced = isMonospaced
        }
    }

    /// The measures.
    public let descriptor: Descriptor
    /// What the codes of one byte mean.
    public let alphabet: PDFAlphabet
    /// The characters with codes of one byte, ascending.
    public let coded: [Character]
    /// The characters with codes of two bytes, ascending, all above those of one byte.
    ///
    /// Where the glyph of each character is its code, the file needs no map from one to the other.
    public let characters: [Character]
    /// The font file that is embedded.
    public let program: Program

    /// Puts a font together.
    public init(
        descriptor: Descriptor, alphabet: PDFAlphabet, coded: [Character], characters: [Character], program: Program
    ) {
        self.descriptor = descriptor
        self.alphabet = alphabet
        self.coded = coded
        self.characters = characters
        self.program = program
    }

    /// The name with its subset tag (9.6.4): six letters that depend on the characters and nothing else.
    var taggedName: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for character in coded + characters {
            mix(UInt8(truncatingIfNeeded: character.glyph >> 8))
            mix(UInt8(truncatingIfNeeded: character.glyph))
            switch character.text {
            case .scalar(let scalar):
                for shift in [16, 8, 0] { mix(UInt8(truncatingIfNeeded: scalar.value >> UInt32(shift))) }
            case .utf8(let bytes): for byte in bytes { mix(byte) }
            }
        }
        for byte in descriptor.name.utf8 { mix(byte) }
        var tag = ""
        for _ in 0..<6 {
            tag.unicodeScalars.append(Unicode.Scalar(UInt8(0x41 + hash % 26)))
            hash /= 26
        }
        return tag + "+" + descriptor.name
    }
}

extension PDFFont {
    static let codeMapName = "Pechat-Codes"

    /// Whether the code of each character is the number of its glyph.
    var isIdentity: Bool {
        coded.allSatisfy { $0.glyph == $0.cid } && characters.allSatisfy { $0.glyph == $0.cid }
    }

    var isCompact: Bool {
        if case .compact = program { true } else { false }
    }

    /// Two bytes for each CID from 0: the glyph in the embedded program.
    var glyphMap: [UInt8] {
        var map = [UInt8](repeating: 0, count: 2 * Int(characters.last?.cid ?? coded.last?.cid ?? 0) + 2)
        for character in coded + characters {
            map[2 * Int(character.cid)] = UInt8(truncatingIfNeeded: character.glyph >> 8)
            map[2 * Int(character.cid) + 1] = UInt8(truncatingIfNeeded: character.glyph)
        }
        return map
    }

    /// The CMap from codes to glyphs: CFF outlines know no other way than that the CID is the glyph (9.7.4.2).
    var codeMap: [UInt8] {
        CharacterMap.codes("Pechat-Codes", size: 2) { map in
            for start in stride(from: 0, to: characters.count, by: 100) {
                let end = min(start + 100, characters.count)
                map.integer(end - start)
                map.raw(" begincidchar\n")
                for index in start..<end {
                    map.byte(0x3C)
                    map.hexDigits(characters[index].cid)
                    map.byte(0x3E)
                    map.integer(Int(characters[index].glyph))
                    map.byte(0x0A)
                }
                map.raw("endcidchar\n")
            }
        }
    }

    /// The CIDs and their widths, ascending: CFF outlines are addressed by their glyphs.
    private var widths: [(cid: Int, width: Int)] {
        let all = coded + characters
        guard isCompact, !isIdentity else { return all.map { (Int($0.cid), $0.width) } }
        var widths: [Int: Int] = [:]
        for character in all { widths[Int(character.glyph)] = character.width }
        return widths.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The array of widths (9.7.4.3): behind the first CID of each run of neighbours, their widths.
    var widthArray: PDFSyntax {
        var array = PDFSyntax()
        array.byte(0x5B)
        var previous: Int?
        for (cid, width) in widths {
            if let last = previous, last + 1 == cid {
                array.byte(0x20)
            } else {
                if previous != nil { array.byte(0x5D) }
                array.integer(cid)
                array.byte(0x5B)
            }
            array.thousandths(width)
            previous = cid
        }
        array.raw(previous == nil ? "]" : "]]")
        return array
    }

    /// The CMap from codes to text (9.10.3); a block holds at most 100 entries.
    var unicodeMap: [UInt8] {
        CharacterMap.unicode(size: 2) { map in
            for start in stride(from: 0, to: characters.count, by: 100) {
                let end = min(start + 100, characters.count)
                map.integer(end - start)
                map.raw(" beginbfchar\n")
                for index in start..<end {
                    map.byte(0x3C)
                    map.hexDigits(characters[index].cid)
                    map.raw("><")
                    switch characters[index].text {
                    case .scalar(let scalar): for unit in UTF16.encode(scalar) ?? .init() { map.hexDigits(unit) }
                    case .utf8(let bytes):
                        for unit in String(decoding: bytes, as: UTF8.self).utf16 { map.hexDigits(unit) }
                    }
                    map.raw(">\n")
                }
                map.raw("endbfchar\n")
            }
        }
    }
}
