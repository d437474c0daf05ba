public import Certificates
public import Diagnostics

/// The numbered documents of issuers and all that happens to them, in a store.
///
/// Every operation that changes something is one transaction: number, document, idempotency record, events, jobs and
/// audit entry are there together or not at all.
public struct DocumentLedger: Sendable {
    /// Where everything is kept.
    public let store: any Store
    /// Where threads that issue at the same time meet.
    let lanes: IssueLanes

    /// Whether everything is undone when it was done: what would happen, without its happening.
    let isTrial: Bool

    /// A ledger in a store.
    ///
    /// - Parameters:
    ///   - store: Where everything is kept.
    ///   - isTrial: Whether every operation is undone after its answer: what would happen, without its happening.
    public init(_ store: any Store, isTrial: Bool = false) {
        self.store = store
        self.isTrial = isTrial
        lanes = IssueLanes()
    }

    /// Runs one changing operation for an issuer, once for each idempotency key.
    ///
    /// The issuer's row is locked first; operations of one issuer come one after the other, so that the chain of audit
    /// entries has one end. When the key was used before for the same request, the stored answer comes back and nothing
    /// happens.
    ///
    /// - Parameters:
    ///   - request: For whom, by whom, when and under which key.
    ///   - question: What else is to be read under the lock; its rows are there for `books.rows(of:)`.
    ///   - body: Does it and gives the answer.
    /// - Returns: The answer, now or of the first time.
    /// - Throws: What the body throws; `idempotency.reused` when the key belongs to another request.
    func perform<Answer: LedgerAnswer>(
        _ request: LedgerRequest, asking question: Statement? = nil,
        _ body: (LedgerEntry) throws(ToolkitError) -> Answer
    ) throws(ToolkitError) -> Answer {
        try write { transaction throws(ToolkitError) in
            let entry = try LedgerEntry(transaction, request, asking: question)
            if let known = entry.knownAnswer { return try Answer(known) }
            let answer = try body(entry)
            try entry.finish(answer)
            return answer
        }
    }

    /// Runs a body in one writing transaction; in a trial everything is undone after it.
    ///
    /// - Throws: What the body and the store throw, in a trial too: every row has reached the store before it is undone.
    func write<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        var tried: Result?
        do throws(ToolkitError) {
            return try store.write { transaction throws(ToolkitError) in
                let result = try body(transaction)
                guard !isTrial else {
                    _ = try transaction.rows(of: [])
                    tried = result
                    throw ToolkitError(.trialEnded, "This was a trial.")
                }
                return result
            }
        } catch {
            if error.code == .trialEnded, let tried { return tried }
            throw error
        }
    }
}

extension DocumentLedger {
    /// The answer that a request got before under its key; nil where it has none, or is new.
    ///
    /// - Throws: `idempotency.reused` when the key belongs to another request; what the store throws.
    public func knownDocument(_ request: LedgerRequest) throws(ToolkitError) -> IssuedDocument? {
        guard let question = request.questionOfKey else { return nil }
        let rows = try store.read { transaction throws(ToolkitError) in try transaction.rows(of: [question])[0] }
        return try request.answer(in: rows).map { answer throws(ToolkitError) in try IssuedDocument(answer) }
    }
}

/// Who asks for a change, when, for which issuer and under which idempotency key.
public struct LedgerRequest: Sendable {
    /// The issuer whose documents they are: the tax number of the seller.
    public let issuer: String
    /// Who acts, such as `cli:maria` or the name of an API key; part of the audit.
    public let actor: String
    /// When.
    public let now: Timestamp
    /// The caller's name for this request; nil where a repetition would be a new request.
    public let idempotencyKey: String?
    /// SHA-256 of what is asked for, to tell a repetition from another request with the same key.
    public let fingerprint: [UInt8]
    /// Gives identifiers that were never given before, in rising order, such as UUIDs of version 7.
    public let identifier: @Sendable () -> String

    /// Takes every property as it is.
    public init(
        issuer: String, actor: String, now: Timestamp, idempotencyKey: String? = nil, fingerprint: [UInt8] = [],
        identifier: @escaping @Sendable () -> String
    ) {
        self.issuer = issuer
        self.actor = actor
        self.now = now
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.identifier = identifier
    }
}

/// What an operation answers, in the form in which it is stored for repetitions.
public protocol LedgerAnswer: Sendable {
    /// Reads a stored answer.
    ///
    /// - Throws: `ledger.damaged`.
    init(_ stored: [UInt8]) throws(ToolkitError)
    /// The answer as compact JSON.
    var stored: [UInt8] { get }
}

extension ToolkitError.Code {
    /// Undoes a trial; it never leaves the ledger.
    fileprivate static let trialEnded = Self("ledger.trialEnded", .defect)
}
