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
        evidence.formUnion(try Self.working { () throws(ToolkitError) in try self.evidence(on: message, now: now) })
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
        try checkCertificate(message, evidence, &report)
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

    private func checkCertificate(
        _ message: DetachedSignature, _ evidence: Evidence, _ report: inout SignatureReport
    ) throws(VerificationStop) {
        let certificate = message.signer
        try policy.requireSuitability(of: certificate)
        guard let anchors else {
            if !certificate.isValid(at: report.validationTime) {
                report.warn("signature.validity", "The certificate is not valid at the time of this verification.")
            }
            throw .indeterminate(
                .noCertificateChain, "signature.untrusted",
                "The signature is intact; no trusted authorities were given to judge its certificate by.",
                fix: "Name the authorities that you trust.")
        }
        let time = report.bestSignatureTime
        let now = report.validationTime
        let isEmpty = evidence.revocationLists.isEmpty && evidence.ocspResponses.isEmpty
        let asksForRevocation = policy.revocation == .require || (policy.revocation == .ifAvailable && !isEmpty)
        let verdict = try Self.working { () throws(ToolkitError) -> CertificateVerdict? in
            guard asksForRevocation else { return nil }
            return try anchors.verdict(
                on: certificate, through: message.otherCertificates, with: evidence, at: time, now: now)
        }
        let found = try Self.working { () throws(ToolkitError) -> CertificatePath in
            if let verdict { return verdict.path }
            let helpers = message.otherCertificates + evidence.certificates
            return try cache.path(from: certificate, through: helpers, to: anchors, at: time)
        }
        switch found {
        case .trusted(let path): report.path = path
        case .refused(let reason): throw XMLSignatureVerifier.stop(reason, certificate, time)
        }
        guard let verdict, let status = verdict.worst?.status ?? verdict.statuses.first else { return }
        report.revocation = status
        switch status {
        case .good: break
        case .revoked(let moment, _):
            let isOwn = verdict.worst?.index == 0
            throw .indeterminate(
                isOwn ? (moment <= time && time < now ? .revoked : .revokedNoPOE) : .revokedCANoPOE,
                "signature.revoked",
                isOwn
                    ? "The certificate was revoked at \(moment), and nothing proves that the signature is older."
                    : "An authority above the certificate was revoked.",
                fix: "Ask the sender to sign again with another certificate.")
        case .unknown:
            guard policy.revocation == .require else {
                report.warn("signature.revocation", "The evidence does not say whether every certificate was valid.")
                return
            }
            throw .indeterminate(
                .tryLater, "signature.revocationUnknown", "Whether the certificate was revoked is not known.",
                fix: "Give evidence, or verify again later.")
        }
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
