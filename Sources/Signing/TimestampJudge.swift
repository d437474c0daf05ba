import Certificates
import Diagnostics
import XMLCore

/// Judges the timestamps of one signature, the last archive timestamp first: each one proves that what is in front of it
/// existed, at a time when the certificates there may still have been good.
///
/// Source: ETSI EN 319 102-1 §5.6.2.
struct TimestampJudge {
    private let verifier: XMLSignatureVerifier
    private let signature: XMLSignature
    private let now: Timestamp
    /// All evidence there is, with what the timestamps carry.
    private(set) var evidence: Evidence
    /// The verdicts in the order of the file.
    private(set) var reports: [TimestampReport] = []
    /// The paths of the good timestamps over the signature.
    private(set) var paths: [[Certificate]] = []
    /// The time of the earliest good timestamp over the signature, else the time of the verification.
    private(set) var bestSignatureTime: Timestamp
    /// The time of the latest good timestamp over the content, before which the signature was not made.
    private(set) var contentTime: Timestamp?
    private var hasArchive = false
    private var hasIntactSignature = false
    private var hasIntactArchive = false

    init(_ verifier: XMLSignatureVerifier, _ signature: XMLSignature, _ evidence: Evidence, at now: Timestamp) {
        self.verifier = verifier
        self.signature = signature
        self.evidence = evidence
        self.now = now
        bestSignatureTime = now
    }

    /// Judges all of them.
    mutating func judge(_ files: [String: [UInt8]]) throws(VerificationStop) {
        let all = signature.timestamps()
        guard !all.isEmpty else { return }
        var results: [Int: [TimestampReport]] = [:]
        // What stands in front of an archive timestamp existed at its time.
        var proved = now
        for (index, timestamp) in all.enumerated().reversed() {
            let imprint = try signature.imprint(of: timestamp, files)
            var found: [TimestampReport] = []
            for der in timestamp.tokens { found.append(try judge(der, timestamp.kind, imprint, at: proved)) }
            if found.isEmpty {
                var report = TimestampReport(timestamp.kind)
                report.message = "it holds no token that can be read"
                found = [report]
            }
            results[index] = found
            let times = found.filter(\.isGood).compactMap(\.time)
            if timestamp.kind == .archive, let time = times.min() { proved = min(proved, time) }
        }
        reports = all.indices.flatMap { results[$0] ?? [] }
        let good = reports.filter(\.isGood)
        hasArchive = good.contains { $0.kind == .archive }
        hasIntactSignature = reports.contains { $0.kind == .signature && $0.isIntact }
        hasIntactArchive = reports.contains { $0.kind == .archive && $0.isIntact }
        contentTime = good.filter { $0.kind == .content }.compactMap(\.time).max()
        let times = good.filter { $0.kind != .content }.compactMap(\.time)
        bestSignatureTime = times.min() ?? now
    }

    private mutating func judge(
        _ der: [UInt8], _ kind: TimestampReport.Kind, _ imprint: [UInt8], at time: Timestamp
    ) throws(VerificationStop) -> TimestampReport {
        var report = TimestampReport(kind)
        let token: TimestampToken
        do throws(ToolkitError) {
            token = try TimestampToken(der: der)
            report.time = token.time
            report.authority = token.signer
            guard try token.covers(imprint) else {
                report.message = "it is about something else"
                return report
            }
        } catch {
            guard error.code.kind == .rejected || error.code.kind == .unreadable else { throw .failure(error) }
            report.message = error.message
            return report
        }
        guard Int64(token.time.secondsSince1970) <= Int64(now.secondsSince1970) + 300 else {
            report.message = "it is from the future"
            return report
        }
        report.isIntact = true
        evidence.formUnion(Evidence(certificates: token.certificates, revocationLists: token.revocationLists))
        evidence.formUnion(try verifier.judge.fetched(for: token.signer, through: evidence.certificates, at: now))
        // The authority must be good when the token is looked at, or when something later proves that it existed.
        guard
            case .trusted(let path) = try verifier.judge.path(
                from: token.signer, through: evidence.certificates, at: max(time, token.time))
        else {
            report.message = "its authority does not lead to one that is trusted"
            return report
        }
        for status in try verifier.judge.revocation(path, evidence, at: max(time, token.time), now: now) {
            switch status {
            case .good: continue
            case .revoked:
                report.message = "the certificate of its authority was revoked"
                return report
            case .unknown where verifier.policy.revocation == .require:
                report.message = "whether the certificate of its authority was revoked is not known"
                return report
            case .unknown: continue
            }
        }
        report.isGood = true
        if kind == .signature { paths.append(path) }
        return report
    }

    /// The level of a signature that is on the level `basic` without its timestamps.
    ///
    /// Without trusted authorities only what is there can be told, not whether it would hold.
    ///
    /// - Parameters:
    ///   - basic: The level without timestamps.
    ///   - isComplete: Whether the evidence in the signature says all that must be known later.
    /// - Returns: The level with them.
    func level(_ basic: String?, isComplete: Bool) -> String? {
        guard basic == SignatureLevel.bB.rawValue else { return basic }
        let isTrusting = verifier.anchors != nil
        guard isTrusting ? !paths.isEmpty : hasIntactSignature else { return basic }
        let unsigned = signature.unsigned?.elements ?? []
        let hasValues = ["CertificateValues", "RevocationValues"].allSatisfy { name in
            unsigned.contains { $0.name == name && $0.namespace == SignatureNames.xades && !$0.elements.isEmpty }
        }
        guard isTrusting ? isComplete : hasValues else { return SignatureLevel.bT.rawValue }
        guard isTrusting ? hasArchive : hasIntactArchive else { return SignatureLevel.bLT.rawValue }
        return SignatureLevel.bLTA.rawValue
    }
}
