/// A whole text as shaped words: what a paragraph is set from.
///
/// It belongs to the thread of the shaper that made it.
public final class ShapedLine: MadeFromText {
    /// The text in UTF-8, as it was given.
    let text: [UInt8]
    /// Its words in order.
    public let words: [ShapedWord]

    /// The whole text in one piece, for lines that are not broken.
    ///
    /// nil where that cannot be: a line must break within it or show a hyphen, a glyph is missing or has no code.
    /// Words are joined without looking at them again, because no font in use kerns across blanks.
    public private(set) lazy var joined: ShapedText? = {
        guard
            words.allSatisfy({ word in
                word.breakAfter != .mandatory && !word.endsWithSoftHyphen && !word.shaped.codes.isEmpty
                    && word.level == 0
            })
        else { return nil }
        if words.count == 1 { return words[0].shaped }
        return ShapedText(joining: words.map(\.shaped))
    }()

    init(text: [UInt8], words: [ShapedWord]) {
        self.text = text
        self.words = words
    }
}

@available(*, unavailable)
extension ShapedLine: Sendable {}  // its joined form is made when it is first asked for
