/// What is written across the pages of a document that must not be taken for the one that counts.
///
/// The caller decides, not the JSON: the same document is a draft before its issue and a copy after it.
public enum DocumentMark: String, Sendable, Hashable, CaseIterable {
    /// Not issued; nothing in it is final.
    case draft
    /// Issued and annulled since.
    case void
    /// A further print of a document that counts.
    case copy
}
