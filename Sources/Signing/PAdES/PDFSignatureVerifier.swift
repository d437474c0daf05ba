public import Certificates
public import Diagnostics
public import PDFReader

/// Verifies the signatures of PDF files: PAdES, and CMS signatures of older kinds as far as they are sound.
///
/// For each signature the form is settled first: one hole in the byte range, which is the value and nothing else; then
/// the certificate, by the digest that the signer signed; then the arithmetic; then whether the signed bytes are a state
/// of this file and what was changed since; then timestamps and evidence; then whether the certificate leads to an
/// authority that the caller trusts. Nothing is fetched unless the caller gives a
/// collector. Sources: ETSI EN 319 102-1 §5, ETSI EN 319 142-1, ISO 32000-1, 12.8.
public struct PDFSignatureVerifier: Sendable {
    /// Judges the certificates.
    let judge: CertificateJudge
    var anchors: TrustAnchors? { judge.anchors }
    var policy: SignaturePolicy { judge.policy }

    /// More signatures than an honest file has.
    static let signatureLimit = 64

    /// Prepares a verifier.
    ///
    /// - Parameters:
    ///   - anchors: The authorities to trust; without any, no signature is more than indeterminate.
    ///   - policy: What a signature must be like to pass.
    ///   - evidence: Certificates and revocation evidence that the caller has at hand.
    ///   - collector: Where missing evidence is fetched from; nil fetches nothing.
    public init(
        anchors: TrustAnchors? = nil, policy: SignaturePolicy = SignaturePolicy(), evidence: Evidence = Evidence(),
        collector: EvidenceCollector? = nil
    ) {
        judge = CertificateJudge(
            anchors: anchors, policy: policy, evidence: evidence, collector: collector, cache: SignerCache())
    }

    /// Prepares a verifier that judges certificates as another does.
    ///
    /// - Parameter verifier: Gives anchors, policy, evidence and access to the network.
    public init(judgingBy verifier: XMLSignatureVerifier) {
        judge = verifier.judge
    }

    /// Whether authorities to trust were named.
    public var trustsAnyone: Bool { anchors != nil }

    /// Verifies all signatures of a file.
    ///
    /// - Parameters:
    ///   - bytes: The file as it came.
    ///   - time: The moment of the verification, usually now.
    /// - Returns: The verdict on the worst of them, the others within; nil where the file has no signature.
    /// - Throws: `pdf.*` where the file cannot be read; `cryptography.failed`.
    public func verify(_ bytes: [UInt8], at time: Timestamp) throws(ToolkitError) -> SignatureReport? {
        try verify(PDFDocument(parsing: bytes), at: time)
    }

    /// Verifies all signatures of a file that is open already.
    ///
    /// - Parameters:
    ///   - document: The file.
    ///   - time: The moment of the verification.
    /// - Returns: As for bytes.
    /// - Throws: As for bytes.
    public func verify(_ document: PDFDocument, at time: Timestamp) throws(ToolkitError) -> SignatureReport? {
        let fields = try PDFForm(document).signed(in: document)
        guard !fields.isEmpty else { return nil }
        guard fields.count <= Self.signatureLimit else {
            throw ToolkitError(
                .pdfLimit, "The PDF has more than \(Self.signatureLimit) signatures.",
                fix: "Give a file with fewer signatures.")
        }
        var seen: Set<PDFObjectID> = []
        var candidates: [Candidate] = []
        for field in fields {
            if let id = field.value.reference, !seen.insert(id).inserted { continue }
            candidates.append(Candidate(field, in: document))
        }
        // The oldest first; what has no place comes last.
        candidates.sort { ($0.signature?.end ?? .max) < ($1.signature?.end ?? .max) }
        let file = SignedFile(document: document, evidence: try EvidenceStore.read(document))
        let stamps = try DocumentTimestamp.all(candidates.compactMap(\.signature), file, anchors, at: time)
        var reports: [SignatureReport] = []
        for candidate in candidates where candidate.signature?.form != DocumentTimestamp.form {
            reports.append(try report(on: candidate, file, stamps, at: time))
        }
        if reports.isEmpty { reports = try stampsAlone(candidates, file, stamps, at: time) }
        let worst = reports.indices.min { reports[$0].rank < reports[$1].rank } ?? 0
        guard reports.indices.contains(worst) else { return nil }
        var verdict = reports.remove(at: worst)
        verdict.others = reports
        return verdict
    }

    /// A signature field with what could be read of its signature.
    struct Candidate {
        let field: PDFForm.Field
        let signature: EmbeddedSignature?
        let stop: VerificationStop?

        init(_ field: PDFForm.Field, in document: PDFDocument) {
            self.field = field
            do throws(VerificationStop) {
                signature = try EmbeddedSignature(field, in: document)
                stop = nil
            } catch {
                signature = nil
                stop = error
            }
        }
    }

    private func report(
        on candidate: Candidate, _ file: SignedFile, _ stamps: [DocumentTimestamp], at time: Timestamp
    ) throws(ToolkitError) -> SignatureReport {
        var report = SignatureReport(at: time)
        report.format = "PDF"
        do throws(VerificationStop) {
            if let stop = candidate.stop { throw stop }
            guard let signature = candidate.signature else { throw EmbeddedSignature.malformed("It cannot be read.") }
            try examine(signature, file, stamps, &report)
            report.status = .passed
            report.message = "The signature is intact, and its certificate leads to a trusted authority."
        } catch {
            try report.settle(error)
        }
        return report
    }

    private func examine(
        _ signature: EmbeddedSignature, _ file: SignedFile, _ stamps: [DocumentTimestamp],
        _ report: inout SignatureReport
    ) throws(VerificationStop) {
        guard ["ETSI.CAdES.detached", "adbe.pkcs7.detached"].contains(signature.form) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm",
                "The signature is of a kind that is not accepted, such as one over a SHA-1 digest.",
                fix: "Ask the sender to sign with PAdES.")
        }
        let message = try Self.message(signature)
        report.format = signature.form == "ETSI.CAdES.detached" ? "PAdES" : "PDF"
        report.signer = message.signer
        report.claimedSigningTime =
            signature.dictionary["M"].text.flatMap(Timestamp.init(pdf:)) ?? message.claimedTime
        try arithmetic(message, signature, file)
        report.integrity = .passed
        let coverage = try file.coverage(of: signature)
        report.pdf = coverage
        let signed = Array(file.document.bytes[..<signature.end])
        report.coveredParts = [
            SignatureReport.Covered(
                canonical: signed, extent: .document, name: "",
                digest: Digest.hexadecimal(try signature.sha256(of: signed)))
        ]
        try Self.judge(coverage)
        for note in coverage.changes.notes { report.warn("signature.changedLater", note) }
        try trust(message, signature, file, stamps, &report)
    }

    private static func message(_ signature: EmbeddedSignature) throws(VerificationStop) -> DetachedSignature {
        do throws(ToolkitError) {
            return try DetachedSignature(filled: signature.contents)
        } catch {
            switch error.code {
            case .cmsAlgorithm:
                throw .indeterminate(
                    .cryptoConstraintsFailure, "signature.algorithm", error.message, fix: error.fix)
            case .cmsNoCertificate:
                throw .indeterminate(
                    .noSigningCertificate, "signature.certificateMismatch", error.message, fix: error.fix)
            default:
                throw .failed(.formatFailure, "signature.malformed", error.message, fix: error.fix)
            }
        }
    }

    private func arithmetic(
        _ message: DetachedSignature, _ signature: EmbeddedSignature, _ file: SignedFile
    ) throws(VerificationStop) {
        guard policy.algorithms.contains(message.algorithm), policy.digests.contains(message.algorithm.digest) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm", "The policy does not accept this algorithm.")
        }
        let isCovered: Bool
        do throws(ToolkitError) {
            isCovered = try message.covers(signature.covered(in: file.document.bytes))
        } catch { throw .failure(error) }
        let fix = "Ask the sender for the document as it was signed."
        guard isCovered else {
            throw .failed(
                .hashFailure, "signature.hashMismatch", "The document was changed after signing.", fix: fix)
        }
        guard let key = try? PublicKey(of: message.signer) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm", "The key of the certificate is of an unknown kind.")
        }
        guard message.isAuthentic(by: key) else {
            throw .failed(
                .signatureCryptoFailure, "signature.valueMismatch",
                "The signature value was not made with the key of the certificate, or was changed.", fix: fix)
        }
    }

    /// Refuses what was changed against the rules.
    static func judge(_ coverage: PDFCoverage) throws(VerificationStop) {
        let fix = "Rely on the file as it was signed: its first \(coverage.byteCount) bytes."
        if let violation = coverage.changes.violations.first {
            throw .failed(
                .formatFailure, "signature.changedLater", "The PDF was changed after signing: \(violation)", fix: fix)
        }
        let allowed: PDFChanges.Level =
            switch coverage.certification {
            case 1: .evidence
            case 3: .annotations
            default: .formFilling
            }
        guard coverage.changes.level <= allowed else {
            throw .failed(
                .formatFailure, "signature.changedLater",
                "The PDF was changed after signing in a way that the signature does not allow "
                    + "(\(coverage.changes.level.rawValue)).", fix: fix)
        }
    }
}

extension SignatureReport {
    /// The worst first.
    var rank: Int {
        switch status {
        case .failed: 0
        case .indeterminate: 1
        case .passed: 2
        }
    }
}

extension EmbeddedSignature {
    /// The SHA-256 digest of some bytes.
    func sha256(of bytes: [UInt8]) throws(VerificationStop) -> [UInt8] {
        do throws(ToolkitError) { return try Digest.sha256(bytes) } catch { throw .failure(error) }
    }
}

extension Timestamp {
    /// A PDF date with at least its day; nil for anything else.
    ///
    /// Source: ISO 32000-1, 7.9.4.
    init?(pdf text: String) {
        var rest = text.hasPrefix("D:") ? text.dropFirst(2) : text[...]
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard digits.count >= 8 else { return nil }
        rest = rest[digits.endIndex...]
        let padded = Array(digits.prefix(14) + "00000000000000".dropFirst(min(14, digits.count)))
        func part(_ range: Range<Int>) -> String { String(padded[range]) }
        let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        let clock = "\(part(8..<10)):\(part(10..<12)):\(part(12..<14))"
        var zone = "Z"
        if let sign = rest.first, sign == "+" || sign == "-" {
            let numbers = rest.dropFirst().filter { $0.isASCII && $0.isNumber }
            guard numbers.count >= 2 else { return nil }
            let minutes = numbers.count >= 4 ? numbers.dropFirst(2).prefix(2) : "00"
            zone = "\(sign)\(numbers.prefix(2)):\(minutes)"
        }
        guard let time = try? Timestamp("\(date)T\(clock)\(zone)") else { return nil }
        self = time
    }
}
