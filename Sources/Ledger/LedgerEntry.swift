import Certificates
public import Diagnostics
import JSONCore

/// One request about one issuer's books, under their lock.
final class LedgerEntry {
    /// The issuer's books, which other requests of the transaction may share.
    let books: LockedBooks
    let request: LedgerRequest
    /// The answer to the first request with this key; nil where there was none.
    let knownAnswer: [UInt8]?

    /// Locks the issuer's books and looks the idempotency key up, in one journey to the store.
    ///
    /// - Parameters:
    ///   - transaction: Where everything happens.
    ///   - request: For whom, by whom, when and under which key.
    ///   - question: What else is to be read under the lock, in the same journey.
    /// - Throws: `idempotency.reused`.
    convenience init(
        _ transaction: any StoreTransaction, _ request: LedgerRequest, asking question: Statement? = nil
    ) throws(ToolkitError) {
        let questions = [request.questionOfKey, question].compactMap { $0 }
        try self.init(LockedBooks(transaction, request.issuer, asking: questions), request)
    }

    /// A further request about books that are locked.
    ///
    /// - Throws: `idempotency.reused`.
    init(_ books: LockedBooks, _ request: LedgerRequest) throws(ToolkitError) {
        precondition(SQLValue.text(request.issuer) == .text(books.issuer), "it is about the books that are locked")
        self.books = books
        self.request = request
        guard request.idempotencyKey.map({ 1...255 ~= $0.utf8.count }) ?? true else {
            throw ToolkitError(
                .idempotencyMalformed, "An idempotency key has 1 to 255 bytes.",
                fix: "Give a shorter key, such as a UUID.")
        }
        knownAnswer = try request.questionOfKey.flatMap { question throws(ToolkitError) in
            try request.answer(in: books.rows(of: question))
        }
    }

    /// Where everything happens.
    var transaction: any StoreTransaction { books.transaction }
    /// The issuer as a parameter.
    var issuer: SQLValue { .text(request.issuer) }
    /// The number that the next entry of the audit chain gets.
    var nextSequence: Int { books.chain.sequence + 1 }
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
        let entry = try books.chain.append(
            at: request.now, actor: request.actor, action: action, subject: subject, before: before, after: after)
        try transaction.run(
            """
            INSERT INTO audit (issuer, seq, entry, subject, hash, is_first, topic, payload, entered_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, issuer, .integer(books.chain.sequence), .bytes(entry), .text(subject),
            .bytes(books.chain.hash), .integer(isFirst ? 1 : 0), isEvent ? .text(topic ?? action) : .null,
            isEvent ? .bytes(after) : .null, now)
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

    /// Keeps the answer for repetitions and closes the books.
    ///
    /// - Throws: What the store throws.
    func finish(_ answer: some LedgerAnswer) throws(ToolkitError) {
        try keep(answer)
        try books.close()
    }

    /// Keeps the answer for repetitions; other requests of the transaction follow.
    ///
    /// - Throws: What the store throws.
    func keep(_ answer: some LedgerAnswer) throws(ToolkitError) {
        guard let key = request.idempotencyKey, let question = request.questionOfKey else { return }
        let (fingerprint, stored) = (SQLValue.bytes(request.fingerprint), SQLValue.bytes(answer.stored))
        try transaction.run(
            """
            INSERT INTO idempotency (issuer, key, fingerprint, answer, entered_at) VALUES ($1, $2, $3, $4, $5)
            """, issuer, .text(key), fingerprint, stored, now)
        books.keep(SQLRow([fingerprint, stored]), of: question)
    }
}

extension LedgerRequest {
    /// Asks for the first request with the same key; nil where the request has none.
    var questionOfKey: Statement? {
        idempotencyKey.map { key in
            Statement(
                "SELECT fingerprint, answer FROM idempotency WHERE issuer = $1 AND key = $2",
                [.text(issuer), .text(key)])
        }
    }

    /// The answer that was kept under the key; nil where the rows of `questionOfKey` have none.
    ///
    /// - Throws: `idempotency.reused` where the key belongs to another request.
    func answer(in rows: [SQLRow]) throws(ToolkitError) -> [UInt8]? {
        guard let row = rows.first else { return nil }
        guard try row.bytes(0) == fingerprint else { throw .idempotencyReused }
        return try row.bytes(1)
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
