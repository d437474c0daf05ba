public import Diagnostics

/// What people do with jobs: submit, look, call off, hold, let go on, try again, forget.
public struct JobBoard: Sendable {
    let ledger: DocumentLedger

    /// The jobs of a ledger.
    public init(_ ledger: DocumentLedger) { self.ledger = ledger }

    /// Submits a batch; workers take it as soon as it is committed.
    ///
    /// - Parameters:
    ///   - order: The documents.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The job, now or of the first time.
    /// - Throws: `job.tooLarge`, `job.empty`, `idempotency.reused`, and what the store throws.
    public func submit(_ order: BatchOrder, _ request: LedgerRequest) throws(ToolkitError) -> JobRecord {
        guard !order.items.isEmpty else {
            throw ToolkitError(.jobEmpty, "The batch has no document.", fix: "Put one document on each line.")
        }
        guard order.items.count <= BatchOrder.itemLimit else {
            throw ToolkitError(
                .jobTooLarge, "A batch has at most \(BatchOrder.itemLimit) documents.", fix: "Submit several batches.")
        }
        let answer = try ledger.perform(request) { entry throws(ToolkitError) in try entry.submit(order) }
        return try job(answer.id, issuer: request.issuer)
    }

    /// A job.
    ///
    /// - Throws: `job.unknown`.
    public func job(_ id: String, issuer: String) throws(ToolkitError) -> JobRecord {
        let row = try ledger.store.read { transaction throws(ToolkitError) in
            try transaction.row(
                "SELECT \(JobRecord.columns) FROM job j WHERE j.issuer = $1 AND j.id = $2 AND j.parent IS NULL",
                .text(issuer), .text(id))
        }
        guard let row else { throw .jobUnknown }
        return try JobRecord(row: row)
    }

    /// Which jobs are listed.
    public struct Filter: Sendable, Hashable {
        /// In these states; empty for all.
        public var states: [JobState] = []
        /// Of this kind; nil for all.
        public var kind: String?
        /// Older than the job with this id; nil for the newest.
        public var before: String?
        /// How many at most.
        public var limit = 100

        /// All jobs.
        public init() {}
    }

    /// Jobs, the newest first; parts of batches are not among them.
    ///
    /// - Throws: What the store throws.
    public func jobs(of issuer: String, _ filter: Filter = Filter()) throws(ToolkitError) -> [JobRecord] {
        var values: [SQLValue] = [.text(issuer), .integer(filter.limit)]
        var condition = "j.issuer = $1 AND j.parent IS NULL"
        func add(_ text: String, _ value: String) {
            values.append(.text(value))
            condition += " AND \(text) $\(values.count)"
        }
        if let before = filter.before { add("j.id <", before) }
        if let kind = filter.kind { add("j.kind =", kind) }
        if !filter.states.isEmpty {
            let words = filter.states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            condition += " AND j.state IN (\(words))"
        }
        let statement = Statement(
            "SELECT \(JobRecord.columns) FROM job j WHERE \(condition) ORDER BY j.id DESC LIMIT $2", values)
        return try ledger.store.read { transaction throws(ToolkitError) in
            var jobs: [JobRecord] = []
            for row in try transaction.rows(of: [statement])[0] { jobs.append(try JobRecord(row: row)) }
            return jobs
        }
    }

    /// How many jobs are in each state, parts of batches left out.
    ///
    /// - Throws: What the store throws.
    public func counts(issuer: String? = nil) throws(ToolkitError) -> [JobState: Int] {
        let condition = issuer == nil ? "" : " AND issuer = $1"
        let statement = Statement(
            "SELECT state, COUNT(*) FROM job WHERE parent IS NULL\(condition) GROUP BY state",
            issuer.map { [.text($0)] } ?? [])
        return try ledger.store.read { transaction throws(ToolkitError) in
            var counts: [JobState: Int] = [:]
            for row in try transaction.rows(of: [statement])[0] { counts[try row.word(0)] = try row.integer(1) }
            return counts
        }
    }
}

extension ToolkitError.Code {
    /// A batch without a document.
    public static let jobEmpty = Self("job.empty", .rejected)
    /// A batch of more documents than one may have.
    public static let jobTooLarge = Self("job.tooLarge", .rejected)
}
