public import Diagnostics

/// A subset of a TrueType font as a composite font with two-byte codes (ISO 32000-1, 9.7).
///
/// The code of a character is its CID; which CIDs there are, and which text each stands for, is the caller's choice,
/// so that one glyph can stand for different texts in different places and still be copied rightly.
public struct PDFFont: Sendable {
    /// One CID of the font.
    public struct Character: Sendable {
        /// The glyph's number in `program`.
        public let glyph: UInt16
        /// The advance in millionths of the type size.
        public let width: Int
        /// The text that it stands for, in UTF-8; never empty.
        public let text: [UInt8]

        /// Puts a character together.
        public init(glyph: UInt16, width: Int, text: [UInt8]) {
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
    /// The characters from CID 1 on.
    public let characters: [Character]
    /// The TrueType file that is embedded.
    public let program: [UInt8]

    /// Puts a font together.
    public init(descriptor: Descriptor, characters: [Character], program: [UInt8]) {
        self.descriptor = descriptor
        self.characters = characters
        self.program = program
    }

    /// The name with its subset tag (9.6.4): six letters that depend on the characters and nothing else.
    var taggedName: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for character in characters {
            mix(UInt8(truncatingIfNeeded: character.glyph >> 8))
            mix(UInt8(truncatingIfNeeded: character.glyph))
            for byte in character.text { mix(byte) }
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

extension PDFWriter {
    /// Writes a font with everything that belongs to it.
    ///
    /// - Parameters:
    ///   - reference: A reserved number: resources name the font before all its characters are known.
    ///   - font: The font.
    /// - Throws: `pdf.memory`.
    public mutating func write(_ reference: PDFReference, _ font: PDFFont) throws(ToolkitError) {
        let name = font.taggedName
        let program = try writeStream(nil, font.program) { entries in
            entries.raw("/Length1 ")
            entries.integer(font.program.count)
        }
        let glyphs = try writeStream(nil, font.glyphMap)
        let unicode = try writeStream(nil, font.unicodeMap)
        let descriptor = try write { $0.descriptor(font.descriptor, name: name, program: program) }
        let descendant = try write { value in
            value.raw("<</Type/Font/Subtype/CIDFontType2/BaseFont")
            value.name(name)
            value.raw("/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ")
            value.reference(descriptor)
            value.raw("/CIDToGIDMap ")
            value.reference(glyphs)
            value.raw("/W[1[")
            for (index, character) in font.characters.enumerated() {
                if index > 0 { value.byte(0x20) }
                value.thousandths(character.width)
            }
            value.raw("]]>>")
        }
        try write(reference) { value in
            value.raw("<</Type/Font/Subtype/Type0/BaseFont")
            value.name(name)
            value.raw("/Encoding/Identity-H/DescendantFonts[")
            value.reference(descendant)
            value.raw("]/ToUnicode ")
            value.reference(unicode)
            value.raw(">>")
        }
    }
}

extension PDFFont {
    /// Two bytes for each CID from 0: the glyph in the embedded program.
    fileprivate var glyphMap: [UInt8] {
        var map: [UInt8] = [0, 0]
        map.reserveCapacity(2 * characters.count + 2)
        for character in characters {
            map.append(UInt8(truncatingIfNeeded: character.glyph >> 8))
            map.append(UInt8(truncatingIfNeeded: character.glyph))
        }
        return map
    }

    /// The CMap from codes to text (9.10.3); a block holds at most 100 entries.
    fileprivate var unicodeMap: [UInt8] {
        var map = PDFSyntax()
        map.bytes.reserveCapacity(400 + 16 * characters.count)
        map.raw(
            """
            /CIDInit/ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
            /CMapName/Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000><FFFF>
            endcodespacerange

            """)
        for start in stride(from: 0, to: characters.count, by: 100) {
            let end = min(start + 100, characters.count)
            map.integer(end - start)
            map.raw(" beginbfchar\n")
            for index in start..<end {
                map.byte(0x3C)
                map.hexDigits(UInt8(truncatingIfNeeded: (index + 1) >> 8))
                map.hexDigits(UInt8(truncatingIfNeeded: index + 1))
                map.raw("><")
                for unit in String(decoding: characters[index].text, as: UTF8.self).utf16 {
                    map.hexDigits(UInt8(truncatingIfNeeded: unit >> 8))
                    map.hexDigits(UInt8(truncatingIfNeeded: unit))
                }
                map.raw(">\n")
            }
            map.raw("endbfchar\n")
        }
        map.raw("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
        return map.bytes
    }
}

extension PDFSyntax {
    fileprivate mutating func descriptor(_ font: PDFFont.Descriptor, name: String, program: PDFReference) {
        raw("<</Type/FontDescriptor/FontName")
        self.name(name)
        raw("/FontFamily")
        text(font.family)
        raw("/Flags ")
        integer(4 | (font.isMonospaced ? 1 : 0) | (font.isItalic ? 64 : 0))
        raw("/FontBBox[")
        for (index, edge) in font.bounds.enumerated() {
            if index > 0 { byte(0x20) }
            integer(edge)
        }
        raw("]/ItalicAngle ")
        thousandths(font.italicAngleMillidegrees)
        raw("/Ascent ")
        integer(font.ascent)
        raw("/Descent ")
        integer(font.descent)
        raw("/CapHeight ")
        integer(font.capHeight)
        raw("/XHeight ")
        integer(font.xHeight)
        raw("/FontWeight ")
        integer(min(max((font.weight + 50) / 100, 1), 9) * 100)
        raw("/StemV ")
        integer(50 + font.weight * font.weight / 4225)  // the usual estimate; no reader draws with it
        raw("/FontFile2 ")
        reference(program)
        raw(">>")
    }
}
