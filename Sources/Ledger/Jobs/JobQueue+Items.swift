import Certificates
public import Diagnostics

extension JobQueue {
    /// A part of a batch, opened by the worker that has it.
    public struct Part: Sendable {
        /// What is still to be done, in order.
        public let items: [Item]
        /// What the user decided about the batch, as JSON.
        public let payload: [UInt8]
        /// Whether the batch is paused; then nothing is to be done now.
        public let isPaused: Bool

        /// One document that is to be issued.
        public struct Item: Sendable, Hashable {
            /// Its place in the batch, from 0.
            public let ordinal: Int
            /// What the user knows it by.
            public let label: String
            /// The invoice JSON.
            public let content: [UInt8]
            /// The idempotency key under which its document is issued, whoever does it.
            public let key: String
        }
    }

    /// Opens a part: what is left of it, unless the batch is called off; then the rest is called off here.
    ///
    /// - Returns: The part; nil where there is nothing to do, because it is called off or another worker has it.
    /// - Throws: What the store throws.
    public func open(_ job: Job, _ request: LedgerRequest) throws(ToolkitError) -> Part? {
        guard let batch = job.parent else { return nil }
        let (part, isToCancel) = try store.read { transaction throws(ToolkitError) in
            let found = try transaction.row(
                "SELECT \(JobRecord.columns) FROM job j WHERE j.issuer = $1 AND j.id = $2", .text(job.issuer),
                .text(batch))
            guard let found else { throw .jobUnknown }
            let record = try JobRecord(row: found)
            var items: [Part.Item] = []
            for row in try transaction.rows(
                """
                SELECT ordinal, label, content FROM job_item
                WHERE issuer = $1 AND job = $2 AND ordinal >= $3 AND ordinal < $4 AND state = 'pending' ORDER BY ordinal
                """, .text(job.issuer), .text(batch), .integer(job.items.lowerBound), .integer(job.items.upperBound))
            {
                items.append(
                    Part.Item(
                        ordinal: try row.integer(0), label: try row.text(1), content: try row.bytes(2),
                        key: "job:\(batch):\(try row.integer(0))"))
            }
            return (
                Part(items: items, payload: record.payload ?? [], isPaused: record.state == .paused),
                record.isToCancel
            )
        }
        guard isToCancel else { return part }
        try store.write { transaction throws(ToolkitError) in
            let entry = try LedgerEntry(transaction, request)
            guard try entry.holds(job) else { return }
            try entry.callOff(job)
            try entry.finish(JobAnswer(id: job.id))
        }
        return nil
    }

    /// What became of an item.
    public enum ItemOutcome: Sendable {
        /// Its document is issued and has its files.
        case successful(IssuedDocument, [DocumentFile], isSigned: Bool)
        /// It failed; the problem is an array of findings as JSON. Where the document was issued before, it is named.
        case failed(problem: [UInt8], document: IssuedDocument?)
    }

    /// What the worker is to do next.
    public enum Continuation: Sendable, Hashable {
        /// The next item.
        case goOn
        /// Nothing: the part is over, or it is called off or paused and was left accordingly.
        case stop
        /// Nothing: another worker has the part by now.
        case lost
    }

    /// Enters outcomes of items, their files and the counters of their batch in one transaction, and renews the lease.
    ///
    /// An outcome that was entered before stays.
    ///
    /// - Parameters:
    ///   - outcomes: What became of items, each with its ordinal.
    ///   - job: The part as it was taken.
    ///   - isLast: Whether nothing is left of the part then.
    ///   - leaseSeconds: How long the worker may take for the next ones.
    ///   - request: By whom and when; its issuer is the job's.
    /// - Returns: What to do next.
    /// - Throws: What the store throws; `files.final` where a document has other files already.
    public func enter(
        _ outcomes: [(item: Int, outcome: ItemOutcome)], in job: Job, isLast: Bool, leaseSeconds: Int,
        _ request: LedgerRequest
    ) throws(ToolkitError) -> Continuation {
        guard let batch = job.parent else { return .stop }
        return try store.write { transaction throws(ToolkitError) in
            let entry = try LedgerEntry(transaction, request)
            guard try entry.holds(job) else { return .lost }
            try entry.enter(outcomes, in: batch)
            let standing = try entry.job(batch)
            let next: Continuation
            if isLast {
                try entry.close(job)
                next = .stop
            } else if standing.isToCancel {
                try entry.callOff(job)
                next = .stop
            } else {
                let isPaused = standing.state == .paused
                try transaction.run(
                    "UPDATE job SET state = $4, lease_until = $5, attempts = attempts - $6, changed_at = $7 WHERE \(Self.held)",
                    .text(job.issuer), .text(job.id), .integer(job.fence),
                    .text((isPaused ? JobState.paused : .processing).rawValue),
                    .integer(request.now.secondsSince1970 + leaseSeconds), .integer(isPaused ? 1 : 0), entry.now)
                next = isPaused ? .stop : .goOn
            }
            try entry.finish(JobAnswer(id: job.id))
            return next
        }
    }

    private static let held = "issuer = $1 AND id = $2 AND fence = $3"

    /// Ends a part in which nothing is left to do.
    ///
    /// - Throws: What the store throws.
    public func close(_ job: Job, _ request: LedgerRequest) throws(ToolkitError) {
        try store.write { transaction throws(ToolkitError) in
            let entry = try LedgerEntry(transaction, request)
            guard try entry.holds(job) else { return }
            try entry.close(job)
            try entry.finish(JobAnswer(id: job.id))
        }
    }
}

extension LedgerEntry {
    /// Writes the outcomes of items that have none, and counts them.
    fileprivate func enter(
        _ outcomes: [(item: Int, outcome: JobQueue.ItemOutcome)], in batch: String
    ) throws(ToolkitError) {
        var (successful, failed) = (0, 0)
        for (item, outcome) in outcomes {
            let known = try transaction.row(
                "SELECT state FROM job_item WHERE issuer = $1 AND job = $2 AND ordinal = $3 FOR UPDATE", issuer,
                .text(batch), .integer(item))
            guard let known, try known.text(0) == JobItemState.pending.rawValue else { continue }
            switch outcome {
            case .successful: successful += 1
            case .failed: failed += 1
            }
            try write(outcome, of: item, in: batch)
        }
        try count(successful: successful, failed: failed, in: batch)
    }

    private func write(_ outcome: JobQueue.ItemOutcome, of item: Int, in batch: String) throws(ToolkitError) {
        switch outcome {
        case .successful(let document, let files, let isSigned):
            try DocumentLedger.enter(
                files, of: document.id, isSigned: isSigned, endingJobs: [JobKind.files, JobKind.signedFiles], in: self)
            try transaction.run(
                """
                UPDATE job_item SET state = 'successful', content = NULL, document = $4, number = $5, ended_at = $6
                WHERE issuer = $1 AND job = $2 AND ordinal = $3
                """, issuer, .text(batch), .integer(item), .text(document.id), .text(document.number), now)
        case .failed(let problem, let document):
            try transaction.run(
                """
                UPDATE job_item SET state = 'failed', document = $4, number = $5, problem = $6, ended_at = $7
                WHERE issuer = $1 AND job = $2 AND ordinal = $3
                """, issuer, .text(batch), .integer(item), .optional(document?.id), .optional(document?.number),
                .bytes(problem), now)
        }
    }

    /// Ends a part whose items all have an outcome.
    fileprivate func close(_ job: JobQueue.Job) throws(ToolkitError) {
        let failed = try transaction.rows(
            """
            SELECT 1 FROM job_item WHERE issuer = $1 AND job = $2 AND state = 'failed' AND ordinal >= $3 AND ordinal < $4
            LIMIT 1
            """, issuer, .text(job.parent ?? job.id), .integer(job.items.lowerBound),
            .integer(job.items.upperBound))
        let state: JobState = failed.isEmpty ? .completed : .completedWithErrors
        try transaction.run(
            """
            UPDATE job SET state = $3, problem = NULL, lease_until = 0, changed_at = $4, ended_at = $4
            WHERE issuer = $1 AND id = $2
            """, issuer, .text(job.id), .text(state.rawValue), now)
    }
}
