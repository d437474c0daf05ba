/// A way to sign: a key type with a digest.
///
/// What is signed here uses SHA-256; the longer digests are for keys that demand them and for reading what others signed.
public enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rsaSHA256
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rsaSHA384
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rsaSHA512
    /// ECDSA with SHA-256.
    case ecdsaSHA256
    /// ECDSA with SHA-384.
    case ecdsaSHA384
    /// ECDSA with SHA-512.
    case ecdsaSHA512

    /// The identifier in XML signatures.
    ///
    /// Source: RFC 9231 §2.3.
    public var xmlIdentifier: String {
        switch self {
        case .rsaSHA256: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        case .rsaSHA384: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
        case .rsaSHA512: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
        case .ecdsaSHA256: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        case .ecdsaSHA384: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
        case .ecdsaSHA512: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
        }
    }

    /// The algorithm with this identifier in XML signatures, nil for every other, weak ones included.
    public init?(xmlIdentifier: String) {
        guard let match = Self.allCases.first(where: { $0.xmlIdentifier == xmlIdentifier }) else { return nil }
        self = match
    }

    /// Whether it takes an RSA key; otherwise it takes one on an elliptic curve.
    public var isRSA: Bool {
        switch self {
        case .rsaSHA256, .rsaSHA384, .rsaSHA512: true
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: false
        }
    }

    /// The digest's name in OpenSSL.
    var digestName: String {
        switch self {
        case .rsaSHA256, .ecdsaSHA256: "SHA256"
        case .rsaSHA384, .ecdsaSHA384: "SHA384"
        case .rsaSHA512, .ecdsaSHA512: "SHA512"
        }
    }
}
