/// A number of a structure node, from 0 in the order in which layout meets the nodes: parents before children, and
/// everything in reading order.
public struct StructureID: Sendable, Hashable {
    /// The number; -1 for what has no place in the structure.
    public let number: Int32

    /// Takes the number.
    public init(number: Int32) { self.number = number }

    /// Decoration, repeated headers and footers: nothing that a listener needs to hear (PDF/UA-1, 7.1).
    public static let artifact = StructureID(number: -1)
}

/// What something on the page is to a reader who does not see it.
///
/// Source: ISO 32000-1, 14.8.4, standard structure types.
public struct StructureNode: Sendable {
    /// The standard structure types in use.
    public enum Kind: UInt8, Sendable, Hashable {
        case document, section, division
        case heading1, heading2, heading3
        case paragraph, span
        case list, listItem, label, listBody
        case table, tableHead, tableBody, tableRow, headerCell, cell
        case figure
    }

    /// What a header cell heads.
    public enum Scope: UInt8, Sendable, Hashable { case column, row }

    /// What few nodes have.
    public final class Details: Sendable {
        /// A BCP 47 tag where the language is not the document's.
        public let language: String?
        /// What a figure shows, in words.
        public let alternative: String?
        /// What a header cell heads; nil for a column.
        public let scope: Scope?
        /// How many columns a cell takes.
        public let columns: Int

        /// Puts the details together.
        public init(language: String? = nil, alternative: String? = nil, scope: Scope? = nil, columns: Int = 1) {
            self.language = language
            self.alternative = alternative
            self.scope = scope
            self.columns = columns
        }
    }

    /// The type.
    public let kind: Kind
    /// The node around it; `artifact` for the root.
    public let parent: StructureID
    /// What few nodes have.
    public let details: Details?

    /// Puts a node together.
    public init(kind: Kind, parent: StructureID, details: Details? = nil) {
        self.kind = kind
        self.parent = parent
        self.details = details
    }
}
