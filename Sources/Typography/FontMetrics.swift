import Diagnostics

/// The measures of a face, in its own units unless stated otherwise.
public struct FontMetrics: Sendable, Hashable {
    /// How many units make one em, 16 to 16384.
    public let unitsPerEm: Int
    /// The height of the line above the baseline.
    public let ascender: Int
    /// The depth of the line below the baseline; negative.
    public let descender: Int
    /// The extra space that the designer wants between lines.
    public let lineGap: Int
    /// The height of a flat capital letter.
    public let capHeight: Int
    /// The height of a flat small letter.
    public let xHeight: Int
    /// The box around all glyphs: left, bottom, right, top.
    public let bounds: FontBounds
    /// The slant in thousandths of a degree, negative when it leans to the right.
    public let italicAngleMillidegrees: Int
    /// The weight from 1 to 1000; 400 is regular, 700 bold.
    public let weight: Int
    /// How wide the letters are, from 1 to 9; 5 is normal, less is condensed.
    public let width: Int
    /// Whether the face is an italic or oblique one.
    public let isItalic: Bool
    /// Whether all glyphs are equally wide.
    public let isMonospaced: Bool
    /// How many glyphs there are.
    public let glyphCount: Int

    /// Reads and checks the tables that hold the measures.
    ///
    /// Line height comes from the typographic values when the font asks for them (USE_TYPO_METRICS), else from
    /// `hhea`, as browsers do on Linux.
    init(_ tables: FontTables) throws(ToolkitError) {
        glyphCount = try tables.checkedGlyphCount()
        guard let unitsPerEm = tables.unsigned("head", 18), (16...16_384).contains(unitsPerEm) else {
            throw .fontUnreadable("The font's units per em are out of range.")
        }
        let version = tables.unsigned("OS/2", 0)
        let permission = tables.unsigned("OS/2", 8) ?? 0
        guard permission & 0x000F != 0x0002, permission & 0x0300 == 0 else {
            throw ToolkitError(
                .fontEmbeddingForbidden, "The font's licence bits forbid to embed a part of it in a document.",
                fix: "Choose another font, or get a version of this one that may be embedded.")
        }
        let selection = tables.unsigned("OS/2", 62) ?? 0
        let style = tables.unsigned("head", 44) ?? 0
        self.unitsPerEm = unitsPerEm
        let useTypographic = selection & 0x80 != 0
        ascender = (useTypographic ? tables.signed("OS/2", 68) : tables.signed("hhea", 4)) ?? unitsPerEm
        descender = (useTypographic ? tables.signed("OS/2", 70) : tables.signed("hhea", 6)) ?? 0
        lineGap = (useTypographic ? tables.signed("OS/2", 72) : tables.signed("hhea", 8)) ?? 0
        let known = version.map { $0 >= 2 } ?? false
        let small = known ? tables.signed("OS/2", 86) ?? 0 : 0
        let capital = known ? tables.signed("OS/2", 88) ?? 0 : 0
        xHeight = small > 0 ? small : unitsPerEm / 2
        capHeight = capital > 0 ? capital : unitsPerEm * 7 / 10
        bounds = FontBounds(
            left: tables.signed("head", 36) ?? 0, bottom: tables.signed("head", 38) ?? 0,
            right: tables.signed("head", 40) ?? 0, top: tables.signed("head", 42) ?? 0)
        let angle = tables.unsigned("post", 4, size: 4).map { Int(Int32(truncatingIfNeeded: $0)) } ?? 0
        italicAngleMillidegrees = angle * 1000 / 65_536
        weight = min(max(tables.unsigned("OS/2", 4) ?? (style & 1 == 1 ? 700 : 400), 1), 1000)
        width = min(max(tables.unsigned("OS/2", 6) ?? 5, 1), 9)
        isItalic = angle != 0 || style & 2 == 2 || selection & 1 == 1
        isMonospaced = (tables.unsigned("post", 12, size: 4) ?? 0) != 0
    }
}

/// A box in font units.
public struct FontBounds: Sendable, Hashable {
    /// The four edges, relative to the origin of a glyph.
    public let left: Int, bottom: Int, right: Int, top: Int
}
