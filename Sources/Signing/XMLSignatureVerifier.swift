public import Certificates
public import Diagnostics
import XMLCore

/// Verifies XAdES signatures in the signature slot of UBL documents.
///
/// The form is settled first, against allow-lists; then the certificate, by the digest that the signer signed; then the
/// arithmetic, with that certificate alone; then whether the covered bytes are the document; then whether the
/// certificate leads to an authority that the caller trusts. Nothing is fetched, and revocation is not looked at.
/// A verifier is shared by all threads. Sources: ETSI EN 319 102-1 §5, ETSI EN 319 132-1, UBL 2.1 §5.4.
public struct XMLSignatureVerifier: Sendable {
    private let anchors: TrustAnchors?
    private let cache = SignerCache()

    /// Prepares a verifier that trusts these authorities.
    ///
    /// - Parameter anchors: The authorities to trust; without any, no signature is more than indeterminate.
    public init(anchors: TrustAnchors? = nil) {
        self.anchors = anchors
    }

    /// Verifies the signature of a document.
    ///
    /// - Parameters:
    ///   - bytes: The document as it came, at most 16 MiB.
    ///   - time: The moment at which the certificates must be valid, usually now.
    /// - Returns: The verdict; a document that cannot be read at all is a verdict too.
    /// - Throws: `cryptography.failed`, `xml.library`: nothing that a document could cause.
    public func verify(_ bytes: [UInt8], at time: Timestamp) throws(ToolkitError) -> SignatureReport {
        var report = SignatureReport(at: time)
        do throws(VerificationStop) {
            try examine(bytes, &report)
            report.status = .passed
            report.message = "The signature is intact, and its certificate leads to a trusted authority."
        } catch {
            switch error {
            case .failure(let failure): throw failure
            case .verdict(let fault):
                report.status = fault.status
                report.subIndication = fault.subIndication
                report.code = fault.code
                report.message = fault.message
                report.fix = fault.fix
                report.place = fault.place
            }
        }
        return report
    }

    private func examine(_ bytes: [UInt8], _ report: inout SignatureReport) throws(VerificationStop) {
        let document = try Self.parse(bytes)
        let scan = SignatureScan(document)
        let structure = try SignatureStructure(document, scan)
        report.format = "XAdES"
        let (certificate, others) = try SigningCertificate(structure.properties)
            .choose(among: structure.certificates, cache)
        report.signer = certificate
        guard certificate.publicKeyAlgorithm.hasPrefix(structure.algorithm.isRSA ? "RSA" : "EC") else {
            throw .failed(
                .signatureCryptoFailure, "signature.keyMismatch",
                "The signature was made with another kind of key than the certificate has.",
                at: structure.signature.place)
        }
        // A curve given by its parameters instead of its name can be one on which anybody can sign (CVE-2020-0601).
        guard certificate.publicKeyAlgorithm != "EC" else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm", "The key of the certificate is on a nameless curve.",
                fix: "Ask the sender to sign with RSA or on P-256.", at: structure.signature.place)
        }
        if structure.references.xpath != nil { try Self.requireCheapFilter(bytes, scan) }
        let core = try arithmetic(bytes, certificate, structure)
        report.integrity = .passed
        try Self.compare(core.covered, with: document, structure, &report)
        structure.readProperties(into: &report)
        if scan.hasComments {
            report.warn("signature.comments", "The document holds comments; they are not protected by the signature.")
        }
        try checkCertificate(certificate, others, &report)
    }

    private static func parse(_ bytes: [UInt8]) throws(VerificationStop) -> XMLDocument {
        do throws(ToolkitError) {
            return try XMLDocument(parsing: bytes)
        } catch {
            guard error.code.kind == .unreadable else { throw .failure(error) }
            throw .failed(
                .formatFailure, error.code.name, error.message,
                fix: "Ask the sender for the document as it was signed.",
                at: error.place)
        }
    }

    /// Refuses a document whose XPath filter would occupy a processor for long.
    private static func requireCheapFilter(_ bytes: [UInt8], _ scan: SignatureScan) throws(VerificationStop) {
        let namespaces = SignatureAllowList.xpathNodeLimit / max(1, scan.nodeCount)
        do throws(ToolkitError) {
            _ = try XMLDocument(parsing: bytes, limits: XMLLimits(namespaces: namespaces))
            return
        } catch {
            guard error.code == .xmlTooManyAttributes else { throw .failure(error) }
        }
        throw .indeterminate(
            .signatureConstraintsFailure, "signature.tooLarge",
            "The document is too large for a signature with an XPath filter.",
            fix: "Ask the sender for a signature with the enveloped-signature transform.")
    }

    private func arithmetic(
        _ bytes: [UInt8], _ certificate: Certificate, _ structure: SignatureStructure
    ) throws(VerificationStop) -> SignatureCoreResult {
        let checked: SignatureCoreResult?
        do throws(ToolkitError) {
            let key = try cache.key(of: certificate)
            let allowsXPath = structure.references.xpath != nil
            checked = try key.map { key throws(ToolkitError) in
                try SignatureCore.check(bytes, key: key, allowsXPath: allowsXPath)
            }
        } catch {
            throw .failure(error)
        }
        guard let result = checked else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm", "The key of the certificate is of an unknown kind.",
                at: structure.signature.place)
        }
        let fix = "Ask the sender for the document as it was signed; a change of a single blank breaks a signature."
        switch result.verdict {
        case .valid:
            guard result.covered.count == 2 else { throw .failure(Self.defect) }
            return result
        case .digestMismatch(let reference) where reference == structure.references.properties:
            throw .failed(
                .hashFailure, "signature.hashMismatch", "The properties of the signature were changed after signing.",
                fix: fix, at: structure.properties.place)
        case .digestMismatch:
            throw .failed(
                .hashFailure, "signature.hashMismatch", "The document was changed after signing.", fix: fix)
        case .signatureValueWrong:
            throw .failed(
                .signatureCryptoFailure, "signature.valueMismatch",
                "The signature value was not made with the key of the certificate, or was changed.", fix: fix,
                at: structure.signature.place)
        case .unsupported, .noSingleSignature:
            throw .failed(
                .formatFailure, "signature.malformed", "The signature cannot be processed.", fix: fix,
                at: structure.signature.place)
        }
    }

    private static let defect = ToolkitError(
        .xmlLibrary, "The XML signature library did not hand out what was signed.")

    /// Reads what was signed once more and holds it against what the document shows.
    private static func compare(
        _ covered: [[UInt8]], with document: XMLDocument, _ structure: SignatureStructure,
        _ report: inout SignatureReport
    ) throws(VerificationStop) {
        let signed = covered[structure.references.document]
        let omitted = structure.references.xpath == .signatures ? structure.slot : structure.signature
        let isWhole = (try? XMLDocument(parsing: signed)).map {
            document.root.says(theSameAs: $0.root, without: omitted)
        }
        do throws(ToolkitError) {
            report.covered = SignatureReport.Covered(
                canonical: signed, isWholeDocument: isWhole ?? false,
                digest: Digest.hexadecimal(try Digest.sha256(signed)))
        } catch {
            throw .failure(error)
        }
        guard isWhole == true else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.partial",
                "The signature does not cover the whole document.",
                fix: "Ask the sender for a signature over the whole document.", at: structure.signature.place)
        }
        let properties = try? XMLDocument(parsing: covered[structure.references.properties])
        guard let properties, structure.properties.says(theSameAs: properties.root) else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.partial",
                "The signature does not cover its own properties.", at: structure.properties.place)
        }
    }

    func checkCertificate(
        _ certificate: Certificate, _ others: [Certificate], _ report: inout SignatureReport
    ) throws(VerificationStop) {
        guard certificate.publicKeyBits >= (certificate.publicKeyAlgorithm.hasPrefix("RSA") ? 2048 : 256) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.weakKey", "The key of the certificate is too short.",
                fix: "Ask the sender to sign with RSA of at least 2048 bits or with P-256.")
        }
        guard certificate.allowsSigning else {
            throw .indeterminate(
                .chainConstraintsFailure, "signature.keyUsage", "The certificate does not allow signing documents.",
                fix: "Ask the sender to use a certificate with digitalSignature or nonRepudiation.")
        }
        guard let anchors else {
            if !certificate.isValid(at: report.validationTime) {
                report.warn("signature.validity", "The certificate is not valid at the time of this verification.")
            }
            throw .indeterminate(
                .noCertificateChain, "signature.untrusted",
                "The signature is intact; no trusted authorities were given to judge its certificate by.",
                fix: "Name the authorities that you trust.")
        }
        let found: CertificatePath
        do throws(ToolkitError) {
            found = try cache.path(
                from: certificate, through: others, to: anchors, at: report.validationTime)
        } catch {
            throw .failure(error)
        }
        switch found {
        case .trusted(let path): report.path = path
        case .refused(let reason): throw Self.stop(reason, certificate, report.validationTime)
        }
    }

    private static func stop(
        _ reason: CertificatePath.Reason, _ certificate: Certificate, _ time: Timestamp
    ) -> VerificationStop {
        switch reason {
        case .expired where time > certificate.notAfter:
            .indeterminate(
                .outOfBounds, "signature.expired",
                "The certificate has expired, and nothing proves that the signature is older.",
                fix: "Verify for the time at which you received the document, if you can prove that time.")
        case .notYetValid where time < certificate.notBefore:
            .indeterminate(
                .notYetValid, "signature.notYetValid", "The certificate is not valid yet.",
                fix: "Check the clock of this machine.")
        case .expired, .notYetValid:
            .indeterminate(
                .chainConstraintsFailure, "signature.chain",
                "An authority above the certificate is outside its validity period.")
        case .noPath:
            .indeterminate(
                .noCertificateChain, "signature.untrusted",
                "The signature is intact; its certificate does not lead to an authority that you trust.",
                fix: "Trust the issuer of the certificate, if you have reason to.")
        case .weak:
            .indeterminate(
                .cryptoConstraintsFailure, "signature.weakKey",
                "A key or digest between the certificate and the trusted authority is too weak.")
        case .invalid:
            .indeterminate(
                .chainConstraintsFailure, "signature.chain",
                "The path to the trusted authority breaks a rule for certificates.")
        }
    }
}
