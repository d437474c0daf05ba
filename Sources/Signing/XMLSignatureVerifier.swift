public import Certificates
public import Diagnostics
import XMLCore

/// Verifies XAdES and XMLDSig signatures: in the signature slot of UBL documents, enveloped in other XML, around objects
/// of their own, and beside files.
///
/// The form is settled first, against allow-lists; then the certificate, by the digest that the signer signed; then the
/// arithmetic, over the very tree that was looked at; then the timestamps; then whether the certificate led to an
/// authority that the caller trusts, at the time that is proved. Nothing is fetched unless the caller gives a collector.
/// A verifier is shared by all threads. Sources: ETSI EN 319 102-1 §5, ETSI EN 319 132-1, UBL 2.1 §5.4.
public struct XMLSignatureVerifier: Sendable {
    /// Judges the certificates.
    let judge: CertificateJudge
    var anchors: TrustAnchors? { judge.anchors }
    /// What a signature must be like to pass.
    public var policy: SignaturePolicy { judge.policy }
    var evidence: Evidence { judge.evidence }
    var cache: SignerCache { judge.cache }

    /// Prepares a verifier that trusts these authorities.
    ///
    /// - Parameters:
    ///   - anchors: The authorities to trust; without any, no signature is more than indeterminate.
    ///   - policy: What a signature must be like.
    ///   - evidence: Certificates and revocation evidence that the caller has at hand.
    ///   - collector: Where missing evidence is fetched from; nil fetches nothing.
    public init(
        anchors: TrustAnchors? = nil, policy: SignaturePolicy = SignaturePolicy(), evidence: Evidence = Evidence(),
        collector: EvidenceCollector? = nil
    ) {
        judge = CertificateJudge(
            anchors: anchors, policy: policy, evidence: evidence, collector: collector, cache: SignerCache())
    }

    /// The most signatures of one document.
    public static let signatureLimit = 16

    /// Verifies the signatures of a document.
    ///
    /// - Parameters:
    ///   - bytes: The document as it came, at most 16 MiB.
    ///   - files: What detached signatures are about, by file name; nothing else is ever opened.
    ///   - time: The moment at which the certificates must be valid, usually now.
    /// - Returns: The verdict on the worst signature, with the others in it; a document that cannot be read at all is a
    ///   verdict too.
    /// - Throws: `cryptography.failed`, `xml.library`: nothing that a document could cause.
    public func verify(
        _ bytes: [UInt8], files: [String: [UInt8]] = [:], at time: Timestamp
    ) throws(ToolkitError) -> SignatureReport {
        var report = SignatureReport(at: time)
        do throws(VerificationStop) {
            let document = try Self.parse(bytes)
            let scan = SignatureScan(document)
            let signatures = try Self.signatures(in: document, scan)
            var reports: [SignatureReport] = []
            for signature in signatures {
                reports.append(try verify(signature, in: document, scan, files, at: time))
            }
            let order: [SignatureReport.Status] = [.failed, .indeterminate, .passed]
            let worst = order.lazy.compactMap { status in reports.firstIndex { $0.status == status } }.first ?? 0
            report = reports.remove(at: worst)
            report.others = reports
        } catch {
            try report.settle(error)
        }
        return report
    }

    /// Verifies one signature.
    private func verify(
        _ signature: XMLElement, in document: XMLDocument, _ scan: SignatureScan, _ files: [String: [UInt8]],
        at time: Timestamp
    ) throws(VerificationStop) -> SignatureReport {
        var report = SignatureReport(at: time)
        if scan.hasComments {
            report.warn("signature.comments", "The document holds comments; they are not protected by the signature.")
        }
        do throws(VerificationStop) {
            let parts = try XMLSignature(signature, in: document)
            try Self.requireBearable(parts, scan)
            try examine(parts, files, &report)
            report.status = .passed
            report.message = "The signature is intact, and its certificate leads to a trusted authority."
        } catch {
            do throws(ToolkitError) { try report.settle(error) } catch { throw .failure(error) }
        }
        return report
    }

    /// The most bytes that are brought into canonical form for one document.
    private static let workLimit = 1 << 30

    /// Refuses a signature that would occupy a processor for long: many references to a large document, each again for
    /// every archive timestamp.
    private static func requireBearable(_ parts: XMLSignature, _ scan: SignatureScan) throws(VerificationStop) {
        let passes = 1 + parts.timestamps().count { $0.kind != .signature }
        // Few enough factors, each with a limit of its own, for the product to stay far below the range of a number.
        let work = parts.document.bytes.count * parts.references.count * passes * scan.signatures.count
        guard work > workLimit else { return }
        throw .indeterminate(
            .signatureConstraintsFailure, "signature.tooLarge",
            "The document is too large for a signature with so many references and timestamps.",
            fix: "Ask the sender for a signature with one reference to the document.", at: parts.signature.place)
    }

    /// The signatures that count: those inside others belong to these.
    private static func signatures(
        in document: XMLDocument, _ scan: SignatureScan
    ) throws(VerificationStop) -> [XMLElement] {
        if let element = scan.repeatedIdentifier {
            throw .failed(
                .formatFailure, "signature.duplicateIdentifier", "Two elements have the same identifier.",
                fix: "Ask the sender for the document as it was signed.", at: element.place)
        }
        if let element = scan.splitText {
            throw .failed(
                .formatFailure, "signature.splitText",
                "A comment or processing instruction stands inside a text; readers would see different values.",
                fix: "Ask the sender for the document as it was signed.", at: element.place)
        }
        let outer = scan.signatures.filter { signature in
            var parent = signature.parent
            while let element = parent {
                if element.isDSig("Signature") { return false }
                parent = element.parent
            }
            return true
        }
        guard !outer.isEmpty else {
            throw .failed(
                .formatFailure, "signature.missing", "There is no signature in the document.",
                fix: "Ask the sender for the signed document.", at: document.root.place)
        }
        guard outer.count <= signatureLimit else {
            throw .failed(
                .formatFailure, "signature.several", "The document holds more than \(signatureLimit) signatures.",
                at: outer[signatureLimit].place)
        }
        return outer
    }

    private func examine(
        _ parts: XMLSignature, _ files: [String: [UInt8]], _ report: inout SignatureReport
    ) throws(VerificationStop) {
        report.format = parts.properties == nil ? "XMLDSig" : "XAdES"
        let embedded = parts.evidence(cache)
        let (certificate, others) = try certificates(of: parts, embedded)
        report.signer = certificate
        let key = try key(of: certificate, parts)
        let covered = try arithmetic(parts, key, files)
        report.integrity = .passed
        report.coveredParts = covered
        parts.readProperties(into: &report)
        try checkPolicy(parts, certificate, report)
        try judge(parts, certificate, others, embedded, files, &report)
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

    /// The signer's certificate, and those that may lie above it.
    private func certificates(
        of parts: XMLSignature, _ embedded: Evidence
    ) throws(VerificationStop) -> (Certificate, [Certificate]) {
        let elements = parts.certificateElements
        guard elements.count <= 16 else {
            throw .failed(
                .formatFailure, "signature.malformed", "The signature comes with too many certificates.",
                at: parts.signature.place)
        }
        let beside = elements.compactMap { element in Base64.decode(element.text.utf8).flatMap(cache.certificate) }
        let all = beside + embedded.certificates.filter { !beside.contains($0) }
        if let properties = parts.properties { return try SigningCertificate(properties).choose(among: all) }
        // Nothing says which certificate was meant; only the one whose key made the value can be.
        let message = try parts.canonical(parts.information, parts.method)
        let chosen = beside.first { certificate in
            guard let key = try? cache.key(of: certificate) else { return false }
            return key.accepts(parts.value, of: message, with: parts.algorithm)
        }
        guard let certificate = chosen ?? beside.first else {
            throw .indeterminate(
                .noSigningCertificate, "signature.noCertificate",
                "There is no certificate beside the signature.",
                fix: "Ask the sender for a signature in the form XAdES.", at: parts.signature.place)
        }
        return (certificate, beside.filter { $0 != certificate })
    }

    private func key(of certificate: Certificate, _ parts: XMLSignature) throws(VerificationStop) -> PublicKey {
        guard certificate.publicKeyAlgorithm.hasPrefix(parts.algorithm.isRSA ? "RSA" : "EC") else {
            throw .failed(
                .signatureCryptoFailure, "signature.keyMismatch",
                "The signature was made with another kind of key than the certificate has.", at: parts.signature.place)
        }
        do throws(ToolkitError) {
            return try cache.key(of: certificate)
        } catch {
            guard error.code.kind == .key || error.code == .certificateUnreadable else { throw .failure(error) }
            // A curve given by its parameters can be one on which anybody can sign (CVE-2020-0601).
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm",
                "The key of the certificate is of an unknown kind, or on a nameless curve.",
                fix: "Ask the sender to sign with RSA or on P-256.", at: parts.signature.place)
        }
    }

    /// Compares the digests and the signature value.
    ///
    /// - Returns: What was signed.
    private func arithmetic(
        _ parts: XMLSignature, _ key: PublicKey, _ files: [String: [UInt8]]
    ) throws(VerificationStop) -> [SignatureReport.Covered] {
        let fix = "Ask the sender for the document as it was signed; a change of a single blank breaks a signature."
        var covered: [SignatureReport.Covered] = []
        for reference in parts.references {
            let octets = try parts.octets(of: reference, files)
            let isOfProperties = parts.properties.map { reference.target == .element($0) } ?? false
            do throws(ToolkitError) {
                guard try reference.algorithm.digest(of: octets) == reference.digest else {
                    let what = isOfProperties ? "properties of the signature were" : "document was"
                    throw ToolkitError(.signatureMismatch, "The \(what) changed after signing.")
                }
                if !isOfProperties { covered.append(try parts.covered(reference, octets)) }
            } catch {
                guard error.code == .signatureMismatch else { throw .failure(error) }
                throw .failed(
                    .hashFailure, "signature.hashMismatch", error.message, fix: fix,
                    at: isOfProperties ? parts.properties?.place : nil)
            }
        }
        let message = try parts.canonical(parts.information, parts.method)
        guard key.accepts(parts.value, of: message, with: parts.algorithm) else {
            throw .failed(
                .signatureCryptoFailure, "signature.valueMismatch",
                "The signature value was not made with the key of the certificate, or was changed.", fix: fix,
                at: parts.signature.place)
        }
        return covered
    }
}

extension XMLSignature {
    /// What a reference covers.
    fileprivate func covered(
        _ reference: SignatureReference, _ octets: [UInt8]
    ) throws(ToolkitError) -> SignatureReport.Covered {
        let extent: SignatureReport.Covered.Extent
        var name = ""
        switch reference.target {
        case .document: extent = .document
        case .outside(let uri):
            extent = .file
            name = Self.fileName(of: uri)
        case .element(let element):
            extent = element == document.root ? .document : objects.contains(element) ? .object : .part
            if extent == .part { name = element.path }
        }
        let digest = reference.algorithm == .sha256 ? reference.digest : try Digest.sha256(octets)
        return SignatureReport.Covered(
            canonical: octets, extent: extent, name: name, digest: Digest.hexadecimal(digest))
    }
}

extension SignatureReport {
    /// Takes over the verdict with which a verification stopped.
    ///
    /// - Throws: Where it was no verdict.
    mutating func settle(_ stop: VerificationStop) throws(ToolkitError) {
        switch stop {
        case .failure(let failure): throw failure
        case .verdict(let fault):
            status = fault.status
            subIndication = fault.subIndication
            code = fault.code
            message = fault.message
            fix = fault.fix
            place = fault.place
        }
    }
}

extension ToolkitError.Code {
    /// A digest is another one; never leaves this file.
    fileprivate static let signatureMismatch = Self("signature.hashMismatch", .rejected)
}
