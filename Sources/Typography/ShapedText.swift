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
    /// A place where the pen moves otherwise than by the plain advance of a glyph.
    public struct Kern: Sendable, Hashable {
        /// The glyph after which it does.
        public let index: Int32
        /// How much further, in font units.
        public let units: Int32
    }

    /// The face that the glyphs belong to.
    public let face: FontFace
    /// One code of `CharacterCodes` a glyph where all glyphs are the plain ones of their characters; else empty.
    public let codes: [UInt8]
    /// Where coded glyphs are kerned, from left to right.
    public let kerns: [Kern]
    /// The glyphs where they have no codes.
    private let uncoded: [ShapedGlyph]
    /// The text in UTF-8, NFC, without line ends and characters that are never drawn; clusters are offsets into it.
    public let text: [UInt8]
    /// Whether the text runs from right to left: the first glyph then stands for its last character.
    public let isTurned: Bool
    /// The sum of all advances in font units.
    public let advance: Int
    /// The advance of the trailing blanks, which do not count at the end of a line, in font units.
    public let trailingBlankAdvance: Int
    /// Whether there is nothing to draw; kept, because to ask the lists touches memory that nothing else needs.
    public let isEmpty: Bool
    /// The characters that the face has no glyph for, in order of appearance, each once; they would print as boxes.
    public let missing: [Unicode.Scalar]

    /// Takes the result of a shaping call.
    public init(
        face: FontFace, glyphs: [ShapedGlyph], text: [UInt8], advance: Int, trailingBlankAdvance: Int,
        missing: [Unicode.Scalar] = [], isTurned: Bool = false
    ) {
        self.face = face
        self.isTurned = isTurned
        if missing.isEmpty, !isTurned, let coded = face.codedGlyphs?.coded(glyphs, text: text) {
            codes = coded.codes
            kerns = coded.kerns
            uncoded = []
        } else {
            codes = []
            kerns = []
            uncoded = glyphs
        }
        isEmpty = glyphs.isEmpty
        self.text = text
        self.advance = advance
        self.trailingBlankAdvance = trailingBlankAdvance
        self.missing = missing
    }

    /// Takes a text that is coded already.
    init(face: FontFace, codes: [UInt8], kerns: [Kern], text: [UInt8], advance: Int, trailingBlankAdvance: Int) {
        self.face = face
        self.codes = codes
        self.kerns = kerns
        uncoded = []
        isTurned = false
        isEmpty = codes.isEmpty
        self.text = text
        self.advance = advance
        self.trailingBlankAdvance = trailingBlankAdvance
        missing = []
    }

    /// Joins coded texts of one face; nil when there are none.
    init?(joining texts: [ShapedText]) {
        guard let first = texts.first, let last = texts.last else { return nil }
        var codes: [UInt8] = []
        var kerns: [Kern] = []
        var text: [UInt8] = []
        var advance = 0
        codes.reserveCapacity(texts.reduce(0) { $0 + $1.codes.count })
        text.reserveCapacity(texts.reduce(0) { $0 + $1.text.count })
        kerns.reserveCapacity(texts.reduce(0) { $0 + $1.kerns.count })
        for part in texts {
            let start = Int32(truncatingIfNeeded: codes.count)
            for kern in part.kerns { kerns.append(Kern(index: start + kern.index, units: kern.units)) }
            codes += part.codes
            text += part.text
            advance += part.advance
        }
        face = first.face
        isEmpty = codes.isEmpty
        self.codes = codes
        self.kerns = kerns
        uncoded = []
        self.text = text
        self.advance = advance
        trailingBlankAdvance = last.trailingBlankAdvance
        isTurned = false
        missing = []
    }

    /// Whether another text says the same in the same glyphs, whether or not both come from a cache.
    public func looksLike(_ other: ShapedText) -> Bool {
        if self === other { return true }
        return face === other.face && codes == other.codes && kerns == other.kerns && uncoded == other.uncoded
            && text == other.text
    }

    /// How far the pen moves on before a character.
    ///
    /// - Parameter offset: Where the character begins in `text`.
    /// - Returns: The sum of the advances before it, in font units.
    public func advance(before offset: Int) -> Int {
        guard let plain = face.codedGlyphs, !codes.isEmpty else {
            return uncoded.reduce(0) { Int($1.cluster) < offset ? $0 + Int($1.advance) : $0 }
        }
        var advance = 0
        var cluster = 0
        var index = 0
        while index < codes.count, cluster < offset {
            let scalar = CharacterCodes.scalars[Int(codes[index])]
            advance += Int(plain.advances[Int(codes[index])])
            cluster += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : 3
            index += 1
        }
        for kern in kerns where Int(kern.index) < index { advance += Int(kern.units) }
        return advance
    }

    /// The glyphs from left to right; made anew where the text is coded.
    public var glyphs: [ShapedGlyph] {
        guard let plain = face.codedGlyphs, !codes.isEmpty else { return uncoded }
        var glyphs: [ShapedGlyph] = []
        glyphs.reserveCapacity(codes.count)
        var cluster: UInt32 = 0
        var kern = 0
        for (index, code) in codes.enumerated() {
            var advance = plain.advances[Int(code)]
            if kern < kerns.count, Int(kerns[kern].index) == index {
                advance += kerns[kern].units
                kern += 1
            }
            glyphs.append(
                ShapedGlyph(id: plain.glyphs[Int(code)], cluster: cluster, advance: advance, xOffset: 0, yOffset: 0))
            let scalar = CharacterCodes.scalars[Int(code)]
            cluster += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : 3
        }
        return glyphs
    }

    /// Returns the width with its trailing blanks: how far the pen moves on.
    public func width(at size: Length) -> Length { face.length(of: advance, at: size) }

    /// Returns the width without its trailing blanks: what counts at the end of a line.
    public func visibleWidth(at size: Length) -> Length {
        face.length(of: advance - trailingBlankAdvance, at: size)
    }
}
