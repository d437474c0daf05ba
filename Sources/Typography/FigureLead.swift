import CText

/// What stands before the figures of a code or a number, such as „АРТ-“ in „АРТ-1042“.
///
/// The words of a numbering hardly ever repeat, but all begin alike. A beginning that came often enough is shaped once
/// before all figures that may follow; where neither side was seen to change the other, such words are put together
/// from then on. A rule of a font about more than two figures after certain letters would be missed (docs/limits.md).
final class FigureLead: MadeFromText {
    enum State {
        case unseen(count: Int)
        case proven(ShapedText, FigureTable)
        /// The font treats it together with figures.
        case refused
    }

    let text: [UInt8]
    var state = State.unseen(count: 0)

    init(text: [UInt8]) { self.text = text }

    /// A lead is examined, for about as long as so many words take, when it has come this often.
    private static let usesBeforeProof = 128
    /// Longer ones are not looked at.
    static let sizeLimit = 16

    /// Puts a word together that begins with this lead.
    ///
    /// - Parameters:
    ///   - figures: The rest of the word.
    ///   - font: The font of the word.
    ///   - table: The figures of that font in the script of the lead.
    ///   - buffer: Shapes the lead when its time has come.
    /// - Returns: The word; nil where that is not known to be right.
    func word(
        _ figures: Span<UInt8>, _ font: TextFont, _ table: FigureTable, _ buffer: inout ShapingBuffer
    ) -> ShapedText? {
        switch state {
        case .refused: return nil
        case .proven(let lead, let table): return table.shaped(figures, after: lead, font.face)
        case .unseen(let count):
            state = .unseen(count: count + 1)
            guard count + 1 >= Self.usesBeforeProof else { return nil }
            guard let lead = proof(font, table, &buffer) else {
                state = .refused
                return nil
            }
            state = .proven(lead, table)
            return table.shaped(figures, after: lead, font.face)
        }
    }

    private func proof(_ font: TextFont, _ table: FigureTable, _ buffer: inout ShapingBuffer) -> ShapedText? {
        guard DrawnText.reduced(text).count == text.count else { return nil }
        var alone: [ShapedGlyph] = []
        buffer.shape(0..<text.count, of: text, script: table.script, font: font, into: &alone)
        let lead = ShapedText(
            face: font.face, glyphs: alone, text: text, advance: alone.reduce(0) { $0 + Int($1.advance) },
            trailingBlankAdvance: 0)
        return !lead.codes.isEmpty && table.isLead(text, alone, font, &buffer) ? lead : nil
    }
}
