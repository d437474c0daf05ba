public import Certificates
import Diagnostics
import Synchronization

/// A key that the service signs with, unlocked when the service starts.
public final class ServiceKey: Sendable {
    /// How requests name it.
    public let name: String
    /// Holds the key.
    public let signer: any Signer
    /// The prefixes of the API keys that may use it; nil for all that may sign.
    public let callers: Set<String>?
    /// Signatures a day, by UTC; nil for any number.
    public let dailyLimit: Int?
    /// Whether it signs digests of what the service never sees.
    public let allowsDigests: Bool
    private let used = Mutex((day: 0, count: 0, total: 0))

    /// Brings a key and its permissions together.
    public init(
        name: String, signer: any Signer, callers: Set<String>? = nil, dailyLimit: Int? = nil,
        allowsDigests: Bool = false
    ) {
        self.name = name
        self.signer = signer
        self.callers = callers
        self.dailyLimit = dailyLimit
        self.allowsDigests = allowsDigests
    }

    /// The certificate of the key.
    var certificate: Certificate? { signer.chain.first }
    /// Signatures since the start.
    var total: Int { used.withLock { $0.total } }

    /// Whether a caller may use it: by the prefix of the API key.
    func isOpen(to caller: Principal) -> Bool { callers?.contains(caller.name) ?? true }

    /// Signs once: within the daily limit, with a certificate that is in time; what fails does not count.
    func use<Result>(at now: Timestamp, _ body: () throws(ToolkitError) -> Result) throws(ToolkitError) -> Result {
        try certificate?.requireValidity(at: now)
        let day = now.secondsSince1970 / 86_400
        let isAllowed = used.withLock { used in
            if used.day != day { used = (day, 0, used.total) }
            guard used.count < dailyLimit ?? .max else { return false }
            used.count += 1
            used.total += 1
            return true
        }
        guard isAllowed else {
            throw ToolkitError(
                .keyDailyLimit, "The key has signed as often today as it may.", fix: "Try again tomorrow (UTC).",
                facts: ["retryAfter": "\(86_400 - now.secondsSince1970 % 86_400)"])
        }
        do throws(ToolkitError) { return try body() } catch {
            used.withLock { used in
                if used.day == day { used.count -= 1 }
                used.total -= 1
            }
            throw error
        }
    }
}

extension ToolkitError.Code {
    /// No key of that name is there for this caller.
    static let keyUnknown = Self("key.unknown", .state)
    /// The key has reached its daily limit.
    static let keyDailyLimit = Self("key.dailyLimit", .later)
    /// The key signs no digests.
    static let keyNoDigests = Self("key.noDigests", .state)
}
