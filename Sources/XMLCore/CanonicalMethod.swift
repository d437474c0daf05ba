/// Which canonical form: what part of a document looks like when it is digested.
public struct CanonicalMethod: Sendable, Hashable {
    /// The recommendations.
    public enum Kind: Sendable, Hashable {
        /// Exclusive XML Canonicalization 1.0: only the namespaces that are used.
        case exclusive
        /// Canonical XML 1.0: all namespaces in scope.
        case inclusive
        /// Canonical XML 1.1: the same, with `xml:id` and `xml:base` treated as they should be.
        case inclusive11
    }

    /// Which recommendation.
    public let kind: Kind
    /// Whether comments are kept.
    public let keepsComments: Bool
    /// Prefixes that the exclusive form treats as the inclusive one does; `#default` for none.
    public let prefixes: [String]

    /// The exclusive form without comments, which needs no more than the element itself.
    public static let exclusive = CanonicalMethod(.exclusive)
    /// Canonical XML 1.0 without comments: what holds where a signature names no form.
    public static let inclusive = CanonicalMethod(.inclusive)

    /// Names a form.
    public init(_ kind: Kind, keepsComments: Bool = false, prefixes: [String] = []) {
        self.kind = kind
        self.keepsComments = keepsComments
        self.prefixes = prefixes
    }

    /// The form with this identifier; nil for every other.
    ///
    /// Source: XML Signature Syntax and Processing 1.1 §6.5.
    ///
    /// - Parameters:
    ///   - identifier: The value of `Algorithm`.
    ///   - prefixes: The prefix list of the exclusive form.
    public init?(identifier: String, prefixes: [String] = []) {
        let kinds: [(String, Kind, Bool)] = [
            ("http://www.w3.org/2001/10/xml-exc-c14n#", .exclusive, false),
            ("http://www.w3.org/2001/10/xml-exc-c14n#WithComments", .exclusive, true),
            ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", .inclusive, false),
            ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", .inclusive, true),
            ("http://www.w3.org/2006/12/xml-c14n11", .inclusive11, false),
            ("http://www.w3.org/2006/12/xml-c14n11#WithComments", .inclusive11, true),
        ]
        guard let found = kinds.first(where: { $0.0 == identifier }) else { return nil }
        self.init(found.1, keepsComments: found.2, prefixes: found.1 == .exclusive ? prefixes : [])
    }
}
