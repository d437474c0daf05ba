public import Diagnostics

extension ToolkitError.Code {
    /// The password does not open the key file.
    public static let keyInvalidPassword = Self("key.invalidPassword", .key)
    /// The certificate's validity period is over.
    public static let keyExpired = Self("key.expired", .key)
    /// The certificate's validity period has not begun.
    public static let keyNotYetValid = Self("key.notYetValid", .key)
    /// The issuer has revoked the certificate.
    public static let keyRevoked = Self("key.revoked", .key)
    /// The file holds no private key.
    public static let keyMissingPrivateKey = Self("key.missingPrivateKey", .key)
    /// The file holds a private key and no certificate.
    public static let keyMissingCertificate = Self("key.missingCertificate", .key)
    /// The file is neither PKCS#12 nor PEM, or is protected in a way that cannot be opened here.
    public static let keyUnsupportedFormat = Self("key.unsupportedFormat", .key)
    /// The file is of a known format and cannot be read to its end.
    public static let keyDamaged = Self("key.damaged", .key)
    /// The private key and the certificate belong to different pairs.
    public static let keyMismatch = Self("key.mismatch", .key)
    /// No path leads from the certificate to a recognised authority.
    public static let keyValidationFailed = Self("key.validationFailed", .key)
    /// The file is larger than any key file, or asks for too much work.
    public static let keyTooLarge = Self("key.tooLarge", .key)
    /// The key cannot make this kind of signature.
    public static let keyUnsuitable = Self("key.unsuitable", .key)
    /// The key refused to sign.
    public static let keySigningFailed = Self("key.signingFailed", .key)
    /// The address of a key, such as that of a token, cannot be read or means several keys.
    public static let keyBadAddress = Self("key.badAddress", .usage)
    /// The token, or the service that holds the key, is not there.
    public static let keyTokenUnavailable = Self("key.tokenUnavailable", .key)
    /// Bytes that should be a certificate are not.
    public static let certificateUnreadable = Self("certificate.unreadable", .key)
    /// A text that should be a time is not.
    public static let timestampMalformed = Self("timestamp.malformed", .usage)
    /// The cryptographic library failed for a reason of its own, such as lack of memory.
    public static let cryptographyFailed = Self("cryptography.failed", .defect)
}

extension ToolkitError {
    /// The cryptographic library failed where no input can be to blame.
    static func cryptographyFailed(_ step: String) -> ToolkitError {
        ToolkitError(.cryptographyFailed, "The cryptographic library failed.", facts: ["step": step])
    }
}
