public import Certificates
import Diagnostics
public import JSONCore

/// A job as people see it.
public struct JobRecord: Sendable, Hashable {
    /// Whose it is.
    public let issuer: String
    /// Its id within the issuer.
    public let id: String
    /// What is to be done, such as `batch`; see `JobKind`.
    public let kind: String
    /// The id of what it is done to; of a batch, its own.
    public let subject: String
    /// The number of the document that it is done to; nil where it is none.
    public let number: String?
    /// How urgent it is.
    public let priority: JobPriority
    /// How far it got.
    public let state: JobState
    /// How often it was begun.
    public let attempts: Int
    /// Who wanted it.
    public let actor: String
    /// What the user decided about it, as JSON; nil where there is nothing to decide.
    public let payload: [UInt8]?
    /// The code of the last error; no content of a document.
    public let problem: String?
    /// How many items it has, and what became of them.
    public let counts: JobCounts
    /// Whether it is to be called off as soon as the items in hand are done.
    public let isToCancel: Bool
    /// When it came, began, ended and changed last.
    public let times: Times

    /// The moments of a job.
    public struct Times: Sendable, Hashable {
        /// When it was submitted.
        public let entered: Timestamp
        /// When it is due; nil for a batch, whose parts are.
        public let due: Timestamp?
        /// When a worker took it first.
        public let started: Timestamp?
        /// When it ended.
        public let ended: Timestamp?
        /// When something happened last.
        public let changed: Timestamp
    }
}

/// What became of the items of a job.
///
/// `processed` is the sum of the three outcomes, always.
public struct JobCounts: Sendable, Hashable {
    /// All items.
    public let total: Int
    /// Those that are done.
    public let successful: Int
    /// Those that failed.
    public let failed: Int
    /// Those that were called off.
    public let cancelled: Int

    /// Those that have an outcome.
    public var processed: Int { successful + failed + cancelled }

    /// Takes every property as it is.
    public init(total: Int, successful: Int, failed: Int, cancelled: Int) {
        self.total = total
        self.successful = successful
        self.failed = failed
        self.cancelled = cancelled
    }
}

extension JobRecord {
    /// The columns that `init(row:)` reads, of `job` as `j`.
    static let columns = """
        j.issuer, j.id, j.kind, j.subject, j.priority, j.state, j.attempts, j.actor, j.payload, j.problem, j.total,
        j.successful, j.failed, j.cancelled, j.wish, j.entered_at, j.run_at, j.started_at, j.ended_at, j.changed_at,
        (SELECT d.number FROM document d WHERE d.issuer = j.issuer AND d.id = j.subject)
        """

    /// - Throws: `ledger.damaged`.
    init(row: SQLRow) throws(ToolkitError) {
        guard let priority = JobPriority(level: try row.integer(4)) else { throw .damagedRow }
        func moment(_ column: Int) throws(ToolkitError) -> Timestamp? {
            try row.optionalInteger(column).map(Timestamp.init(secondsSince1970:))
        }
        self.init(
            issuer: try row.text(0), id: try row.text(1), kind: try row.text(2), subject: try row.text(3),
            number: try row.optionalText(20), priority: priority, state: try row.word(5), attempts: try row.integer(6),
            actor: try row.text(7),
            payload: try row.optionalBytes(8), problem: try row.optionalText(9),
            counts: JobCounts(
                total: try row.integer(10), successful: try row.integer(11), failed: try row.integer(12),
                cancelled: try row.integer(13)), isToCancel: try row.optionalText(14) == JobState.cancelled.rawValue,
            times: Times(
                entered: Timestamp(secondsSince1970: try row.integer(15)), due: try moment(16),
                started: try moment(17), ended: try moment(18),
                changed: Timestamp(secondsSince1970: try row.integer(19))))
    }

    /// How it stands at a moment, for whoever watches.
    public func progress(at now: Timestamp) -> JobProgress { JobProgress(of: self, at: now) }

    /// Which of its standings this is: another one as soon as anything about the job has changed.
    public var version: String {
        "\(times.changed.secondsSince1970)-\(isToCancel ? "stopping" : state.rawValue)"
            + "-\(counts.successful)-\(counts.failed)-\(counts.cancelled)"
    }

    /// Writes the job as one object; what the user decided and who he is stay out.
    ///
    /// - Parameters:
    ///   - writer: Takes the object.
    ///   - now: For the rate and the time left.
    ///   - more: Writes further members.
    public func write(
        to writer: inout JSONWriter, at now: Timestamp, more: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("kind", kind)
        writer.member("subject", subject)
        writer.member("number", number)
        writer.member("priority", priority.rawValue)
        writer.member("state", state.rawValue)
        writer.member("attempts", attempts)
        writer.member("problem", orNull: problem)
        writer.member("total", counts.total)
        writer.member("processed", counts.processed)
        writer.member("successful", counts.successful)
        writer.member("failed", counts.failed)
        writer.member("cancelled", counts.cancelled)
        writer.member("createdAt", times.entered.description)
        writer.member("dueAt", orNull: times.due?.description)
        writer.member("startedAt", orNull: times.started?.description)
        writer.member("completedAt", orNull: times.ended?.description)
        writer.key("progress")
        progress(at: now).write(to: &writer)
        more(&writer)
        writer.endObject()
    }

    /// The job as compact JSON: the payload of its events.
    func stored(at now: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer, at: now)
        return writer.bytes
    }
}

/// The one object that tells how a job goes (facts/features.md §1, row 42).
public struct JobProgress: Sendable, Hashable {
    /// How much of it has an outcome, in tenths of a percent.
    public let permille: Int
    /// How many items have an outcome.
    public let current: Int
    /// How many there are.
    public let total: Int
    /// A sentence for people.
    public let message: String
    /// The state.
    public let status: JobState
    /// When something happened last.
    public let updatedAt: Timestamp
    /// Seconds until the end at this rate; nil where nobody can tell.
    public let etaSeconds: Int?
    /// Items in a second, in thousandths; nil before the first one.
    public let milliRate: Int?

    init(of job: JobRecord, at now: Timestamp) {
        let counts = job.counts
        current = counts.processed
        total = counts.total
        permille = total == 0 ? (job.state.isFinal ? 1000 : 0) : current * 1000 / total
        status = job.state
        updatedAt = job.times.changed
        let until = job.times.ended ?? now
        let seconds = job.times.started.map { max(1, until.secondsSince1970 - $0.secondsSince1970) }
        let done = counts.successful + counts.failed
        milliRate = seconds.flatMap { done > 0 ? done * 1000 / $0 : nil }
        etaSeconds = milliRate.flatMap { rate in
            guard !job.state.isFinal, rate > 0 else { return nil }
            return ((counts.total - counts.processed) * 1000 + rate - 1) / rate
        }
        let outcome = counts.failed > 0 ? ", \(counts.failed) failed" : ""
        message =
            switch job.state {
            case .pending: "waiting for a worker"
            case .processing: job.isToCancel ? "stopping after the items in hand" : "\(current) of \(total)\(outcome)"
            case .paused: "paused at \(current) of \(total)\(outcome)"
            case .completed, .completedWithErrors: "\(counts.successful) of \(total) done\(outcome)"
            case .failed: job.problem ?? "failed"
            case .cancelled: "cancelled after \(counts.successful) of \(total)\(outcome)"
            }
    }

    /// Writes the object, with the field names of the source document.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("percentage")
        writer.number("\(permille / 10).\(permille % 10)")
        writer.member("current", current)
        writer.member("total", total)
        writer.member("message", message)
        writer.member("status", status.rawValue)
        writer.member("updated_at", updatedAt.description)
        writer.member("etaSeconds", orNull: etaSeconds)
        writer.key("rate")
        if let milliRate {
            let rest = String(milliRate % 1000 + 1000).dropFirst()
            writer.number("\(milliRate / 1000).\(rest)")
        } else {
            writer.null()
        }
        writer.endObject()
    }
}
