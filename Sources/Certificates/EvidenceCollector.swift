public import Diagnostics

/// Gathers from the network what proves that a certificate was not revoked, so that it can be embedded and kept.
///
/// From the certificate up to an anchor, for each one: the issuer where it is missing (RFC 5280 §4.2.2.1), then an OCSP
/// answer (RFC 6960), else a revocation list (RFC 5280 §4.2.1.13); and the same for whoever signed the answers. Only what
/// decides something is kept. Addresses are taken from certificates, so the caller's `fetch` must hold them against its
/// allow-list; see `NetworkRequest`.
public struct EvidenceCollector: Sendable {
    /// A certificate for which nothing could be got.
    public struct Gap: Sendable, Hashable {
        /// What is missing.
        public enum Kind: String, Sendable, Hashable {
            /// The certificate above it.
            case issuer
            /// A statement about its revocation.
            case revocation
        }
        /// The certificate in question.
        public let certificate: Certificate
        /// What is missing.
        public let kind: Kind
    }

    /// What was gathered.
    public struct Result: Sendable {
        /// Certificates, revocation lists and OCSP answers, each once.
        public internal(set) var evidence = Evidence()
        /// What is missing; empty where the evidence is complete.
        public internal(set) var gaps: [Gap] = []
        /// Why the last request failed; nil where none did.
        public internal(set) var lastError: ToolkitError?
    }

    /// The most requests for one certificate and its path.
    public static let requestLimit = 32
    /// The most bytes of a revocation list that is fetched.
    public static let listLimit = 16 << 20

    private let anchors: [Certificate]
    private let fetch: Fetch

    /// Prepares a collector; nothing is fetched yet.
    ///
    /// - Parameters:
    ///   - anchors: Where paths end; self-signed certificates end them too.
    ///   - fetch: Gets and posts.
    public init(anchors: TrustAnchors? = nil, fetch: @escaping Fetch) {
        self.anchors = anchors?.certificates ?? []
        self.fetch = fetch
    }

    /// Gathers the evidence for some certificates.
    ///
    /// - Parameters:
    ///   - certificates: The signer's, and the time-stamping authority's.
    ///   - others: Certificates that may lie above them.
    ///   - now: The time at which the evidence must be fresh.
    /// - Returns: The evidence, and what is missing of it.
    /// - Throws: `cryptography.failed`; a failed request is a gap, no error.
    public func collect(
        for certificates: [Certificate], through others: [Certificate] = [], now: Timestamp
    ) throws(ToolkitError) -> Result {
        var search = Search(pool: others + anchors, requestsLeft: Self.requestLimit)
        var pending = certificates
        while let certificate = pending.popLast() {
            guard search.visited.insert(certificate).inserted else { continue }
            search.result.evidence.formUnion(Evidence(certificates: [certificate]))
            guard !certificate.isSelfSigned, !anchors.contains(certificate) else { continue }
            guard let issuer = try issuer(of: certificate, &search) else {
                search.result.gaps.append(Gap(certificate: certificate, kind: .issuer))
                continue
            }
            pending.append(issuer)
            guard !certificate.needsNoRevocationCheck else { continue }
            if let signers = try answer(about: certificate, issuer, &search, now) {
                pending += signers
            } else if try !list(about: certificate, issuer, &search, now) {
                search.result.gaps.append(Gap(certificate: certificate, kind: .revocation))
            }
        }
        return search.result
    }

    /// The state of one search.
    private struct Search {
        var result = Result()
        var visited: Set<Certificate> = []
        /// Certificates that may be issuers.
        var pool: [Certificate]
        var requestsLeft: Int

        init(pool: [Certificate], requestsLeft: Int) {
            self.pool = pool
            self.requestsLeft = requestsLeft
        }
    }

    private func get(_ request: NetworkRequest, _ search: inout Search) -> [UInt8]? {
        guard search.requestsLeft > 0 else { return nil }
        search.requestsLeft -= 1
        do throws(ToolkitError) {
            let bytes = try fetch(request)
            return bytes.count <= request.sizeLimit ? bytes : nil
        } catch {
            search.result.lastError = error
            return nil
        }
    }

    /// The certificate that signed another, from what is known, else from the address that it names.
    private func issuer(of certificate: Certificate, _ search: inout Search) throws(ToolkitError) -> Certificate? {
        if let known = try Self.issuer(of: certificate, among: search.pool) { return known }
        for url in certificate.issuerAddresses {
            guard let bytes = get(NetworkRequest(.issuer, url: url, sizeLimit: 1 << 17), &search),
                let found = try? Certificate.all(in: bytes), let issuer = try Self.issuer(of: certificate, among: found)
            else { continue }
            search.pool.append(issuer)
            return issuer
        }
        return nil
    }

    private static func issuer(
        of certificate: Certificate, among candidates: [Certificate]
    ) throws(ToolkitError) -> Certificate? {
        for candidate in candidates where candidate.subjectDER == certificate.issuerDER && candidate != certificate {
            // Both must have been valid together; whether they are now is not the question here.
            let moment = max(certificate.notBefore, candidate.notBefore)
            if case .trusted = try TrustAnchors([candidate]).path(from: certificate, through: [], at: moment) {
                return candidate
            }
        }
        return nil
    }

    /// Asks the responders; the signers of the answer that decides, nil where none does.
    private func answer(
        about certificate: Certificate, _ issuer: Certificate, _ search: inout Search, _ now: Timestamp
    ) throws(ToolkitError) -> [Certificate]? {
        for url in certificate.ocspAddresses {
            let question = try OCSP.request(about: certificate, issuedBy: issuer)
            let request = NetworkRequest(
                .ocsp, url: url, body: question, contentType: OCSP.contentType, sizeLimit: OCSP.answerLimit)
            guard let response = get(request, &search),
                Self.decides(OCSP.status(in: response, of: certificate, issuedBy: issuer, at: now, now: now))
            else { continue }
            search.result.evidence.formUnion(Evidence(ocspResponses: [response]))
            let signers = OCSP.certificates(in: response)
            search.pool += signers.filter { !search.pool.contains($0) }
            return signers
        }
        return nil
    }

    /// Gets the revocation lists; whether one of them decides.
    private func list(
        about certificate: Certificate, _ issuer: Certificate, _ search: inout Search, _ now: Timestamp
    ) throws(ToolkitError) -> Bool {
        let judge = try TrustAnchors([issuer])
        // A list that was fetched for a sister certificate serves again.
        let known = Evidence(revocationLists: search.result.evidence.revocationLists)
        if Self.decides(
            try judge.status(of: certificate, issuedBy: issuer, among: search.pool, known, at: now, now: now))
        {
            return true
        }
        for url in certificate.revocationListAddresses {
            guard let bytes = get(NetworkRequest(.revocationList, url: url, sizeLimit: Self.listLimit), &search),
                let list = try? RevocationList(file: bytes)
            else { continue }
            let found = Evidence(revocationLists: [list.der])
            guard
                Self.decides(
                    try judge.status(of: certificate, issuedBy: issuer, among: search.pool, found, at: now, now: now))
            else { continue }
            search.result.evidence.formUnion(found)
            return true
        }
        return false
    }

    /// Whether a state is one that evidence can prove.
    private static func decides(_ status: RevocationStatus) -> Bool {
        if case .unknown = status { return false }
        return true
    }
}

extension OCSP {
    /// The certificates that an answer carries: those of its responder.
    ///
    /// Source: RFC 6960 §4.2.1.
    ///
    /// - Parameter response: An `OCSPResponse` in DER.
    /// - Returns: The certificates that can be read; none where the answer cannot.
    public static func certificates(in response: [UInt8]) -> [Certificate] {
        guard let bytes = DERNode(response[...])?.children?.last?.only?.children, bytes.count == 2,
            bytes[1].tag == DERTag.octetString, let basic = DERNode(bytes[1].content)?.children, basic.count == 4,
            let list = basic[3].only?.children
        else { return [] }
        return list.prefix(16).compactMap { try? Certificate(der: Array($0.bytes)) }
    }
}
