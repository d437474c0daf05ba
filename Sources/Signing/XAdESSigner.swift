public import Certificates
public import Diagnostics
import XMLCore

/// Signs UBL documents with XAdES-B-B, enveloped, in the signature slot of UBL.
///
/// The parts that come from the key are prepared once; a signer is shared by all threads. `SignedInfo` and
/// `SignedProperties` are written in exclusive canonical form from the start, so only the document itself has to be
/// canonicalised, and whoever holds the key signs plain bytes: a file, a token or a remote service alike.
/// Source: ETSI EN 319 132-1 §6.3, UBL 2.1 §5.4.
public struct XAdESSigner: Sendable {
    /// How the signing certificate is named in the signed properties.
    public enum CertificateReference: Sendable, Hashable {
        /// `SigningCertificate` with a SHA-256 digest: the only one that the schemas of UBL 2.1 know.
        case version1
        /// `SigningCertificateV2`, as EN 319 132-1 wants; documents with it fail the unmodified UBL 2.1 schemas.
        case version2
    }

    private let signer: any Signer
    private let algorithm: SignatureAlgorithm
    /// `xades:SigningCertificate` or its second version.
    private let signingCertificate: String
    /// `ds:KeyInfo` with the certificates.
    private let keyInfo: String

    /// Prepares a signer.
    ///
    /// - Parameters:
    ///   - signer: Who holds the key.
    ///   - reference: How the certificate is named; the default is what receivers of UBL validate.
    /// - Throws: `key.missingCertificate`; `key.unsuitable` for a key without RSA or ECDSA and SHA-256.
    public init(signer: any Signer, reference: CertificateReference = .version1) throws(ToolkitError) {
        guard let certificate = signer.chain.first else {
            throw ToolkitError(.keyMissingCertificate, "The key comes without a certificate.")
        }
        guard let algorithm = signer.algorithms.first(where: { [.rsaSHA256, .ecdsaSHA256].contains($0) }) else {
            throw ToolkitError(
                .keyUnsuitable, "The key signs neither with RSA nor with ECDSA and SHA-256.",
                fix: "Use an RSA key or a key on the curve P-256.")
        }
        self.signer = signer
        self.algorithm = algorithm
        signingCertificate = try Self.signingCertificate(certificate, reference)
        let certificates = signer.chain.map {
            "<ds:X509Certificate>\(Self.base64($0.der))</ds:X509Certificate>"
        }
        keyInfo = "<ds:KeyInfo><ds:X509Data>\(certificates.joined())</ds:X509Data></ds:KeyInfo>"
    }

    /// Signs a document; its bytes are final afterwards, and so is everything outside of the slot.
    ///
    /// - Parameters:
    ///   - ubl: An unsigned UBL 2.1 Invoice or CreditNote in UTF-8.
    ///   - time: The signing time that the signature claims.
    /// - Returns: The signed document.
    /// - Throws: `xml.*`; `signature.notUBL`; `signature.alreadySigned`; what the key throws.
    public func sign(_ ubl: [UInt8], at time: Timestamp) throws(ToolkitError) -> [UInt8] {
        let slot = try SignatureSlot(in: ubl)
        let digest = try Digest.sha256(try CanonicalXML.exclusive(slot.document))
        let id = "s" + Digest.hexadecimal(Array(digest.prefix(8)))
        let properties = signedProperties(id: id, time: time)
        let information = signedInfo(
            id: id, documentDigest: digest, propertiesDigest: try Digest.sha256(Array(properties.utf8)))
        let value = try signer.sign(Array(information.utf8), with: algorithm)
        let signature = """
            <ds:Signature xmlns:ds="\(SignatureNames.dsig)" Id="\(id)">\(information)\
            <ds:SignatureValue>\(Self.base64(value))</ds:SignatureValue>\(keyInfo)\
            <ds:Object><xades:QualifyingProperties xmlns:xades="\(SignatureNames.xades)" Target="#\(id)">\
            \(properties)</xades:QualifyingProperties></ds:Object></ds:Signature>
            """
        return slot.filled(with: Array(signature.utf8))
    }

    /// `ds:SignedInfo` in exclusive canonical form.
    private func signedInfo(id: String, documentDigest: [UInt8], propertiesDigest: [UInt8]) -> String {
        """
        <ds:SignedInfo xmlns:ds="\(SignatureNames.dsig)">\
        <ds:CanonicalizationMethod Algorithm="\(SignatureNames.exclusiveCanonical)"></ds:CanonicalizationMethod>\
        <ds:SignatureMethod Algorithm="\(algorithm.xmlIdentifier)"></ds:SignatureMethod>\
        <ds:Reference Id="\(id)-document" URI=""><ds:Transforms>\
        <ds:Transform Algorithm="\(SignatureNames.enveloped)"></ds:Transform>\
        <ds:Transform Algorithm="\(SignatureNames.exclusiveCanonical)"></ds:Transform></ds:Transforms>\
        \(Self.digest(documentDigest))</ds:Reference>\
        <ds:Reference Type="\(SignatureNames.signedPropertiesType)" URI="#\(id)-properties"><ds:Transforms>\
        <ds:Transform Algorithm="\(SignatureNames.exclusiveCanonical)"></ds:Transform></ds:Transforms>\
        \(Self.digest(propertiesDigest))</ds:Reference></ds:SignedInfo>
        """
    }

    /// `xades:SignedProperties` in exclusive canonical form.
    private func signedProperties(id: String, time: Timestamp) -> String {
        """
        <xades:SignedProperties xmlns:xades="\(SignatureNames.xades)" Id="\(id)-properties">\
        <xades:SignedSignatureProperties><xades:SigningTime>\(time)</xades:SigningTime>\(signingCertificate)\
        </xades:SignedSignatureProperties><xades:SignedDataObjectProperties>\
        <xades:DataObjectFormat ObjectReference="#\(id)-document"><xades:MimeType>text/xml</xades:MimeType>\
        </xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>
        """
    }

    private static func signingCertificate(
        _ certificate: Certificate, _ reference: CertificateReference
    ) throws(ToolkitError) -> String {
        let digest = """
            <xades:CertDigest><ds:DigestMethod xmlns:ds="\(SignatureNames.dsig)" Algorithm="\(SignatureNames.sha256)">\
            </ds:DigestMethod><ds:DigestValue xmlns:ds="\(SignatureNames.dsig)">\
            \(base64(try Digest.sha256(certificate.der)))</ds:DigestValue></xades:CertDigest>
            """
        guard reference == .version1 else {
            return "<xades:SigningCertificateV2><xades:Cert>\(digest)</xades:Cert></xades:SigningCertificateV2>"
        }
        return """
            <xades:SigningCertificate><xades:Cert>\(digest)<xades:IssuerSerial>\
            <ds:X509IssuerName xmlns:ds="\(SignatureNames.dsig)">\(escaped(certificate.issuer))</ds:X509IssuerName>\
            <ds:X509SerialNumber xmlns:ds="\(SignatureNames.dsig)">\(certificate.serialNumber)</ds:X509SerialNumber>\
            </xades:IssuerSerial></xades:Cert></xades:SigningCertificate>
            """
    }

    private static func digest(_ value: [UInt8]) -> String {
        """
        <ds:DigestMethod Algorithm="\(SignatureNames.sha256)"></ds:DigestMethod>\
        <ds:DigestValue>\(base64(value))</ds:DigestValue>
        """
    }

    private static func base64(_ bytes: [UInt8]) -> String { String(decoding: Base64.encode(bytes), as: UTF8.self) }

    /// Text as canonical XML writes it. Source: Canonical XML 1.0 §2.3.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\r", with: "&#xD;")
    }
}
