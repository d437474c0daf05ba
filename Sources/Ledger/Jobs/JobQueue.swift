public import Certificates
public import Diagnostics

/// The jobs that follow on what was written, such as rendering and signing; many workers of many nodes take them.
///
/// A worker holds a job for the time of its lease. Whoever comes after the lease gets the job with a higher fence, and what
/// the first one reports late is refused.
public struct JobQueue: Sendable {
    let store: any Store

    /// The queue of a ledger.
    public init(_ store: any Store) { self.store = store }

    /// A job in the hands of a worker.
    public struct Job: Sendable, Hashable {
        /// Whose it is.
        public let issuer: String
        /// Its id within the issuer.
        public let id: String
        /// What is to be done, such as `files`; see `JobKind`.
        public let kind: String
        /// The id of what it is done to.
        public let subject: String
        /// Which of all that held the job this worker is; rises by one each time.
        public let fence: Int
        /// How often it was begun, this time included.
        public let attempts: Int
        /// How often it may be begun.
        public let mostAttempts: Int
        /// How long one try may take, in seconds.
        public let timeoutSeconds: Int
        /// The batch that it is a part of; nil for a job that stands alone.
        public let parent: String?
        /// Of a part, the ordinals of its items.
        public let items: Range<Int>
        /// Who wanted it.
        public let actor: String
    }

    /// What a worker can do, and how it takes jobs.
    public struct Terms: Sendable, Hashable {
        /// The kinds of jobs that it can do; nil for all.
        public var kinds: Set<String>?
        /// Whose jobs; nil for everybody's.
        public var issuer: String?
        /// How long it may take until it renews the lease, in seconds.
        public var leaseSeconds: Int

        /// Takes every property as it is.
        public init(
            kinds: Set<String>? = nil, issuer: String? = nil, leaseSeconds: Int = 60
        ) {
            self.kinds = kinds
            self.issuer = issuer
            self.leaseSeconds = leaseSeconds
        }
    }

    /// Takes jobs that are due, the most urgent and oldest first; nobody else gets them before the lease is over.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - now: When.
    ///   - leaseSeconds: How long the worker may take, until it renews the lease.
    /// - Returns: The jobs; none where nothing is due.
    /// - Throws: What the store throws.
    public func claim(_ limit: Int, at now: Timestamp, leaseSeconds: Int) throws(ToolkitError) -> [Job] {
        try claim(limit, at: now, Terms(leaseSeconds: leaseSeconds))
    }

    /// Takes jobs that are due and that a worker can do.
    ///
    /// Where nothing is due, nothing is written.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - now: When.
    ///   - terms: What the worker can do.
    /// - Returns: The jobs; none where nothing is due.
    /// - Throws: What the store throws.
    public func claim(_ limit: Int, at now: Timestamp, _ terms: Terms) throws(ToolkitError) -> [Job] {
        guard try isSomethingDue(at: now, terms) else { return [] }
        return try store.write { transaction throws(ToolkitError) in
            try Self.takeBack(at: now, in: transaction)
            return try Self.take(limit, at: now, terms, in: transaction)
        }
    }

    /// A look that disturbs no writer.
    private func isSomethingDue(at now: Timestamp, _ terms: Terms) throws(ToolkitError) -> Bool {
        let moment = SQLValue.integer(now.secondsSince1970)
        var values = [moment]
        let condition = Self.condition(terms, &values)
        return try store.read { transaction throws(ToolkitError) in
            let found = try transaction.rows(of: [
                Statement("SELECT 1 FROM job WHERE \(condition) LIMIT 1", values),
                Statement("SELECT 1 FROM job WHERE state = 'processing' AND lease_until < $1 LIMIT 1", [moment]),
            ])
            return !found[0].isEmpty || !found[1].isEmpty
        }
    }

    private static func condition(_ terms: Terms, _ values: inout [SQLValue]) -> String {
        var condition = "state = 'pending' AND run_at <= $1"
        if let issuer = terms.issuer {
            values.append(.text(issuer))
            condition += " AND issuer = $\(values.count)"
        }
        if let kinds = terms.kinds {
            var places: [String] = []
            for kind in kinds.sorted() {
                values.append(.text(kind))
                places.append("$\(values.count)")
            }
            condition += " AND kind IN (\(places.joined(separator: ", ")))"
        }
        return condition
    }

    /// What a worker held too long is free again, unless it was tried often enough; that is `JobBoard.sweep`'s.
    private static func takeBack(at now: Timestamp, in transaction: any StoreTransaction) throws(ToolkitError) {
        try transaction.run(
            """
            UPDATE job SET state = 'pending', problem = 'job.leaseOver' WHERE (issuer, id) IN
                (SELECT issuer, id FROM job WHERE state = 'processing' AND lease_until < $1 AND attempts < most_attempts
                FOR UPDATE SKIP LOCKED)
            """, .integer(now.secondsSince1970))
    }

    private static func take(
        _ limit: Int, at now: Timestamp, _ terms: Terms, in transaction: any StoreTransaction
    ) throws(ToolkitError) -> [Job] {
        let moment = SQLValue.integer(now.secondsSince1970)
        var values = [moment]
        let condition = Self.condition(terms, &values)
        values += [moment, .integer(now.secondsSince1970 + terms.leaseSeconds), .integer(limit)]
        let last = values.count
        let rows = try transaction.rows(of: [
            Statement(
                """
                UPDATE job SET state = 'processing', lease_until = $\(last - 1), fence = fence + 1,
                    attempts = attempts + 1, started_at = COALESCE(started_at, $\(last - 2)), changed_at = $\(last - 2)
                WHERE (issuer, id) IN (
                    SELECT issuer, id FROM job WHERE \(condition)
                    ORDER BY rank, id LIMIT $\(last) FOR UPDATE SKIP LOCKED)
                RETURNING \(Job.columns), rank
                """, values)
        ])[0]
        var jobs: [(order: Int, job: Job)] = []
        for row in rows { jobs.append((try row.integer(Job.columnCount), try Job(row: row))) }
        for batch in Set(jobs.compactMap { job in job.job.parent.map { [job.job.issuer, $0] } }).sorted(by: <) {
            try transaction.run(
                """
                UPDATE job SET state = 'processing', started_at = COALESCE(started_at, $3), changed_at = $3
                WHERE issuer = $1 AND id = $2 AND state = 'pending'
                """, .text(batch[0]), .text(batch[1]), moment)
        }
        // The order of what an UPDATE returns is nobody's promise.
        return jobs.sorted { ($0.order, $0.job.id) < ($1.order, $1.job.id) }.map(\.job)
    }

    /// Makes all jobs of an issuer due that wait for a time, such as that of their next try.
    ///
    /// - Throws: What the store throws.
    public func hurry(issuer: String, at now: Timestamp) throws(ToolkitError) {
        try store.write { transaction throws(ToolkitError) in
            try transaction.run(
                """
                UPDATE job SET run_at = $2, rank = $2 + priority * \(JobPriority.ageingSeconds)
                WHERE issuer = $1 AND state = 'pending' AND run_at > $2
                """, .text(issuer), .integer(now.secondsSince1970))
        }
    }

    /// Renews the lease of a job that takes longer.
    ///
    /// - Returns: False where another worker has the job by now.
    /// - Throws: What the store throws.
    public func renew(_ job: Job, at now: Timestamp, leaseSeconds: Int) throws(ToolkitError) -> Bool {
        try holds(
            """
            UPDATE job SET lease_until = $4
            WHERE issuer = $1 AND id = $2 AND fence = $3 AND state = 'processing' RETURNING 1
            """, job.key + [.integer(now.secondsSince1970 + leaseSeconds)])
    }

    /// Gives a job back untouched, because the worker stops; that is no try.
    ///
    /// - Returns: False where another worker has the job by now.
    /// - Throws: What the store throws.
    public func giveBack(_ job: Job, at now: Timestamp) throws(ToolkitError) -> Bool {
        let isHeld = try holds(
            """
            UPDATE job SET state = 'pending', attempts = attempts - 1, lease_until = 0, changed_at = $4
            WHERE issuer = $1 AND id = $2 AND fence = $3 AND state = 'processing' RETURNING 1
            """, job.key + [.integer(now.secondsSince1970)], wakes: true)
        return isHeld
    }

    func holds(_ text: String, _ values: [SQLValue], wakes: Bool = false) throws(ToolkitError) -> Bool {
        try store.write { transaction throws(ToolkitError) in
            let isHeld = try !transaction.rows(of: [Statement(text, values)])[0].isEmpty
            if wakes && isHeld { transaction.wakeWorkers() }
            return isHeld
        }
    }
}

extension [String] {
    fileprivate static func < (left: Self, right: Self) -> Bool { left.lexicographicallyPrecedes(right) }
}

extension JobQueue.Job {
    /// The columns that `init(row:)` reads.
    static let columns = """
        issuer, id, kind, subject, fence, attempts, most_attempts, timeout, parent, first, total, actor
        """
    static let columnCount = 12

    /// - Throws: `ledger.damaged`.
    init(row: SQLRow) throws(ToolkitError) {
        let first = try row.integer(9)
        self.init(
            issuer: try row.text(0), id: try row.text(1), kind: try row.text(2), subject: try row.text(3),
            fence: try row.integer(4), attempts: try row.integer(5), mostAttempts: try row.integer(6),
            timeoutSeconds: try row.integer(7), parent: try row.optionalText(8),
            items: first..<(first + (try row.integer(10))), actor: try row.text(11))
    }

    /// Issuer, id and fence: the first three parameters of what only its holder may do.
    var key: [SQLValue] { [.text(issuer), .text(id), .integer(fence)] }
}
