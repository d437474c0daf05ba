/// A place where the eye reads other figures than a listener hears: `/ActualText` over glyphs that say something else.
public struct TextDisguise: Sendable, Hashable {
    /// The page, from 0.
    public let page: Int
    /// What the glyphs say.
    public let drawn: String
    /// What `/ActualText` says.
    public let replacement: String

    /// Puts both together.
    public init(page: Int, drawn: String, replacement: String) {
        self.page = page
        self.drawn = drawn
        self.replacement = replacement
    }
}

/// Text that a page shows in one go: one baseline, no gap in it.
public struct TextFragment: Sendable {
    /// The mark by which the structure tree names content (ISO 32000-1, 14.7.4).
    public struct Mark: Sendable, Hashable {
        /// The number of the marked content, unique within its stream.
        public let number: Int
        /// The form that the number belongs to; nil for the content of the page itself.
        public let form: PDFObjectID?

        /// Names content.
        public init(number: Int, form: PDFObjectID? = nil) {
            self.number = number
            self.form = form
        }
    }

    /// The page, from 0.
    public let page: Int
    /// The text, in the order of drawing.
    public internal(set) var text: String
    /// Where its first character stands on the baseline.
    public let origin: PagePoint
    /// The direction of the baseline: 1 and 0 for a level one.
    public let direction: PagePoint
    /// How long it is along the baseline, in points.
    public internal(set) var width: Double
    /// The type size on the page, in points.
    public let size: Double
    /// The marked content that it belongs to; nil where it is not marked.
    public let mark: Mark?
    /// Whether it is marked as an artifact: decoration, a repeated header, a page number (14.8.2.2).
    public let isArtifact: Bool
    /// Whether a reader of the paper sees it: not with rendering mode 3, and not beyond the edges of the page.
    public let isVisible: Bool

    /// How far the next one stands behind the end of this one, in type sizes; nil when it is on another baseline.
    func gap(to next: TextFragment) -> Double? {
        guard page == next.page else { return nil }
        let x = next.origin.x - origin.x
        let y = next.origin.y - origin.y
        let along = x * direction.x + y * direction.y
        let across = y * direction.x - x * direction.y
        let scale = max(size, 0.01)
        guard across.magnitude < 0.35 * scale else { return nil }
        return (along - width) / scale
    }
}
