public import Diagnostics
import JSONCore

/// A signer whose key is held by a service: a digest goes in, a signature comes back.
///
/// Every signature is checked against the certificate before it is used, so a service that answers with something else
/// is noticed here and not by the receiver. The contract is in `docs/remote-signer.md`.
public struct RemoteSigner: Signer {
    private let key: RemoteKey
    private let authorization: String?
    private let publicKey: PublicKey
    private let fetch: Fetch

    /// The signer's certificate and the authorities above it.
    public let chain: [Certificate]

    /// The most bytes of an answer.
    static let answerLimit = 64 << 10

    /// Prepares a signer; the service is not asked yet.
    ///
    /// - Parameters:
    ///   - key: Where the key lives.
    ///   - certificates: The signer's certificate first, then others that may lie above it.
    ///   - authorization: The value of the `Authorization` field; nil for none.
    ///   - now: The time at which the certificate must be valid.
    ///   - fetch: Posts the requests, from many threads at once.
    /// - Throws: `key.missingCertificate`; `key.expired`, `key.notYetValid`, `key.unsuitable`.
    public init(
        _ key: RemoteKey, certificates: [Certificate], authorization: String? = nil, at now: Timestamp,
        fetch: @escaping Fetch
    ) throws(ToolkitError) {
        guard let leaf = certificates.first else {
            throw ToolkitError(
                .keyMissingCertificate, "Missing certificate", fix: "Put the certificate of the key into the PEM file.")
        }
        try leaf.requireSigner(at: now)
        publicKey = try PublicKey(of: leaf)
        self.key = key
        self.authorization = authorization
        self.fetch = fetch
        chain = SigningIdentity.chain(from: leaf, in: certificates)
    }

    /// What the kind of key can do; a service may be able to do less.
    public var algorithms: [SignatureAlgorithm] { publicKey.algorithms }

    /// Has the service sign a digest; asked twice where it is out of order for a moment.
    ///
    /// - Throws: `key.unsuitable`, `key.signingFailed`, `key.mismatch`; what `fetch` throws.
    public func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        guard algorithms.contains(algorithm) else { throw .keyCannot }
        try algorithm.digest.requireSize(of: digest)
        let request = NetworkRequest(
            .signature, url: key.url, body: question(digest, algorithm), contentType: "application/json",
            authorization: authorization, sizeLimit: Self.answerLimit)
        let answer: [UInt8]
        do throws(ToolkitError) {
            answer = try fetch(request)
        } catch {
            // The same digest asked for twice is signed twice and harms nobody.
            guard error.code.kind == .later else { throw error }
            answer = try fetch(request)
        }
        guard let value = Self.signature(in: answer) else {
            throw ToolkitError(
                .keySigningFailed, "The service that holds the key gave no signature.",
                fix: "Compare its answer with docs/remote-signer.md.")
        }
        let half = (publicKey.bits + 7) / 8
        let forms =
            algorithm.isRSA ? [value] : [value, SignatureAlgorithm.rawECDSA(of: value, half: half)].compactMap(\.self)
        guard let good = forms.first(where: { publicKey.accepts($0, ofDigest: digest, with: algorithm) }) else {
            throw ToolkitError(
                .keyMismatch, "The private key does not match the certificate",
                fix: "Give the certificate of the key that the service signs with.")
        }
        return good
    }

    private func question(_ digest: [UInt8], _ algorithm: SignatureAlgorithm) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let name = key.name { writer.member("key", name) }
        writer.member("algorithm", algorithm.rawValue)
        writer.member("digest", String(decoding: Base64.encode(digest), as: UTF8.self))
        writer.endObject()
        return writer.bytes
    }

    private static func signature(in answer: [UInt8]) -> [UInt8]? {
        guard let document = try? JSONDocument(parsing: answer), document.root.kind == .object else { return nil }
        let member = document.root.members.first { $0.key.string == "signature" }
        return member?.value.string.flatMap { Base64.decode($0.utf8) }
    }
}
