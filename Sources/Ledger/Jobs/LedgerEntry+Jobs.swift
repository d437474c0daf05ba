import Certificates
public import Diagnostics
import JSONCore

extension LedgerEntry {
    /// A job, locked where `locks` says so.
    ///
    /// - Throws: `job.unknown`.
    func job(_ id: String, locks: Bool = true) throws(ToolkitError) -> JobRecord {
        let row = try transaction.row(
            "SELECT \(JobRecord.columns) FROM job j WHERE j.issuer = $1 AND j.id = $2\(locks ? " FOR UPDATE" : "")",
            issuer, .text(id))
        guard let row else { throw .jobUnknown }
        return try JobRecord(row: row)
    }

    /// Brings a job from any state that the table allows into another one.
    ///
    /// - Throws: `state.transition`.
    func step(_ job: JobRecord, to next: JobState) throws(ToolkitError) {
        var state = job.state
        try state.step(to: next)
        try transaction.run(
            """
            UPDATE job SET state = $3, changed_at = $4, ended_at = $5 WHERE issuer = $1 AND id = $2
            """, issuer, .text(job.id), .text(next.rawValue), now, next.isFinal ? now : .null)
    }

    /// Counts outcomes of a batch's items, and ends the batch with the last one.
    func count(successful: Int = 0, failed: Int = 0, cancelled: Int = 0, in batch: String) throws(ToolkitError) {
        let row = try transaction.row(
            """
            UPDATE job SET successful = successful + $3, failed = failed + $4, cancelled = cancelled + $5,
                changed_at = $6
            WHERE issuer = $1 AND id = $2 RETURNING total, successful, failed, cancelled
            """, issuer, .text(batch), .integer(successful), .integer(failed), .integer(cancelled), now)
        guard let row else { throw .jobUnknown }
        let counts = JobCounts(
            total: try row.integer(0), successful: try row.integer(1), failed: try row.integer(2),
            cancelled: try row.integer(3))
        guard counts.processed == counts.total else { return }
        let job = try job(batch)
        guard !job.state.isFinal else { return }
        try step(job, to: counts.ending)
        let after = try self.job(batch, locks: false)
        try record(counts.ending.event, of: batch, after: after.stored(at: request.now))
    }

    /// Calls off what is left of a part that nobody has in hand, and the part.
    ///
    /// An item whose document was issued before its worker died is done but for its files; these are made by a job of
    /// their own.
    func callOff(_ part: JobQueue.Job) throws(ToolkitError) {
        let issued = try adopt(part, as: .successful)
        let rest = try end(restOf: part, as: .cancelled, problem: nil)
        try transaction.run(
            """
            UPDATE job SET state = 'cancelled', wish = NULL, changed_at = $3, ended_at = $3
            WHERE issuer = $1 AND id = $2 AND state IN (\(JobState.sources(of: .cancelled)))
            """, issuer, .text(part.id), now)
        guard let batch = part.parent else { return }
        try count(successful: issued, cancelled: rest, in: batch)
    }

    /// Gives up a part: what is left of it failed.
    func giveUp(_ part: JobQueue.Job, problem: [UInt8], code: String) throws(ToolkitError) {
        let issued = try adopt(part, as: .failed, problem: problem)
        let rest = try end(restOf: part, as: .failed, problem: problem)
        try transaction.run(
            """
            UPDATE job SET state = 'failed', failed = failed + $3, problem = $4, changed_at = $5, ended_at = $5
            WHERE issuer = $1 AND id = $2 AND state IN (\(JobState.sources(of: .failed)))
            """, issuer, .text(part.id), .integer(issued + rest), .text(code), now)
        guard let batch = part.parent else { return }
        try count(failed: issued + rest, in: batch)
    }

    private func end(
        restOf part: JobQueue.Job, as state: JobItemState, problem: [UInt8]?
    ) throws(ToolkitError) -> Int {
        try transaction.rows(
            """
            UPDATE job_item SET state = $5, problem = $6, ended_at = $7
            WHERE issuer = $1 AND job = $2 AND ordinal >= $3 AND ordinal < $4 AND state = 'pending' RETURNING 1
            """, issuer, .text(part.parent ?? part.id), .integer(part.items.lowerBound),
            .integer(part.items.upperBound), .text(state.rawValue), .optional(problem), now
        ).count
    }

    /// Finds the items whose document was issued although nobody told so, and leaves their files to a job of its own.
    private func adopt(
        _ part: JobQueue.Job, as state: JobItemState, problem: [UInt8]? = nil
    ) throws(ToolkitError) -> Int {
        guard part.fence > 0, let batch = part.parent else { return 0 }
        let rows = try transaction.rows(
            """
            SELECT i.ordinal, k.answer FROM job_item i JOIN idempotency k
                ON k.issuer = i.issuer AND k.key = 'job:' || i.job || ':' || CAST(i.ordinal AS TEXT)
            WHERE i.issuer = $1 AND i.job = $2 AND i.ordinal >= $3 AND i.ordinal < $4 AND i.state = 'pending'
            """, issuer, .text(batch), .integer(part.items.lowerBound), .integer(part.items.upperBound))
        for row in rows {
            let document = try IssuedDocument(try row.bytes(1))
            try transaction.run(
                """
                UPDATE job_item SET state = $4, document = $5, number = $6, problem = $7, ended_at = $8
                WHERE issuer = $1 AND job = $2 AND ordinal = $3
                """, issuer, .text(batch), .integer(try row.integer(0)), .text(state.rawValue), .text(document.id),
                .text(document.number), .optional(problem), now)
            let known = try transaction.row(
                "SELECT 1 FROM file WHERE issuer = $1 AND document = $2 LIMIT 1", issuer, .text(document.id))
            guard known == nil else { continue }
            try enqueue(part.kind == JobKind.signedPart ? JobKind.signedFiles : JobKind.files, for: document.id)
        }
        return rows.count
    }
}

extension JobCounts {
    /// How a job ends whose items all have an outcome.
    var ending: JobState {
        if cancelled > 0 { return .cancelled }
        if failed == 0 { return .completed }
        return successful == 0 ? .failed : .completedWithErrors
    }
}

extension JobState {
    /// How the audit chain and the events call the end of a job.
    var event: String {
        switch self {
        case .failed: "job.failed"
        case .cancelled: "job.cancelled"
        default: "job.completed"
        }
    }
}

extension ToolkitError {
    static var jobUnknown: ToolkitError {
        ToolkitError(.jobUnknown, "There is no such job.", fix: "`pechat jobs list` shows those that there are.")
    }
}

extension ToolkitError.Code {
    /// The ledger has no job with this id.
    public static let jobUnknown = Self("job.unknown", .state)
}
