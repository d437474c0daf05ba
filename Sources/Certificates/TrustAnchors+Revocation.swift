import COpenSSL
public import Diagnostics

extension TrustAnchors {
    /// Looks for a path to an anchor, and asks the evidence whether anything on it was revoked.
    ///
    /// Certificates of the evidence may lie on the path. OCSP answers are looked at before revocation lists; a
    /// revocation counts wherever it stands. Sources: RFC 5280 §6, RFC 6960 §3.2.
    ///
    /// - Parameters:
    ///   - certificate: The certificate in question.
    ///   - others: Authorities that may lie between.
    ///   - evidence: What was brought along; nothing is fetched.
    ///   - time: The moment at which the path must be valid: now, or the time of a trusted timestamp.
    ///   - now: The time of the examination: evidence that claims to be later is refused.
    /// - Returns: The path, and the state of each certificate on it.
    /// - Throws: `cryptography.failed`.
    public func verdict(
        on certificate: Certificate, through others: [Certificate] = [], with evidence: Evidence, at time: Timestamp,
        now: Timestamp
    ) throws(ToolkitError) -> CertificateVerdict {
        let helpers = others + evidence.certificates.filter { !others.contains($0) }
        let found = try path(from: certificate, through: helpers, at: time)
        guard case .trusted(let path) = found else { return CertificateVerdict(path: found, statuses: []) }
        var statuses: [RevocationStatus] = []
        for (subject, issuer) in zip(path, path.dropFirst()) {
            statuses.append(
                try status(of: subject, issuedBy: issuer, among: path + helpers, evidence, at: time, now: now))
        }
        return CertificateVerdict(path: found, statuses: statuses)
    }

    /// The state of one certificate of a trusted path.
    ///
    /// - Parameters:
    ///   - certificate: The certificate in question.
    ///   - issuer: The certificate above it on the path.
    ///   - others: Certificates from which the path of a list's issuer may be built.
    ///   - evidence: What was brought along.
    ///   - time: The moment for which the state is wanted.
    ///   - now: The time of the examination.
    /// - Returns: The state that the best of the evidence tells.
    /// - Throws: `cryptography.failed`.
    public func status(
        of certificate: Certificate, issuedBy issuer: Certificate, among others: [Certificate], _ evidence: Evidence,
        at time: Timestamp, now: Timestamp
    ) throws(ToolkitError) -> RevocationStatus {
        var answers: [RevocationStatus] = evidence.ocspResponses.map {
            OCSP.status(in: $0, of: certificate, issuedBy: issuer, at: time, now: now)
        }
        answers.append(try listed(certificate, others, evidence.revocationLists, at: time, now: now))
        func first(_ test: (RevocationStatus) -> Bool) -> RevocationStatus? { answers.first(where: test) }
        return first { if case .revoked = $0 { true } else { false } }
            ?? first { if case .good = $0 { true } else { false } }
            ?? first { $0 == .unknown(.notKnown) } ?? first { $0 == .unknown(.stale) }
            ?? first { $0 == .unknown(.unusable) } ?? .unknown(.nothing)
    }

    /// What the revocation lists say.
    private func listed(
        _ certificate: Certificate, _ others: [Certificate], _ lists: [[UInt8]], at time: Timestamp, now: Timestamp
    ) throws(ToolkitError) -> RevocationStatus {
        let all = lists.compactMap { try? RevocationList(der: $0) }
        guard !all.isEmpty else { return .unknown(lists.isEmpty ? .nothing : .unusable) }
        let past = all.filter {
            Int64($0.thisUpdate.secondsSince1970) <= Int64(now.secondsSince1970) + Freshness.clockSkew
        }
        let fresh = past.filter { list in
            // A list without a next update breaks RFC 5280 §5.1.2.5; it counts for the time before it was made only.
            Freshness(
                start: list.thisUpdate, end: list.nextUpdate ?? list.thisUpdate,
                keepsExpiredSince: list.keepsExpiredSince
            ).covers(certificate, at: time)
        }
        switch try outcome(certificate, others, fresh) {
        case X509_V_OK: return .good(.revocationList)
        case X509_V_ERR_CERT_REVOKED:
            return try revocation(of: certificate, others, fresh, at: time)
        case X509_V_ERR_UNABLE_TO_GET_CRL: break
        default: return .unknown(.unusable)
        }
        // An old list that names the certificate still says that it was revoked.
        switch try outcome(certificate, others, past) {
        case X509_V_ERR_CERT_REVOKED:
            let found = try revocation(of: certificate, others, past, at: time)
            if case .revoked = found { return found }
            return .unknown(.stale)
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return try outcome(certificate, others, all) == X509_V_ERR_UNABLE_TO_GET_CRL
                ? .unknown(.nothing) : .unknown(.stale)
        default: return .unknown(.stale)
        }
    }

    /// When and why, from a list that by itself revokes the certificate; without one, the time is unknown and counts as
    /// always.
    private func revocation(
        of certificate: Certificate, _ others: [Certificate], _ lists: [RevocationList], at time: Timestamp
    ) throws(ToolkitError) -> RevocationStatus {
        var earliest: (time: Timestamp, reason: Int?)?
        for list in lists where list.issuerDER == certificate.issuerDER {
            guard let entry = list.entry(certificate.serialNumberHexadecimal),
                try outcome(certificate, others, [list]) == X509_V_ERR_CERT_REVOKED
            else { continue }
            if earliest.map({ entry.time < $0.time }) ?? true { earliest = entry }
        }
        let reason = RevocationStatus.Reason(rawValue: earliest?.reason ?? 0) ?? .unspecified
        let moment = earliest?.time ?? Timestamp(secondsSince1970: 0)
        // Whoever has a stolen key can date what he signs as he likes.
        let alwaysCounts = reason == .keyCompromise || reason == .authorityCompromise
        if moment > time && !alwaysCounts { return .good(.revocationList) }
        return .revoked(at: moment, reason: reason)
    }

    private func outcome(
        _ certificate: Certificate, _ others: [Certificate], _ lists: [RevocationList]
    ) throws(ToolkitError) -> CInt {
        guard !lists.isEmpty else { return X509_V_ERR_UNABLE_TO_GET_CRL }
        guard let outcome = store.revocation(of: certificate, through: others, lists) else {
            throw .cryptographyFailed("revocation")
        }
        return outcome
    }
}

extension StoreHandle {
    /// The library's verdict on one certificate with regard to revocation lists alone; times are the caller's business.
    fileprivate func revocation(
        of certificate: Certificate, through others: [Certificate], _ lists: [RevocationList]
    ) -> CInt? {
        guard let leaf = X509Handle(der: certificate.der), let stack = X509Stack(others),
            let lists = RevocationListStack(lists), let context = unsafe X509_STORE_CTX_new()
        else { return nil }
        defer {
            unsafe X509_STORE_CTX_free(context)
            ERR_clear_error()
        }
        return unsafe leaf.with { leaf in
            unsafe stack.with { others in
                unsafe lists.with { lists -> CInt? in
                    guard unsafe begin(context, leaf, others) else { return nil }
                    unsafe X509_STORE_CTX_set0_crls(context, lists)
                    let flags =
                        X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK
                        | X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS | X509_V_FLAG_NO_CHECK_TIME
                    let parameters = unsafe X509_STORE_CTX_get0_param(context)
                    unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(flags))
                    unsafe X509_VERIFY_PARAM_set_auth_level(parameters, 2)
                    unsafe X509_VERIFY_PARAM_set_depth(parameters, 8)
                    unsafe X509_STORE_CTX_set_verify_cb(context) { isGood, context in
                        guard isGood == 0, let context = unsafe context else { return isGood }
                        // The names were judged with the whole path. Here an authority stands at the end of one, where
                        // the exemption of self-issued certificates (RFC 5280 §6.1.3 b) would not hold.
                        let isName = [X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION].contains(
                            unsafe X509_STORE_CTX_get_error(context))
                        return unsafe isName && X509_STORE_CTX_get0_parent_ctx(context) == nil ? 1 : 0
                    }
                    return unsafe X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context)
                }
            }
        }
    }
}

/// Owner of a stack of revocation lists, which owns them in turn.
@safe private struct RevocationListStack: ~Copyable {
    private let stack: OpaquePointer

    /// Fills a stack; lists that the library cannot read are left out.
    init?(_ lists: [RevocationList]) {
        guard let empty = unsafe OPENSSL_sk_new_null() else { return nil }
        let made = unsafe RevocationListStack(owning: empty)
        for list in lists {
            let parsed = unsafe list.der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
                var cursor = buffer.baseAddress
                return unsafe d2i_X509_CRL(nil, &cursor, buffer.count)
            }
            guard let parsed = unsafe parsed else { continue }
            if unsafe OPENSSL_sk_push(made.stack, UnsafeRawPointer(parsed)) <= 0 { unsafe X509_CRL_free(parsed) }
        }
        self = made
    }

    private init(owning stack: OpaquePointer) { unsafe self.stack = stack }

    deinit {
        while let next = unsafe OPENSSL_sk_pop(stack) { unsafe X509_CRL_free(OpaquePointer(next)) }
        unsafe OPENSSL_sk_free(stack)
    }

    borrowing func with<T, E: Error>(_ body: (OpaquePointer) throws(E) -> T) throws(E) -> T { try unsafe body(stack) }
}
