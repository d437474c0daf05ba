import Certificates
public import Diagnostics

extension JobBoard {
    /// Calls a job off.
    ///
    /// What is in hand is finished; calling off again changes nothing.
    ///
    /// - Returns: The job; a batch whose items are in hand is cancelled when these are done.
    /// - Throws: `job.unknown`; `state.transition` where it ended otherwise.
    public func cancel(_ id: String, _ request: LedgerRequest) throws(ToolkitError) -> JobRecord {
        try change(id, request) { entry, job, parts throws(ToolkitError) in
            if job.state == .cancelled || job.isToCancel { return }
            var state = job.state
            try state.step(to: .cancelled)
            guard job.kind == JobKind.batch else { return try entry.step(job, to: .cancelled) }
            try entry.transaction.run(
                "UPDATE job SET wish = 'cancelled', changed_at = $3 WHERE issuer = $1 AND id = $2", entry.issuer,
                .text(id), entry.now)
            for part in parts where !part.isInHand { try entry.callOff(part.job) }
        }
    }

    /// Holds a job until it is let go on; holding it again changes nothing.
    ///
    /// - Throws: `job.unknown`; `state.transition` where it ended already.
    public func pause(_ id: String, _ request: LedgerRequest) throws(ToolkitError) -> JobRecord {
        try change(id, request) { entry, job, _ throws(ToolkitError) in
            if job.state == .paused { return }
            guard !job.isToCancel else { throw .illegalStep(from: "cancelled", to: "paused") }
            try entry.step(job, to: .paused)
            try entry.transaction.run(
                "UPDATE job SET state = 'paused' WHERE issuer = $1 AND parent = $2 AND state = 'pending'",
                entry.issuer, .text(id))
        }
    }

    /// Lets a job go on that was held; letting go what goes on changes nothing.
    ///
    /// - Throws: `job.unknown`; `state.transition` where it ended already.
    public func resume(_ id: String, _ request: LedgerRequest) throws(ToolkitError) -> JobRecord {
        try change(id, request) { entry, job, _ throws(ToolkitError) in
            if job.state == .pending || job.state == .processing { return }
            guard job.state == .paused else { throw .illegalStep(from: job.state.rawValue, to: "pending") }
            try entry.step(job, to: job.kind == JobKind.batch && job.times.started != nil ? .processing : .pending)
            try entry.transaction.run(
                "UPDATE job SET state = 'pending' WHERE issuer = $1 AND parent = $2 AND state = 'paused'",
                entry.issuer, .text(id))
            entry.transaction.wakeWorkers()
        }
    }

    /// Tries again what failed: the job, or the failed items of a batch.
    ///
    /// - Throws: `job.unknown`; `state.transition` where nothing failed.
    public func retry(_ id: String, _ request: LedgerRequest) throws(ToolkitError) -> JobRecord {
        try change(id, request) { entry, job, _ throws(ToolkitError) in
            guard job.state == .failed || job.state == .completedWithErrors else {
                throw .illegalStep(from: job.state.rawValue, to: "tried again")
            }
            try entry.step(job, to: .pending)
            let due = SQLValue.integer(request.now.secondsSince1970)
            try entry.transaction.run(
                """
                UPDATE job SET attempts = 0, problem = NULL, failed = 0, started_at = NULL,
                    run_at = CASE WHEN kind = 'batch' THEN NULL ELSE $3 END,
                    rank = CASE WHEN kind = 'batch' THEN NULL ELSE $3 + priority * \(JobPriority.ageingSeconds) END
                WHERE issuer = $1 AND id = $2
                """, entry.issuer, .text(id), due)
            try entry.transaction.run(
                """
                UPDATE job_item SET state = 'pending', problem = NULL, ended_at = NULL
                WHERE issuer = $1 AND job = $2 AND state = 'failed'
                """, entry.issuer, .text(id))
            try entry.transaction.run(
                """
                UPDATE job SET state = 'pending', attempts = 0, problem = NULL, failed = 0, run_at = $3,
                    rank = $3 + priority * \(JobPriority.ageingSeconds), ended_at = NULL, changed_at = $3
                WHERE issuer = $1 AND parent = $2 AND state IN ('failed', 'completed_with_errors')
                """, entry.issuer, .text(id), due)
            entry.transaction.wakeWorkers()
        }
    }

    /// Tries again everything that failed.
    ///
    /// - Parameters:
    ///   - request: For whom, by whom and when.
    ///   - tell: Takes each job that goes on.
    /// - Throws: What the store and `tell` throw.
    public func retryAll(
        _ request: LedgerRequest, tell: (JobRecord) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        var filter = Filter()
        filter.states = [.failed, .completedWithErrors]
        filter.limit = 1000
        while true {
            let failed = try jobs(of: request.issuer, filter)
            for job in failed { try tell(try retry(job.id, request)) }
            if failed.count < filter.limit { return }
        }
    }

    /// Forgets a job that ended, with its items; the documents stay.
    ///
    /// - Throws: `job.unknown`; `state.transition` where it has not ended.
    public func forget(_ id: String, _ request: LedgerRequest) throws(ToolkitError) {
        _ = try ledger.perform(request) { entry throws(ToolkitError) in
            let job = try entry.job(id)
            guard job.state.isFinal else { throw .illegalStep(from: job.state.rawValue, to: "forgotten") }
            try entry.forget(job)
            return JobAnswer(id: id)
        }
    }

    /// Forgets all jobs that failed.
    ///
    /// - Returns: How many there were.
    /// - Throws: What the store throws.
    public func flush(_ request: LedgerRequest) throws(ToolkitError) -> Int {
        var filter = Filter()
        filter.states = [.failed]
        filter.limit = 1000
        var count = 0
        while true {
            let failed = try jobs(of: request.issuer, filter)
            for job in failed {
                try forget(job.id, request)
                count += 1
            }
            if failed.count < filter.limit { return count }
        }
    }

    /// A part of a batch as whoever changes the batch finds it.
    private struct FoundPart {
        let job: JobQueue.Job
        /// Whether a worker has it.
        let isInHand: Bool
    }

    private func change(
        _ id: String, _ request: LedgerRequest,
        _ body: (LedgerEntry, JobRecord, [FoundPart]) throws(ToolkitError) -> Void
    ) throws(ToolkitError) -> JobRecord {
        _ = try ledger.perform(request) { entry throws(ToolkitError) in
            // Parts before the batch, as workers lock them.
            let rows = try entry.transaction.rows(
                """
                SELECT \(JobQueue.Job.columns), state, lease_until FROM job
                WHERE issuer = $1 AND parent = $2 AND state IN ('pending', 'paused', 'processing') ORDER BY id FOR UPDATE
                """, entry.issuer, .text(id))
            var parts: [FoundPart] = []
            for row in rows {
                let state: JobState = try row.word(JobQueue.Job.columnCount)
                let lease = try row.integer(JobQueue.Job.columnCount + 1)
                parts.append(
                    FoundPart(
                        job: try JobQueue.Job(row: row),
                        isInHand: state == .processing && lease >= request.now.secondsSince1970))
            }
            try body(entry, try entry.job(id), parts)
            return JobAnswer(id: id)
        }
        return try job(id, issuer: request.issuer)
    }
}

extension LedgerEntry {
    fileprivate func forget(_ job: JobRecord) throws(ToolkitError) {
        for statement in [
            "DELETE FROM job_item WHERE issuer = $1 AND job = $2", "DELETE FROM job WHERE issuer = $1 AND parent = $2",
            "DELETE FROM job WHERE issuer = $1 AND id = $2",
        ] { try transaction.run(statement, issuer, .text(job.id)) }
        try record("job.forgotten", of: job.id, after: job.stored(at: request.now), isEvent: false)
    }
}
