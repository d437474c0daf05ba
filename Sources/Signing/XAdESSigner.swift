public import Certificates
public import Diagnostics
import XMLCore

/// Signs UBL invoices and credit notes in their signature slot: XAdES, level B-B.
///
/// The signature is spliced into the bytes of the document, and everything else stays byte for byte. `SignedInfo` and
/// the signed properties are written in exclusive canonical form at once, so the document itself is canonicalised only
/// once, and every kind of `Signer` gets the same bytes to sign. Once signed, a document must not be touched any more:
/// not even indented. Source: UBL 2.1 §5, ETSI EN 319 132-1.
///
/// One value serves any number of documents on any number of threads.
public struct XAdESSigner: Sendable {
    /// How the signed properties name the certificate.
    public enum CertificateForm: Sendable, Hashable {
        /// `SigningCertificate` with issuer and serial number: what the schemas of UBL 2.1 know.
        case v1
        /// `SigningCertificateV2`, which EN 319 132-1 wants; the XAdES schema within UBL 2.1 is older and refuses it.
        case v2
    }

    private let signer: any Signer
    private let algorithm: SignatureAlgorithm
    private let certificate: Certificate
    /// `SigningCertificate` or its successor, canonical.
    private let signingCertificate: [UInt8]
    private let keyInfo: [UInt8]

    /// Prepares a signer: certificates are encoded and digested once.
    ///
    /// - Parameters:
    ///   - signer: Holds the key; its first algorithm is used.
    ///   - certificateForm: Leave it at `v1` for documents that others check with the schemas of UBL 2.1.
    /// - Throws: `signature.signerUnusable`.
    public init(signer: any Signer, certificateForm: CertificateForm = .v1) throws(ToolkitError) {
        guard let certificate = signer.chain.first, let algorithm = signer.algorithms.first else {
            throw ToolkitError(.signatureSignerUnusable, "The signer has no certificate or cannot sign XML.")
        }
        self.signer = signer
        self.algorithm = algorithm
        self.certificate = certificate
        let digest = Base64.encode(certificate.fingerprint)
        signingCertificate =
            switch certificateForm {
            case .v1: XAdESText.signingCertificate(certificate, digest: digest)
            case .v2: XAdESText.signingCertificateV2(digest: digest)
            }
        keyInfo = XAdESText.keyInfo(signer.chain.filter { !$0.isSelfSigned || $0 == certificate })
    }

    /// Signs a document.
    ///
    /// What is added: `ext:UBLExtensions` as the first child of the root, or one more `ext:UBLExtension` in it, with the
    /// signature; and `cac:Signature` before the supplier, as the link that UBL asks for. An empty
    /// `sac:SignatureInformation`, such as profiles prescribe, is filled instead.
    ///
    /// - Parameters:
    ///   - ubl: An invoice or credit note of UBL 2 in UTF-8, unsigned.
    ///   - time: The signing time that is claimed; the certificate must be valid then.
    /// - Returns: The signed document; its bytes are final.
    /// - Throws: `xml.*`; `signature.notUBL`, `signature.alreadyThere`, `signature.encoding`; `key.expired`,
    ///   `key.notYetValid`; what the signer throws.
    public func sign(_ ubl: [UInt8], at time: Timestamp) throws(ToolkitError) -> [UInt8] {
        try certificate.requireValidity(at: time)
        let prepared = try UBLSignatureSlot.prepare(ubl)
        let digest = try Digest.sha256(CanonicalXML.exclusive(prepared.bytes))
        let names = XAdESText.Names(digest: digest)
        let properties = XAdESText.signedProperties(names, time: time, signingCertificate: signingCertificate)
        let info = XAdESText.signedInfo(
            names, algorithm: algorithm, documentDigest: Base64.encode(digest),
            propertiesDigest: Base64.encode(try Digest.sha256(properties)))
        let value = Base64.encode(try signer.sign(info, with: algorithm))
        let signature = XAdESText.signature(
            names, signedInfo: info, value: value, keyInfo: keyInfo, signedProperties: properties)
        var signed: [UInt8] = []
        signed.reserveCapacity(prepared.bytes.count + signature.count)
        signed += prepared.bytes[..<prepared.slot]
        signed += signature
        signed += prepared.bytes[prepared.slot...]
        return signed
    }
}
