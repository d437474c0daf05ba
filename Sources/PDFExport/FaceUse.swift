import Diagnostics
import PDFWriter
import Typography

/// Which of the one-byte codes a document uses.
struct CodeUse {
    private var words: InlineArray<4, UInt64> = [0, 0, 0, 0]

    /// Takes the codes of a text.
    @inline(__always)
    mutating func add(_ codes: [UInt8]) {
        for code in codes { words[Int(code >> 6)] |= 1 << UInt64(code & 63) }
    }

    /// Takes the codes that another has.
    mutating func add(_ other: CodeUse) {
        for index in 0..<4 { words[index] |= other.words[index] }
    }

    /// The codes, ascending.
    var codes: [UInt8] {
        var codes: [UInt8] = []
        for index in 0..<4 {
            var word = words[index]
            while word != 0 {
                codes.append(UInt8(truncatingIfNeeded: index << 6 + word.trailingZeroBitCount))
                word &= word - 1
            }
        }
        return codes
    }

    /// Whether there is none.
    var isEmpty: Bool { words[0] | words[1] | words[2] | words[3] == 0 }
}

/// The CIDs of one face in the current document for what the one-byte codes do not cover, in the order of first use.
///
/// A CID stands for a glyph together with its text. Two characters that share a glyph (Latin J and Cyrillic Ј in some
/// fonts) and a ligature of several letters thus each keep their own text when a reader copies them.
struct GlyphTable {
    /// What is known of a glyph.
    struct Entry {
        /// How far a reader moves its pen, in font units; -1 until it is asked for.
        var advance: Int32 = -1
        /// The same in millionths of the type size.
        var width: Int32 = 0
        /// The character of the first CID in this document.
        var scalar: UInt32 = 0
        /// The first CID in this document, 0 before that.
        var cid: UInt16 = 0
    }

    /// A CID's meaning.
    struct Meaning: Hashable {
        let glyph: UInt16
        /// One character, or 0 when the text holds the characters.
        let scalar: UInt32
        let text: [UInt8]

        /// The text for readers.
        var pdfText: PDFFont.Text {
            if scalar != 0, let scalar = Unicode.Scalar(scalar) { .scalar(scalar) } else { .utf8(text) }
        }
    }

    private var entries: [Entry]
    private var others: [Meaning: UInt16] = [:]
    /// The first CID; those below belong to the one-byte codes.
    static let firstCID: UInt16 = 256
    /// The meanings from the first CID on.
    private(set) var meanings: [Meaning] = []

    init(glyphCount: Int) { entries = Array(repeating: Entry(), count: glyphCount) }

    /// Stands in while the real table is elsewhere.
    static let none = GlyphTable(glyphCount: 0)

    /// Forgets the document, not the face.
    mutating func reset() {
        for meaning in meanings where Int(meaning.glyph) < entries.count {
            entries[Int(meaning.glyph)].scalar = 0
            entries[Int(meaning.glyph)].cid = 0
        }
        others.removeAll(keepingCapacity: true)
        meanings.removeAll(keepingCapacity: true)
    }

    /// What is known of a glyph, its advance included.
    mutating func entry(of glyph: UInt16, in face: FontFace) -> Entry {
        guard Int(glyph) < entries.count else { return Self.measured(glyph, face) }
        if entries[Int(glyph)].advance < 0 { entries[Int(glyph)] = Self.measured(glyph, face) }
        return entries[Int(glyph)]
    }

    private static func measured(_ glyph: UInt16, _ face: FontFace) -> Entry {
        let advance = max(face.advance(of: glyph), 0)
        let width = Em.millionths(advance, unitsPerEm: face.metrics.unitsPerEm)
        return Entry(advance: Int32(clamping: advance), width: Int32(clamping: width))
    }

    /// The CID of a glyph that stands for one character.
    mutating func cid(of glyph: UInt16, scalar: UInt32, entry: Entry) throws(ToolkitError) -> UInt16 {
        if entry.cid != 0, entry.scalar == scalar { return entry.cid }
        let meaning = Meaning(glyph: glyph, scalar: scalar, text: [])
        guard entry.cid == 0, Int(glyph) < entries.count else { return try other(meaning) }
        let cid = try append(meaning)
        entries[Int(glyph)].scalar = scalar
        entries[Int(glyph)].cid = cid
        return cid
    }

    /// The CID of a glyph that stands for several characters.
    mutating func cid(of glyph: UInt16, text: ArraySlice<UInt8>) throws(ToolkitError) -> UInt16 {
        // A glyph without text of its own still needs an entry in the Unicode map (ISO 19005-3, 6.2.11.7.2).
        try other(Meaning(glyph: glyph, scalar: 0, text: text.isEmpty ? [0xEF, 0xBF, 0xBD] : Array(text)))
    }

    private mutating func other(_ meaning: Meaning) throws(ToolkitError) -> UInt16 {
        if let cid = others[meaning] { return cid }
        let cid = try append(meaning)
        others[meaning] = cid
        return cid
    }

    private mutating func append(_ meaning: Meaning) throws(ToolkitError) -> UInt16 {
        guard meanings.count < 65_000 else {
            throw ToolkitError(.pdfTooManyGlyphs, "The document uses more different glyphs than one font can hold.")
        }
        meanings.append(meaning)
        return Self.firstCID + UInt16(meanings.count - 1)
    }
}

/// How the documents of a worker use one face.
final class FaceUse {
    /// The face.
    let face: FontFace
    /// The font with one-byte codes in the current document; nil until it is used there.
    var narrow: PDFReference?
    /// The font with two-byte codes in the current document; nil until it is used there.
    var wide: PDFReference?
    /// The one-byte codes of the current document.
    var codes = CodeUse()
    /// The other CIDs of the current document.
    var table: GlyphTable
    private let subsetter: FontSubsetter
    private var prepared: [Key: PreparedFont] = [:]
    /// Some 10 KB each.
    private static let preparedLimit = 64
    private static let alphabet = PDFAlphabet(CharacterCodes.scalars)

    /// What the font of a document depends on, besides the face.
    private struct Key: Hashable {
        let codes: [UInt8]
        let meanings: [GlyphTable.Meaning]
    }

    init(_ face: FontFace) {
        self.face = face
        subsetter = FontSubsetter(face: face)
        table = GlyphTable(glyphCount: face.metrics.glyphCount)
    }

    /// Forgets the document, not the face.
    func reset() {
        table.reset()
        codes = CodeUse()
        narrow = nil
        wide = nil
    }

    /// The font for what was used, from an earlier document where that used the same.
    func font(_ compressor: PDFCompressor) throws(ToolkitError) -> PreparedFont {
        let key = Key(codes: codes.codes, meanings: table.meanings)
        if let known = prepared[key] { return known }
        let font = try PreparedFont(subset(key.codes, key.meanings), compressor)
        // Documents of many senders in turn: starting anew is rare and cheap enough.
        if prepared.count == Self.preparedLimit { prepared.removeAll() }
        prepared[key] = font
        return font
    }

    private func subset(_ used: [UInt8], _ meanings: [GlyphTable.Meaning]) throws(ToolkitError) -> PDFFont {
        // Glyph 0 is the box for what the font lacks; ISO 19005-3, 6.2.11.8 forbids to show it.
        guard !meanings.contains(where: { $0.glyph == 0 }) else {
            throw ToolkitError(
                .pdfGlyphMissing, "The document holds a character that its font has no glyph for.",
                fix: "Use a font that has all characters of the document.")
        }
        var slots: [UInt16] = []
        if let plain = face.codedGlyphs {
            // A glyph stands where its CID says.
            let count = meanings.isEmpty ? Int(used.last ?? 0) : Int(GlyphTable.firstCID) - 1
            slots = [UInt16](repeating: FontSubsetter.blank, count: count)
            for code in used { slots[Int(code) - 1] = plain.glyphs[Int(code)] }
        }
        let subset = try subsetter.subset(slots + meanings.map(\.glyph))
        let metrics = face.metrics
        func scaled(_ units: Int) -> Int { Em.thousandths(units, unitsPerEm: metrics.unitsPerEm) }
        let descriptor = PDFFont.Descriptor(
            name: face.postScriptName, family: face.family,
            bounds: [metrics.bounds.left, metrics.bounds.bottom, metrics.bounds.right, metrics.bounds.top].map(scaled),
            ascent: scaled(metrics.ascender), descent: scaled(metrics.descender),
            capHeight: scaled(metrics.capHeight), xHeight: scaled(metrics.xHeight),
            italicAngleMillidegrees: metrics.italicAngleMillidegrees, weight: metrics.weight,
            isItalic: metrics.isItalic, isMonospaced: metrics.isMonospaced)
        var coded: [PDFFont.Character] = []
        if let plain = face.codedGlyphs {
            coded.reserveCapacity(used.count)
            for code in used {
                coded.append(
                    PDFFont.Character(
                        cid: UInt16(code), glyph: UInt16(code),
                        width: Em.millionths(Int(plain.advances[Int(code)]), unitsPerEm: metrics.unitsPerEm),
                        text: Unicode.Scalar(CharacterCodes.scalars[Int(code)]).map { .scalar($0) } ?? .utf8([])))
            }
        }
        var characters: [PDFFont.Character] = []
        characters.reserveCapacity(meanings.count)
        for (index, meaning) in meanings.enumerated() {
            let width = Int(table.entry(of: meaning.glyph, in: face).width)
            characters.append(
                PDFFont.Character(
                    cid: GlyphTable.firstCID + UInt16(index), glyph: subset.glyphs[slots.count + index], width: width,
                    text: meaning.pdfText))
        }
        let program: PDFFont.Program =
            switch face.outlines {
            case .trueType: .trueType(subset.bytes)
            case .compact: .compact(subset.bytes)
            }
        return PDFFont(
            descriptor: descriptor, alphabet: Self.alphabet, coded: coded, characters: characters, program: program)
    }
}

/// Distances relative to the type size, rounded to the nearest, half away from zero.
enum Em {
    /// Converts font units to millionths, in which widths in the file and pens on the page are counted.
    static func millionths(_ units: Int, unitsPerEm: Int) -> Int { rounded(units * 1_000_000, unitsPerEm) }

    /// Converts font units to thousandths, the unit of font descriptors.
    static func thousandths(_ units: Int, unitsPerEm: Int) -> Int { rounded(units * 1000, unitsPerEm) }

    private static func rounded(_ dividend: Int, _ divisor: Int) -> Int {
        dividend >= 0 ? (2 * dividend + divisor) / (2 * divisor) : -((divisor - 2 * dividend) / (2 * divisor))
    }
}
