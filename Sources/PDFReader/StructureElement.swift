/// An element of the logical structure (ISO 32000-1, 14.7.2).
public struct StructureElement: Sendable {
    /// What an element holds, in reading order.
    public enum Kid: Sendable, Hashable {
        /// Another element, by its place in `PDFText.elements`.
        case element(Int)
        /// Marked content of a page.
        case content(page: Int, TextFragment.Mark)
    }

    /// The structure type, such as `P` or `TD`, after the role map; see `isInline` for those within a line.
    public let type: String
    /// The element around it, by its place; nil for those at the top.
    public let parent: Int?
    /// How many elements are around it.
    public let depth: Int
    /// The language of its text where it is not that of what is around.
    public let language: String?
    /// `/Alt`: what a figure shows.
    public let alternative: String?
    /// `/ActualText`: what stands for all of its content.
    public let replacement: String?
    /// `/Scope` of a header cell: `Row`, `Column` or `Both`.
    public let scope: String?
    /// How many columns a cell takes.
    public let columns: Int
    /// How many rows a cell takes.
    public let rows: Int
    /// What it holds.
    public internal(set) var kids: [Kid] = []

    private static let inlineTypes: Set<String> = [
        "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu",
        "WT", "WP", "Em", "Strong", "Sub", "NonStruct",
    ]

    /// Whether the element is a part of a line and not a block of its own.
    public var isInline: Bool { Self.inlineTypes.contains(type) }
}
