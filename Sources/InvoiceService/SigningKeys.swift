public import Certificates
public import Diagnostics
import JSONCore
import Ledger
import Synchronization

/// A key of the service, unlocked when it started, with what may be done with it.
public struct ServiceKey: Sendable {
    /// What callers name it by.
    public let name: String
    /// Signs; the key itself never leaves it.
    public let signer: any Signer
    /// The callers that may use it, by the prefix of their key; nil for all with the scope `sign`.
    public var callers: Set<String>?
    /// The forms that it may sign; nil for all but `digest`.
    public var formats: Set<String>?
    /// Signatures in a minute; nil for any number.
    public var perMinute: Int?
    /// Signatures in a day of UTC; nil for any number.
    public var perDay: Int?
    /// Whether a second caller must release each signature.
    public var needsRelease = false

    /// Takes a key with no limits.
    public init(name: String, signer: any Signer) {
        self.name = name
        self.signer = signer
    }
}

/// The keys of the service, their states and their audit.
///
/// One lock guards the states. Lines of the audit are written by one thread at a time, which takes those of all that wait
/// along, so that they share one wait for the disk. A signature is handed out only after its line is written.
public final class SigningKeys: Sendable {
    /// What is remembered of a key while the service runs.
    fileprivate struct State {
        var reason: String?
        var bucket: RateBucket?
        /// How many signatures there are of days (UTC, since 1970): a clock that is set back and forth forgets none.
        private var counts: [Int: Int] = [:]

        private static func day(of moment: Timestamp) -> Int { moment.secondsSince1970 / 86_400 }

        /// How many signatures there are of the day of a moment, in UTC.
        func count(on now: Timestamp) -> Int { counts[Self.day(of: now), default: 0] }

        /// Counts a signature of a moment.
        mutating func countSignature(at now: Timestamp) {
            let today = Self.day(of: now)
            if counts[today] == nil { counts = counts.filter { abs($0.key - today) < 8 } }
            counts[today, default: 0] += 1
        }
    }

    struct Book {
        fileprivate var states: [String: State] = [:]
        fileprivate var standard: String?
        var releases: [String: SignatureRelease] = [:]
        fileprivate var chain: [UInt8] = [UInt8](repeating: 0, count: 32)
        fileprivate var sequence = 0

        /// Follows an event of the audit, now or when it is read again.
        fileprivate mutating func follow(_ event: String, _ key: String, _ fact: (String) -> String?) {
            switch event {
            case "key.deactivated": states[key]?.reason = fact("reason") ?? ""
            case "key.activated": states[key]?.reason = nil
            case "key.default": standard = key
            default: SignatureRelease.follow(event, key, in: &releases, fact)
            }
        }
    }

    /// The keys in the order of the configuration.
    public let keys: [ServiceKey]
    let book: Mutex<Book>
    private let append: @Sendable ([[UInt8]]) -> Bool
    private let turns = SharedTurns<AuditEntry, Bool>()

    /// Takes the keys.
    ///
    /// - Parameters:
    ///   - keys: The first is the default until another is chosen.
    ///   - lines: The audit as it was left, so that what was switched off stays off and signatures of the day count.
    ///   - append: Writes lines of the audit durably; false where it could not. Called by one thread at a time.
    /// - Throws: `audit.broken` where a line was changed or is missing.
    public init(
        _ keys: [ServiceKey], audit lines: [[UInt8]] = [],
        append: @escaping @Sendable ([[UInt8]]) -> Bool = { _ in true }
    ) throws(ToolkitError) {
        var book = Book()
        book.standard = keys.first?.name
        for key in keys { book.states[key.name] = State() }
        for line in lines {
            let entry = try JSONDocument(parsing: line).root
            book.sequence += 1
            guard entry["sequence"]?.integer == book.sequence,
                entry["previous"]?.string == Digest.hexadecimal(book.chain)
            else {
                throw ToolkitError(
                    .auditBroken, "The audit of signatures is not as it was written.",
                    fix: "Keep the file for whoever looks into it, and begin another.")
            }
            book.chain = try Digest.sha256(book.chain + line)
            guard let name = entry["key"]?.string, book.states[name] != nil else { continue }
            let event = entry["event"]?.string ?? ""
            book.follow(event, name) { entry[$0]?.string }
            if event == "signature", let time = try entry["time"]?.string.map(Timestamp.init) {
                book.states[name]?.countSignature(at: time)
            }
        }
        self.keys = keys
        self.append = append
        self.book = Mutex(book)
    }

    /// The key that is used where none is named.
    public var standard: String? { book.withLock { $0.standard } }

    /// Why a key is switched off; nil where it is not.
    public func reason(_ name: String) -> String? { book.withLock { $0.states[name]?.reason } }

    /// The key with a name.
    ///
    /// - Throws: `resource.unknown`.
    public func key(_ name: String) throws(ToolkitError) -> ServiceKey {
        guard let key = keys.first(where: { $0.name == name }) else {
            throw ToolkitError(.resourceUnknown, "There is no key of this name.", fix: "`GET /v1/keys` lists them.")
        }
        return key
    }

    /// The key for a signature, if whoever calls may use it for that.
    ///
    /// - Throws: `resource.unknown`, `key.denied`, `key.expired`.
    func permitted(_ name: String?, format: String, for caller: SigningCaller) throws(ToolkitError) -> ServiceKey {
        guard let name = name ?? standard else {
            throw ToolkitError(
                .resourceUnknown, "The service has no key.", fix: "Name keys in the configuration (`keys`).")
        }
        let key = try key(name)
        // What stands behind a digest is never seen, so that a key signs digests only where its forms name them.
        guard key.callers?.contains(caller.name) ?? true, key.formats?.contains(format) ?? (format != "digest")
        else {
            throw ToolkitError(.keyDenied, "This caller may not sign like that with this key.")
        }
        try key.signer.chain.first?.requireValidity(at: caller.now)
        return key
    }

    /// Takes a key for one signature: it is on, and its limits leave room.
    ///
    /// - Throws: `key.deactivated`, `key.limit`.
    func take(_ key: ServiceKey, for caller: SigningCaller) throws(ToolkitError) {
        let name = key.name
        let microseconds = caller.microseconds
        let refusal: ToolkitError? = book.withLock { book in
            guard var state = book.states[name] else { return nil }
            if state.reason != nil {
                return ToolkitError(
                    .keyDeactivated, "This key is switched off.", fix: "Use another; `GET /v1/keys` says why.")
            }
            if let most = key.perDay, state.count(on: caller.now) >= most {
                let left = 86_400 - caller.now.secondsSince1970 % 86_400
                return Self.limit("The key has signed as often as it may today.", left)
            }
            if let limit = key.perMinute {
                var bucket = state.bucket ?? RateBucket(full: limit, at: microseconds)
                let wait = bucket.take(limit, at: microseconds)
                state.bucket = bucket
                if let wait {
                    book.states[name] = state
                    return Self.limit("The key signs no faster than it may.", wait)
                }
            }
            state.countSignature(at: caller.now)
            book.states[name] = state
            return nil
        }
        if let refusal { throw refusal }
    }

    private static func limit(_ message: String, _ seconds: Int) -> ToolkitError {
        ToolkitError(.keyLimit, message, fix: "Wait \(seconds) seconds.", facts: ["retryAfter": "\(seconds)"])
    }

    /// Writes a line of the audit.
    ///
    /// - Throws: `audit.unwritable`; what was done must not be handed out then.
    func record(
        _ event: String, _ key: String, _ call: Call, _ facts: [(String, String)] = []
    ) throws(ToolkitError) {
        try record(event, key, for: SigningCaller(call), facts)
    }

    /// Writes a line of the audit about what no request asked for.
    func record(
        _ event: String, _ key: String, for caller: SigningCaller, _ facts: [(String, String)] = []
    ) throws(ToolkitError) {
        let entry = AuditEntry(event: event, key: key, caller: caller, facts: facts)
        guard turns.take(entry, in: "", write) else {
            throw ToolkitError(.auditUnwritable, "The audit cannot be written, so nothing is signed.")
        }
    }

    /// Writes lines of the audit together; what they tell counts once they are on the disk.
    private func write(_ entries: [AuditEntry]) -> [Bool] {
        var (chain, sequence) = book.withLock { ($0.chain, $0.sequence) }
        var lines: [[UInt8]] = []
        for entry in entries {
            sequence += 1
            let line = entry.line(sequence, after: chain)
            // Without the digest there is no chain, and nothing is signed.
            guard let next = try? Digest.sha256(chain + line) else { return entries.map { _ in false } }
            chain = next
            lines.append(line)
        }
        guard append(lines) else { return entries.map { _ in false } }
        book.withLock { book in
            (book.chain, book.sequence) = (chain, sequence)
            for entry in entries { book.follow(entry.event, entry.key, entry.fact) }
        }
        return entries.map { _ in true }
    }
}

/// What a line of the audit tells.
private struct AuditEntry: Sendable {
    let event: String
    let key: String
    let caller: SigningCaller
    let facts: [(String, String)]

    /// What the line tells under a name.
    func fact(_ name: String) -> String? {
        let standing = [("caller", caller.name), ("time", caller.now.description)]
        return (facts + standing).first { $0.0 == name }?.1
    }

    /// The line as JSON.
    ///
    /// - Parameters:
    ///   - sequence: Its number.
    ///   - chain: The digest of all lines before it.
    /// - Returns: One object, without an end of line.
    func line(_ sequence: Int, after chain: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("sequence", sequence)
        writer.member("time", caller.now.description)
        writer.member("event", event)
        writer.member("key", key)
        writer.member("caller", caller.name)
        writer.member("requestId", caller.requestID)
        for fact in facts { writer.member(fact.0, fact.1) }
        writer.member("previous", Digest.hexadecimal(chain))
        writer.endObject()
        return writer.bytes
    }
}

extension ToolkitError.Code {
    /// The audit of signatures was changed.
    public static let auditBroken = Self("audit.broken", .state)
    /// The audit of signatures cannot be written.
    static let auditUnwritable = Self("audit.unwritable", .inputOutput)
    /// A key is switched off.
    static let keyDeactivated = Self("key.deactivated", .state)
    /// A key may not sign that often.
    static let keyLimit = Self("key.limit", .later)
}
