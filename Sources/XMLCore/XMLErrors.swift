public import Diagnostics

extension ToolkitError.Code {
    /// The text is not well-formed XML with namespaces.
    public static let xmlMalformed = Self("xml.malformed", .unreadable)
    /// The document has more bytes than allowed.
    public static let xmlTooLarge = Self("xml.tooLarge", .unreadable)
    /// Elements are nested deeper than allowed.
    public static let xmlTooDeep = Self("xml.tooDeep", .unreadable)
    /// An element has more attributes, or more namespaces are in scope, than allowed.
    public static let xmlTooManyAttributes = Self("xml.tooManyAttributes", .unreadable)
    /// There are more different names than allowed.
    public static let xmlTooManyNames = Self("xml.tooManyNames", .unreadable)
    /// The document declares a document type; entities and defaults could come with it.
    public static let xmlHasDTD = Self("xml.hasDTD", .unreadable)
    /// The bytes are not in the declared encoding, or the encoding is not supported.
    public static let xmlEncoding = Self("xml.encoding", .unreadable)
    /// The document has no canonical form.
    public static let xmlNotCanonical = Self("xml.notCanonical", .unreadable)
    /// A schema refers to a file that the caller does not provide.
    public static let xmlSchemaFileMissing = Self("xml.schemaFileMissing", .unreadable)
    /// The schema files cannot be compiled.
    public static let xmlSchemaInvalid = Self("xml.schemaInvalid", .unreadable)
    /// The C library gave up, for want of memory or by a defect.
    public static let xmlLibrary = Self("xml.library", .defect)
}
