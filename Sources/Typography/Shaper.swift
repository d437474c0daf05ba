import CText

/// A word of a text: the stretch between two places where a line may break, with the blanks that follow it.
public struct ShapedWord: Sendable {
    /// Its glyphs; shared with the cache.
    public let shaped: ShapedText
    /// What may happen after it.
    public let breakAfter: BreakOpportunity
    /// Whether it ended with a soft hyphen: a line that breaks here shows a hyphen, any other does not.
    public let endsWithSoftHyphen: Bool
}

/// Turns text into glyphs, one word at a time, and remembers the words.
///
/// One per worker thread: it owns a buffer and a cache that are not to be shared. The results are, freely. Texts run
/// from left to right; text of another direction is shaped in the order in which it is stored.
public final class Shaper {
    private var buffer = ShapingBuffer()
    private var breaks = LineBreaks()
    private var cache: WordCache
    private var figures: [UInt64: Figures] = [:]
    /// The table that was used last; font 0 is nobody's.
    private var lastFigures: (font: UInt64, table: FigureTable?) = (0, nil)

    /// What is known about the figures of a font.
    private enum Figures {
        case unseen(count: Int)
        case table(FigureTable)
        case none
    }

    /// A font is examined, for as long as 500 amounts take, when it has set this many: one document does not pay for it.
    private static let figuresBeforeTable = 512

    /// Makes a shaper with an empty cache.
    ///
    /// - Parameter cachedWords: How many words each half of the cache holds; about 350 bytes a word.
    public init(cachedWords: Int = 4096) {
        cache = WordCache(limit: cachedWords)
    }

    /// Cuts a text into words (UAX #14) and shapes each.
    ///
    /// The text is brought to NFC first. Shaping word by word gives the widths of whole lines, because no font in
    /// use kerns across blanks. A character that the face lacks is listed in `ShapedText.missing`.
    ///
    /// - Returns: The words in order; none for an empty text. A line end makes a word too, empty if need be.
    public func words(of text: String, font: TextFont) -> [ShapedWord] {
        words(of: text.utf8Span.span, font: font)
    }

    /// Shapes a text that is never broken, such as an amount, as one piece.
    ///
    /// It is cached like a word. Line ends within it are not drawn.
    public func unbroken(_ text: String, font: TextFont) -> ShapedText {
        let bytes = text.utf8Span.span
        guard LineBreaks.survey(bytes).isNormal else { return word(Normalization.composed(bytes).span, font) }
        return word(bytes, font)
    }

    private func words(of text: Span<UInt8>, font: TextFont) -> [ShapedWord] {
        let survey = LineBreaks.survey(text)
        guard survey.isNormal else {
            let composed = Normalization.composed(text)
            return words(ofNormal: composed.span, isPlain: false, font: font)
        }
        return words(ofNormal: text, isPlain: survey.isPlain, font: font)
    }

    private func words(ofNormal text: Span<UInt8>, isPlain: Bool, font: TextFont) -> [ShapedWord] {
        var words: [ShapedWord] = []
        words.reserveCapacity(text.count / 12 + 2)
        breaks.forEachWord(in: text, isPlain: isPlain, language: font.language) { range, breakAfter in
            let bytes = text.extracting(range)
            let count = bytes.count
            let isHyphenated = count >= 2 && bytes[count - 1] == 0xAD && bytes[count - 2] == 0xC2
            words.append(
                ShapedWord(shaped: word(bytes, font), breakAfter: breakAfter, endsWithSoftHyphen: isHyphenated))
        }
        return words
    }

    private func word(_ bytes: Span<UInt8>, _ font: TextFont) -> ShapedText {
        // Short numbers come again and again, so the cache has them.
        if bytes.count > 4, FigureTable.covers(bytes), let table = figureTable(font) {
            return table.shaped(bytes, font.face)
        }
        let hash = WordCache.hash(bytes, font: font.serial)
        if let known = cache.find(hash, font.serial, bytes) { return known }
        let (shaped, isWhole) = shape(bytes, font)
        if isWhole, bytes.count <= WordCache.textLimit { cache.insert(hash, font.serial, shaped) }
        return shaped
    }

    /// The table of a font; nil when it cannot have one or has not set enough amounts.
    private func figureTable(_ font: TextFont) -> FigureTable? {
        if lastFigures.font == font.serial { return lastFigures.table }
        switch figures[font.serial] ?? .unseen(count: 0) {
        case .none: return nil
        case .table(let table):
            lastFigures = (font.serial, table)
            return table
        case .unseen(let count) where count < Self.figuresBeforeTable:
            figures[font.serial] = .unseen(count: count + 1)
            return nil
        case .unseen:
            let table = FigureTable(font, &buffer)
            figures[font.serial] = table.map(Figures.table) ?? Figures.none
            return table
        }
    }

    /// Shapes what is drawn of a word.
    ///
    /// - Returns: The glyphs, and whether they stand for all of the word's bytes.
    private func shape(_ bytes: Span<UInt8>, _ font: TextFont) -> (ShapedText, isWhole: Bool) {
        let whole = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        let text = DrawnText.reduced(whole)
        var glyphs: [ShapedGlyph] = []
        let script = font.fixedScript ?? ShapingBuffer.obviousScript(of: text, neutral: font.neutralScript)
        if let script {
            if !text.isEmpty { buffer.shape(0..<text.count, of: text, script: script, font: font, into: &glyphs) }
        } else {
            for stretch in ShapingBuffer.scripts(in: text, neutral: font.neutralScript) {
                buffer.shape(stretch.range, of: text, script: stretch.script, font: font, into: &glyphs)
            }
        }
        let drawnEnd = DrawnText.endWithoutBlanks(text)
        var advance = 0
        var blankAdvance = 0
        for glyph in glyphs {
            advance += Int(glyph.advance)
            if Int(glyph.cluster) >= drawnEnd { blankAdvance += Int(glyph.advance) }
        }
        let missing = glyphs.contains { $0.id == 0 } ? DrawnText.characters(of: text, drawnByZeroIn: glyphs) : []
        let shaped = ShapedText(
            face: font.face, glyphs: glyphs, text: text, advance: advance, trailingBlankAdvance: blankAdvance,
            missing: missing)
        return (shaped, text.count == whole.count)
    }
}

@available(*, unavailable)
extension Shaper: Sendable {}  // a buffer and a cache without locks
