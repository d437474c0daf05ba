public import Diagnostics

extension ToolkitError.Code {
    /// The text is not JSON (RFC 8259).
    public static let jsonMalformed = Self("json.malformed", .unreadable)
    /// There is no text at all.
    public static let jsonEmpty = Self("json.empty", .unreadable)
    /// The bytes are not UTF-8, or an escape names half of a surrogate pair.
    public static let jsonEncoding = Self("json.encoding", .unreadable)
    /// An object has the same key twice.
    public static let jsonDuplicateKey = Self("json.duplicateKey", .unreadable)
    /// The text is longer than `JSONDocument.maximumBytes`.
    public static let jsonTooLarge = Self("json.tooLarge", .unreadable)
    /// Arrays and objects are nested deeper than `JSONDocument.maximumDepth`.
    public static let jsonTooDeep = Self("json.tooDeep", .unreadable)
}
