public import Certificates
public import Diagnostics

/// Verifies JSON Web Signatures in the compact form with certificates in the header.
///
/// The algorithm must be on the list and fit the key of the certificate; the certificate must lead to an authority that
/// the caller trusts. Nothing is fetched. A verifier is shared by all threads. Sources: RFC 7515, RFC 8725, ETSI EN 319
/// 102-1 §5.
public struct JWSVerifier: Sendable {
    private let certificates: XMLSignatureVerifier
    private let cache = SignerCache()

    /// The longest signature with its payload: 24 MiB, which holds a document of 16 MiB.
    private static let sizeLimit = 24 << 20

    /// Prepares a verifier that trusts these authorities.
    ///
    /// - Parameter anchors: The authorities to trust; without any, no signature is more than indeterminate.
    public init(anchors: TrustAnchors? = nil) { self.init(judgingBy: XMLSignatureVerifier(anchors: anchors)) }

    /// Prepares a verifier that judges certificates and algorithms as another one does.
    ///
    /// - Parameter verifier: Gives the authorities, the policy, the evidence and where evidence is fetched from.
    public init(judgingBy verifier: XMLSignatureVerifier) { certificates = verifier }

    /// Whether bytes are a compact signature, or try to be one: two dots between letters of Base64 for addresses.
    public static func concerns(_ bytes: [UInt8]) -> Bool {
        let text = trimmed(bytes)
        let letters = text.allSatisfy { character in
            switch character {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        return letters && text.count { $0 == UInt8(ascii: ".") } == 2
    }

    /// Verifies a signature.
    ///
    /// - Parameters:
    ///   - bytes: Header, payload and signature in Base64 with dots between them; line ends behind are passed over.
    ///   - time: The moment at which the certificates must be valid, usually now.
    /// - Returns: The verdict, with the payload as what is covered.
    /// - Throws: `cryptography.failed`: nothing that a document could cause.
    public func verify(_ bytes: [UInt8], at time: Timestamp) throws(ToolkitError) -> SignatureReport {
        var report = SignatureReport(at: time)
        do throws(VerificationStop) {
            try examine(bytes, &report)
            report.status = .passed
            report.message = "The signature is intact, and its certificate leads to a trusted authority."
        } catch {
            try report.settle(error)
        }
        return report
    }

    private func examine(_ bytes: [UInt8], _ report: inout SignatureReport) throws(VerificationStop) {
        let text = Self.trimmed(bytes)
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard text.count <= Self.sizeLimit, parts.count == 3, let head = Base64.decodeURL(parts[0]),
            let payload = Base64.decodeURL(parts[1]), let value = Base64.decodeURL(parts[2])
        else { throw JWSHeader.malformed("This is not a JSON Web Signature in the compact form.") }
        report.format = "JWS"
        let header = try JWSHeader(head, cache)
        let certificate = header.certificates[0]
        report.signer = certificate
        report.claimedSigningTime = header.claimedSigningTime
        guard certificates.policy.algorithms.contains(header.algorithm) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.policyAlgorithm",
                "The policy does not allow the algorithm of the signature.")
        }
        guard let key = try? PublicKey(of: certificate) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm", "The key of the certificate is of an unknown kind.",
                fix: "Ask the sender to sign with RSA or on P-256.")
        }
        guard key.algorithms.contains(header.algorithm), JWSAlgorithm.allows(header.algorithm, keyBits: key.bits) else {
            throw .failed(
                .signatureCryptoFailure, "signature.keyMismatch",
                "The signature names another kind of key than the certificate has.")
        }
        let message = Array(text[..<parts[1].endIndex])
        guard key.accepts(value, of: message, with: header.algorithm) else {
            throw .failed(
                .signatureCryptoFailure, "signature.valueMismatch",
                "The document was changed after signing, or signed with another key than that of the certificate.",
                fix: "Ask the sender for the document as it was signed.")
        }
        report.integrity = .passed
        do throws(ToolkitError) {
            report.covered = SignatureReport.Covered(
                canonical: payload, isWholeDocument: true, digest: Digest.hexadecimal(try Digest.sha256(payload)))
        } catch {
            throw .failure(error)
        }
        try certificates.judge.check(certificate, Array(header.certificates.dropFirst()), &report)
    }

    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        var text = bytes[...]
        while let last = text.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { text.removeLast() }
        return text
    }
}
