/// The marked content around a place of a content stream (ISO 32000-1, 14.6).
struct MarkedContent {
    /// The mark of the innermost sequence that has one.
    let mark: TextFragment.Mark?
    /// Whether any sequence around is an artifact.
    let isArtifact: Bool
    /// The number of the sequence whose `/ActualText` stands for all that it shows; nil for none.
    let replacement: Int?

    static let none = MarkedContent(mark: nil, isArtifact: false, replacement: nil)
}

/// Text that stands for what a sequence shows (14.9.4).
struct Replacement {
    let text: String
    /// Whether it was put into a fragment already.
    var isShown = false
    /// What the glyphs themselves say.
    var drawn = ""

    /// Whether the glyphs show other figures than the text that stands for them.
    var isDisguise: Bool {
        func digits(_ text: String) -> [UInt8] { text.utf8.filter { 0x30...0x39 ~= $0 } }
        return !drawn.isEmpty && digits(drawn) != digits(text)
    }
}
