public import Diagnostics

/// A timestamp: an authority's signed statement that something existed at a time.
///
/// A value exists only for tokens whose signature is good and whose certificate is one for time-stamping; whether the
/// authority is trusted, and what the imprint must be, are the caller's questions. Source: RFC 3161 §2.4.2.
public struct TimestampToken: Sendable, Hashable {
    /// The token in DER, a CMS `ContentInfo`: what is put into signatures.
    public let der: [UInt8]
    /// The time, which the authority vouches for.
    public let time: Timestamp
    /// How far the true time may be off in seconds, rounded up; nil where the authority does not say.
    public let accuracySeconds: Int?
    /// The kind of the digest that was stamped.
    public let algorithm: DigestAlgorithm
    /// The digest that was stamped.
    public let digest: [UInt8]
    /// The policy of the authority, dotted.
    public let policy: String
    /// The number of this timestamp in hexadecimal; unique at its authority.
    public let serialNumber: String
    /// The number of the request, without leading zeros; nil where it had none.
    public let nonce: [UInt8]?
    /// The certificate of the authority that signed.
    public let signer: Certificate
    /// All certificates of the token, the signer's among them.
    public let certificates: [Certificate]
    /// The revocation lists that the token carries, in DER.
    public let revocationLists: [[UInt8]]

    /// Reads a token and checks its signature.
    ///
    /// - Parameter der: A CMS `ContentInfo`, at most 256 KiB.
    /// - Throws: `timestamp.invalid`.
    public init(der: [UInt8]) throws(ToolkitError) {
        guard der.count <= TimestampRequest.answerLimit, let message = SignedMessage(der),
            message.contentType == Self.contentType
        else { throw .timestampInvalid("This is not a timestamp that can be read.") }
        guard message.isIntact else { throw .timestampInvalid("The signature of the timestamp is not good.") }
        guard !message.isWeak else {
            throw .timestampInvalid("The timestamp is signed with a digest that is too weak.")
        }
        var certificates: [Certificate] = []
        for der in message.certificates { certificates.append(try Certificate(der: der)) }
        let signer = try Certificate(der: message.signer)
        guard signer.isForTimestampsOnly else {
            throw .timestampInvalid("The certificate of the timestamp is not one for time-stamping.")
        }
        guard Self.names(signer, message) else {
            throw .timestampInvalid("The timestamp names another certificate than the one that signed it.")
        }
        guard let statement = Statement(message.content) else {
            throw .timestampInvalid("What the timestamp states cannot be read.")
        }
        self.der = der
        self.signer = signer
        self.certificates = certificates
        revocationLists = message.revocationLists
        time = statement.time
        accuracySeconds = statement.accuracySeconds
        algorithm = statement.algorithm
        digest = statement.digest
        policy = statement.policy
        serialNumber = statement.serialNumber
        nonce = statement.nonce
    }

    /// Whether some bytes are what was stamped.
    ///
    /// - Throws: `cryptography.failed`.
    public func covers(_ bytes: [UInt8]) throws(ToolkitError) -> Bool {
        try algorithm.digest(of: bytes) == digest
    }

    private static let contentType = "1.2.840.113549.1.9.16.1.4"
    private static let signingCertificate = "1.2.840.113549.1.9.16.2.12"
    private static let signingCertificateV2 = "1.2.840.113549.1.9.16.2.47"

    /// Whether the signed attributes name the certificate, as they must.
    ///
    /// Source: RFC 3161 §2.4.2, RFC 5816, RFC 5035 §3.
    private static func names(_ signer: Certificate, _ message: SignedMessage) -> Bool {
        for (type, isOld) in [(signingCertificateV2, false), (signingCertificate, true)] {
            guard let value = message.signedAttributes[type] else { continue }
            guard let first = DERNode(value[...])?.children?.first?.children?.first?.children else { return false }
            var parts = first[...]
            var digestName = isOld ? "SHA1" : "SHA256"
            if !isOld, let algorithm = parts.first, algorithm.tag == DERTag.sequence {
                guard let name = algorithm.children?.first?.objectIdentifier,
                    let known = DigestAlgorithm(objectIdentifier: name)
                else { return false }
                digestName = known.rawValue
                parts = parts.dropFirst()
            }
            guard let digest = parts.first, digest.tag == DERTag.octetString,
                let own = Digest.named(digestName, of: signer.der), own.elementsEqual(digest.content)
            else { return false }
            return true
        }
        return false
    }

    /// `TSTInfo`.
    private struct Statement {
        let time: Timestamp
        let accuracySeconds: Int?
        let algorithm: DigestAlgorithm
        let digest: [UInt8]
        let policy: String
        let serialNumber: String
        let nonce: [UInt8]?

        init?(_ der: [UInt8]) {
            guard let parts = DERNode(der[...])?.children, parts.count >= 5, parts[0].integer == 1,
                let policy = parts[1].objectIdentifier, let imprint = parts[2].children, imprint.count == 2,
                let name = imprint[0].children?.first?.objectIdentifier,
                let algorithm = DigestAlgorithm(objectIdentifier: name), imprint[1].tag == DERTag.octetString,
                imprint[1].content.count == algorithm.size, parts[3].tag == DERTag.integer, let time = parts[4].time,
                parts[4].tag == DERTag.generalizedTime
            else { return nil }
            self.policy = policy
            self.algorithm = algorithm
            digest = Array(imprint[1].content)
            serialNumber = Digest.hexadecimal(Array(parts[3].content))
            self.time = time
            var nonce: [UInt8]?
            var accuracy: Int?
            for part in parts[5...] {
                switch part.tag {
                case DERTag.integer: nonce = part.unsigned.map { $0.first == 0 ? [] : Array($0) }
                case DERTag.sequence:
                    guard let fields = part.children else { return nil }
                    var seconds = 0
                    for field in fields {
                        // Milliseconds and microseconds count as the second that they begin.
                        seconds +=
                            field.tag == DERTag.integer
                            ? min(field.integer ?? 0, 1 << 32) : field.content.contains { $0 != 0 } ? 1 : 0
                    }
                    accuracy = seconds
                default: break
                }
            }
            self.nonce = nonce
            accuracySeconds = accuracy
        }
    }
}
