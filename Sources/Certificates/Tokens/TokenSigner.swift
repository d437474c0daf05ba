import CPKCS11
public import Diagnostics

/// A signer whose key lives on a PKCS#11 token: a USB token, a smart card or a hardware security module.
///
/// The key never leaves the token. Sessions come from a pool, so that many threads sign at once; when the token was
/// taken out and put back, or a session was lost, everything is opened once more. A PIN that was refused is never tried
/// again. Source: PKCS#11 v2.40.
public struct TokenSigner: Signer {
    private let key: TokenKey
    private let publicKey: PublicKey

    /// The signer's certificate and the authorities above it as far as the token has them.
    public let chain: [Certificate]

    /// Logs in and finds the key and its certificate.
    ///
    /// - Parameters:
    ///   - address: Which token and key.
    ///   - pin: The PIN; nil where the token needs none or has a keypad. The library keeps it for a reconnection and
    ///     clears it at the end.
    ///   - now: The time at which the certificate must be valid.
    ///   - sessions: The most signatures at the same time.
    /// - Throws: `key.tokenUnavailable`, `key.badAddress`, `key.invalidPassword`, `key.missingPrivateKey`,
    ///   `key.missingCertificate`, `key.mismatch`, `key.unsuitable`; `key.expired`, `key.notYetValid`.
    public init(_ address: TokenAddress, pin: [UInt8]?, at now: Timestamp, sessions: Int = 16) throws(ToolkitError) {
        let key = try TokenKey(address, pin: pin, sessions: min(max(sessions, 1), 256))
        let chain = try Self.chain(of: key, at: now)
        try chain[0].requireSigner(at: now)
        try self.init(key, chain: chain)
    }

    /// Takes a key that was found, whatever its certificate says.
    init(_ key: TokenKey, chain: [Certificate]) throws(ToolkitError) {
        publicKey = try PublicKey(of: chain[0])
        self.key = key
        self.chain = chain
    }

    /// The certificate of a key, and those above it; never empty.
    static func chain(of key: TokenKey, at now: Timestamp) throws(ToolkitError) -> [Certificate] {
        let (own, others) = key.certificates
        let candidates = (own.isEmpty ? others : own).compactMap { try? Certificate(der: $0) }
        // Renewed certificates of the same key lie beside the old ones.
        let leaf =
            candidates.filter { !$0.isAuthority && $0.isValid(at: now) }.max { $0.notAfter < $1.notAfter }
            ?? candidates.filter { !$0.isAuthority }.max { $0.notAfter < $1.notAfter } ?? candidates.first
        guard let leaf else {
            throw ToolkitError(
                .keyMissingCertificate, "Missing certificate", fix: "Put the certificate of the key on the token.")
        }
        return SigningIdentity.chain(from: leaf, in: (own + others).compactMap { try? Certificate(der: $0) })
    }

    /// What the kind of key can do; a token may be able to do less.
    public var algorithms: [SignatureAlgorithm] { publicKey.algorithms }

    /// Has the token sign a digest, and checks the signature against the certificate.
    ///
    /// - Throws: `key.unsuitable`, `key.signingFailed`, `key.tokenUnavailable`, `key.mismatch`.
    public func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        guard algorithms.contains(algorithm) else { throw .keyCannot }
        try algorithm.digest.requireSize(of: digest)
        let signature: [UInt8]
        switch algorithm {
        case .rsaSHA256, .rsaSHA384, .rsaSHA512:
            signature = try key.sign(algorithm.digest.info(of: digest), by: PECHAT_TOKEN_RSA_PKCS1)
        case .rsaPSSSHA256: signature = try key.sign(digest, by: PECHAT_TOKEN_RSA_PSS_SHA256)
        case .rsaPSSSHA384: signature = try key.sign(digest, by: PECHAT_TOKEN_RSA_PSS_SHA384)
        case .rsaPSSSHA512: signature = try key.sign(digest, by: PECHAT_TOKEN_RSA_PSS_SHA512)
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512:
            // Only the first bits of a digest that is longer than the order of the curve count (FIPS 186-4 §6.4).
            signature = try key.sign(Array(digest.prefix((publicKey.bits + 7) / 8)), by: PECHAT_TOKEN_ECDSA)
        }
        guard publicKey.accepts(signature, ofDigest: digest, with: algorithm) else {
            throw ToolkitError(
                .keyMismatch, "The private key does not match the certificate",
                fix: "Put the certificate that was issued for this key on the token, with the same identifier.")
        }
        return signature
    }
}

extension DigestAlgorithm {
    /// `DigestInfo` in DER, which PKCS#1 v1.5 signs.
    ///
    /// Source: RFC 8017 §9.2.
    func info(of digest: [UInt8]) -> [UInt8] {
        DERWriter.sequence(DERWriter.algorithm(self), DERWriter.value(DERTag.octetString, digest))
    }
}

extension Certificate {
    /// Refuses a certificate with which no document may be signed at this time.
    ///
    /// - Throws: `key.expired`; `key.notYetValid`; `key.unsuitable` where it allows no signing of documents.
    func requireSigner(at now: Timestamp) throws(ToolkitError) {
        try requireValidity(at: now)
        guard allowsSigning else {
            throw ToolkitError(
                .keyUnsuitable, "The certificate does not allow signing documents.",
                fix: "Use a certificate whose key usage has digitalSignature or nonRepudiation.")
        }
    }
}
