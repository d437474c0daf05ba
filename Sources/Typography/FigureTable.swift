import CText

/// The glyphs of amounts and dates, which hardly ever repeat and would be shaped anew in each document.
///
/// A table exists only for a font that was seen to treat these characters one by one: every sequence of three of them
/// is shaped once, and each glyph must come out as it does alone. Amounts are then put together glyph by glyph.
final class FigureTable: Sendable {
    /// Digits, full stop, comma, hyphen, blank, no-break blank.
    static let symbolCount = 15
    static let blank = 13
    /// The script that the figures were shaped as.
    let script: hb_script_t
    /// The glyph of each symbol, cluster 0.
    let glyphs: [ShapedGlyph]
    /// The code of each symbol; empty when one of them has none.
    private let codes: [UInt8]

    /// The symbol that begins at a byte; nil for any other character.
    private static func symbol(_ text: Span<UInt8>, _ index: Int) -> Int? {
        switch text[index] {
        case 0x30...0x39: Int(text[index]) - 0x30
        case 0x2E: 10
        case 0x2C: 11
        case 0x2D: 12
        case 0x20: 13
        case 0xC2 where index + 1 < text.count && text[index + 1] == 0xA0: 14
        default: nil
        }
    }

    private static func isASCII(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] >= 0x80 { return false }
        return true
    }

    static func utf8(_ symbol: Int) -> [UInt8] {
        switch symbol {
        case ..<10: [0x30 + UInt8(symbol)]
        case 14: [0xC2, 0xA0]
        default: [[0x2E, 0x2C, 0x2D, 0x20][symbol - 10]]
        }
    }

    /// Whether a text has only symbols; the first letter of most other words says no.
    static func covers(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            guard let symbol = symbol(text, index) else { return false }
            index += symbol == 14 ? 2 : 1
        }
        return index > 0
    }

    /// Where the figures at the end of a word begin, the first of them a digit; nil where there are none or a single
    /// one, or nothing stands before them.
    static func start(in text: Span<UInt8>) -> Int? {
        var start = text.count
        while start > 0 {
            if text[start - 1] == 0xA0, start > 1, text[start - 2] == 0xC2 {
                start -= 2
            } else if text[start - 1] < 0x80, symbol(text, start - 1) != nil {
                start -= 1
            } else {
                break
            }
        }
        while start < text.count, !(0x30...0x39).contains(text[start]) { start += 1 }
        return start > 0 && start + 1 < text.count ? start : nil
    }

    /// Every sequence of three symbols in one text: each step takes the highest symbol that makes a new sequence.
    private static let probe: [Int] = {
        var seen = [Bool](repeating: false, count: symbolCount * symbolCount * symbolCount)
        var sequence = [0, 0]
        while true {
            let pair = sequence[sequence.count - 2] * symbolCount + sequence[sequence.count - 1]
            guard let next = (0..<symbolCount).last(where: { !seen[pair * symbolCount + $0] }) else { return sequence }
            seen[pair * symbolCount + next] = true
            sequence.append(next)
        }
    }()

    /// Examines a font.
    ///
    /// - Returns: nil when the font lacks a symbol or treats some of them together.
    init?(_ font: TextFont, _ script: hb_script_t, _ buffer: inout ShapingBuffer) {
        func shape(_ text: [UInt8]) -> [ShapedGlyph] {
            var glyphs: [ShapedGlyph] = []
            buffer.shape(0..<text.count, of: text, script: script, font: font, into: &glyphs)
            return glyphs
        }
        var single: [ShapedGlyph] = []
        for symbol in 0..<Self.symbolCount {
            let shaped = shape(Self.utf8(symbol))
            guard shaped.count == 1, shaped[0].id != 0, shaped[0].cluster == 0 else { return nil }
            single.append(shaped[0])
        }
        let text = Self.probe.flatMap(Self.utf8)
        let shaped = shape(text)
        guard shaped.count == Self.probe.count else { return nil }
        var offset: UInt32 = 0
        for (glyph, symbol) in zip(shaped, Self.probe) {
            guard glyph == single[symbol].moved(to: offset) else { return nil }
            offset += symbol == 14 ? 2 : 1
        }
        self.script = script
        glyphs = single
        let plain = font.face.codedGlyphs
        let codes = single.indices.map { symbol in
            plain?.coded([single[symbol]], text: Self.utf8(symbol)).map { $0.kerns.isEmpty ? $0.codes[0] : 0 } ?? 0
        }
        self.codes = codes.contains(0) ? [] : codes
    }

    /// Puts a text together for which `covers` is true.
    ///
    /// - Parameters:
    ///   - figures: The text.
    ///   - lead: What stands before it, a coded text that `isLead` said yes to; nil for nothing.
    ///   - face: The face of both.
    /// - Returns: The same as shaping gives, as far as the proofs see: rules about three glyphs, not across blanks.
    func shaped(_ figures: Span<UInt8>, after lead: ShapedText? = nil, _ face: FontFace) -> ShapedText {
        var text = lead?.text ?? []
        text.append(addingCapacity: figures.count) { output in
            for index in 0..<figures.count { output.append(figures[index]) }
        }
        var symbols: [UInt8] = []
        // ASCII is its own code, so that one list serves as both.
        let isShared = lead == nil && !codes.isEmpty && Self.isASCII(figures)
        if !isShared { symbols.reserveCapacity((lead?.codes.count ?? 0) + figures.count) }
        if let lead { symbols += lead.codes }
        var advance = lead?.advance ?? 0
        var blankAdvance = 0
        var index = 0
        while index < figures.count, let symbol = Self.symbol(figures, index) {
            if !isShared { symbols.append(codes.isEmpty ? UInt8(truncatingIfNeeded: symbol) : codes[symbol]) }
            let width = Int(glyphs[symbol].advance)
            advance += width
            blankAdvance = symbol == Self.blank ? blankAdvance + width : 0
            index += symbol == 14 ? 2 : 1
        }
        guard codes.isEmpty else {
            return ShapedText(
                face: face, codes: isShared ? text : symbols, kerns: lead?.kerns ?? [], text: text, advance: advance,
                trailingBlankAdvance: blankAdvance)
        }
        var cluster: UInt32 = 0
        let moved = symbols.map { symbol in
            defer { cluster += symbol == 14 ? 2 : 1 }
            return glyphs[Int(symbol)].moved(to: cluster)
        }
        return ShapedText(
            face: face, glyphs: moved, text: text, advance: advance, trailingBlankAdvance: blankAdvance)
    }

    /// Looks whether a text is drawn before figures as it is alone, and they after it.
    ///
    /// - Parameters:
    ///   - lead: The text.
    ///   - alone: Its glyphs.
    ///   - font: The font of this table.
    ///   - buffer: Shapes.
    /// - Returns: Whether that was seen before every digit, whatever symbol follows, and at the beginning of a text.
    func isLead(_ lead: [UInt8], _ alone: [ShapedGlyph], _ font: TextFont, _ buffer: inout ShapingBuffer) -> Bool {
        guard !codes.isEmpty else { return false }
        var words: [[Int]] = []
        for digit in 0..<10 {
            guard isPlain([[digit, digit, digit]], after: lead, alone, font, &buffer) else { return false }
            for symbol in 0..<Self.symbolCount { words.append([digit, symbol, Self.blank]) }
        }
        return isPlain(words, after: lead, alone, font, &buffer)
    }

    /// Whether a text of words, each a lead and symbols, is drawn as its parts are alone.
    private func isPlain(
        _ words: [[Int]], after lead: [UInt8], _ alone: [ShapedGlyph], _ font: TextFont, _ buffer: inout ShapingBuffer
    ) -> Bool {
        var text: [UInt8] = []
        var expected: [ShapedGlyph] = []
        for word in words {
            for glyph in alone { expected.append(glyph.moved(to: glyph.cluster + UInt32(text.count))) }
            text += lead
            for symbol in word {
                expected.append(glyphs[symbol].moved(to: UInt32(text.count)))
                text += Self.utf8(symbol)
            }
        }
        var shaped: [ShapedGlyph] = []
        buffer.shape(0..<text.count, of: text, script: script, font: font, into: &shaped)
        return shaped == expected
    }
}

extension ShapedGlyph {
    /// The same glyph for a character at another place of the text.
    func moved(to cluster: UInt32) -> ShapedGlyph {
        ShapedGlyph(id: id, cluster: cluster, advance: advance, xOffset: xOffset, yOffset: yOffset)
    }
}
