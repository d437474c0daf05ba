public import Diagnostics

/// Writes signed messages without their content, as PDF signatures hold them.
///
/// The signed attributes are the content's type, its digest and the signing certificate; a signing time is not among
/// them, since PAdES forbids it. The key signs once. One value serves any number of messages on any number of threads.
/// Sources: RFC 5652 §5, RFC 5035 §3, ETSI EN 319 122-1 §5, ETSI EN 319 142-1 §6.3.
public struct CMSSigner: Sendable {
    /// The certificate of the key.
    public let certificate: Certificate
    /// How it signs.
    public let algorithm: SignatureAlgorithm

    private let signer: any Signer
    /// The certificates of the message: `[0]`.
    private let certificates: [UInt8]
    /// The attributes that are the same in every message.
    private let fixedAttributes: [[UInt8]]
    /// Version and signer of `SignerInfo`.
    private let signerName: [UInt8]

    /// Prepares a signer: certificates are encoded and digested once.
    ///
    /// - Parameters:
    ///   - signer: Holds the key.
    ///   - algorithm: One of the signer's; its first by default.
    /// - Throws: `key.unsuitable` where the signer lacks a certificate or the algorithm.
    public init(_ signer: any Signer, algorithm: SignatureAlgorithm? = nil) throws(ToolkitError) {
        guard let certificate = signer.chain.first, let chosen = algorithm ?? signer.algorithms.first,
            signer.algorithms.contains(chosen), let serial = certificate.serialNumberDER
        else { throw .keyCannot }
        self.signer = signer
        self.certificate = certificate
        self.algorithm = chosen
        let issuerAndSerial = DERWriter.sequence(certificate.issuerDER, serial)
        signerName = DERWriter.value(DERTag.integer, [1]) + issuerAndSerial
        certificates = DERWriter.value(DERTag.context(0), DERWriter.sorted(signer.chain.map(\.der)))
        // SHA-256 is the default of the attribute and must then be left out.
        let issuer = DERWriter.sequence(
            DERWriter.sequence(DERWriter.value(DERTag.context(4), certificate.issuerDER)), serial)
        let identifier = DERWriter.sequence(DERWriter.value(DERTag.octetString, certificate.fingerprint), issuer)
        fixedAttributes = [
            DERWriter.attribute(CMSNames.contentType, DERWriter.objectIdentifier(CMSNames.data) ?? []),
            DERWriter.attribute(CMSNames.signingCertificateV2, DERWriter.sequence(DERWriter.sequence(identifier))),
        ]
    }

    /// Signs a message of which the digest is at hand.
    ///
    /// - Parameter digest: The digest of the content, of the kind that the algorithm says.
    /// - Returns: The signature, to which a timestamp may be added.
    /// - Throws: What the signer throws.
    public func sign(digest: [UInt8]) throws(ToolkitError) -> CMSSignature {
        let attributes = DERWriter.sorted(
            fixedAttributes + [
                DERWriter.attribute(CMSNames.messageDigest, DERWriter.value(DERTag.octetString, digest))
            ])
        // What is signed is the set itself; the message holds it under another tag.
        let value = try signer.signDER(DERWriter.value(DERTag.set, attributes), with: algorithm)
        return CMSSignature(
            value: value, certificates: certificates, digestAlgorithm: DERWriter.algorithm(algorithm.digest),
            head: signerName + DERWriter.algorithm(algorithm.digest)
                + DERWriter.value(DERTag.context(0), attributes) + algorithm.algorithmIdentifier)
    }

    /// How many bytes a message has at most.
    ///
    /// - Parameter timestampBytes: The size of the timestamp that it shall hold; nil where it shall hold none.
    /// - Returns: The size; messages signed with ECDSA may be a few bytes shorter.
    public func messageSize(timestampBytes: Int?) -> Int {
        let bits = certificate.publicKeyBits
        let value = algorithm.isRSA ? (bits + 7) / 8 : 2 * ((bits + 7) / 8 + 3) + 4
        let attributes = DERWriter.sorted(
            fixedAttributes + [
                DERWriter.attribute(
                    CMSNames.messageDigest,
                    DERWriter.value(DERTag.octetString, [UInt8](repeating: 0, count: algorithm.digest.size)))
            ])
        let mock = CMSSignature(
            value: [UInt8](repeating: 0, count: value), certificates: certificates,
            digestAlgorithm: DERWriter.algorithm(algorithm.digest),
            head: signerName + DERWriter.algorithm(algorithm.digest)
                + DERWriter.value(DERTag.context(0), attributes) + algorithm.algorithmIdentifier)
        return mock.message(timestamps: timestampBytes.map { [[UInt8](repeating: 0, count: $0)] } ?? []).count
    }
}

/// A signature that becomes a signed message.
public struct CMSSignature: Sendable {
    /// The signature value, which timestamps are about.
    public let value: [UInt8]

    let certificates: [UInt8]
    let digestAlgorithm: [UInt8]
    /// `SignerInfo` up to the signature value.
    let head: [UInt8]

    /// The whole message.
    ///
    /// - Parameter timestamp: A timestamp of `value`, which becomes an unsigned attribute.
    /// - Returns: A `ContentInfo` in DER.
    public func message(timestamp: TimestampToken? = nil) -> [UInt8] {
        message(timestamps: timestamp.map { [$0.der] } ?? [])
    }

    func message(timestamps: [[UInt8]]) -> [UInt8] {
        var signer = head + DERWriter.value(DERTag.octetString, value)
        if !timestamps.isEmpty {
            let attributes = timestamps.map { DERWriter.attribute(CMSNames.timestampToken, $0) }
            signer += DERWriter.value(DERTag.context(1), DERWriter.sorted(attributes))
        }
        let data = DERWriter.sequence(
            DERWriter.value(DERTag.integer, [1]), DERWriter.value(DERTag.set, digestAlgorithm),
            DERWriter.sequence(DERWriter.objectIdentifier(CMSNames.data) ?? []), certificates,
            DERWriter.value(DERTag.set, DERWriter.value(DERTag.sequence, signer)))
        return DERWriter.sequence(
            DERWriter.objectIdentifier(CMSNames.signedData) ?? [], DERWriter.value(DERTag.context(0), data))
    }
}

extension DERWriter {
    /// The values of a set in the order that DER asks for.
    ///
    /// Source: ITU-T X.690 §11.6.
    static func sorted(_ values: [[UInt8]]) -> [UInt8] {
        values.count < 2
            ? values.first ?? [] : values.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self)
    }

    /// An attribute with one value.
    static func attribute(_ type: String, _ content: [UInt8]) -> [UInt8] {
        sequence(objectIdentifier(type) ?? [], value(DERTag.set, content))
    }
}

extension Certificate {
    /// The serial number as a value in DER.
    var serialNumberDER: [UInt8]? {
        let fields = DERNode(der[...])?.children?.first?.children ?? []
        return fields.first { $0.tag == DERTag.integer }.map { Array($0.bytes) }
    }
}
