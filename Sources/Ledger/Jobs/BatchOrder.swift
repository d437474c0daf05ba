import Certificates
import Diagnostics
import JSONCore

/// Many documents that are to be issued, one after the other, by whoever has time.
public struct BatchOrder: Sendable {
    /// One document of a batch.
    public struct Item: Sendable, Hashable {
        /// What the user knows it by: a file name, or `line 5`.
        public let label: String
        /// The invoice JSON, which may be a stretch of all that was submitted.
        public let content: ArraySlice<UInt8>

        /// Takes both as they are.
        public init(label: String, content: ArraySlice<UInt8>) {
            self.label = label
            self.content = content
        }

        /// Takes both as they are.
        public init(label: String, content: [UInt8]) { self.init(label: label, content: content[...]) }
    }

    /// The documents, in the order of their numbers.
    public let items: [Item]
    /// What the user decided about all of them, as JSON; the worker reads it.
    public let payload: [UInt8]
    /// How urgent it is.
    public let priority: JobPriority
    /// Whether the files are to be signed, so that only a worker with a key takes it.
    public let isSigned: Bool

    /// How many documents a worker takes at a time.
    public static let partSize = 25
    /// How many documents a batch has at most.
    public static let itemLimit = 100_000

    /// Takes every property as it is.
    public init(
        items: [Item], payload: [UInt8] = [], priority: JobPriority = .default, isSigned: Bool = false
    ) {
        self.items = items
        self.payload = payload
        self.priority = priority
        self.isSigned = isSigned
    }
}

/// The answer to what changes a job: its id.
struct JobAnswer: LedgerAnswer {
    let id: String

    init(id: String) { self.id = id }

    init(_ stored: [UInt8]) throws(ToolkitError) { id = try StoredObject(parsing: stored).text("id") }

    var stored: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", id)
        writer.endObject()
        return writer.bytes
    }
}

extension LedgerEntry {
    /// Writes a batch with its parts and items; it can be taken as soon as it is committed.
    ///
    /// Each part is due a second after the one before it as far as the order of the queue goes, so that batches that come
    /// later share the workers with this one.
    func submit(_ order: BatchOrder) throws(ToolkitError) -> JobAnswer {
        let id = request.identifier()
        let due = request.now.secondsSince1970
        try transaction.run(
            """
            INSERT INTO job (issuer, id, kind, subject, priority, state, payload, actor, total, entered_at, changed_at)
            VALUES ($1, $2, $3, $2, $4, 'pending', $5, $6, $7, $8, $8)
            """, issuer, .text(id), .text(JobKind.batch), .integer(order.priority.level), .bytes(order.payload),
            .text(request.actor), .integer(order.items.count), now)
        for (ordinal, item) in order.items.enumerated() {
            try transaction.run(
                """
                INSERT INTO job_item (issuer, job, ordinal, label, content, state) VALUES ($1, $2, $3, $4, $5, 'pending')
                """, issuer, .text(id), .integer(ordinal), .text(item.label), .bytes(Array(item.content)))
        }
        for (index, first) in stride(from: 0, to: order.items.count, by: BatchOrder.partSize).enumerated() {
            try transaction.run(
                """
                INSERT INTO job (issuer, id, kind, subject, priority, state, run_at, rank, lease_until, parent, first,
                    actor, total, entered_at, changed_at)
                VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, 0, $4, $8, $9, $10, $6, $6)
                """, issuer, .text(request.identifier()),
                .text(order.isSigned ? JobKind.signedPart : JobKind.part), .text(id),
                .integer(order.priority.level), now, .integer(order.priority.rank(due: due) + index), .integer(first),
                .text(request.actor), .integer(min(BatchOrder.partSize, order.items.count - first)))
        }
        transaction.wakeWorkers()
        return JobAnswer(id: id)
    }
}
