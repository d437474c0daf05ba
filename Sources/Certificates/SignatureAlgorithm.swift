public import Diagnostics

/// A way to sign: a key type with a padding and a digest.
///
/// What is signed here uses SHA-256; the longer digests are for keys that demand them and for reading what others signed.
public enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rsaSHA256
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    case rsaSHA384
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    case rsaSHA512
    /// RSASSA-PSS with SHA-256, MGF1 with the same digest, and a salt as long as it.
    case rsaPSSSHA256
    /// RSASSA-PSS with SHA-384, MGF1 with the same digest, and a salt as long as it.
    case rsaPSSSHA384
    /// RSASSA-PSS with SHA-512, MGF1 with the same digest, and a salt as long as it.
    case rsaPSSSHA512
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
        case .rsaPSSSHA256: "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
        case .rsaPSSSHA384: "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1"
        case .rsaPSSSHA512: "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1"
        case .ecdsaSHA256: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        case .ecdsaSHA384: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
        case .ecdsaSHA512: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
        }
    }

    /// The algorithm with this identifier in XML signatures, nil for every other, weak ones included.
    ///
    /// RSASSA-PSS is among the others: the library that verifies XML signatures here does not know it.
    public init?(xmlIdentifier: String) {
        let known = Self.allCases.first { $0.xmlIdentifier == xmlIdentifier && !$0.isPSS }
        guard let known else { return nil }
        self = known
    }

    /// Whether it takes an RSA key; otherwise it takes one on an elliptic curve.
    public var isRSA: Bool {
        switch self {
        case .rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512: true
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: false
        }
    }

    /// Whether it is RSASSA-PSS.
    ///
    /// Source: RFC 8017 §8.1.
    public var isPSS: Bool {
        switch self {
        case .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512: true
        default: false
        }
    }

    /// The digest that it takes of the message.
    public var digest: DigestAlgorithm {
        switch self {
        case .rsaSHA256, .rsaPSSSHA256, .ecdsaSHA256: .sha256
        case .rsaSHA384, .rsaPSSSHA384, .ecdsaSHA384: .sha384
        case .rsaSHA512, .rsaPSSSHA512, .ecdsaSHA512: .sha512
        }
    }

    /// An ECDSA signature in DER, as CMS and certificates carry it; an RSA signature comes back as it is.
    ///
    /// Source: RFC 3279 §2.2.3.
    ///
    /// - Parameter signature: What a `Signer` made: `r` and `s` side by side.
    /// - Returns: The form of CMS.
    public func der(of signature: [UInt8]) -> [UInt8] {
        guard !isRSA else { return signature }
        let half = signature.count / 2
        return DERWriter.sequence(
            DERWriter.unsigned(signature[..<half]), DERWriter.unsigned(signature[half...]))
    }

    /// An ECDSA signature as `r` and `s` side by side, read from DER; nil where it is no signature of that size.
    ///
    /// - Parameters:
    ///   - der: `ECDSA-Sig-Value` and nothing behind it.
    ///   - half: The bytes of the curve's order: 32 for P-256.
    /// - Returns: Twice `half` bytes.
    public static func rawECDSA(of der: [UInt8], half: Int) -> [UInt8]? {
        guard let node = DERNode(der[...]), node.tag == DERTag.sequence, let parts = node.children, parts.count == 2
        else { return nil }
        var raw: [UInt8] = []
        for part in parts {
            guard let number = part.unsigned, number.count <= half else { return nil }
            raw += [UInt8](repeating: 0, count: half - number.count) + number
        }
        return raw
    }
}

/// A digest that signatures may use.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// SHA-256.
    case sha256 = "SHA256"
    /// SHA-384.
    case sha384 = "SHA384"
    /// SHA-512.
    case sha512 = "SHA512"

    /// The dotted object identifier.
    ///
    /// Source: RFC 5754 §2.
    public var objectIdentifier: String {
        switch self {
        case .sha256: "2.16.840.1.101.3.4.2.1"
        case .sha384: "2.16.840.1.101.3.4.2.2"
        case .sha512: "2.16.840.1.101.3.4.2.3"
        }
    }

    /// The algorithm with this object identifier; nil for every other, weak ones included.
    public init?(objectIdentifier: String) {
        guard let known = Self.allCases.first(where: { $0.objectIdentifier == objectIdentifier }) else { return nil }
        self = known
    }

    /// How many bytes a digest has.
    public var size: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of some bytes.
    ///
    /// - Throws: `cryptography.failed` where the cryptographic library lacks the algorithm.
    public func digest(of bytes: [UInt8]) throws(ToolkitError) -> [UInt8] {
        guard self != .sha256 else { return try Digest.sha256(bytes) }
        guard let digest = Digest.named(rawValue, of: bytes) else { throw .cryptographyFailed(rawValue) }
        return digest
    }
}
