public import Diagnostics

/// Whoever holds a private key: a file, a token or a remote service.
///
/// Signature formats ask it for two things only, so the key may live anywhere. A signer is used from many threads at once.
public protocol Signer: Sendable {
    /// The signer's certificate first, then the authorities above it without the root.
    var chain: [Certificate] { get }

    /// What the key can do, the preferred first; never empty.
    var algorithms: [SignatureAlgorithm] { get }

    /// Signs a message, digesting it as the algorithm says.
    ///
    /// - Parameters:
    ///   - message: All bytes that the signature covers.
    ///   - algorithm: One of `algorithms`.
    /// - Returns: The RSA block, or for ECDSA `r` and `s` side by side, each as long as the curve's order
    ///   (the form of XML signatures and JWS, not DER).
    /// - Throws: `key.unsuitable`; `key.signingFailed`.
    func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8]

    /// Signs a message of which only the digest is at hand, as tokens and remote services do.
    ///
    /// - Parameters:
    ///   - digest: The message's digest, of the kind that the algorithm says.
    ///   - algorithm: One of `algorithms`.
    /// - Returns: The same as for the message.
    /// - Throws: `key.unsuitable`, also where the digest has the wrong size; `key.signingFailed`.
    func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8]
}

extension Signer {
    /// Digests the message here and has the digest signed.
    public func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        try sign(digest: algorithm.digest.digest(of: message), with: algorithm)
    }

    /// Signs a message in the form of CMS: ECDSA signatures in DER.
    ///
    /// - Throws: What `sign` throws.
    public func signDER(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        algorithm.der(of: try sign(message, with: algorithm))
    }
}

/// A signer whose key was read from a file.
public struct FileSigner: Signer {
    /// The key and its certificates.
    public let identity: SigningIdentity

    /// Makes a signer of an opened key file that may be used now.
    ///
    /// - Parameters:
    ///   - identity: The opened key file.
    ///   - now: The time at which the certificate must be valid.
    /// - Throws: `key.expired`; `key.notYetValid`; `key.unsuitable` where the certificate allows no signing of documents.
    public init(_ identity: SigningIdentity, at now: Timestamp) throws(ToolkitError) {
        try identity.certificate.requireSigner(at: now)
        self.identity = identity
    }

    /// The signer's certificate and the authorities above it.
    public var chain: [Certificate] { identity.chain }

    /// What the key can do.
    public var algorithms: [SignatureAlgorithm] { identity.key.algorithms }

    /// Signs with the key of the file.
    public func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        try identity.key.sign(message, with: algorithm)
    }

    /// Signs a digest with the key of the file.
    public func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        try identity.key.sign(digest: digest, with: algorithm)
    }
}
