public import Diagnostics

/// A font as it stands in every file that shows the same characters: its program compressed, its widths written.
///
/// Documents of one sender mostly use the same letters; what is prepared for one then serves the next. The bytes depend
/// on the font alone, never on which document came first.
public final class PreparedFont: Sendable {
    let name: String
    let descriptor: PDFFont.Descriptor
    let isCompact: Bool
    let isIdentity: Bool
    let alphabet: PDFAlphabet
    let program: PackedStream
    /// How long the program is before compression.
    let programSize: Int
    /// From CIDs to glyphs, or for CFF outlines from codes to glyphs; nil where both are the same.
    let map: PackedStream?
    let widths: [UInt8]
    /// From two-byte codes to text; nil where there are none.
    let unicode: PackedStream?

    /// Prepares a font.
    ///
    /// - Parameters:
    ///   - font: The font.
    ///   - compressor: The compressor of the worker.
    /// - Throws: `pdf.memory`.
    public init(_ font: PDFFont, _ compressor: PDFCompressor) throws(ToolkitError) {
        name = font.taggedName
        descriptor = font.descriptor
        isCompact = font.isCompact
        isIdentity = font.isIdentity
        alphabet = font.alphabet
        let bytes =
            switch font.program {
            case .trueType(let bytes), .compact(let bytes): bytes
            }
        programSize = bytes.count
        program = try compressor.packed(bytes)
        map = isIdentity ? nil : try compressor.packed(isCompact ? font.codeMap : font.glyphMap)
        widths = font.widthArray.bytes
        unicode = font.characters.isEmpty ? nil : try compressor.packed(font.unicodeMap)
    }
}

extension PDFWriter {
    /// Writes a font with everything that belongs to it.
    ///
    /// - Parameters:
    ///   - narrow: The reserved number of the font with one-byte codes; nil where there is none.
    ///   - wide: The reserved number of the font with two-byte codes; nil where there is none.
    ///   - font: The font.
    /// - Throws: `pdf.memory`.
    public mutating func write(
        narrow: PDFReference?, wide: PDFReference?, _ font: PreparedFont
    ) throws(ToolkitError) {
        guard narrow != nil || wide != nil else { return }
        let program = writeStream(font.program) { entries in
            if font.isCompact { return entries.raw("/Subtype/CIDFontType0C") }
            entries.raw("/Length1 ")
            entries.integer(font.programSize)
        }
        let map = font.map.map { map in
            writeStream(map) { if font.isCompact { $0.codeMapEntries(PDFFont.codeMapName) } }
        }
        let descriptor = try write { $0.descriptor(font, program: program) }
        let descendant = try write { $0.descendant(font, descriptor: descriptor, map: map) }
        if let narrow {
            let (codes, unicode) = try writeNarrowMaps(font.alphabet)
            try write(narrow) { value in
                value.composite(font.name, encoding: codes, descendant: descendant, unicode: unicode)
            }
        }
        if let wide, let characters = font.unicode {
            let unicode = writeStream(characters)
            let suffix = font.isCompact ? "-" + (font.isIdentity ? "Identity-H" : PDFFont.codeMapName) : ""
            try write(wide) { value in
                value.composite(
                    font.name + suffix, encoding: font.isCompact ? map : nil,
                    descendant: descendant, unicode: unicode)
            }
        }
    }

    /// Writes the maps of one-byte codes, which are the same for all fonts, once a file.
    private mutating func writeNarrowMaps(
        _ alphabet: PDFAlphabet
    ) throws(ToolkitError) -> (codes: PDFReference, unicode: PDFReference) {
        if let narrowMaps { return narrowMaps }
        let codes = try writeStream(nil, PDFFont.narrowCodeMap, effort: .constant) {
            $0.codeMapEntries(PDFFont.narrowCodeMapName)
        }
        let unicode = try writeStream(nil, alphabet.unicodeMap, effort: .constant)
        narrowMaps = (codes, unicode)
        return (codes, unicode)
    }
}

extension PDFSyntax {
    mutating func hexDigits(_ unit: UInt16) {
        hexDigits(UInt8(truncatingIfNeeded: unit >> 8))
        hexDigits(UInt8(truncatingIfNeeded: unit))
    }

    /// A composite font; without an encoding, two bytes are the CID.
    fileprivate mutating func composite(
        _ name: String, encoding: PDFReference?, descendant: PDFReference, unicode: PDFReference
    ) {
        raw("<</Type/Font/Subtype/Type0/BaseFont")
        self.name(name)
        raw("/Encoding")
        if let encoding {
            byte(0x20)
            reference(encoding)
        } else {
            raw("/Identity-H")
        }
        raw("/DescendantFonts[")
        reference(descendant)
        raw("]/ToUnicode ")
        reference(unicode)
        raw(">>")
    }

    fileprivate mutating func codeMapEntries(_ name: String) {
        raw("/Type/CMap/CMapName")
        self.name(name)
        raw("/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/WMode 0")
    }

    fileprivate mutating func descendant(
        _ font: PreparedFont, descriptor: PDFReference, map: PDFReference?
    ) {
        raw("<</Type/Font/Subtype")
        raw(font.isCompact ? "/CIDFontType0" : "/CIDFontType2")
        raw("/BaseFont")
        self.name(font.name)
        raw("/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ")
        reference(descriptor)
        if !font.isCompact {
            // ISO 19005-3, 6.2.11.3.2: the map must be there even when it says nothing.
            raw("/CIDToGIDMap")
            if let map {
                byte(0x20)
                reference(map)
            } else {
                raw("/Identity")
            }
        }
        raw("/W")
        bytes += font.widths
        raw(">>")
    }

    fileprivate mutating func descriptor(_ whole: PreparedFont, program: PDFReference) {
        let font = whole.descriptor
        raw("<</Type/FontDescriptor/FontName")
        self.name(whole.name)
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
        raw(whole.isCompact ? "/FontFile3 " : "/FontFile2 ")
        reference(program)
        raw(">>")
    }
}
