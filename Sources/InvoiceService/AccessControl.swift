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
        guard case .scope(let scope) = access else { return Principal(name: "open", scopes: []) }
        let principal = try policy.withLock { $0 }.principal(of: request, at: now)
        guard principal.scopes.contains(scope) else {
            throw ToolkitError(
                .accessDenied, "This key may not do that.", fix: "It needs the scope \(scope.rawValue).")
        }
        return principal
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
