public import Diagnostics

extension ToolkitError.Code {
    /// The document is no UBL invoice or credit note, or lacks the parts that a signature hangs on.
    public static let signatureNotUBL = Self("signature.notUBL", .rejected)
    /// The document carries a signature already.
    public static let signatureAlreadyThere = Self("signature.alreadyThere", .rejected)
    /// The document is not in UTF-8.
    public static let signatureEncoding = Self("signature.encoding", .rejected)
    /// Two options of a signature do not go together, or one of them is missing.
    public static let signatureOptions = Self("signature.options", .usage)
    /// There is no signature in the document that could be extended.
    public static let signatureNothingToExtend = Self("signature.nothingToExtend", .rejected)
    /// The evidence for a long-term signature could not be gathered.
    public static let signatureEvidenceMissing = Self("signature.evidenceMissing", .later)
    /// The signer offers no certificate or no algorithm.
    public static let signatureSignerUnusable = Self("signature.signerUnusable", .key)
}
