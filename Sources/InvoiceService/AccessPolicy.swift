public import Certificates
import Diagnostics
import HTTPServer

/// The callers that a service knows.
public struct AccessPolicy: Sendable {
    /// The keys, by prefix.
    public var keys: [String: AccessKey] = [:]
    /// The client certificates that are known, by the SHA-256 of their DER in hexadecimal digits.
    public var certificates: [String: Principal] = [:]
    /// Whoever can reach the service without a key; nil where nobody may.
    ///
    /// For a service that only its own machine can reach. What a browser sends on behalf of another site is refused then.
    public var local: Principal?
    /// The requests of one caller in a minute; nil for any number.
    public var requestsPerMinute: Int?

    /// Nobody may call.
    public init() {}

    /// Who calls.
    ///
    /// - Throws: `access.missing`, always in the same words.
    func principal(of request: HTTPRequest, at now: Timestamp) throws(ToolkitError) -> Principal {
        if let field = request.field("authorization") {
            let parts = field.split(separator: " ", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "bearer",
                let principal = try AccessKey.principal(String(parts[1]), among: keys, at: now)
            {
                return principal
            }
            throw Self.unknown
        }
        if let certificate = request.certificate, certificate.isTrusted,
            let principal = certificates[Digest.hexadecimal(try Digest.sha256(certificate.der))]
        {
            return principal
        }
        guard let local else { throw Self.unknown }
        guard isFromOurselves(request) else {
            throw ToolkitError(
                .accessDenied, "Without keys the service answers its own machine only, and no other web site.",
                fix: "Make a key with `pechat serve key create`.")
        }
        return local
    }

    /// Whether a request was not made by a browser for another site, which any page may cause (DNS rebinding included).
    private func isFromOurselves(_ request: HTTPRequest) -> Bool {
        guard request.address.isEmpty || request.address == "::1" || request.address.hasPrefix("127.") else {
            return false
        }
        let host = request.field("host") ?? ""
        let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
        guard ["localhost", "127.0.0.1", "[::1]", ""].contains(name.lowercased()) || request.address.isEmpty else {
            return false
        }
        if let site = request.field("sec-fetch-site"), !["same-origin", "none"].contains(site) { return false }
        guard let origin = request.field("origin") else { return true }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    private static var unknown: ToolkitError {
        ToolkitError(
            .accessMissing, "The request names no key that may be used now.",
            fix: "Send Authorization: Bearer KEY; `pechat serve key create` makes one.")
    }
}

/// A key of the interface, as the service knows it: the secret itself is known to its owner only.
public struct AccessKey: Sendable, Hashable {
    /// The visible part, by which the key is found and named: `pk_` and eight letters.
    public let prefix: String
    /// SHA-256 of the whole key; it has 256 random bits, so nothing slower is needed.
    public let digest: [UInt8]
    /// What a person calls it.
    public let name: String
    /// What it may do.
    public let principal: Principal
    /// When it ends; nil for never.
    public let expires: Timestamp?

    /// Brings the facts together.
    public init(
        prefix: String, digest: [UInt8], name: String, scopes: Set<Scope>, issuers: Set<String>? = nil,
        requestsPerMinute: Int? = nil, expires: Timestamp? = nil
    ) {
        self.prefix = prefix
        self.digest = digest
        self.name = name
        self.expires = expires
        principal = Principal(name: prefix, scopes: scopes, issuers: issuers, requestsPerMinute: requestsPerMinute)
    }

    /// Makes the text of a new key.
    ///
    /// - Parameter random: 38 random bytes.
    /// - Returns: The prefix and the whole key, which nobody can find out again.
    public static func text(random: [UInt8]) -> (prefix: String, key: String) {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let name = String(decoding: random.prefix(8).map { letters[Int($0) % letters.count] }, as: UTF8.self)
        let secret = String(decoding: Base64.encodeURL(Array(random.dropFirst(8).prefix(32))), as: UTF8.self)
        return ("pk_\(name)", "pk_\(name)_\(secret)")
    }

    /// Whose key a text is, if it may be used now.
    static func principal(
        _ text: String, among keys: [String: AccessKey], at now: Timestamp
    ) throws(ToolkitError) -> Principal? {
        guard text.utf8.count <= 128 else { return nil }
        let digest = try Digest.sha256(Array(text.utf8))
        guard let key = keys[String(text.prefix(11))], key.digest.count == digest.count else { return nil }
        // Every byte is looked at, whatever the first ones say.
        let difference = zip(key.digest, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0, key.expires.map({ now < $0 }) ?? true else { return nil }
        return key.principal
    }
}
