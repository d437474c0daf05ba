import Diagnostics
import PDFWriter
import Typography

/// How the current document uses one face: which CIDs it has given out, in the order of first use.
///
/// A CID stands for a glyph together with its text. Two characters that share a glyph (Latin J and Cyrillic Ј in some
/// fonts) and a ligature of several letters thus each keep their own text when a reader copies them.
final class FaceUse {
    /// The face.
    let face: FontFace
    /// The object of the font in the current document; nil until it is used there.
    var reference: PDFReference?
    /// The advance of each glyph without adjustment in font units, -1 until it is known.
    private var advances: [Int32]
    /// The first CID of each glyph in this document, and the character that it stands for there.
    private var first: [(scalar: UInt32, cid: UInt16)]
    /// The CIDs of all other pairs.
    private var others: [Pair: UInt16] = [:]
    private var characters: [Pair] = []
    private let subsetter: FontSubsetter

    private struct Pair: Hashable {
        let glyph: UInt16
        /// One character, or 0 when the text holds the characters.
        let scalar: UInt32
        let text: [UInt8]

        var utf8: [UInt8] { Unicode.Scalar(scalar).map { scalar == 0 ? text : Array($0.utf8) } ?? text }
    }

    init(_ face: FontFace) {
        self.face = face
        subsetter = FontSubsetter(face: face)
        advances = Array(repeating: -1, count: face.metrics.glyphCount)
        first = Array(repeating: (0, 0), count: face.metrics.glyphCount)
    }

    /// Forgets the document, not the face.
    func reset() {
        for pair in characters where Int(pair.glyph) < first.count { first[Int(pair.glyph)] = (0, 0) }
        others.removeAll(keepingCapacity: true)
        characters.removeAll(keepingCapacity: true)
        reference = nil
    }

    /// How far a reader moves its pen for a glyph, in font units.
    func advance(of glyph: UInt16) -> Int {
        guard Int(glyph) < advances.count else { return face.advance(of: glyph) }
        if advances[Int(glyph)] < 0 { advances[Int(glyph)] = Int32(clamping: face.advance(of: glyph)) }
        return Int(advances[Int(glyph)])
    }

    /// The CID of a glyph that stands for one character.
    func cid(of glyph: UInt16, scalar: UInt32) throws(ToolkitError) -> UInt16 {
        let known: (scalar: UInt32, cid: UInt16) = Int(glyph) < first.count ? first[Int(glyph)] : (0, 0)
        if known.cid != 0, known.scalar == scalar { return known.cid }
        let pair = Pair(glyph: glyph, scalar: scalar, text: [])
        if known.cid != 0 || Int(glyph) >= first.count { return try other(pair) }
        let cid = try append(pair)
        first[Int(glyph)] = (scalar, cid)
        return cid
    }

    /// The CID of a glyph that stands for several characters.
    func cid(of glyph: UInt16, text: ArraySlice<UInt8>) throws(ToolkitError) -> UInt16 {
        try other(Pair(glyph: glyph, scalar: 0, text: Array(text)))
    }

    private func other(_ pair: Pair) throws(ToolkitError) -> UInt16 {
        if let cid = others[pair] { return cid }
        let cid = try append(pair)
        others[pair] = cid
        return cid
    }

    private func append(_ pair: Pair) throws(ToolkitError) -> UInt16 {
        guard characters.count < 65_000 else {
            throw ToolkitError(.pdfTooManyGlyphs, "The document uses more different glyphs than one font can hold.")
        }
        characters.append(pair)
        return UInt16(characters.count)
    }

    /// The font object for what was used.
    func font() throws(ToolkitError) -> PDFFont {
        let subset = try subsetter.subset(characters.map(\.glyph))
        let metrics = face.metrics
        func scaled(_ units: Int) -> Int { (units * 2000 + metrics.unitsPerEm) / (2 * metrics.unitsPerEm) }
        let descriptor = PDFFont.Descriptor(
            name: face.postScriptName, family: face.family,
            bounds: [metrics.bounds.left, metrics.bounds.bottom, metrics.bounds.right, metrics.bounds.top].map(scaled),
            ascent: scaled(metrics.ascender), descent: scaled(metrics.descender),
            capHeight: scaled(metrics.capHeight), xHeight: scaled(metrics.xHeight),
            italicAngleMillidegrees: metrics.italicAngleMillidegrees, weight: metrics.weight,
            isItalic: metrics.isItalic, isMonospaced: metrics.isMonospaced)
        var result: [PDFFont.Character] = []
        result.reserveCapacity(characters.count)
        for (pair, glyph) in zip(characters, subset.glyphs) {
            let width = Em.millionths(advance(of: pair.glyph), unitsPerEm: metrics.unitsPerEm)
            result.append(PDFFont.Character(glyph: glyph, width: width, text: pair.utf8))
        }
        return PDFFont(descriptor: descriptor, characters: result, program: subset.bytes)
    }
}

/// Distances relative to the type size, in millionths of it.
enum Em {
    /// Converts font units, rounded to the nearest, as widths in the file and pens on the page both do.
    static func millionths(_ units: Int, unitsPerEm: Int) -> Int {
        let product = units * 2_000_000
        return product >= 0
            ? (product + unitsPerEm) / (2 * unitsPerEm) : -((-product + unitsPerEm) / (2 * unitsPerEm))
    }
}
