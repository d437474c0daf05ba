import Diagnostics
import PDFWriter
import Typography

/// The CIDs of one face in the current document, in the order of first use.
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

        /// The text in UTF-8.
        var utf8: [UInt8] { scalar == 0 ? text : Unicode.Scalar(scalar).map { Array($0.utf8) } ?? text }
    }

    private var entries: [Entry]
    private var others: [Meaning: UInt16] = [:]
    /// The meanings from CID 1 on.
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
        return UInt16(meanings.count)
    }
}

/// How the documents of a worker use one face.
final class FaceUse {
    /// The face.
    let face: FontFace
    /// The object of the font in the current document; nil until it is used there.
    var reference: PDFReference?
    /// The CIDs of the current document.
    var table: GlyphTable
    private let subsetter: FontSubsetter

    init(_ face: FontFace) {
        self.face = face
        subsetter = FontSubsetter(face: face)
        table = GlyphTable(glyphCount: face.metrics.glyphCount)
    }

    /// Forgets the document, not the face.
    func reset() {
        table.reset()
        reference = nil
    }

    /// The font object for what was used.
    func font() throws(ToolkitError) -> PDFFont {
        let meanings = table.meanings
        let subset = try subsetter.subset(meanings.map(\.glyph))
        let metrics = face.metrics
        func scaled(_ units: Int) -> Int { Em.thousandths(units, unitsPerEm: metrics.unitsPerEm) }
        let descriptor = PDFFont.Descriptor(
            name: face.postScriptName, family: face.family,
            bounds: [metrics.bounds.left, metrics.bounds.bottom, metrics.bounds.right, metrics.bounds.top].map(scaled),
            ascent: scaled(metrics.ascender), descent: scaled(metrics.descender),
            capHeight: scaled(metrics.capHeight), xHeight: scaled(metrics.xHeight),
            italicAngleMillidegrees: metrics.italicAngleMillidegrees, weight: metrics.weight,
            isItalic: metrics.isItalic, isMonospaced: metrics.isMonospaced)
        var characters: [PDFFont.Character] = []
        characters.reserveCapacity(meanings.count)
        for (meaning, glyph) in zip(meanings, subset.glyphs) {
            let width = Int(table.entry(of: meaning.glyph, in: face).width)
            characters.append(PDFFont.Character(glyph: glyph, width: width, text: meaning.utf8))
        }
        return PDFFont(descriptor: descriptor, characters: characters, program: subset.bytes)
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
