public import Certificates
public import Diagnostics
public import JSONCore
public import Ledger

/// One message to a webhook, as Standard Webhooks 1.0 writes and signs it.
///
/// Source: https://www.standardwebhooks.com.
public struct WebhookMessage: Sendable, Hashable {
    /// The id, the same for every try.
    public let id: String
    /// The JSON that is posted: `type`, `timestamp` and `data`.
    public let body: [UInt8]

    /// The message about an event of the books.
    public init(_ event: WebhookQueue.Message, issuer: String) {
        var writer = JSONWriter()
        Self.begin(&writer, event.topic, event.moment)
        writer.member("issuer", issuer)
        writer.member("event", event.event)
        writer.member("subject", event.subject)
        writer.key("object")
        if let object = try? JSONDocument(parsing: event.payload).root { writer.value(object) } else { writer.null() }
        writer.endObject()
        writer.endObject()
        id = event.id
        body = writer.bytes
    }

    /// A message that says nothing, to try a webhook.
    ///
    /// - Parameters:
    ///   - webhook: Which one.
    ///   - identifier: A name that was never given before.
    ///   - now: When.
    public init(trying webhook: Webhook, identifier: String, at now: Timestamp) {
        var writer = JSONWriter()
        Self.begin(&writer, "webhook.test", now)
        writer.member("issuer", webhook.issuer)
        writer.member("subject", webhook.id)
        writer.endObject()
        writer.endObject()
        id = "msg_\(identifier.filter { $0 != "-" })"
        body = writer.bytes
    }

    private static func begin(_ writer: inout JSONWriter, _ type: String, _ moment: Timestamp) {
        writer.beginObject()
        writer.member("type", type)
        writer.member("timestamp", moment.description)
        writer.key("data")
        writer.beginObject()
    }

    /// The request that posts the message.
    ///
    /// - Parameters:
    ///   - url: The address of the webhook.
    ///   - secrets: Those that sign; several while a receiver changes over.
    ///   - now: When it is sent: receivers refuse what is older than some minutes.
    /// - Returns: The request, with the three fields of the standard.
    /// - Throws: `cryptography.failed`.
    public func request(to url: String, signedBy secrets: [[UInt8]], at now: Timestamp) throws(ToolkitError)
        -> NetworkRequest
    {
        var signatures: [String] = []
        let signed = Array("\(id).\(now.secondsSince1970).".utf8) + body
        for secret in secrets {
            let code = try Digest.hmacSHA256(signed, key: secret)
            signatures.append("v1,\(String(decoding: Base64.encode(code), as: UTF8.self))")
        }
        return NetworkRequest(
            .webhook, url: url, body: body, contentType: "application/json",
            fields: [
                .init("webhook-id", id), .init("webhook-timestamp", "\(now.secondsSince1970)"),
                .init("webhook-signature", signatures.joined(separator: " ")),
            ], sizeLimit: Self.answerLimit)
    }

    /// The most bytes that an answer may have; nobody reads it.
    static let answerLimit = 64 << 10

    /// A secret in the form that receivers take.
    public static func text(of secret: [UInt8]) -> String {
        "whsec_\(String(decoding: Base64.encode(secret), as: UTF8.self))"
    }
}

extension WebhookQueue.Outcome {
    /// Writes what became of a try as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .delivered(let status):
            writer.member("delivered", true)
            writer.member("status", status)
        case .failed(let status, let problem):
            writer.member("delivered", false)
            writer.member("status", orNull: status)
            writer.member("problem", problem)
        }
        writer.endObject()
    }
}
