import COpenSSL
import COpenSSLShim
public import Diagnostics

/// Questions and answers about the state of one certificate.
///
/// Source: RFC 6960.
public enum OCSP: Sendable {
    /// The media type of a request sent over HTTP.
    ///
    /// Source: RFC 6960 §A.1.
    public static let contentType = "application/ocsp-request"
    /// The most bytes of an answer.
    public static let answerLimit = 1 << 18

    /// A request about a certificate, in DER.
    ///
    /// - Parameters:
    ///   - certificate: The certificate in question.
    ///   - issuer: The authority that issued it.
    ///   - nonce: Random bytes; nil leaves them out, which lets the responder answer from its cache. A good answer is
    ///     fresh by its times, not by a nonce.
    /// - Returns: The request in DER, as it is sent.
    /// - Throws: `cryptography.failed`.
    public static func request(
        about certificate: Certificate, issuedBy issuer: Certificate, nonce: [UInt8]? = nil
    ) throws(ToolkitError) -> [UInt8] {
        var size = 0
        let made = unsafe pechat_ocsp_request(
            certificate.der, certificate.der.count, issuer.der, issuer.der.count, nonce, nonce?.count ?? 0, &size)
        guard let start = unsafe made else { throw .cryptographyFailed("OCSP") }
        defer { unsafe CRYPTO_free(start, nil, 0) }
        return unsafe Array(UnsafeBufferPointer(start: start, count: size))
    }

    /// How long an answer without a next update counts, in seconds: a day.
    static let lifeWithoutEnd = 86_400

    /// What an answer says about a certificate.
    ///
    /// - Parameters:
    ///   - response: An `OCSPResponse` in DER.
    ///   - certificate: The certificate in question.
    ///   - issuer: The authority that issued it, found to be trusted by the caller.
    ///   - time: The moment for which the state is wanted.
    ///   - now: The time of the examination: what claims to be later is refused.
    /// - Returns: The state; `unknown(.nothing)` where the answer is about another certificate.
    public static func status(
        in response: [UInt8], of certificate: Certificate, issuedBy issuer: Certificate, at time: Timestamp,
        now: Timestamp
    ) -> RevocationStatus {
        let answer = unsafe pechat_ocsp_read(
            response, response.count, certificate.der, certificate.der.count, issuer.der, issuer.der.count)
        switch answer.outcome {
        case PECHAT_OCSP_NOT_ABOUT: return .unknown(.nothing)
        case PECHAT_OCSP_GOOD, PECHAT_OCSP_REVOKED, PECHAT_OCSP_UNKNOWN: break
        default: return .unknown(.unusable)
        }
        guard answer.this_update != PECHAT_NO_TIME, answer.produced_at != PECHAT_NO_TIME,
            answer.this_update <= Int64(now.secondsSince1970) + Freshness.clockSkew,
            answer.produced_at >= answer.signer_not_before, answer.produced_at <= answer.signer_not_after
        else { return .unknown(.stale) }
        func moment(_ value: Int64) -> Timestamp { Timestamp(secondsSince1970: Int(value)) }
        if answer.outcome == PECHAT_OCSP_REVOKED {
            let revoked = answer.revoked_at == PECHAT_NO_TIME ? Int64.min / 2 : answer.revoked_at
            if revoked <= Int64(time.secondsSince1970) || answer.reason == 1 || answer.reason == 2 {
                return .revoked(
                    at: moment(revoked), reason: RevocationStatus.Reason(rawValue: Int(answer.reason)) ?? .unspecified)
            }
        }
        let next = answer.next_update == PECHAT_NO_TIME ? nil : moment(answer.next_update)
        let end = next ?? moment(answer.this_update).adding(seconds: lifeWithoutEnd)
        let keeps = answer.archive_cutoff == PECHAT_NO_TIME ? nil : moment(answer.archive_cutoff)
        guard
            Freshness(start: moment(answer.this_update), end: end, keepsExpiredSince: keeps)
                .covers(certificate, at: time)
        else { return .unknown(.stale) }
        return answer.outcome == PECHAT_OCSP_UNKNOWN ? .unknown(.notKnown) : .good(.ocsp)
    }
}

/// From when to when a statement about revocation counts.
struct Freshness {
    /// How far clocks may differ, in seconds.
    static let clockSkew: Int64 = 300

    let start: Timestamp
    let end: Timestamp
    /// From when on expired certificates are still spoken of; nil where they are dropped.
    let keepsExpiredSince: Timestamp?

    /// Whether it says something about a certificate at a time.
    ///
    /// A statement made after the time says even more than one made before, unless the certificate had expired by then
    /// and may have been dropped.
    func covers(_ certificate: Certificate, at time: Timestamp) -> Bool {
        guard time <= end else { return false }
        if start <= certificate.notAfter { return true }
        return keepsExpiredSince.map { $0 <= certificate.notAfter } ?? false
    }
}
