import Certificates
import Diagnostics
import HTTPServer
import Synchronization

/// Who may call, and how often.
public final class AccessControl: Sendable {
    private let policy: Mutex<AccessPolicy>
    private let buckets = Mutex<[String: RateBucket]>([:])

    /// Takes who may call.
    public init(_ policy: AccessPolicy) {
        self.policy = Mutex(policy)
    }

    /// Takes others in place of those who might call up to now.
    public func replace(with policy: AccessPolicy) { self.policy.withLock { $0 = policy } }

    /// Finds out who calls, and whether that caller may.
    ///
    /// - Throws: `access.missing`; `access.denied`.
    func principal(
        of request: HTTPRequest, for access: Route.Access, at now: Timestamp
    ) throws(ToolkitError) -> Principal {
        let wanted: Scope?
        switch access {
        case .open, .door: return Principal(name: "open", scopes: [])
        case .scope(let scope): wanted = scope
        case .page(let scope): wanted = scope
        }
        let principal = try policy.withLock { $0 }.principal(of: request, at: now)
        guard wanted.map(principal.scopes.contains) ?? true else { throw Self.scopeMissing(wanted) }
        return principal
    }

    static func scopeMissing(_ scope: Scope?) -> ToolkitError {
        ToolkitError(.accessDenied, "This key may not do that.", fix: "It needs the scope \(scope?.rawValue ?? "").")
    }

    /// Whose key a text is; nil where it may not be used now.
    func principal(key: String, at now: Timestamp) throws(ToolkitError) -> Principal? {
        let keys = policy.withLock { $0.keys }
        return try AccessKey.principal(key, among: keys, at: now)
    }

    /// Whose key has a prefix; nil where it may not be used any more.
    func principal(prefix: String, at now: Timestamp) -> Principal? {
        guard let key = policy.withLock({ $0.keys[prefix] }), key.expires.map({ now < $0 }) ?? true else { return nil }
        return key.principal
    }

    /// Counts a request.
    ///
    /// - Throws: `access.rate` with the seconds to wait.
    func count(_ principal: Principal, at microseconds: Int) throws(ToolkitError) {
        let standard = policy.withLock { $0.requestsPerMinute }
        guard let limit = principal.requestsPerMinute ?? standard else { return }
        let wait = buckets.withLock { buckets in
            buckets[principal.name, default: RateBucket(full: limit, at: microseconds)].take(limit, at: microseconds)
        }
        guard let wait else { return }
        throw ToolkitError(
            .rateExceeded, "There are too many requests.", fix: "Wait \(wait) seconds.",
            facts: ["retryAfter": "\(wait)"])
    }
}

/// A bucket of tokens that fills up again evenly: a minute's worth at once, then as many as come in.
struct RateBucket: Sendable {
    /// In millionths of a token.
    private var level: Int
    private var time: Int

    init(full limit: Int, at microseconds: Int) {
        level = limit * 1_000_000
        time = microseconds
    }

    /// Takes one token.
    ///
    /// - Returns: nil where there was one, else the seconds until there is.
    mutating func take(_ perMinute: Int, at microseconds: Int) -> Int? {
        let elapsed = min(max(0, microseconds - time), 60_000_000)
        level = min(perMinute * 1_000_000, level + elapsed * perMinute / 60)
        time = microseconds
        guard level < 1_000_000 else {
            level -= 1_000_000
            return nil
        }
        return max(1, ((1_000_000 - level) * 60 / perMinute + 999_999) / 1_000_000)
    }
}
