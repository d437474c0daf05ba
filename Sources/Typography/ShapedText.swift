/// One glyph of a shaped word, measured in units of its font.
public struct ShapedGlyph: Sendable, Hashable {
    /// The glyph's number in the font.
    public let id: UInt16
    /// Where the text of this glyph begins: a byte offset into the word's UTF-8.
    public let cluster: UInt32
    /// How far the pen moves on, in font units.
    public let advance: Int32
    /// How far the glyph stands right of the pen, in font units.
    public let xOffset: Int32
    /// How far the glyph stands above the baseline, in font units.
    public let yOffset: Int32

    /// Puts a glyph together.
    public init(id: UInt16, cluster: UInt32, advance: Int32, xOffset: Int32, yOffset: Int32) {
        self.id = id
        self.cluster = cluster
        self.advance = advance
        self.xOffset = xOffset
        self.yOffset = yOffset
    }
}

/// A stretch of text as glyphs of one face: the unit that is cached and shared, usually a word with its blanks.
public final class ShapedText: Sendable {
    /// The face that the glyphs belong to.
    public let face: FontFace
    /// The glyphs from left to right.
    public let glyphs: [ShapedGlyph]
    /// The text in UTF-8, NFC, without line ends and characters that are never drawn; clusters are offsets into it.
    public let text: [UInt8]
    /// The sum of all advances in font units.
    public let advance: Int
    /// The advance of the trailing blanks, which do not count at the end of a line, in font units.
    public let trailingBlankAdvance: Int
    /// The characters that the face has no glyph for, in order of appearance, each once; they would print as boxes.
    public let missing: [Unicode.Scalar]

    /// Takes the result of a shaping call.
    public init(
        face: FontFace, glyphs: [ShapedGlyph], text: [UInt8], advance: Int, trailingBlankAdvance: Int,
        missing: [Unicode.Scalar] = []
    ) {
        self.face = face
        self.glyphs = glyphs
        self.text = text
        self.advance = advance
        self.trailingBlankAdvance = trailingBlankAdvance
        self.missing = missing
    }

    /// Returns the width with its trailing blanks: how far the pen moves on.
    public func width(at size: Length) -> Length { face.length(of: advance, at: size) }

    /// Returns the width without its trailing blanks: what counts at the end of a line.
    public func visibleWidth(at size: Length) -> Length {
        face.length(of: advance - trailingBlankAdvance, at: size)
    }
}
