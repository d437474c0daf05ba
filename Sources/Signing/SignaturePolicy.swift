public import Certificates

/// What a signature must be like to pass, beyond what makes it intact and trusted.
///
/// Source: ETSI EN 319 102-1 §4.2.2 (signature validation policies).
public struct SignaturePolicy: Sendable, Hashable {
    /// How much is asked about revocation.
    public enum Revocation: String, Sendable, Hashable, CaseIterable {
        /// Every certificate of a path must be known not to be revoked.
        case require
        /// What is known counts; what is not known is a warning.
        case ifAvailable
        /// It is not looked at.
        case ignore
    }

    /// How the signed properties must name the certificate.
    public enum CertificateReference: String, Sendable, Hashable, CaseIterable {
        /// In either form.
        case any
        /// `SigningCertificate`.
        case v1
        /// `SigningCertificateV2`.
        case v2
    }

    /// The algorithms that count.
    public var algorithms: Set<SignatureAlgorithm> = Set(SignatureAlgorithm.allCases)
    /// The digests that count.
    public var digests: Set<DigestAlgorithm> = Set(DigestAlgorithm.allCases)
    /// The shortest RSA key in bits.
    public var minimumRSABits = 2048
    /// The shortest key on a curve in bits.
    public var minimumECBits = 256
    /// How much is asked about revocation.
    public var revocation = Revocation.ifAvailable
    /// How the certificate must be named in XAdES.
    public var certificateReference = CertificateReference.any
    /// The lowest baseline level; nil for none.
    public var minimumLevel: SignatureLevel?
    /// Whether a signature without signed properties (plain XMLDSig) may pass.
    public var acceptsPlainXMLDSig = true
    /// Whether a signature over a part of a document only may pass.
    public var acceptsPartialCoverage = false

    /// What holds where nothing else is asked for: SHA-2, RSA from 2048 bits, curves from 256, the whole document.
    public init() {}
}

/// The baseline levels, the lowest first.
///
/// Source: ETSI EN 319 132-1 §6.1, ETSI EN 319 142-1 §6.1.
public enum SignatureLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// A basic signature.
    case bB = "B-B"
    /// With a timestamp.
    case bT = "B-T"
    /// With the certificates and revocation evidence to judge it later.
    case bLT = "B-LT"
    /// With a timestamp over all of that.
    case bLTA = "B-LTA"

    /// Orders by what they prove.
    public static func < (left: SignatureLevel, right: SignatureLevel) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
