import Certificates
public import Diagnostics
import JSONCore

/// The webhooks of a ledger: who hears of what.
public struct WebhookBook: Sendable {
    private let ledger: DocumentLedger

    /// The webhooks of a ledger.
    public init(_ ledger: DocumentLedger) { self.ledger = ledger }

    /// The webhooks of an issuer, the oldest first.
    ///
    /// - Throws: What the store throws.
    public func webhooks(of issuer: String) throws(ToolkitError) -> [Webhook] {
        let rows = try ledger.store.read { transaction throws(ToolkitError) in
            try transaction.rows(
                "SELECT \(Webhook.columns) FROM webhook WHERE issuer = $1 ORDER BY entered_at, id", .text(issuer))
        }
        var webhooks: [Webhook] = []
        for row in rows { webhooks.append(try Webhook(row: row)) }
        return webhooks
    }

    /// One webhook.
    ///
    /// - Throws: `webhook.unknown`.
    public func webhook(_ id: String, of issuer: String) throws(ToolkitError) -> Webhook {
        try ledger.store.read { transaction throws(ToolkitError) in
            try Self.webhook(id, .text(issuer), in: transaction)
        }
    }

    private static func webhook(
        _ id: String, _ issuer: SQLValue, in transaction: any StoreTransaction, locks: Bool = false
    ) throws(ToolkitError) -> Webhook {
        let row = try transaction.row(
            "SELECT \(Webhook.columns) FROM webhook WHERE issuer = $1 AND id = $2\(locks ? " FOR UPDATE" : "")",
            issuer, .text(id))
        guard let row else { throw .webhookUnknown }
        return try Webhook(row: row)
    }

    /// Adds a webhook; it hears of what happens from now on.
    ///
    /// - Returns: The webhook, with a new id.
    /// - Throws: `webhook.tooMany`; what the store throws.
    public func add(_ order: WebhookOrder, _ request: LedgerRequest) throws(ToolkitError) -> Webhook {
        try ledger.perform(request) { entry throws(ToolkitError) in
            let count =
                try entry.transaction.row("SELECT COUNT(*) FROM webhook WHERE issuer = $1", entry.issuer)?.integer(0)
                ?? 0
            guard count < Webhook.most else {
                throw ToolkitError(
                    .webhookTooMany, "The issuer has \(Webhook.most) webhooks already.", fix: "Remove one.")
            }
            let id = request.identifier()
            try entry.transaction.run(
                """
                INSERT INTO webhook (issuer, id, url, events, secret, is_enabled, reached, entered_at, entered_by)
                SELECT $1, $2, $3, $4, $5, 1, audit_seq, $6, $7 FROM issuer WHERE issuer = $1
                """, entry.issuer, .text(id), .text(order.url), .text(order.events.joined(separator: " ")),
                .bytes(order.secret), entry.now, .text(request.actor))
            return try entry.seal(id, as: "webhook.added")
        }
    }

    /// Lets a webhook hear of events, or lets them wait for it.
    ///
    /// - Throws: `webhook.unknown`.
    public func setEnabled(
        _ isEnabled: Bool, _ id: String, _ request: LedgerRequest
    ) throws(ToolkitError) -> Webhook {
        try change(id, request, as: isEnabled ? "webhook.enabled" : "webhook.disabled") { entry throws(ToolkitError) in
            try entry.transaction.run(
                "UPDATE webhook SET is_enabled = $3, rest_until = 0 WHERE issuer = $1 AND id = $2", entry.issuer,
                .text(id), .integer(isEnabled ? 1 : 0))
        }
    }

    /// Gives a webhook a new secret; the one before signs as well for a day, so that the receiver can change over.
    ///
    /// - Throws: `webhook.unknown`.
    public func rotate(_ id: String, to secret: [UInt8], _ request: LedgerRequest) throws(ToolkitError) -> Webhook {
        let end = request.now.adding(seconds: 86_400)
        precondition(24...64 ~= secret.count, "Standard Webhooks: 24 to 64 bytes")
        return try change(id, request, as: "webhook.rotated") { entry throws(ToolkitError) in
            try entry.transaction.run(
                """
                UPDATE webhook SET former_secret = secret, former_until = $4, secret = $3 WHERE issuer = $1 AND id = $2
                """, entry.issuer, .text(id), .bytes(secret), .integer(end.secondsSince1970))
        }
    }

    /// Removes a webhook with all that is known of its deliveries.
    ///
    /// - Returns: The webhook as it was.
    /// - Throws: `webhook.unknown`.
    public func remove(_ id: String, _ request: LedgerRequest) throws(ToolkitError) -> Webhook {
        try ledger.perform(request) { entry throws(ToolkitError) in
            let webhook = try Self.webhook(id, entry.issuer, in: entry.transaction, locks: true)
            for table in ["webhook_delivery", "webhook"] {
                try entry.transaction.run(
                    "DELETE FROM \(table) WHERE issuer = $1 AND \(table == "webhook" ? "id" : "webhook") = $2",
                    entry.issuer, .text(id))
            }
            try entry.record(
                "webhook.removed", of: id, before: webhook.stored, after: Array("null".utf8), isEvent: false)
            return webhook
        }
    }

    private func change(
        _ id: String, _ request: LedgerRequest, as action: String, _ body: (LedgerEntry) throws(ToolkitError) -> Void
    ) throws(ToolkitError) -> Webhook {
        try ledger.perform(request) { entry throws(ToolkitError) in
            let before = try Self.webhook(id, entry.issuer, in: entry.transaction, locks: true)
            try body(entry)
            return try entry.seal(id, as: action, was: before)
        }
    }
}

extension WebhookBook {
    /// What became of the events that a webhook is told of, the newest first.
    ///
    /// - Parameters:
    ///   - id: The webhook.
    ///   - issuer: Whose.
    ///   - state: Only those in this state; nil for all.
    ///   - last: The event before which to go on; nil for the newest.
    ///   - limit: How many at most.
    /// - Returns: The deliveries.
    /// - Throws: `webhook.unknown`.
    public func deliveries(
        of id: String, issuer: String, in state: WebhookDelivery.State? = nil, before last: Int? = nil,
        limit: Int = 100
    ) throws(ToolkitError) -> [WebhookDelivery] {
        var values: [SQLValue] = [.text(issuer), .text(id), .integer(last ?? .max), .integer(limit)]
        if let state { values.append(.text(state.rawValue)) }
        let statement = Statement(
            """
            SELECT \(WebhookDelivery.columns) FROM \(WebhookDelivery.source)
            WHERE d.issuer = $1 AND d.webhook = $2 AND d.seq < $3\(state == nil ? "" : " AND d.state = $5")
            ORDER BY d.seq DESC LIMIT $4
            """, values)
        return try ledger.store.read { transaction throws(ToolkitError) in
            _ = try Self.webhook(id, .text(issuer), in: transaction)
            var deliveries: [WebhookDelivery] = []
            for row in try transaction.rows(of: [statement])[0] { deliveries.append(try WebhookDelivery(row: row)) }
            return deliveries
        }
    }

    /// Tells a webhook again of an event, or of all that failed; with the ids that they had.
    ///
    /// - Parameters:
    ///   - id: The webhook.
    ///   - event: The number of an event that was told or failed; nil for all that failed.
    ///   - request: By whom and when.
    /// - Returns: How many there are.
    /// - Throws: `webhook.unknown`; `webhook.deliveryUnknown`.
    public func replay(_ id: String, event: Int?, _ request: LedgerRequest) throws(ToolkitError) -> Int {
        try ledger.perform(request) { entry throws(ToolkitError) in
            let webhook = try Self.webhook(id, entry.issuer, in: entry.transaction, locks: true)
            let condition = event == nil ? "state = 'failed'" : "seq = $4 AND state <> 'pending'"
            let rows = try entry.transaction.rows(of: [
                Statement(
                    """
                    UPDATE webhook_delivery SET state = 'pending', attempts = 0, run_at = $3, changed_at = $3
                    WHERE issuer = $1 AND webhook = $2 AND \(condition) RETURNING seq
                    """, [entry.issuer, .text(id), entry.now] + (event.map { [.integer($0)] } ?? []))
            ])[0]
            guard event == nil || !rows.isEmpty else {
                throw ToolkitError(
                    .webhookDeliveryUnknown, "No event of this number was told, or failed, here.",
                    fix: "`pechat webhooks deliveries` lists them.")
            }
            try entry.transaction.run(
                "UPDATE webhook SET rest_until = 0 WHERE issuer = $1 AND id = $2", entry.issuer, .text(id))
            try entry.record("webhook.replayed", of: id, after: webhook.stored, isEvent: false)
            return LedgerCount(value: rows.count)
        }.value
    }
}

extension LedgerEntry {
    /// A webhook after a change, with the entry of the audit.
    fileprivate func seal(_ id: String, as action: String, was before: Webhook? = nil) throws(ToolkitError) -> Webhook {
        let row = try transaction.row(
            "SELECT \(Webhook.columns) FROM webhook WHERE issuer = $1 AND id = $2", issuer, .text(id))
        guard let row else { throw .webhookUnknown }
        let after = try Webhook(row: row)
        try record(action, of: id, before: before?.stored, after: after.stored, isEvent: false)
        return after
    }
}

extension ToolkitError.Code {
    /// An event was never told to a webhook.
    public static let webhookDeliveryUnknown = Self("webhook.deliveryUnknown", .state)
}
