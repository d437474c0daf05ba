import Certificates
import Diagnostics

/// Judges the certificates of signatures and timestamps, of whatever format: key, path to an anchor, revocation.
///
/// Nothing is fetched unless there is a collector. Source: ETSI EN 319 102-1 §5.2.6.
struct CertificateJudge: Sendable {
    let anchors: TrustAnchors?
    let policy: SignaturePolicy
    /// What the caller has at hand.
    let evidence: Evidence
    let collector: EvidenceCollector?
    let cache: SignerCache

    /// Judges the signer's certificate at the best signature time of the report: its key, its path, its revocation.
    ///
    /// - Parameters:
    ///   - certificate: The signer's.
    ///   - others: Those that came with it.
    ///   - known: Evidence that came with the signature.
    ///   - contentTime: When something that was signed is proved to have existed before the signature; nil for never.
    ///   - report: Takes the path and the state; its times must be settled.
    /// - Throws: The verdict where it does not stand.
    func check(
        _ certificate: Certificate, _ others: [Certificate], evidence known: Evidence = Evidence(),
        contentTime: Timestamp? = nil, _ report: inout SignatureReport
    ) throws(VerificationStop) {
        try policy.requireSuitability(of: certificate)
        let best = report.bestSignatureTime
        guard anchors != nil else {
            if !certificate.isValid(at: best) {
                report.warn("signature.validity", "The certificate is not valid at the time of this verification.")
            }
            throw .indeterminate(
                .noCertificateChain, "signature.untrusted",
                "The signature is intact; no trusted authorities were given to judge its certificate by.",
                fix: "Name the authorities that you trust.")
        }
        var known = known
        known.formUnion(evidence)
        let helpers = others + known.certificates.filter { !others.contains($0) }
        known.formUnion(try fetched(for: certificate, through: helpers, at: report.validationTime))
        switch try path(from: certificate, through: helpers, at: best) {
        case .trusted(let path): report.path = path
        case .refused(let reason): throw Self.stop(reason, certificate, best)
        }
        let statuses = try revocation(report.path, known, at: best, now: report.validationTime)
        report.revocation = statuses.first
        try checkRevocation(statuses, contentTime, &report)
    }

    /// A path to an anchor.
    func path(
        from certificate: Certificate, through others: [Certificate], at time: Timestamp
    ) throws(VerificationStop) -> CertificatePath {
        guard let anchors else { return .refused(.noPath) }
        do throws(ToolkitError) {
            return try cache.path(from: certificate, through: others, to: anchors, at: time)
        } catch {
            throw .failure(error)
        }
    }

    /// What the collector gets for a certificate; nothing where none was given.
    func fetched(
        for certificate: Certificate, through others: [Certificate], at now: Timestamp
    ) throws(VerificationStop) -> Evidence {
        guard let collector, policy.revocation != .ignore else { return Evidence() }
        do throws(ToolkitError) {
            return try collector.collect(for: [certificate], through: others, now: now).evidence
        } catch {
            throw .failure(error)
        }
    }

    /// The states of the certificates of a path but the anchor; none where nobody wants to know.
    func revocation(
        _ path: [Certificate], _ known: Evidence, at time: Timestamp, now: Timestamp
    ) throws(VerificationStop) -> [RevocationStatus] {
        guard policy.revocation != .ignore, let anchors else { return [] }
        let isEmpty = known.revocationLists.isEmpty && known.ocspResponses.isEmpty
        guard !isEmpty || policy.revocation == .require else { return [] }
        var statuses: [RevocationStatus] = []
        do throws(ToolkitError) {
            for (subject, issuer) in zip(path, path.dropFirst()) {
                statuses.append(
                    try anchors.status(
                        of: subject, issuedBy: issuer, among: path + known.certificates, known, at: time, now: now))
            }
        } catch {
            throw .failure(error)
        }
        return statuses
    }

    /// Source: ETSI EN 319 102-1 §5.2.6 and §5.3.4.
    private func checkRevocation(
        _ statuses: [RevocationStatus], _ contentTime: Timestamp?, _ report: inout SignatureReport
    ) throws(VerificationStop) {
        for (index, status) in statuses.enumerated() {
            guard case .revoked(let time, _) = status else { continue }
            if index == 0, let contentTime, contentTime > time {
                throw .failed(
                    .revoked, "signature.revoked", "The certificate had been revoked before the signature was made.")
            }
            throw .indeterminate(
                index == 0 ? .revokedNoPOE : .revokedCANoPOE, "signature.revoked",
                index == 0
                    ? "The certificate was revoked, and nothing proves that the signature is older."
                    : "An authority above the certificate was revoked.",
                fix: "Ask the sender for a signature with a new certificate.")
        }
        let isGap = statuses.contains { if case .unknown = $0 { true } else { false } }
        guard isGap else { return }
        guard policy.revocation != .require else {
            throw .indeterminate(
                .tryLater, "signature.revocationUnknown", "Whether the certificate was revoked is not known.",
                fix: "Give revocation lists or OCSP answers, allow fetching them, or try again later.")
        }
        report.warn(
            "signature.revocationUnknown", "The evidence does not say of every certificate that it was not revoked.")
    }

    static func stop(
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
