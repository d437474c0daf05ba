public import Certificates
public import Diagnostics

/// The jobs that follow on what was written, such as rendering and signing; many workers of many nodes take them.
///
/// A worker holds a job for the time of its lease. Whoever comes after the lease gets the job with a higher fence, and what
/// the first one reports late is refused.
public struct JobQueue: Sendable {
    private let store: any Store

    /// The queue of a ledger.
    public init(_ store: any Store) { self.store = store }

    /// A job in the hands of a worker.
    public struct Job: Sendable, Hashable {
        /// Whose it is.
        public let issuer: String
        /// Its id within the issuer.
        public let id: String
        /// What is to be done, such as `render`.
        public let kind: String
        /// The id of what it is done to.
        public let subject: String
        /// Which of all that held the job this worker is; rises by one each time.
        public let fence: Int
        /// How often it was begun, this time included.
        public let attempts: Int
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
        try store.write { transaction throws(ToolkitError) in
            let moment = SQLValue.integer(now.secondsSince1970)
            try transaction.run(
                """
                UPDATE job SET state = 'ready' WHERE (issuer, id) IN
                    (SELECT issuer, id FROM job WHERE state = 'running' AND lease_until < $1 FOR UPDATE SKIP LOCKED)
                """, moment)
            let rows = try transaction.rows(
                """
                UPDATE job SET state = 'running', lease_until = $2, fence = fence + 1, attempts = attempts + 1
                WHERE (issuer, id) IN (
                    SELECT issuer, id FROM job WHERE state = 'ready' AND run_at <= $1
                    ORDER BY priority, run_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                RETURNING issuer, id, kind, subject, fence, attempts, priority, run_at
                """, moment, .integer(now.secondsSince1970 + leaseSeconds), .integer(limit))
            var jobs: [(order: [Int], job: Job)] = []
            for row in rows {
                let job = Job(
                    issuer: try row.text(0), id: try row.text(1), kind: try row.text(2), subject: try row.text(3),
                    fence: try row.integer(4), attempts: try row.integer(5))
                jobs.append(([try row.integer(6), try row.integer(7)], job))
            }
            // The order of what an UPDATE returns is nobody's promise.
            return jobs.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.job)
        }
    }

    /// How a worker leaves a job.
    public enum Ending: Sendable, Hashable {
        /// It is done.
        case done
        /// It is to be tried again at a time; the problem is a sentence without customer data.
        case again(at: Timestamp, problem: String)
        /// A person must look at it.
        case givenUp(problem: String)
    }

    /// Reports the end of a job.
    ///
    /// - Returns: False where another worker has the job by now; then nothing was changed.
    /// - Throws: What the store throws.
    public func finish(_ job: Job, _ ending: Ending) throws(ToolkitError) -> Bool {
        let (state, moment, problem): (String, Int?, String?) =
            switch ending {
            case .done: ("done", nil, nil)
            case .again(let time, let problem): ("ready", time.secondsSince1970, problem)
            case .givenUp(let problem): ("failed", nil, problem)
            }
        return try holds(
            job,
            Statement(
                """
                UPDATE job SET state = $4, run_at = COALESCE($5, run_at), problem = $6
                WHERE issuer = $1 AND id = $2 AND fence = $3 AND state = 'running' RETURNING 1
                """, Self.key(job) + [.text(state), .optional(moment), .optional(problem)]))
    }

    /// Renews the lease of a job that takes longer.
    ///
    /// - Returns: False where another worker has the job by now.
    /// - Throws: What the store throws.
    public func renew(_ job: Job, at now: Timestamp, leaseSeconds: Int) throws(ToolkitError) -> Bool {
        try holds(
            job,
            Statement(
                """
                UPDATE job SET lease_until = $4
                WHERE issuer = $1 AND id = $2 AND fence = $3 AND state = 'running' RETURNING 1
                """, Self.key(job) + [.integer(now.secondsSince1970 + leaseSeconds)]))
    }

    private static func key(_ job: Job) -> [SQLValue] { [.text(job.issuer), .text(job.id), .integer(job.fence)] }

    private func holds(_ job: Job, _ statement: Statement) throws(ToolkitError) -> Bool {
        try store.write { transaction throws(ToolkitError) in
            try !transaction.rows(of: [statement])[0].isEmpty
        }
    }
}
