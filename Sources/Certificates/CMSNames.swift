/// The object identifiers of signed messages.
///
/// Sources: RFC 5652, RFC 5035, RFC 3161, RFC 8017, RFC 5480, ISO 32000-1 §12.8.3.3.2.
enum CMSNames {
    static let data = "1.2.840.113549.1.7.1"
    static let signedData = "1.2.840.113549.1.7.2"
    static let contentType = "1.2.840.113549.1.9.3"
    static let messageDigest = "1.2.840.113549.1.9.4"
    static let signingTime = "1.2.840.113549.1.9.5"
    static let signingCertificate = "1.2.840.113549.1.9.16.2.12"
    static let timestampToken = "1.2.840.113549.1.9.16.2.14"
    static let signingCertificateV2 = "1.2.840.113549.1.9.16.2.47"
    static let revocationArchive = "1.2.840.113583.1.1.8"
    static let rsa = "1.2.840.113549.1.1.1"
    static let maskGeneration = "1.2.840.113549.1.1.8"
    static let rsaPSS = "1.2.840.113549.1.1.10"
}

extension SignatureAlgorithm {
    /// The dotted identifier of the algorithm in messages and certificates.
    ///
    /// Sources: RFC 5754 §3, RFC 8017 Appendix A.
    var objectIdentifier: String {
        switch self {
        case .rsaSHA256: "1.2.840.113549.1.1.11"
        case .rsaSHA384: "1.2.840.113549.1.1.12"
        case .rsaSHA512: "1.2.840.113549.1.1.13"
        case .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512: CMSNames.rsaPSS
        case .ecdsaSHA256: "1.2.840.10045.4.3.2"
        case .ecdsaSHA384: "1.2.840.10045.4.3.3"
        case .ecdsaSHA512: "1.2.840.10045.4.3.4"
        }
    }

    /// The `AlgorithmIdentifier` of a signature.
    var algorithmIdentifier: [UInt8] {
        let name = DERWriter.objectIdentifier(objectIdentifier) ?? []
        guard isRSA else { return DERWriter.sequence(name) }
        guard isPSS else { return DERWriter.sequence(name, DERWriter.value(DERTag.null, [])) }
        let digestName = DERWriter.algorithm(digest)
        let mask = DERWriter.sequence(DERWriter.objectIdentifier(CMSNames.maskGeneration) ?? [], digestName)
        return DERWriter.sequence(
            name,
            DERWriter.sequence(
                DERWriter.value(DERTag.context(0), digestName), DERWriter.value(DERTag.context(1), mask),
                DERWriter.value(DERTag.context(2), DERWriter.unsigned([UInt8(digest.size)]))))
    }

    /// The algorithm of an `AlgorithmIdentifier` beside a digest algorithm; nil where both do not fit or are not known.
    init?(_ identifier: DERNode, digest: DigestAlgorithm) {
        guard let parts = identifier.children, (1...2).contains(parts.count), let name = parts[0].objectIdentifier
        else { return nil }
        if name == CMSNames.rsa {
            guard let known = Self.allCases.first(where: { $0.isRSA && !$0.isPSS && $0.digest == digest }) else {
                return nil
            }
            self = known
            return
        }
        guard let known = Self.allCases.first(where: { $0.objectIdentifier == name && $0.digest == digest }) else {
            return nil
        }
        if known.isPSS {
            guard parts.count == 2, Self.hasUsualParameters(parts[1], digest) else { return nil }
        }
        self = known
    }

    /// Whether the parameters of RSASSA-PSS say: this digest, MGF1 with the same one, and a salt as long as it.
    private static func hasUsualParameters(_ parameters: DERNode, _ digest: DigestAlgorithm) -> Bool {
        guard let fields = parameters.children, fields.count >= 3 else { return false }
        func isDigest(_ node: DERNode?) -> Bool {
            node?.children?.first?.objectIdentifier == digest.objectIdentifier
        }
        guard fields[0].tag == DERTag.context(0), isDigest(fields[0].only), fields[1].tag == DERTag.context(1),
            let mask = fields[1].only?.children, mask.count == 2,
            mask[0].objectIdentifier == CMSNames.maskGeneration, isDigest(mask[1])
        else { return false }
        return fields[2].tag == DERTag.context(2) && fields[2].only?.integer == digest.size
    }
}
