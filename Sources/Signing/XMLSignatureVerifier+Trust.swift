import Certificates
import Diagnostics
import XMLCore

extension XMLSignatureVerifier {
    /// Refuses what the policy does not allow.
    func checkPolicy(
        _ parts: XMLSignature, _ certificate: Certificate, _ report: SignatureReport
    ) throws(VerificationStop) {
        let digests = parts.references.map(\.algorithm) + [parts.algorithm.digest]
        guard policy.algorithms.contains(parts.algorithm), digests.allSatisfy(policy.digests.contains) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.policyAlgorithm",
                "The policy does not allow an algorithm of the signature.", at: parts.information.place)
        }
        guard policy.acceptsPlainXMLDSig || parts.properties != nil else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.policyForm",
                "The policy asks for a signature of the form XAdES.",
                at: parts.signature.place)
        }
        let isV2 =
            parts.properties?.first("SignedSignatureProperties", namespace: SignatureNames.xades)?
            .first("SigningCertificateV2", namespace: SignatureNames.xades) != nil
        guard policy.certificateReference == .any || (policy.certificateReference == .v2) == isV2 else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.policyCertificate",
                "The policy asks for the other form of naming the signing certificate.", at: parts.signature.place)
        }
        guard policy.acceptsPartialCoverage || parts.dataReferences.contains(where: parts.isComplete) else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.partial", "The signature does not cover the whole document.",
                fix: "Ask the sender for a signature over the whole document.", at: parts.signature.place)
        }
    }

    /// Judges the timestamps, then the certificate at the time that they prove, then the level.
    func judge(
        _ parts: XMLSignature, _ certificate: Certificate, _ others: [Certificate], _ embedded: Evidence,
        _ files: [String: [UInt8]], _ report: inout SignatureReport
    ) throws(VerificationStop) {
        var known = embedded
        known.formUnion(evidence)
        var timestamps = TimestampJudge(self, parts, known, at: report.validationTime)
        try timestamps.judge(files)
        report.timestamps = timestamps.reports
        report.bestSignatureTime = timestamps.bestSignatureTime
        let basic = report.level
        report.level = timestamps.level(basic, isComplete: false)
        try judge.check(
            certificate, others, evidence: timestamps.evidence, contentTime: timestamps.contentTime, &report)
        let isComplete = try isComplete(
            report.path, embedded, timestamps.paths, at: report.bestSignatureTime, now: report.validationTime)
        report.level = timestamps.level(basic, isComplete: isComplete)
        guard let wanted = policy.minimumLevel else { return }
        guard let level = report.level.flatMap(SignatureLevel.init(rawValue:)), level >= wanted else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.policyLevel",
                "The policy asks for a signature of level \(wanted.rawValue).", at: parts.signature.place)
        }
    }

    /// Whether the evidence in the signature itself says of every certificate that it was not revoked.
    private func isComplete(
        _ path: [Certificate], _ embedded: Evidence, _ others: [[Certificate]], at time: Timestamp, now: Timestamp
    ) throws(VerificationStop) -> Bool {
        guard let anchors, !others.isEmpty, !embedded.revocationLists.isEmpty || !embedded.ocspResponses.isEmpty else {
            return false
        }
        do throws(ToolkitError) {
            for chain in [path] + others {
                for (subject, issuer) in zip(chain, chain.dropFirst()) where !subject.needsNoRevocationCheck {
                    let status = try anchors.status(
                        of: subject, issuedBy: issuer, among: chain + embedded.certificates, embedded, at: time,
                        now: now)
                    guard case .good = status else { return false }
                }
            }
            return true
        } catch {
            throw .failure(error)
        }
    }
}
