import Certificates
import Diagnostics
import XMLCore

/// Which certificate the signed properties name: `xades:SigningCertificate` or `xades:SigningCertificateV2`.
///
/// The certificates beside a signature are not protected by it; only the digest in the signed properties says which of
/// them the signer meant. Source: ETSI EN 319 132-1 §5.2.2.
struct SigningCertificate {
    private let algorithm: DigestAlgorithm
    private let digest: [UInt8]
    /// The serial number of the first version, in decimal.
    private let serialNumber: String?
    private let element: XMLElement

    /// Reads the first certificate that the signed properties name.
    init(_ properties: XMLElement) throws(VerificationStop) {
        let names = ["SigningCertificate", "SigningCertificateV2"]
        let found = properties.all("SignedSignatureProperties", namespace: SignatureNames.xades).flatMap { group in
            group.elements.filter { names.contains($0.name) && $0.namespace == SignatureNames.xades }
        }
        guard found.count == 1, let cert = found[0].first("Cert", namespace: SignatureNames.xades) else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.noSigningCertificate",
                "The signed properties do not name one signing certificate.",
                fix: "Ask the sender for a signature in the form XAdES-B-B.", at: properties.place)
        }
        element = cert
        guard let pair = cert.first("CertDigest", namespace: SignatureNames.xades),
            let method = pair.first("DigestMethod", namespace: SignatureNames.dsig),
            let value = pair.first("DigestValue", namespace: SignatureNames.dsig),
            let digest = Base64.decode(value.text.utf8)
        else { throw XMLSignature.malformed("The digest of the signing certificate cannot be read.", cert) }
        guard let algorithm = SignatureAllowList.digests[method.attribute("Algorithm") ?? ""] else {
            throw XMLSignature.unknownAlgorithm(
                "The digest of the signing certificate is made with an algorithm that is not accepted.", method)
        }
        self.algorithm = algorithm
        self.digest = digest
        let serial = cert.first("IssuerSerial", namespace: SignatureNames.xades)?
            .first("X509SerialNumber", namespace: SignatureNames.dsig)?.text
        serialNumber = serial.map { String($0.unicodeScalars.filter { !$0.properties.isWhitespace }) }
    }

    /// The certificate that is meant, and all the others.
    ///
    /// - Parameter candidates: The certificates that came with the signature.
    /// - Returns: The signer's certificate, and those that may lie on the path above it.
    /// - Throws: The verdict where none of them is meant.
    func choose(among candidates: [Certificate]) throws(VerificationStop) -> (Certificate, [Certificate]) {
        var found: Certificate?
        do throws(ToolkitError) {
            for candidate in candidates where found == nil {
                let own = algorithm == .sha256 ? candidate.fingerprint : try algorithm.digest(of: candidate.der)
                if own == digest { found = candidate }
            }
        } catch {
            throw .failure(error)
        }
        guard let chosen = found else {
            throw .indeterminate(
                .noSigningCertificate, "signature.certificateMismatch",
                "None of the certificates beside the signature is the one that the signature names.",
                fix: "Ask the sender for the document as it was signed.", at: element.place)
        }
        if let serialNumber, serialNumber != chosen.serialNumber {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.certificateMismatch",
                "The signature names another serial number than that of its certificate.",
                fix: "Ask the sender to sign again with a program that names its certificate correctly.",
                at: element.place)
        }
        return (chosen, candidates.filter { $0 != chosen })
    }
}
