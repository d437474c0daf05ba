import InvoiceModel
import Typography

/// A word on its way to a line.
struct PlacedWord {
    var shaped: ShapedText
    var size: Int
    var color: ColorRole
    var width: Int
    var visibleWidth: Int
    var mayBreakAfter: Bool
    var mustBreakAfter: Bool
    /// Whether a line that ends here shows a hyphen.
    var isHyphenated: Bool
    /// The language where it is not the document's.
    var language: DocumentLanguage?
    /// The embedding level (UAX #9); not 0 where text runs from right to left.
    var level: UInt8 = 0
}

extension PlacedWord {
    init(_ word: ShapedWord, _ shaped: ShapedText, _ size: Length, _ color: ColorRole) {
        self.init(
            shaped: shaped, size: size.millipoints, color: color, width: shaped.width(at: size).millipoints,
            visibleWidth: shaped.visibleWidth(at: size).millipoints, mayBreakAfter: word.breakAfter == .allowed,
            mustBreakAfter: word.breakAfter == .mandatory, isHyphenated: word.endsWithSoftHyphen, level: word.level)
    }

    /// Whether two words may stand in one run: face, size, colour and language are the same.
    func looksLike(_ other: PlacedWord) -> Bool {
        shaped.face === other.shaped.face && size == other.size && color == other.color && language == other.language
    }

    /// Cuts the word so that its first part is no wider than `width`, but holds a character at least.
    func split(within width: Int) -> (PlacedWord, PlacedWord)? {
        if shaped.isTurned { return splitTurned(within: width).map { halves($0, $1) } }
        let limit = Length(millipoints: width)
        var advance = 0
        var cut = 0
        for (index, glyph) in shaped.glyphs.enumerated() {
            if index > 0, glyph.cluster != shaped.glyphs[index - 1].cluster {
                if cut > 0, limit < shaped.face.length(of: advance, at: Length(millipoints: size)) { break }
                cut = index
                if limit < shaped.face.length(of: advance + Int(glyph.advance), at: Length(millipoints: size)) { break }
            }
            advance += Int(glyph.advance)
        }
        guard cut > 0, cut < shaped.glyphs.count else { return nil }
        return halves(shaped.part(0..<cut), shaped.part(cut..<shaped.glyphs.count))
    }

    /// The word as two, between which a line may break.
    private func halves(_ first: ShapedText, _ second: ShapedText) -> (PlacedWord, PlacedWord) {
        var head = self
        var tail = self
        head.take(first)
        head.mayBreakAfter = true
        head.mustBreakAfter = false
        head.isHyphenated = false
        tail.take(second)
        return (head, tail)
    }

    mutating func take(_ part: ShapedText) {
        shaped = part
        width = part.width(at: Length(millipoints: size)).millipoints
        visibleWidth = part.visibleWidth(at: Length(millipoints: size)).millipoints
    }
}

extension ShapedText {
    /// The glyphs of a range that begins and ends between characters, with their text.
    func part(_ range: Range<Int>) -> ShapedText {
        let start = range.lowerBound == 0 ? 0 : Int(glyphs[range.lowerBound].cluster)
        let end = range.upperBound == glyphs.count ? text.count : Int(glyphs[range.upperBound].cluster)
        let moved = glyphs[range].map {
            ShapedGlyph(
                id: $0.id, cluster: $0.cluster - UInt32(start), advance: $0.advance, xOffset: $0.xOffset,
                yOffset: $0.yOffset)
        }
        return ShapedText(
            face: face, glyphs: moved, text: Array(text[start..<max(start, end)]),
            advance: moved.reduce(0) { $0 + Int($1.advance) },
            trailingBlankAdvance: range.upperBound == glyphs.count ? trailingBlankAdvance : 0)
    }
}
