import Certificates
public import Diagnostics
import JSONCore

/// One change of one issuer's books within a transaction: it holds the issuer's lock and the end of the audit chain.
final class LedgerEntry {
    let transaction: any StoreTransaction
    let request: LedgerRequest
    /// The answer to the first request with this key; nil where there was none.
    let knownAnswer: [UInt8]?
    /// The rows of the question that came along.
    let asked: [SQLRow]?
    private var chain: AuditChain

    /// Locks the issuer and looks the idempotency key up, in one journey to the store.
    ///
    /// - Parameters:
    ///   - transaction: Where everything happens.
    ///   - request: For whom, by whom, when and under which key.
    ///   - question: What else is to be read under the lock, in the same journey.
    /// - Throws: `idempotency.reused`.
    init(
        _ transaction: any StoreTransaction, _ request: LedgerRequest, asking question: Statement? = nil
    ) throws(ToolkitError) {
        self.transaction = transaction
        self.request = request
        guard request.idempotencyKey.map({ 1...255 ~= $0.utf8.count }) ?? true else {
            throw ToolkitError(
                .idempotencyMalformed, "An idempotency key has 1 to 255 bytes.",
                fix: "Give a shorter key, such as a UUID.")
        }
        let issuer = SQLValue.text(request.issuer)
        let head = Statement("SELECT audit_seq, audit_hash FROM issuer WHERE issuer = $1 FOR UPDATE", [issuer])
        let known = Statement(
            "SELECT fingerprint, answer FROM idempotency WHERE issuer = $1 AND key = $2",
            [issuer, .text(request.idempotencyKey ?? "")])
        let questions = question.map { [head, known, $0] } ?? [head, known]
        var found = try transaction.rows(of: questions)
        if found[0].isEmpty {
            // Whoever comes second waits here for the first and then sees its row.
            try transaction.run(
                """
                INSERT INTO issuer (issuer, audit_seq, audit_hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING
                """, issuer, .bytes(AuditChain.start))
            found = try transaction.rows(of: questions)
        }
        asked = question == nil ? nil : found[2]
        guard let row = found[0].first else { throw .damagedRow }
        chain = AuditChain(sequence: try row.integer(0), hash: try row.bytes(1))
        if request.idempotencyKey != nil, let row = found[1].first {
            guard try row.bytes(0) == request.fingerprint else { throw .idempotencyReused }
            knownAnswer = try row.bytes(1)
        } else {
            knownAnswer = nil
        }
    }

    /// The issuer as a parameter.
    var issuer: SQLValue { .text(request.issuer) }
    /// The number that the next entry of the audit chain gets.
    var nextSequence: Int { chain.sequence + 1 }
    /// The moment as a parameter.
    var now: SQLValue { .integer(request.now.secondsSince1970) }

    /// Adds an entry to the audit chain and, with a topic, an event for others.
    ///
    /// - Parameters:
    ///   - action: What was done, such as `document.issued`.
    ///   - subject: The id of what it was done to.
    ///   - before: The state before, as JSON; nil where there was none. Its digest is kept.
    ///   - after: The state after, as JSON; its digest is kept, and it is the payload of the event.
    ///   - isEvent: Whether others hear of it.
    ///   - topic: How others hear it called; nil for the action.
    ///   - isFirst: Whether it is the issue of a document, whose row names the entry.
    /// - Throws: What the store throws.
    func record(
        _ action: String, of subject: String, before: [UInt8]? = nil, after: [UInt8], isEvent: Bool = true,
        topic: String? = nil, isFirst: Bool = false
    ) throws(ToolkitError) {
        let entry = try chain.append(
            at: request.now, actor: request.actor, action: action, subject: subject, before: before, after: after)
        try transaction.run(
            """
            INSERT INTO audit (issuer, seq, entry, subject, hash, is_first, topic, payload, entered_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, issuer, .integer(chain.sequence), .bytes(entry), .text(subject), .bytes(chain.hash),
            .integer(isFirst ? 1 : 0), isEvent ? .text(topic ?? action) : .null, isEvent ? .bytes(after) : .null, now)
    }

    /// Puts a job into the queue.
    ///
    /// - Parameters:
    ///   - kind: What is to be done.
    ///   - subject: The id of what it is done to.
    ///   - delay: In how many seconds a worker may take it, where whoever asks for it is about to do it.
    ///   - id: Its id; nil for a new one. A job whose id is there already is not put in again.
    /// - Throws: What the store throws.
    func enqueue(
        _ kind: String, for subject: String, delaySeconds delay: Int = 0, id: String? = nil
    ) throws(ToolkitError) {
        let due = request.now.secondsSince1970 + delay
        try transaction.run(
            """
            INSERT INTO job (issuer, id, kind, subject, priority, state, run_at, rank, lease_until, actor, entered_at,
                changed_at)
            VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, 0, $8, $9, $9) ON CONFLICT DO NOTHING
            """, issuer, .text(id ?? request.identifier()), .text(kind), .text(subject),
            .integer(JobPriority.default.level), .integer(due), .integer(JobPriority.default.rank(due: due)),
            .text(request.actor), now)
        transaction.wakeWorkers()
    }

    /// Keeps the answer for repetitions and moves the issuer's end of the chain.
    func finish(_ answer: some LedgerAnswer) throws(ToolkitError) {
        if let key = request.idempotencyKey {
            try transaction.run(
                """
                INSERT INTO idempotency (issuer, key, fingerprint, answer, entered_at) VALUES ($1, $2, $3, $4, $5)
                """, issuer, .text(key), .bytes(request.fingerprint), .bytes(answer.stored), now)
        }
        try close()
    }

    /// Moves the issuer's end of the chain.
    func close() throws(ToolkitError) {
        try transaction.run(
            "UPDATE issuer SET audit_seq = $2, audit_hash = $3 WHERE issuer = $1", issuer, .integer(chain.sequence),
            .bytes(chain.hash))
    }
}

extension ToolkitError {
    static var idempotencyReused: ToolkitError {
        ToolkitError(
            .idempotencyReused, "This idempotency key was used for another request.",
            fix: "Use a new key for a new request; the same key repeats the first one.")
    }
}

extension ToolkitError.Code {
    /// An idempotency key is empty or too long.
    public static let idempotencyMalformed = Self("idempotency.malformed", .usage)
    /// An idempotency key came with another request than the first time.
    public static let idempotencyReused = Self("idempotency.reused", .state)
}
