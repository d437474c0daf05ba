public import Diagnostics

extension ToolkitError.Code {
    /// The document is no UBL invoice or credit note, or lacks the parts that a signature hangs on.
    public static let signatureNotUBL = Self("signature.notUBL", .rejected)
    /// The document carries a signature already.
    public static let signatureAlreadyThere = Self("signature.alreadyThere", .rejected)
    /// The document is not in UTF-8.
    public static let signatureEncoding = Self("signature.encoding", .rejected)
    /// The signer offers no certificate or no algorithm.
    public static let signatureSignerUnusable = Self("signature.signerUnusable", .key)
}
