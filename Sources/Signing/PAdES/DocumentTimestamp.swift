import Certificates
import Diagnostics
import PDFReader

/// A timestamp over a whole document, judged.
///
/// Source: ETSI EN 319 142-1 §5.4.3.
struct DocumentTimestamp {
    static let form = "ETSI.RFC3161"

    let signature: EmbeddedSignature
    let report: TimestampReport
    let token: TimestampToken?

    /// Judges the document timestamps among the signatures of a file.
    static func all(
        _ signatures: [EmbeddedSignature], _ file: SignedFile, _ anchors: TrustAnchors?, at time: Timestamp
    ) throws(ToolkitError) -> [DocumentTimestamp] {
        var found: [DocumentTimestamp] = []
        for signature in signatures where signature.form == form {
            let covered = signature.covered(in: file.document.bytes)
            var der = signature.contents
            while der.last == 0 { der.removeLast() }
            // A token may itself end in a zero.
            var judged = try TokenCheck.judge(.document, der, of: covered, file.evidence, anchors, at: time)
            for _ in 0..<4 where judged.token == nil && der.count < signature.contents.count {
                der.append(0)
                judged = try TokenCheck.judge(.document, der, of: covered, file.evidence, anchors, at: time)
            }
            if judged.report.isGood {
                do throws(VerificationStop) {
                    try PDFSignatureVerifier.judge(file.coverage(of: signature))
                } catch {
                    judged.report.isGood = false
                    judged.report.message = "what follows it is not an allowed change"
                }
            }
            found.append(DocumentTimestamp(signature: signature, report: judged.report, token: judged.token))
        }
        return found
    }
}

/// Judges one timestamp.
enum TokenCheck {
    /// Reads a token and holds it against what it is about and whom the caller trusts.
    ///
    /// - Returns: The verdict, and the token where it can be read.
    /// - Throws: `cryptography.failed`.
    static func judge(
        _ kind: TimestampReport.Kind, _ der: [UInt8], of bytes: [UInt8], _ evidence: Evidence,
        _ anchors: TrustAnchors?, at now: Timestamp
    ) throws(ToolkitError) -> (report: TimestampReport, token: TimestampToken?) {
        var report = TimestampReport(kind)
        let token: TimestampToken
        do throws(ToolkitError) {
            token = try TimestampToken(der: der)
        } catch {
            report.message = error.message
            return (report, nil)
        }
        report.time = token.time
        report.authority = token.signer
        guard try token.covers(bytes) else {
            report.message = "it is about something else"
            return (report, token)
        }
        report.isIntact = true
        guard token.time <= now.adding(seconds: 300) else {
            report.message = "it claims to be from the future"
            return (report, token)
        }
        guard let anchors else {
            report.message = "no trusted authorities were given"
            return (report, token)
        }
        var known = evidence
        known.revocationLists += token.revocationLists
        let verdict = try anchors.verdict(
            on: token.signer, through: token.certificates, with: known, at: token.time, now: now)
        guard case .trusted = verdict.path else {
            report.message = "its authority is not one that is trusted"
            return (report, token)
        }
        if case .revoked = verdict.worst?.status {
            report.message = "the certificate of its authority was revoked"
            return (report, token)
        }
        report.isGood = true
        return (report, token)
    }
}
