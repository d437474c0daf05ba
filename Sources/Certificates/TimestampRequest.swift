public import Diagnostics

/// A question to a time-stamping authority: the digest to stamp, and what makes the answer ours.
///
/// Source: RFC 3161 §2.4.1.
public struct TimestampRequest: Sendable, Hashable {
    /// The kind of digest.
    public let algorithm: DigestAlgorithm
    /// The digest to stamp.
    public let digest: [UInt8]
    /// A random number that the answer must repeat; without it an old answer could be passed off as a new one.
    public let nonce: [UInt8]
    /// The policy that is asked for, dotted; nil leaves it to the authority.
    public let policy: String?
    /// The request in DER; the authority is asked to send its certificate along.
    public let der: [UInt8]

    /// The media type of a request sent over HTTP.
    ///
    /// Source: RFC 3161 §3.4.
    public static let contentType = "application/timestamp-query"
    /// The most bytes of an answer: a token with a long chain has some 10 KB.
    public static let answerLimit = 1 << 18

    /// Puts a question together.
    ///
    /// - Parameters:
    ///   - digest: The digest to stamp.
    ///   - algorithm: Its kind.
    ///   - nonce: 8 to 20 random bytes; the library has no source of randomness of its own here.
    ///   - policy: The policy to ask for, dotted.
    /// - Throws: `timestamp.request` where one of them cannot be asked for.
    public init(
        digest: [UInt8], algorithm: DigestAlgorithm = .sha256, nonce: [UInt8], policy: String? = nil
    ) throws(ToolkitError) {
        let identifier = policy.map { DERWriter.objectIdentifier($0) }
        guard digest.count == algorithm.size, (8...20).contains(nonce.count), identifier != .some(nil) else {
            throw ToolkitError(
                .timestampRequest, "A timestamp cannot be asked for like this.",
                fix: "Write the policy as numbers with dots, such as 1.2.3.4.")
        }
        self.algorithm = algorithm
        self.digest = digest
        self.nonce = nonce
        self.policy = policy
        let imprint = DERWriter.sequence(DERWriter.algorithm(algorithm), DERWriter.value(DERTag.octetString, digest))
        der = DERWriter.sequence(
            DERWriter.value(DERTag.integer, [1]), imprint, (identifier ?? nil) ?? [], DERWriter.unsigned(nonce),
            DERWriter.value(DERTag.boolean, [0xFF]))
    }

    /// Reads the answer of an authority and checks that it belongs to this question.
    ///
    /// Status, imprint, nonce and policy must be those of the question, the signature must be good, and the
    /// certificate must be one for time-stamping alone. Whether the authority is trusted is another question: see
    /// `TimestampToken.certificates` and `TrustAnchors`.
    ///
    /// Source: RFC 3161 §2.4.2.
    ///
    /// - Parameter response: The bytes of the answer.
    /// - Returns: The token, which is what goes into a signature.
    /// - Throws: `timestamp.refused` where the authority says no; `timestamp.invalid` where the answer is not one to
    ///   this question or not signed as it must be.
    public func token(in response: [UInt8]) throws(ToolkitError) -> TimestampToken {
        guard let parts = DERNode(response[...])?.children, (1...2).contains(parts.count),
            let information = parts[0].children, let status = information.first?.integer
        else { throw .timestampInvalid("The answer of the time-stamping authority cannot be read.") }
        // 0 granted, 1 granted with modifications, 2 to 5 no.
        guard status <= 1 else {
            throw ToolkitError(
                .timestampRefused, "The time-stamping authority refused the request (status \(status)).",
                fix: "Ask the authority, or name another one.",
                facts: ["failInfo": information.last?.flags.map { String($0, radix: 16) } ?? ""])
        }
        guard parts.count == 2 else { throw .timestampInvalid("The answer holds no timestamp.") }
        let token = try TimestampToken(der: Array(parts[1].bytes))
        guard token.algorithm == algorithm, token.digest == digest else {
            throw .timestampInvalid("The timestamp is about something else than was asked for.")
        }
        guard let answered = token.nonce, answered.elementsEqual(nonce.drop { $0 == 0 }) else {
            throw .timestampInvalid("The timestamp was made for another request: its nonce is not ours.")
        }
        guard policy == nil || token.policy == policy else {
            throw .timestampInvalid("The timestamp was made under another policy than was asked for.")
        }
        return token
    }
}

extension ToolkitError.Code {
    /// A timestamp cannot be asked for with these values.
    public static let timestampRequest = Self("timestamp.request", .usage)
    /// The time-stamping authority said no.
    public static let timestampRefused = Self("timestamp.refused", .later)
    /// A timestamp is not what it has to be.
    public static let timestampInvalid = Self("timestamp.invalid", .rejected)
    /// No time-stamping authority gave a timestamp.
    public static let timestampUnavailable = Self("timestamp.unavailable", .later)
}

extension ToolkitError {
    /// The timestamp or the answer around it is wrong.
    static func timestampInvalid(_ message: String) -> ToolkitError {
        ToolkitError(.timestampInvalid, message, fix: "Use another time-stamping authority.")
    }
}
