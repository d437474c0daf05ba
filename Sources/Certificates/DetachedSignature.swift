public import Diagnostics

/// A signed message without its content and with one signer, taken apart, as PDF signatures hold it.
///
/// A value exists for messages of a form that is accepted; whether the signature is good, what it covers, and whether the
/// signer is to be trusted are the caller's questions. Source: RFC 5652 §5.
public struct DetachedSignature: Sendable {
    /// The certificate of the signer.
    public let signer: Certificate
    /// All other certificates of the message that can be read.
    public let otherCertificates: [Certificate]
    /// Revocation lists and OCSP answers that the signer put in.
    public let evidence: Evidence
    /// How it was signed.
    public let algorithm: SignatureAlgorithm
    /// The digest of the content.
    public let messageDigest: [UInt8]
    /// The signature value, which timestamps are about.
    public let value: [UInt8]
    /// Whether the signed attributes name the certificate by its digest, as the baseline level wants it.
    public let namesItsSigner: Bool
    /// The time that the signer claims; PAdES forbids it here.
    public let claimedTime: Timestamp?
    /// The timestamps of the signature value in DER, as they came.
    public let timestamps: [[UInt8]]

    private let signedAttributes: [UInt8]

    /// The most bytes of a message: 4 MiB.
    public static let sizeLimit = 4 << 20

    /// Reads a message.
    ///
    /// - Parameter bytes: The message in DER, then nothing but zeros, with which PDF files fill the space.
    /// - Throws: `cms.malformed`; `cms.severalSigners`; `cms.noCertificate` where the certificate that is named is not
    ///   there; `cms.algorithm` for algorithms that are weak or not known.
    public init(filled bytes: [UInt8]) throws(ToolkitError) {
        // Some signers write the outer layers with lengths that are open (BER).
        let bytes = bytes.count > 1 && bytes[1] == 0x80 ? DERNode.definite(bytes) ?? bytes : bytes
        guard bytes.count <= Self.sizeLimit, let message = DERNode(startOf: bytes[...]),
            bytes[message.bytes.endIndex...].allSatisfy({ $0 == 0 }), message.tag == DERTag.sequence,
            let outer = message.children, outer.count == 2, outer[0].objectIdentifier == CMSNames.signedData,
            outer[1].tag == DERTag.context(0), let fields = outer[1].only?.children, fields.count >= 4,
            fields[1].tag == DERTag.set, let content = fields[2].children, content.count == 1,
            content[0].objectIdentifier == CMSNames.data
        else { throw .cmsMalformed("It is no signed message without content in DER.") }
        var certificates: [Certificate] = []
        var evidence = Evidence()
        for field in fields[3..<fields.count - 1] {
            guard let items = field.children, items.count <= 64 else {
                throw .cmsMalformed("Its certificates cannot be read.")
            }
            switch field.tag {
            case DERTag.context(0): certificates += items.compactMap { try? Certificate(der: Array($0.bytes)) }
            case DERTag.context(1): evidence.revocationLists += items.map { Array($0.bytes) }
            default: throw .cmsMalformed("It holds something that is not known.")
            }
        }
        guard let last = fields.last, last.tag == DERTag.set, let signers = last.children else {
            throw .cmsMalformed("It names no signers.")
        }
        guard signers.count == 1 else {
            throw ToolkitError(
                .cmsSeveralSigners, "The signature has \(signers.count) signers; exactly one is accepted.",
                fix: "Ask the sender for the document as it was signed.")
        }
        let information = try SignerInformation(signers[0])
        guard let algorithm = information.algorithm else { throw .cmsAlgorithm }
        self.algorithm = algorithm
        let named = try information.certificate(among: certificates)
        signer = named.certificate
        namesItsSigner = named.isByDigest
        otherCertificates = certificates.filter { $0 != named.certificate }
        messageDigest = information.messageDigest
        value = information.value
        claimedTime = information.claimedTime
        timestamps = information.timestamps
        signedAttributes = information.signedAttributes
        evidence.formUnion(information.archive)
        self.evidence = evidence
    }

    /// Whether some bytes are the content that was signed.
    ///
    /// - Throws: `cryptography.failed`.
    public func covers(_ content: [UInt8]) throws(ToolkitError) -> Bool {
        try algorithm.digest.digest(of: content) == messageDigest
    }

    /// Whether the signature value was made with the key of the certificate.
    ///
    /// - Parameter key: The key of `signer`.
    /// - Returns: Whether it was; says nothing about trust.
    public func isAuthentic(by key: PublicKey) -> Bool {
        key.acceptsDER(value, of: signedAttributes, with: algorithm)
    }
}

/// `SignerInfo`.
private struct SignerInformation {
    var algorithm: SignatureAlgorithm?
    let messageDigest: [UInt8]
    let value: [UInt8]
    /// The attributes as the set that was signed.
    let signedAttributes: [UInt8]
    let claimedTime: Timestamp?
    let timestamps: [[UInt8]]
    let archive: Evidence

    private let name: DERNode
    private let attributes: [String: DERNode]

    init(_ node: DERNode) throws(ToolkitError) {
        guard let fields = node.children, (6...7).contains(fields.count), fields[0].integer != nil,
            fields[3].tag == DERTag.context(0), fields[5].tag == DERTag.octetString,
            let digestName = fields[2].children?.first?.objectIdentifier
        else { throw .cmsMalformed("The signer is described in a form that is not accepted.") }
        name = fields[1]
        attributes = try Self.attributes(fields[3])
        if let digest = DigestAlgorithm(objectIdentifier: digestName) {
            algorithm = SignatureAlgorithm(fields[4], digest: digest)
        }
        guard let digest = attributes[CMSNames.messageDigest], digest.tag == DERTag.octetString,
            attributes[CMSNames.contentType]?.objectIdentifier == CMSNames.data
        else { throw .cmsMalformed("The signed attributes lack the digest or the type of the content.") }
        messageDigest = Array(digest.content)
        value = Array(fields[5].content)
        signedAttributes = DERWriter.value(DERTag.set, fields[3].content)
        claimedTime = attributes[CMSNames.signingTime]?.time
        var timestamps: [[UInt8]] = []
        if fields.count == 7 {
            guard fields[6].tag == DERTag.context(1), let unsigned = fields[6].children else {
                throw .cmsMalformed("The unsigned attributes cannot be read.")
            }
            for attribute in unsigned {
                guard let parts = attribute.children, parts.count == 2, let values = parts[1].children else {
                    throw .cmsMalformed("The unsigned attributes cannot be read.")
                }
                guard parts[0].objectIdentifier == CMSNames.timestampToken else { continue }
                timestamps += values.map { Array($0.bytes) }
            }
        }
        guard timestamps.count <= 16 else { throw .cmsMalformed("It holds too many timestamps.") }
        self.timestamps = timestamps
        archive = Self.archive(attributes[CMSNames.revocationArchive])
    }

    /// The one value of each attribute.
    private static func attributes(_ set: DERNode) throws(ToolkitError) -> [String: DERNode] {
        var found: [String: DERNode] = [:]
        for attribute in set.children ?? [] {
            guard let parts = attribute.children, parts.count == 2, let type = parts[0].objectIdentifier,
                parts[1].tag == DERTag.set, let value = parts[1].children?.first, found[type] == nil
            else { throw .cmsMalformed("The signed attributes cannot be read, or one of them is there twice.") }
            found[type] = value
        }
        return found
    }

    /// What Adobe's programs put in.
    private static func archive(_ node: DERNode?) -> Evidence {
        var evidence = Evidence()
        for part in node?.children ?? [] {
            let items = part.only?.children?.map { Array($0.bytes) } ?? []
            switch part.tag {
            case DERTag.context(0): evidence.revocationLists += items
            case DERTag.context(1): evidence.ocspResponses += items
            default: break
            }
        }
        return evidence
    }

    /// The certificate that the signer names, by the digest in the signed attributes where there is one.
    func certificate(
        among certificates: [Certificate]
    ) throws(ToolkitError) -> (certificate: Certificate, isByDigest: Bool) {
        var candidates = certificates.filter(isNamed)
        var isByDigest = false
        for (type, isOld) in [(CMSNames.signingCertificateV2, false), (CMSNames.signingCertificate, true)] {
            guard let value = attributes[type] else { continue }
            guard let first = value.children?.first?.children?.first?.children else {
                throw .cmsMalformed("The digest of the signing certificate cannot be read.")
            }
            var parts = first[...]
            var digestName = isOld ? "SHA1" : "SHA256"
            if !isOld, let algorithm = parts.first, algorithm.tag == DERTag.sequence {
                guard let name = algorithm.children?.first?.objectIdentifier,
                    let known = DigestAlgorithm(objectIdentifier: name)
                else { throw .cmsAlgorithm }
                digestName = known.rawValue
                parts = parts.dropFirst()
            }
            guard let digest = parts.first, digest.tag == DERTag.octetString else {
                throw .cmsMalformed("The digest of the signing certificate cannot be read.")
            }
            candidates = candidates.filter {
                Digest.named(digestName, of: $0.der)?.elementsEqual(digest.content) == true
            }
            isByDigest = true
        }
        guard let chosen = candidates.first else {
            throw ToolkitError(
                .cmsNoCertificate, "None of the certificates in the signature is the one that the signature names.",
                fix: "Ask the sender for the document as it was signed.")
        }
        return (chosen, isByDigest)
    }

    /// Whether the signer's name is that of a certificate.
    private func isNamed(_ certificate: Certificate) -> Bool {
        if name.tag == DERTag.context(0, constructed: false) {
            return certificate.subjectKeyIdentifier?.elementsEqual(name.content) == true
        }
        guard let parts = name.children, parts.count == 2, let serial = certificate.serialNumberDER else {
            return false
        }
        return certificate.issuerDER.elementsEqual(parts[0].bytes) && serial.elementsEqual(parts[1].bytes)
    }
}

extension ToolkitError.Code {
    /// A signed message has a form that is not accepted.
    public static let cmsMalformed = Self("cms.malformed", .rejected)
    /// A signed message has more than one signer, or none.
    public static let cmsSeveralSigners = Self("cms.severalSigners", .rejected)
    /// The certificate that the signer names is not there.
    public static let cmsNoCertificate = Self("cms.noCertificate", .rejected)
    /// An algorithm is too weak or not known.
    public static let cmsAlgorithm = Self("cms.algorithm", .rejected)
}

extension ToolkitError {
    /// The message has a form that is not accepted.
    static func cmsMalformed(_ detail: String) -> ToolkitError {
        ToolkitError(
            .cmsMalformed, "The signature cannot be read. \(detail)", fix: "Ask the sender to sign again with PAdES.")
    }

    /// An algorithm is too weak or not known.
    static let cmsAlgorithm = ToolkitError(
        .cmsAlgorithm, "A signature algorithm is not one that is accepted: RSA or ECDSA with SHA-2.",
        fix: "Ask the sender to sign with SHA-256 and RSA or ECDSA.")
}
