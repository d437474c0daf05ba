public import Certificates
public import Diagnostics
import JSONCore

extension JobQueue {
    /// How a worker leaves a job.
    public enum Ending: Sendable, Hashable {
        /// It is done.
        case done
        /// It failed; the problem is the code of the error, without content of a document. Unless it is hopeless, it is
        /// tried again after a pause, as often as it may be.
        case failed(problem: String, isHopeless: Bool)
        /// The batch that it is a part of is paused.
        case paused
    }

    /// Reports the end of a job.
    ///
    /// - Parameters:
    ///   - job: The job as it was taken.
    ///   - ending: How it ended.
    ///   - request: By whom and when; its issuer is the job's.
    /// - Returns: False where another worker has the job by now; then nothing was changed.
    /// - Throws: What the store throws.
    public func finish(
        _ job: Job, _ ending: Ending, _ request: LedgerRequest
    ) throws(ToolkitError) -> Bool {
        try store.write { transaction throws(ToolkitError) in
            let entry = try LedgerEntry(transaction, request)
            guard try entry.holds(job) else { return false }
            switch ending {
            case .done: try entry.leave(job, as: .completed)
            case .paused: try entry.leave(job, as: .paused)
            case .failed(let problem, let isHopeless):
                if isHopeless || job.attempts >= job.mostAttempts {
                    try entry.fail(job, problem)
                } else {
                    try entry.postpone(job, problem)
                }
            }
            try entry.finish(JobAnswer(id: job.id))
            return true
        }
    }

    /// Gives up the jobs whose workers went silent as often as a job is tried.
    ///
    /// - Parameters:
    ///   - now: When.
    ///   - request: Makes the request for an issuer.
    /// - Returns: How many there were.
    /// - Throws: What the store throws.
    public func sweep(
        at now: Timestamp, _ request: (String) -> LedgerRequest
    ) throws(ToolkitError) -> Int {
        let rows = try store.read { transaction throws(ToolkitError) in
            try transaction.rows(
                """
                SELECT \(Job.columns) FROM job
                WHERE state = 'processing' AND lease_until < $1 AND attempts >= most_attempts LIMIT 100
                """, .integer(now.secondsSince1970))
        }
        var count = 0
        for row in rows {
            let job = try Job(row: row)
            let isGivenUp = try store.write { transaction throws(ToolkitError) in
                let entry = try LedgerEntry(transaction, request(job.issuer))
                guard try entry.holds(job, silentSince: now) else { return false }
                try entry.fail(job, "job.leaseOver")
                try entry.finish(JobAnswer(id: job.id))
                return true
            }
            if isGivenUp { count += 1 }
        }
        return count
    }
}

extension LedgerEntry {
    /// Whether a worker still has its job; the row is locked.
    func holds(_ job: JobQueue.Job, silentSince moment: Timestamp? = nil) throws(ToolkitError) -> Bool {
        let row = try transaction.row(
            """
            SELECT lease_until FROM job WHERE issuer = $1 AND id = $2 AND fence = $3 AND state = 'processing' FOR UPDATE
            """, .text(job.issuer), .text(job.id), .integer(job.fence))
        guard let row else { return false }
        guard let moment else { return true }
        return try row.integer(0) < moment.secondsSince1970
    }

    fileprivate func leave(_ job: JobQueue.Job, as state: JobState) throws(ToolkitError) {
        try transaction.run(
            """
            UPDATE job SET state = $3, problem = NULL, lease_until = 0, changed_at = $4, ended_at = $5
            WHERE issuer = $1 AND id = $2
            """, issuer, .text(job.id), .text(state.rawValue), now, state.isFinal ? now : .null)
    }

    /// Another try, after a pause.
    fileprivate func postpone(_ job: JobQueue.Job, _ problem: String) throws(ToolkitError) {
        let due = request.now.secondsSince1970 + JobTries.pauseSeconds(after: job.attempts)
        try transaction.run(
            """
            UPDATE job SET state = 'pending', problem = $3, run_at = $4,
                rank = $4 + priority * \(JobPriority.ageingSeconds), lease_until = 0, changed_at = $5
            WHERE issuer = $1 AND id = $2
            """, issuer, .text(job.id), .text(problem), .integer(due), now)
    }

    fileprivate func fail(_ job: JobQueue.Job, _ problem: String) throws(ToolkitError) {
        guard job.parent == nil else {
            return try giveUp(job, problem: Self.problem(problem), code: problem)
        }
        try transaction.run(
            """
            UPDATE job SET state = 'failed', problem = $3, lease_until = 0, changed_at = $4, ended_at = $4
            WHERE issuer = $1 AND id = $2
            """, issuer, .text(job.id), .text(problem), now)
        let after = try self.job(job.id, locks: false)
        try record(JobState.failed.event, of: job.id, after: after.stored(at: request.now))
    }

    /// A code in the form of the findings of an item.
    private static func problem(_ code: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        writer.beginObject()
        writer.member("code", code)
        writer.member("severity", "error")
        writer.member("message", "The worker could not do it, as often as it was tried.")
        writer.member("fix", "Remove the cause and run `pechat jobs retry`.")
        writer.endObject()
        writer.endArray()
        return writer.bytes
    }
}
