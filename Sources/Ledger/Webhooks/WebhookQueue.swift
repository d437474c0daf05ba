public import Certificates
public import Diagnostics

/// What is to be told to webhooks; many nodes take from it, and a webhook is in the hands of one at a time.
///
/// Events are taken from the audit chain where they stand: writing one costs the writer nothing more, and none is passed over,
/// since the numbers of an issuer's events are committed in their order.
public struct WebhookQueue: Sendable {
    private let store: any Store

    /// The queue of a ledger.
    public init(_ ledger: DocumentLedger) { store = ledger.store }

    /// A webhook in the hands of one deliverer.
    public struct Hold: Sendable, Hashable {
        /// The webhook.
        public let webhook: Webhook
        /// The secrets that sign now: the present one, and the former one while it holds.
        public let secrets: [[UInt8]]
        fileprivate let fence: Int
    }

    /// An event that is to be told.
    public struct Message: Sendable, Hashable {
        /// Its number within the issuer.
        public let event: Int
        /// The id for the receiver.
        public let id: String
        /// What happened.
        public let topic: String
        /// The id of what it happened to.
        public let subject: String
        /// When it happened.
        public let moment: Timestamp
        /// What it happened to, as JSON.
        public let payload: [UInt8]
    }

    /// What became of a try.
    public enum Outcome: Sendable, Hashable {
        /// The receiver took it.
        case delivered(status: Int)
        /// It did not, or could not be reached; the problem is the code of the error.
        case failed(status: Int?, problem: String)
    }

    private static let columns = "\(Webhook.columns), secret, former_secret, fence"

    /// Whether there is something to tell: events that were not looked at, or tries that are due.
    private static let isWaiting = """
        w.is_enabled = 1 AND w.lease_until < $1 AND w.rest_until <= $1 AND (
            EXISTS (SELECT 1 FROM audit a WHERE a.issuer = w.issuer AND a.seq > w.reached)
            OR EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.issuer = w.issuer AND d.webhook = w.id
                AND d.state = 'pending' AND d.run_at <= $1))
        """

    /// Takes webhooks for which something is waiting, those first that were left alone longest.
    ///
    /// Where nothing waits, nothing is written.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - issuer: Whose; nil for everybody's.
    ///   - now: When.
    ///   - leaseSeconds: How long the deliverer may be silent before another one takes over.
    /// - Returns: The webhooks; none where nothing waits.
    /// - Throws: What the store throws.
    public func claim(
        _ limit: Int, issuer: String? = nil, at now: Timestamp, leaseSeconds: Int
    ) throws(ToolkitError) -> [Hold] {
        let condition = Self.isWaiting + (issuer == nil ? "" : " AND w.issuer = $2")
        let values = [SQLValue.integer(now.secondsSince1970)] + (issuer.map { [.text($0)] } ?? [])
        let isSomething = try store.read { transaction throws(ToolkitError) in
            try !transaction.rows(of: [Statement("SELECT 1 FROM webhook w WHERE \(condition) LIMIT 1", values)])[0]
                .isEmpty
        }
        guard isSomething else { return [] }
        let count = values.count
        let statement = Statement(
            """
            UPDATE webhook SET lease_until = $\(count + 1), fence = fence + 1 WHERE (issuer, id) IN (
                SELECT issuer, id FROM webhook w WHERE \(condition) ORDER BY lease_until, id LIMIT $\(count + 2)
                FOR UPDATE SKIP LOCKED)
            RETURNING \(Self.columns)
            """, values + [.integer(now.secondsSince1970 + leaseSeconds), .integer(limit)])
        return try store.write { transaction throws(ToolkitError) in
            var holds: [Hold] = []
            for row in try transaction.rows(of: [statement])[0] { holds.append(try Hold(row: row, at: now)) }
            return holds
        }
    }

    /// The webhook with its secrets, for a message out of turn.
    ///
    /// - Throws: `webhook.unknown`.
    public func look(at id: String, of issuer: String, now: Timestamp) throws(ToolkitError) -> Hold {
        let row = try store.read { transaction throws(ToolkitError) in
            try transaction.row(
                "SELECT \(Self.columns) FROM webhook WHERE issuer = $1 AND id = $2", .text(issuer), .text(id))
        }
        guard let row else { throw .webhookUnknown }
        return try Hold(row: row, at: now)
    }

    /// The next events for a webhook, in the order in which they happened.
    ///
    /// - Parameters:
    ///   - hold: The webhook as it was taken.
    ///   - limit: How many at most.
    ///   - now: When.
    ///   - leaseSeconds: How long the deliverer may be silent.
    /// - Returns: The events; nil where another deliverer has the webhook by now, or it is gone.
    /// - Throws: What the store throws.
    public func next(
        for hold: Hold, _ limit: Int, at now: Timestamp, leaseSeconds: Int
    ) throws(ToolkitError) -> [Message]? {
        try store.write { transaction throws(ToolkitError) in
            let held = try transaction.row(
                "SELECT reached FROM webhook WHERE \(Self.held) FOR UPDATE", hold.key[0], hold.key[1], hold.key[2])
            guard let held else { return nil }
            let reached = try Self.lookThrough(from: try held.integer(0), hold, at: now, in: transaction)
            try transaction.run(
                Statement(
                    "UPDATE webhook SET reached = $4, lease_until = $5 WHERE \(Self.held)",
                    hold.key + [.integer(reached), .integer(now.secondsSince1970 + leaseSeconds)]))
            var messages: [Message] = []
            for row in try transaction.rows(
                """
                SELECT d.seq, a.hash, a.topic, a.subject, a.entered_at, a.payload FROM \(WebhookDelivery.source)
                WHERE d.issuer = $1 AND d.webhook = $2 AND d.state = 'pending' AND d.run_at <= $3
                ORDER BY d.seq LIMIT $4
                """, hold.key[0], hold.key[1], .integer(now.secondsSince1970), .integer(limit))
            { messages.append(try Message(row: row)) }
            return messages
        }
    }

    /// Enters the events that the webhook wants, so many at a time.
    private static func lookThrough(
        from reached: Int, _ hold: Hold, at now: Timestamp, in transaction: any StoreTransaction
    ) throws(ToolkitError) -> Int {
        var last = reached
        for row in try transaction.rows(
            "SELECT seq, topic FROM audit WHERE issuer = $1 AND seq > $2 ORDER BY seq LIMIT 200", hold.key[0],
            .integer(reached))
        {
            last = try row.integer(0)
            guard let topic = try row.optionalText(1), LedgerEvent.isTaken(topic, by: hold.webhook.events) else {
                continue
            }
            try transaction.run(
                """
                INSERT INTO webhook_delivery (issuer, webhook, seq, state, attempts, run_at, changed_at)
                VALUES ($1, $2, $3, 'pending', 0, $4, $4) ON CONFLICT DO NOTHING
                """, hold.key[0], hold.key[1], .integer(last), .integer(now.secondsSince1970))
        }
        return last
    }

    /// Enters what became of a try, and renews the lease.
    ///
    /// - Returns: False where another deliverer has the webhook by now; then nothing was changed.
    /// - Throws: What the store throws.
    public func report(
        _ outcome: Outcome, of message: Message, for hold: Hold, at now: Timestamp, leaseSeconds: Int
    ) throws(ToolkitError) -> Bool {
        try store.write { transaction throws(ToolkitError) in
            let held = try transaction.rows(of: [
                Statement(
                    "UPDATE webhook SET lease_until = $4 WHERE \(Self.held) RETURNING 1",
                    hold.key + [.integer(now.secondsSince1970 + leaseSeconds)])
            ])[0]
            guard !held.isEmpty else { return false }
            let key = [hold.key[0], hold.key[1], .integer(message.event)]
            let moment = SQLValue.integer(now.secondsSince1970)
            switch outcome {
            case .delivered(let status):
                try transaction.run(
                    Statement(
                        """
                        UPDATE webhook_delivery SET state = 'delivered', attempts = attempts + 1, status = $4,
                            problem = NULL, changed_at = $5
                        WHERE issuer = $1 AND webhook = $2 AND seq = $3
                        """, key + [.integer(status), moment]))
            case .failed(let status, let problem):
                // The pause after each try; a try without one is the last.
                let pauses = WebhookDelivery.pauses.enumerated().map { "WHEN \($0.offset) THEN \($0.element)" }
                try transaction.run(
                    Statement(
                        """
                        UPDATE webhook_delivery SET
                            state = CASE WHEN attempts < \(pauses.count) THEN 'pending' ELSE 'failed' END,
                            run_at = $6 + CASE attempts \(pauses.joined(separator: " ")) ELSE 0 END,
                            attempts = attempts + 1, status = $4, problem = $5, changed_at = $6
                        WHERE issuer = $1 AND webhook = $2 AND seq = $3
                        """, key + [.optional(status), .text(problem), moment]))
            }
            return true
        }
    }

    /// Lets a webhook go.
    ///
    /// - Parameters:
    ///   - hold: The webhook as it was taken.
    ///   - rest: Until when nobody is to try it again, because it cannot be reached; nil for at once.
    ///   - now: When.
    /// - Throws: What the store throws.
    public func release(_ hold: Hold, restingUntil rest: Timestamp? = nil, at now: Timestamp) throws(ToolkitError) {
        try store.write { transaction throws(ToolkitError) in
            try transaction.run(
                Statement(
                    "UPDATE webhook SET lease_until = $4, rest_until = $5 WHERE \(Self.held)",
                    hold.key + [
                        .integer(now.secondsSince1970 - 1), .integer(rest?.secondsSince1970 ?? 0),
                    ]))
        }
    }

    private static let held = "issuer = $1 AND id = $2 AND fence = $3"
}

extension WebhookQueue.Hold {
    fileprivate init(row: SQLRow, at now: Timestamp) throws(ToolkitError) {
        let webhook = try Webhook(row: row)
        var secrets = [try row.bytes(8)]
        if let former = try row.optionalBytes(9), let end = webhook.formerUntil, now < end { secrets.append(former) }
        self.init(webhook: webhook, secrets: secrets, fence: try row.integer(10))
    }

    fileprivate var key: [SQLValue] { [.text(webhook.issuer), .text(webhook.id), .integer(fence)] }
}

extension WebhookQueue.Message {
    fileprivate init(row: SQLRow) throws(ToolkitError) {
        self.init(
            event: try row.integer(0), id: WebhookDelivery.messageID(ofHash: try row.bytes(1)),
            topic: try row.text(2), subject: try row.text(3),
            moment: Timestamp(secondsSince1970: try row.integer(4)), payload: try row.bytes(5))
    }
}
