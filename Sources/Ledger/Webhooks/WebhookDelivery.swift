public import Certificates
import Diagnostics
public import JSONCore

/// What became of telling one webhook of one event.
public struct WebhookDelivery: Sendable, Hashable {
    /// How far it is.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It waits for its first or next try.
        case pending
        /// The receiver answered with success.
        case delivered
        /// It was tried as often as it is; it can be begun anew.
        case failed
    }

    /// The number of the event within the issuer, which rises with time.
    public let event: Int
    /// The id that the receiver sees, the same for every try and every webhook.
    public let messageID: String
    /// What happened.
    public let topic: String
    /// How far it is.
    public let state: State
    /// How often it was tried.
    public let attempts: Int
    /// When the next try is due; nil where there is none.
    public let due: Timestamp?
    /// The status of the last answer; nil where there was none.
    public let status: Int?
    /// The code of what went wrong last; nil where nothing did.
    public let problem: String?
    /// When it changed last.
    public let changed: Timestamp

    static let columns = "d.seq, a.hash, a.topic, d.state, d.attempts, d.run_at, d.status, d.problem, d.changed_at"
    static let source = "webhook_delivery d JOIN audit a ON a.issuer = d.issuer AND a.seq = d.seq"

    /// The pauses after the tries, in seconds; after the last one there is no further try by itself.
    public static let pauses = [60, 300, 900, 3600, 14_400]

    /// - Throws: `ledger.damaged`.
    init(row: SQLRow) throws(ToolkitError) {
        let state: State = try row.word(3)
        event = try row.integer(0)
        messageID = Self.messageID(ofHash: try row.bytes(1))
        topic = try row.text(2)
        self.state = state
        attempts = try row.integer(4)
        due = state == .pending ? Timestamp(secondsSince1970: try row.integer(5)) : nil
        status = try row.optionalInteger(6)
        problem = try row.optionalText(7)
        changed = Timestamp(secondsSince1970: try row.integer(8))
    }

    /// The name of an event for receivers: made of its place in the audit chain, which no two events share.
    static func messageID(ofHash hash: [UInt8]) -> String { "msg_\(Digest.hexadecimal(Array(hash.prefix(16))))" }

    /// Writes the delivery as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("event", event)
        writer.member("id", messageID)
        writer.member("type", topic)
        writer.member("state", state.rawValue)
        writer.member("attempts", attempts)
        writer.member("nextAttempt", orNull: due?.description)
        writer.member("status", orNull: status)
        writer.member("problem", orNull: problem)
        writer.member("changed", changed.description)
        writer.endObject()
    }
}
