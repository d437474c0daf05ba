import Certificates
import Diagnostics
import PDFReader

extension PDFSignatureVerifier {
    /// Timestamps, then the certificate at the time that they prove, then the level.
    func trust(
        _ message: DetachedSignature, _ signature: EmbeddedSignature, _ file: SignedFile, _ stamps: [DocumentTimestamp],
        _ report: inout SignatureReport
    ) throws(VerificationStop) {
        let now = report.validationTime
        var evidence = file.evidence
        evidence.formUnion(message.evidence)
        evidence.formUnion(judge.evidence)
        for der in message.timestamps {
            let judged = try Self.working { () throws(ToolkitError) in
                try TokenCheck.judge(.signature, der, of: message.value, evidence, anchors, at: now)
            }
            report.timestamps.append(judged.report)
        }
        let later = stamps.filter { $0.signature.end > signature.end }
        report.timestamps += later.map(\.report)
        for stamp in report.timestamps where !stamp.isGood {
            report.warn("signature.timestamp", "A timestamp does not count: \(stamp.message).")
        }
        if let first = report.timestamps.filter(\.isGood).compactMap(\.time).min() { report.bestSignatureTime = first }
        report.level = level(message, signature, report, isRevocationKnown: false, later)
        try judge.check(message.signer, message.otherCertificates, evidence: evidence, &report)
        let isKnown = try isEverythingKnown(message, file.evidence, report)
        report.level = level(message, signature, report, isRevocationKnown: isKnown, later)
        if let minimum = policy.minimumLevel {
            guard let reached = report.level.flatMap(SignatureLevel.init(rawValue:)), reached >= minimum else {
                throw .indeterminate(
                    .signatureConstraintsFailure, "signature.level",
                    "The policy asks for level \(minimum.rawValue) at least.")
            }
        }
    }

    /// The baseline level as far as it was verified.
    ///
    /// Source: ETSI EN 319 142-1 §6.3.
    private func level(
        _ message: DetachedSignature, _ signature: EmbeddedSignature, _ report: SignatureReport,
        isRevocationKnown: Bool, _ later: [DocumentTimestamp]
    ) -> String? {
        guard signature.form == "ETSI.CAdES.detached" else { return nil }
        guard message.namesItsSigner, message.claimedTime == nil, !signature.dictionary["M"].isNull,
            signature.dictionary["Cert"].isNull
        else { return "BES" }
        guard report.timestamps.contains(where: \.isGood) else { return SignatureLevel.bB.rawValue }
        guard isRevocationKnown else { return SignatureLevel.bT.rawValue }
        let isArchived = later.contains { $0.report.isGood }
        return (isArchived ? SignatureLevel.bLTA : .bLT).rawValue
    }

    /// Whether the evidence of the file says of every certificate, the authorities' of the timestamps too, that it was
    /// not revoked.
    private func isEverythingKnown(
        _ message: DetachedSignature, _ evidence: Evidence, _ report: SignatureReport
    ) throws(VerificationStop) -> Bool {
        guard let anchors, report.timestamps.contains(where: \.isGood) else { return false }
        let now = report.validationTime
        // The newest timestamp is the one whose authority can still be asked.
        let stamps = report.timestamps.filter(\.isGood).sorted { ($0.time ?? now) < ($1.time ?? now) }
        let certificates =
            [(message.signer, report.bestSignatureTime)]
            + stamps.prefix(max(1, stamps.count - 1)).compactMap { stamp in
                stamp.authority.map { ($0, stamp.time ?? now) }
            }
        return try Self.working { () throws(ToolkitError) in
            for (certificate, time) in certificates {
                let verdict = try anchors.verdict(
                    on: certificate, through: message.otherCertificates, with: evidence, at: time, now: now)
                guard verdict.isGood else { return false }
            }
            return true
        }
    }

    private static func working<Result>(
        _ body: () throws(ToolkitError) -> Result
    ) throws(VerificationStop) -> Result {
        do throws(ToolkitError) { return try body() } catch { throw .failure(error) }
    }

    /// The verdict on a file that has timestamps only.
    func stampsAlone(
        _ candidates: [Candidate], _ file: SignedFile, _ stamps: [DocumentTimestamp], at time: Timestamp
    ) throws(ToolkitError) -> [SignatureReport] {
        var reports: [SignatureReport] = []
        for stamp in stamps {
            var report = SignatureReport(at: time)
            report.format = "DocTimeStamp"
            report.timestamps = [stamp.report]
            do throws(VerificationStop) {
                guard stamp.report.isIntact else {
                    throw .failed(.hashFailure, "signature.hashMismatch", "The timestamp is not about this document.")
                }
                report.integrity = .passed
                report.signer = stamp.token?.signer
                let coverage = try file.coverage(of: stamp.signature)
                report.pdf = coverage
                try Self.judge(coverage)
                guard stamp.report.isGood, let moment = stamp.report.time else {
                    throw .indeterminate(
                        .noCertificateChain, "signature.untrusted",
                        "The timestamp is intact; \(stamp.report.message).",
                        fix: "Name the authorities that you trust.")
                }
                report.bestSignatureTime = moment
                report.status = .passed
                report.message = "The document is as it was at the time of the timestamp."
            } catch {
                try report.settle(error)
            }
            reports.append(report)
        }
        return reports
    }
}
