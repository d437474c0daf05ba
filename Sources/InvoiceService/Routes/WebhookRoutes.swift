import Certificates
import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// Who hears of events.
    static var webhooks: [Route] {
        [
            Route(
                "GET", "/v1/webhooks", operation: "listWebhooks", tag: "webhooks",
                summary: "Lists the webhooks of an issuer; never their secrets", access: .scope(.manageWebhooks),
                parameters: [issuerParameter],
                answers: [
                    .json("The webhooks.", .reference("WebhookList")).naming("webhook", at: "/webhooks/0/id")
                ],
                problems: [404]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try wanted(call)
                let webhooks = try WebhookBook(books.ledger).webhooks(of: issuer)
                return json { writer in
                    writer.beginObject()
                    writer.key("webhooks")
                    writer.beginArray()
                    for webhook in webhooks { webhook.write(to: &writer) }
                    writer.endArray()
                    writer.endObject()
                }
            },
            Route(
                "POST", "/v1/webhooks", operation: "addWebhook", tag: "webhooks",
                summary: "Posts the events of an issuer's books to an address",
                details: "The secret that signs is in this answer only. Events are told from now on.",
                access: .scope(.manageWebhooks), parameters: [issuerParameter],
                content: .json(
                    .object(
                        [("url", .string(longest: 500)), ("events", .array(.choice(LedgerEvent.all + groups)))],
                        required: ["url"]), limit: 64 << 10, "The address, and the events; all where none is named."),
                answers: [
                    .json("The webhook, with its secret.", .reference("Webhook"), status: 201)
                        .naming("webhook", at: "/id")
                ],
                problems: [404, 409, 422]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try wanted(call)
                let body = try RequestObject(call.body, ["url", "events"])
                let secret = call.service.environment.random(32)
                let order = try WebhookOrder(
                    url: try body.text("url") ?? "", events: try body.texts("events"), secret: secret,
                    allowsPlain: books.allowsPlainWebhooks)
                let webhook = try WebhookBook(books.ledger).add(order, request(for: issuer, call, books))
                return json(201) { webhook.write(to: &$0, secret: WebhookMessage.text(of: secret)) }
            },
            Route(
                "DELETE", "/v1/webhooks/{webhook}", operation: "removeWebhook", tag: "webhooks",
                summary: "Removes a webhook with the list of its deliveries", access: .scope(.manageWebhooks),
                parameters: [issuerParameter], answers: [.json("The webhook as it was.", .reference("Webhook"))],
                problems: [404]
            ) { call throws(ToolkitError) in
                try changed(call) { (book, id, request) throws(ToolkitError) in (try book.remove(id, request), nil) }
            },
            Route(
                "POST", "/v1/webhooks/{webhook}/enable", operation: "enableWebhook", tag: "webhooks",
                summary: "Delivers to a webhook again; what waited comes first", access: .scope(.manageWebhooks),
                parameters: [issuerParameter], answers: [.json("The webhook.", .reference("Webhook"))],
                problems: [404]
            ) { call throws(ToolkitError) in
                try changed(call) { (book, id, request) throws(ToolkitError) in
                    (try book.setEnabled(true, id, request), nil)
                }
            },
            Route(
                "POST", "/v1/webhooks/{webhook}/disable", operation: "disableWebhook", tag: "webhooks",
                summary: "Lets the events of a webhook wait", access: .scope(.manageWebhooks),
                parameters: [issuerParameter], answers: [.json("The webhook.", .reference("Webhook"))],
                problems: [404]
            ) { call throws(ToolkitError) in
                try changed(call) { (book, id, request) throws(ToolkitError) in
                    (try book.setEnabled(false, id, request), nil)
                }
            },
            Route(
                "POST", "/v1/webhooks/{webhook}/rotate", operation: "rotateWebhookSecret", tag: "webhooks",
                summary: "Gives a webhook a new secret; the old one signs as well for a day",
                access: .scope(.manageWebhooks), parameters: [issuerParameter],
                answers: [.json("The webhook, with its new secret.", .reference("Webhook"))], problems: [404]
            ) { call throws(ToolkitError) in
                let secret = call.service.environment.random(32)
                return try changed(call) { (book, id, request) throws(ToolkitError) in
                    (try book.rotate(id, to: secret, request), secret)
                }
            },
            Route(
                "POST", "/v1/webhooks/{webhook}/test", operation: "testWebhook", tag: "webhooks",
                summary: "Posts a message of the type webhook.test now", access: .scope(.manageWebhooks),
                parameters: [issuerParameter],
                answers: [.json("What became of it.", .reference("WebhookTry"))], problems: [404]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try wanted(call)
                guard let post = books.post else {
                    throw ToolkitError(.resourceUnknown, "The service reaches no network.")
                }
                let now = call.now
                let outcome = try WebhookCourier(books.ledger, now: { now }, post: post).test(
                    call.path["webhook"] ?? "", of: issuer, identifier: books.identifier())
                return json { outcome.write(to: &$0) }
            },
            Route(
                "GET", "/v1/webhooks/{webhook}/deliveries", operation: "listWebhookDeliveries", tag: "webhooks",
                summary: "Lists what became of the events of a webhook, the newest first",
                access: .scope(.manageWebhooks),
                parameters: [
                    issuerParameter,
                    RouteParameter(
                        "state", .choice(WebhookDelivery.State.allCases.map(\.rawValue)), "Only those in this state."),
                    RouteParameter("limit", .integer(1...1000), "The most deliveries; 20 by default."),
                    RouteParameter("cursor", .integer(1...Int.max), "The `cursor` of the page before."),
                ], answers: [.json("A page.", .reference("WebhookDeliveryPage"))], problems: [404]
            ) { call throws(ToolkitError) in try deliveries(call) },
            Route(
                "POST", "/v1/webhooks/{webhook}/replay", operation: "replayWebhook", tag: "webhooks",
                summary: "Tells a webhook again: one event, or all that failed",
                details: "The messages have the ids that they had, so that a receiver knows those that it has.",
                access: .scope(.manageWebhooks),
                parameters: [
                    issuerParameter,
                    RouteParameter(
                        "event", .integer(1...Int.max), "The number of one event; all that failed by default."),
                ], answers: [.json("How many there are.", .reference("Count"))], problems: [404, 409]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try wanted(call)
                let count = try WebhookBook(books.ledger).replay(
                    call.path["webhook"] ?? "", event: call.number("event"), request(for: issuer, call, books))
                return json { writer in
                    writer.beginObject()
                    writer.member("count", count)
                    writer.endObject()
                }
            },
        ]
    }

    private static let issuerParameter = RouteParameter(
        "issuer", .string(longest: 200), "Whose webhooks; needed where the caller may use the books of several.")

    /// The groups that a filter may name.
    private static let groups = Set(LedgerEvent.all.map { "\($0.prefix { $0 != "." }).*" }).sorted()

    /// The books and the issuer that the request names, or the only one that the caller may use.
    private static func wanted(_ call: Call) throws(ToolkitError) -> (books: ServiceLedger, issuer: String) {
        let books = try call.books()
        if let named = call.query("issuer") { return (books, try call.issuer(named, in: books)) }
        let usable = try books.ledger.issuers().filter { call.mayUse($0) }
        guard let only = usable.first, usable.count == 1 else {
            throw ToolkitError(
                .parameterWrong, "It is not clear whose webhooks are meant.",
                fix: "Give `issuer`; `GET /v1/issuers` lists them.")
        }
        return (books, only)
    }

    private static func request(
        for issuer: String, _ call: Call, _ books: ServiceLedger
    ) -> LedgerRequest {
        LedgerRequest(
            issuer: issuer, actor: "api:\(call.principal.name)", now: call.now, identifier: books.identifier)
    }

    /// Changes the webhook of the path.
    private static func changed(
        _ call: Call,
        _ change: (WebhookBook, String, LedgerRequest) throws(ToolkitError) -> (Webhook, secret: [UInt8]?)
    ) throws(ToolkitError) -> HTTPResponse {
        let (books, issuer) = try wanted(call)
        let (webhook, secret) = try change(
            WebhookBook(books.ledger), call.path["webhook"] ?? "", request(for: issuer, call, books))
        return json { webhook.write(to: &$0, secret: secret.map(WebhookMessage.text(of:))) }
    }

    private static func deliveries(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let (books, issuer) = try wanted(call)
        let limit = call.number("limit") ?? 20
        let deliveries = try WebhookBook(books.ledger).deliveries(
            of: call.path["webhook"] ?? "", issuer: issuer,
            in: call.query("state").flatMap(WebhookDelivery.State.init(rawValue:)), before: call.number("cursor"),
            limit: limit)
        return json { writer in
            writer.beginObject()
            writer.key("deliveries")
            writer.beginArray()
            for delivery in deliveries { delivery.write(to: &writer) }
            writer.endArray()
            let cursor = deliveries.count == limit ? deliveries.last.map { "\($0.event)" } : nil
            writer.member("cursor", orNull: cursor)
            writer.member("hasMore", cursor != nil)
            writer.endObject()
        }
    }
}
