public import Diagnostics

/// A time-stamping authority, as the user names it.
public struct TimestampAuthority: Sendable, Hashable {
    /// The address that takes requests over HTTP.
    public var url: String
    /// The policy to ask for, dotted; nil leaves it to the authority.
    public var policy: String?
    /// The value of the `Authorization` field; nil for none.
    public var authorization: String?
    /// The digest that it shall stamp.
    public var algorithm: DigestAlgorithm

    /// Names an authority.
    public init(
        url: String, policy: String? = nil, authorization: String? = nil, algorithm: DigestAlgorithm = .sha256
    ) {
        self.url = url
        self.policy = policy
        self.authorization = authorization
        self.algorithm = algorithm
    }
}

/// Several time-stamping authorities in the order of preference, and what happens when none of them answers.
public struct TimestampService: Sendable {
    /// What a signature becomes when there is no timestamp to be had.
    public enum Fallback: String, Sendable, Hashable, CaseIterable {
        /// No signature is made.
        case fail
        /// The signature is made on a lower level, and the caller is told.
        case degrade
    }

    /// The authorities, the preferred first.
    public let authorities: [TimestampAuthority]
    /// What happens when none of them answers; the signature formats follow it, not this type.
    public let fallback: Fallback
    /// Which authorities' certificates are accepted; nil accepts every intact token.
    public let anchors: TrustAnchors?
    private let fetch: Fetch
    private let random: @Sendable (Int) -> [UInt8]

    /// Prepares the service; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - authorities: At least one for a token to be had.
    ///   - fallback: What the signature formats do without a token.
    ///   - anchors: The authorities to trust.
    ///   - random: Gives as many random bytes as it is asked for.
    ///   - fetch: Posts the request.
    public init(
        authorities: [TimestampAuthority], fallback: Fallback = .fail, anchors: TrustAnchors? = nil,
        random: @escaping @Sendable (Int) -> [UInt8], fetch: @escaping Fetch
    ) {
        self.authorities = authorities
        self.fallback = fallback
        self.anchors = anchors
        self.random = random
        self.fetch = fetch
    }

    /// Gets a timestamp of some bytes from the first authority that gives a good one.
    ///
    /// - Parameter bytes: What is stamped: a signature value, or all of a document.
    /// - Returns: The token, checked against the bytes, the nonce and the trust anchors.
    /// - Throws: `timestamp.unavailable` with the error of the last authority as its cause.
    public func token(of bytes: [UInt8]) throws(ToolkitError) -> TimestampToken {
        var last: ToolkitError?
        for authority in authorities {
            do throws(ToolkitError) {
                let digest = try authority.algorithm.digest(of: bytes)
                return try token(of: digest, from: authority)
            } catch {
                last = error
            }
        }
        throw ToolkitError(
            .timestampUnavailable, "No time-stamping authority gave a timestamp.",
            fix: last.map { "The last one: \($0.message)" } ?? "Name a time-stamping authority.",
            facts: ["authorities": String(authorities.count)], cause: last)
    }

    private func token(
        of digest: [UInt8], from authority: TimestampAuthority
    ) throws(ToolkitError) -> TimestampToken {
        // The first bit is set, so that the number has the same size each time.
        var nonce = random(16)
        guard nonce.count == 16 else { throw .cryptographyFailed("randomness") }
        nonce[0] |= 0x80
        let request = try TimestampRequest(
            digest: digest, algorithm: authority.algorithm, nonce: nonce, policy: authority.policy)
        let token = try request.token(
            in: fetch(
                NetworkRequest(
                    .timestamp, url: authority.url, body: request.der, contentType: TimestampRequest.contentType,
                    authorization: authority.authorization, sizeLimit: TimestampRequest.answerLimit)))
        if let anchors {
            let path = try anchors.path(from: token.signer, through: token.certificates, at: token.time)
            guard case .trusted = path else {
                throw .timestampInvalid("The certificate of the timestamp leads to no authority that is trusted.")
            }
        }
        return token
    }
}
