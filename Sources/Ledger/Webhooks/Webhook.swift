public import Certificates
public import Diagnostics
public import JSONCore

/// An address that hears of events of an issuer's books; its secrets are not part of it.
public struct Webhook: Sendable, Hashable {
    /// Whose events.
    public let issuer: String
    /// The id within the issuer.
    public let id: String
    /// Where events are posted to.
    public let url: String
    /// Which events: topics and groups such as `document.*`; empty for all.
    public let events: [String]
    /// Whether events are delivered; they are kept meanwhile where not.
    public let isEnabled: Bool
    /// Until when the secret before the present one signs as well; nil where there is none.
    public let formerUntil: Timestamp?
    /// When it was added.
    public let added: Timestamp
    /// By whom.
    public let addedBy: String

    /// The most webhooks of an issuer.
    static let most = 100
    static let columns = "issuer, id, url, events, is_enabled, former_until, entered_at, entered_by"

    /// - Throws: `ledger.damaged`.
    init(row: SQLRow) throws(ToolkitError) {
        issuer = try row.text(0)
        id = try row.text(1)
        url = try row.text(2)
        events = try row.text(3).split(separator: " ").map(String.init)
        isEnabled = try row.integer(4) != 0
        formerUntil = try row.optionalInteger(5).map(Timestamp.init(secondsSince1970:))
        added = Timestamp(secondsSince1970: try row.integer(6))
        addedBy = try row.text(7)
    }

    /// Writes the webhook as one object.
    ///
    /// - Parameters:
    ///   - writer: Where to.
    ///   - secret: The secret as its receiver needs it, where it is shown; that is once.
    public func write(to writer: inout JSONWriter, secret: String? = nil) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("issuer", issuer)
        writer.member("url", url)
        writer.key("events")
        writer.beginArray()
        for event in events { writer.string(event) }
        writer.endArray()
        writer.member("enabled", isEnabled)
        writer.member("formerSecretUntil", orNull: formerUntil?.description)
        writer.member("added", added.description)
        writer.member("addedBy", addedBy)
        if let secret { writer.member("secret", secret) }
        writer.endObject()
    }
}

/// The answer to a change of a webhook, as the audit and repetitions know it: without a secret.
extension Webhook: LedgerAnswer {
    /// Reads a stored answer.
    ///
    /// - Throws: `ledger.damaged`.
    public init(_ stored: [UInt8]) throws(ToolkitError) {
        let object = try StoredObject(parsing: stored)
        issuer = try object.text("issuer")
        id = try object.text("id")
        url = try object.text("url")
        events = object.texts("events")
        isEnabled = try object.bool("enabled")
        formerUntil = try object.optionalText("formerSecretUntil").map { text throws(ToolkitError) in
            try Timestamp(text)
        }
        added = try Timestamp(try object.text("added"))
        addedBy = try object.text("addedBy")
    }

    /// The webhook as compact JSON.
    public var stored: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

/// What is wanted of a new webhook.
public struct WebhookOrder: Sendable, Hashable {
    /// Where events are posted to.
    public let url: String
    /// Which events; empty for all.
    public let events: [String]
    /// 24 to 64 random bytes that sign.
    public let secret: [UInt8]

    /// Checks what is wanted.
    ///
    /// The address itself is judged when it is connected to: what a name means can change at any time.
    ///
    /// - Parameters:
    ///   - url: `https://…`; `http://…` only where that is allowed, because everybody on the way reads along.
    ///   - events: Topics and groups such as `document.*`.
    ///   - secret: 24 to 64 random bytes.
    ///   - allowsPlain: Whether the address may be one without TLS.
    /// - Throws: `webhook.address`; `webhook.event`.
    public init(url: String, events: [String], secret: [UInt8], allowsPlain: Bool = false) throws(ToolkitError) {
        precondition(24...64 ~= secret.count, "Standard Webhooks: 24 to 64 bytes")
        let scheme = ["https://", "http://"].first { url.lowercased().hasPrefix($0) }
        let rest = url.dropFirst(scheme?.count ?? 0)
        guard let scheme, url.utf8.count <= 2000, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let first = rest.first, !"/?#".contains(first), !rest.prefix(while: { $0 != "/" }).contains("@")
        else {
            throw ToolkitError(
                .webhookAddress, "This is no address that events can be posted to.",
                fix: "Write it as https://host/path, without a name and password.")
        }
        guard scheme == "https://" || allowsPlain else {
            throw ToolkitError(
                .webhookAddress, "Everybody on the way could read what is sent to this address.",
                fix: "Take an https:// address, or allow plain HTTP explicitly within your own network.")
        }
        for event in events where !LedgerEvent.all.contains(where: { LedgerEvent.isTaken($0, by: [event]) }) {
            throw ToolkitError(
                .webhookEvent, "There is no such event.",
                fix: "Name some of \(LedgerEvent.all.joined(separator: ", ")), or groups such as document.*.")
        }
        self.url = url
        self.events = events
        self.secret = secret
    }
}

extension ToolkitError {
    static var webhookUnknown: ToolkitError {
        ToolkitError(
            .webhookUnknown, "There is no such webhook.", fix: "`pechat webhooks list` shows those that there are.")
    }
}

extension ToolkitError.Code {
    /// The address of a webhook is none.
    public static let webhookAddress = Self("webhook.address", .rejected)
    /// A webhook wants an event that there is not.
    public static let webhookEvent = Self("webhook.event", .rejected)
    /// The ledger has no webhook with this id.
    public static let webhookUnknown = Self("webhook.unknown", .state)
    /// An issuer has as many webhooks as one may have.
    public static let webhookTooMany = Self("webhook.tooMany", .state)
}
