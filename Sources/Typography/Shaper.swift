import CText

/// A word of a text: the stretch between two places where a line may break, with the blanks that follow it.
public struct ShapedWord: Sendable {
    /// Its glyphs; shared with the cache.
    public let shaped: ShapedText
    /// What may happen after it.
    public let breakAfter: BreakOpportunity
    /// Whether it ended with a soft hyphen: a line that breaks here shows a hyphen, any other does not.
    public let endsWithSoftHyphen: Bool
    /// The embedding level (UAX #9); a line with a word above 0 is put into visual order, see `VisualOrder`.
    ///
    /// A word with several levels comes in parts, of which only the last may be followed by a break.
    public var level: UInt8 = 0
}

/// Turns text into glyphs, one word at a time, and remembers the words.
///
/// One per worker thread: it owns a buffer and a cache that are not to be shared. The results are, freely. The
/// directions of a text come from its letters (UAX #9).
public final class Shaper {
    private var buffer = ShapingBuffer()
    private var breaks = LineBreaks()
    private var cache: TextCache<ShapedText>
    private var lines: TextCache<ShapedLine>
    private var leads = TextCache<FigureLead>(limit: 256)
    /// By font and script: a handful, which is faster gone through than hashed.
    private var figures: [(font: UInt64, script: hb_script_t, state: Figures)] = []

    /// What is known about the figures of a font.
    private enum Figures {
        case unseen(count: Int)
        case table(FigureTable)
        case none
    }

    /// A font is examined, for as long as 500 amounts take, when it has set this many words of figures, with a lead or
    /// without: one document does not pay for it.
    private static let figuresBeforeTable = 512
    /// More fonts than these at a time are those of many single drawings; what is known of all is forgotten.
    private static let figureFontLimit = 64

    /// Makes a shaper with an empty cache.
    ///
    /// - Parameters:
    ///   - cachedWords: How many words each half of the cache holds; about 250 bytes a word.
    ///   - cachedLines: How many whole texts each half of their cache holds; about 400 bytes a text.
    public init(cachedWords: Int = 4096, cachedLines: Int = 1024) {
        cache = TextCache(limit: cachedWords)
        lines = TextCache(limit: cachedLines)
    }

    /// Longer words and texts are not kept: they hardly ever come again.
    private static let wordLimit = 96
    private static let lineLimit = 160

    /// Cuts a text into words and shapes each, as `words(of:font:)`, and remembers the whole text.
    ///
    /// A form says the same things in every document, so most of its texts are found as they stand.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - font: Face, language and features.
    /// - Returns: The line, shared with the cache.
    public func line(of text: Span<UInt8>, font: TextFont) -> ShapedLine {
        let hash = TextHash.of(text, font: font.serial)
        if let known = lines.find(hash, font.serial, text) { return known }
        let words = words(of: text, font: font)
        let line = ShapedLine(text: Self.bytes(text, sharedWith: words), words: words)
        if text.count <= Self.lineLimit { lines.insert(hash, font.serial, line) }
        return line
    }

    /// The bytes of a text: those of its only word where they are the same.
    private static func bytes(_ text: Span<UInt8>, sharedWith words: [ShapedWord]) -> [UInt8] {
        if words.count == 1, TextHash.isEqual(words[0].shaped.text, text) { return words[0].shaped.text }
        return unsafe text.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Shapes a text that is never broken, as `unbroken(_:font:)`.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - font: Face, language and features.
    /// - Returns: Its glyphs, shared with the cache.
    public func unbroken(_ text: Span<UInt8>, font: TextFont) -> ShapedText {
        guard LineBreaks.survey(text).isNormal else { return word(Normalization.composed(text).span, font) }
        return word(text, font)
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
    ///
    /// - Parameters:
    ///   - text: Text of one direction.
    ///   - font: Face, language and features.
    ///   - level: Its embedding level; odd for text that runs from right to left.
    /// - Returns: Its glyphs, shared with the cache.
    public func unbroken(_ text: String, font: TextFont, level: UInt8 = 0) -> ShapedText {
        let bytes = text.utf8Span.span
        guard level % 2 == 1 else { return unbroken(bytes, font: font) }
        return turnedWord(Normalization.composed(bytes).span, font)
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
        let levels = isPlain ? nil : BidiLevels(text)
        breaks.forEachWord(in: text, isPlain: isPlain, language: font.language) { range, breakAfter in
            let bytes = text.extracting(range)
            let count = bytes.count
            let isHyphenated = count >= 2 && bytes[count - 1] == 0xAD && bytes[count - 2] == 0xC2
            if let levels {
                let parts = levels.parts(of: range, in: text)
                for (index, part) in parts.enumerated() {
                    let isLast = index == parts.count - 1
                    let bytes = text.extracting(part.range)
                    words.append(
                        ShapedWord(
                            shaped: part.level % 2 == 1 ? turnedWord(bytes, font) : word(bytes, font),
                            breakAfter: isLast ? breakAfter : .none, endsWithSoftHyphen: isLast && isHyphenated,
                            level: part.level))
                }
                return
            }
            words.append(
                ShapedWord(shaped: word(bytes, font), breakAfter: breakAfter, endsWithSoftHyphen: isHyphenated))
        }
        return words
    }

    private func word(_ bytes: Span<UInt8>, _ font: TextFont) -> ShapedText {
        // Short numbers come again and again, so the cache has them.
        if bytes.count > 3, FigureTable.covers(bytes),
            let table = figureTable(font, font.fixedScript ?? font.neutralScript)
        {
            return table.shaped(bytes, font.face)
        }
        let hash = TextHash.of(bytes, font: font.serial)
        if let known = cache.find(hash, font.serial, bytes) { return known }
        if let start = FigureTable.start(in: bytes), start <= FigureLead.sizeLimit,
            let word = numbered(bytes.extracting(..<start), bytes.extracting(start...), font)
        {
            return word
        }
        let (shaped, isWhole) = shape(bytes, font)
        if isWhole, bytes.count <= Self.wordLimit { cache.insert(hash, font.serial, shaped) }
        return shaped
    }

    /// A word of a lead and figures, where both are known not to change each other.
    private func numbered(_ lead: Span<UInt8>, _ figures: Span<UInt8>, _ font: TextFont) -> ShapedText? {
        guard let script = font.fixedScript ?? ShapingBuffer.obviousScript(of: lead, neutral: font.neutralScript),
            let table = figureTable(font, script)
        else { return nil }
        let hash = TextHash.of(lead, font: font.serial)
        if let known = leads.find(hash, font.serial, lead) { return known.word(figures, font, table, &buffer) }
        leads.insert(hash, font.serial, FigureLead(text: unsafe lead.withUnsafeBufferPointer { unsafe Array($0) }))
        return nil
    }

    /// A word that runs from right to left; it is cached under a number that no font has.
    private func turnedWord(_ bytes: Span<UInt8>, _ font: TextFont) -> ShapedText {
        let serial = font.serial | 1 << 63
        let hash = TextHash.of(bytes, font: serial)
        if let known = cache.find(hash, serial, bytes) { return known }
        let (shaped, isWhole) = shape(bytes, font, isTurned: true)
        if isWhole, bytes.count <= Self.wordLimit { cache.insert(hash, serial, shaped) }
        return shaped
    }

    /// The table of a font; nil when it cannot have one or has not set enough amounts.
    private func figureTable(_ font: TextFont, _ script: hb_script_t) -> FigureTable? {
        guard let index = figures.firstIndex(where: { $0.font == font.serial && $0.script == script }) else {
            if figures.count >= Self.figureFontLimit { figures.removeAll() }
            figures.append((font.serial, script, .unseen(count: 1)))
            return nil
        }
        switch figures[index].state {
        case .none: return nil
        case .table(let table): return table
        case .unseen(let count) where count < Self.figuresBeforeTable:
            figures[index].state = .unseen(count: count + 1)
            return nil
        case .unseen:
            let table = FigureTable(font, script, &buffer)
            figures[index].state = table.map(Figures.table) ?? Figures.none
            return table
        }
    }

    /// Shapes what is drawn of a word.
    ///
    /// - Returns: The glyphs, and whether they stand for all of the word's bytes.
    private func shape(_ bytes: Span<UInt8>, _ font: TextFont, isTurned: Bool = false) -> (ShapedText, isWhole: Bool) {
        let whole = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        let text = DrawnText.reduced(whole)
        var glyphs: [ShapedGlyph] = []
        let script = font.fixedScript ?? ShapingBuffer.obviousScript(of: text.span, neutral: font.neutralScript)
        if let script {
            if !text.isEmpty {
                buffer.shape(
                    0..<text.count, of: text, script: script, isTurned: isTurned, font: font, into: &glyphs)
            }
        } else {
            let stretches = ShapingBuffer.scripts(in: text, neutral: font.neutralScript)
            for stretch in isTurned ? stretches.reversed() : stretches {
                buffer.shape(
                    stretch.range, of: text, script: stretch.script, isTurned: isTurned, font: font, into: &glyphs)
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
            missing: missing, isTurned: isTurned)
        return (shaped, text.count == whole.count)
    }
}

@available(*, unavailable)
extension Shaper: Sendable {}  // a buffer and a cache without locks
