import CText

/// The glyphs of amounts and dates, which hardly ever repeat and would be shaped anew in each document.
///
/// A table exists only for a font that was seen to treat these characters one by one: every sequence of three of them
/// is shaped once, and each glyph must come out as it does alone. Amounts are then put together glyph by glyph.
struct FigureTable {
    /// Digits, full stop, comma, hyphen, blank, no-break blank.
    private static let symbolCount = 15
    /// The glyph of each symbol, cluster 0.
    private let glyphs: [ShapedGlyph]
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

    private static func utf8(_ symbol: Int) -> [UInt8] {
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
    init?(_ font: TextFont, _ buffer: inout ShapingBuffer) {
        let script = font.fixedScript ?? font.neutralScript
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
        glyphs = single
        let plain = font.face.codedGlyphs
        let codes = single.indices.map { symbol in
            plain?.coded([single[symbol]], text: Self.utf8(symbol)).map { $0.kerns.isEmpty ? $0.codes[0] : 0 } ?? 0
        }
        self.codes = codes.contains(0) ? [] : codes
    }

    /// Puts a text together for which `covers` is true.
    func shaped(_ text: Span<UInt8>, _ face: FontFace) -> ShapedText {
        let bytes = unsafe text.withUnsafeBufferPointer { unsafe Array($0) }
        var result: [ShapedGlyph] = []
        var coded: [UInt8] = []
        if codes.isEmpty { result.reserveCapacity(text.count) } else { coded.reserveCapacity(text.count) }
        var advance = 0
        var blankAdvance = 0
        var index = 0
        while index < text.count, let symbol = Self.symbol(text, index) {
            let glyph = glyphs[symbol]
            if codes.isEmpty {
                result.append(glyph.moved(to: UInt32(truncatingIfNeeded: index)))
            } else {
                coded.append(codes[symbol])
            }
            advance += Int(glyph.advance)
            blankAdvance = symbol == 13 ? blankAdvance + Int(glyph.advance) : 0
            index += symbol == 14 ? 2 : 1
        }
        guard codes.isEmpty else {
            return ShapedText(
                face: face, codes: coded, text: bytes, advance: advance, trailingBlankAdvance: blankAdvance)
        }
        return ShapedText(
            face: face, glyphs: result, text: bytes, advance: advance, trailingBlankAdvance: blankAdvance)
    }
}

extension ShapedGlyph {
    /// The same glyph for a character at another place of the text.
    fileprivate func moved(to cluster: UInt32) -> ShapedGlyph {
        ShapedGlyph(id: id, cluster: cluster, advance: advance, xOffset: xOffset, yOffset: yOffset)
    }
}
