import Certificates
import Diagnostics
import Issuing
import JSONCore
import Ledger

/// What the commands about webhooks have in common.
struct WebhookDesk {
    /// What all of them take.
    static let options: [OptionDescription] = [.ledger, .issuer, .now, .json]

    let ledger: DocumentLedger
    let book: WebhookBook
    let issuer: String
    let request: LedgerRequest
    private let world: World
    private let arguments: Arguments

    init(_ arguments: Arguments, in world: World, _ use: World.LedgerUse = .changing) throws(ToolkitError) {
        ledger = try world.ledger(arguments, use).ledger
        book = WebhookBook(ledger)
        issuer = try world.issuer(arguments, of: ledger)
        let caller = try world.caller(arguments)
        request = LedgerRequest(issuer: issuer, actor: caller.actor, now: caller.now, identifier: caller.identifier)
        self.world = world
        self.arguments = arguments
    }

    /// Prints a webhook, and a new secret where there is one: one line each, or one object.
    func answer(_ webhook: Webhook, secret: [UInt8]? = nil) throws(ToolkitError) {
        let secret = secret.map(WebhookMessage.text(of:))
        if arguments.has(.json) {
            try print { webhook.write(to: &$0, secret: secret) }
        } else {
            try world.print("\(webhook.id)  \(webhook.isEnabled ? "enabled" : "disabled")  \(webhook.url)")
            if let secret { try world.print(secret) }
        }
    }

    /// Prints JSON.
    func print(_ write: (inout JSONWriter) -> Void) throws(ToolkitError) {
        var writer = JSONWriter(.indented(2))
        write(&writer)
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
    }
}

/// `pechat webhooks add URL`.
struct WebhooksAddCommand: Command {
    static let event = OptionDescription(
        "--event", value: "TYPE", repeatable: true,
        "an event, such as document.issued, or a group, such as document.*; all by default")
    static let plain = OptionDescription("--plain-http", "allow an address without TLS, within your own network")
    static let description = CommandDescription(
        "webhooks add", summary: "post the events of an issuer's books to an address", operands: "URL",
        operandCount: 1...1, options: [event, plain] + WebhookDesk.options,
        details: """
            Prints the id, and the secret that signs (whsec_…); it is shown this once. `pechat worker` and `pechat serve`
            deliver, from the next event on. docs/webhooks.md says what a receiver checks.
            """,
        examples: [
            ("pechat webhooks add https://erp.example/hooks --ledger books.db", "everything that happens"),
            (
                "pechat webhooks add https://erp.example/hooks --event 'document.*' --event job.failed --ledger books.db",
                "some of it"
            ),
        ], exits: [.rejected, .unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let secret = World.newSecret()
        let order = try WebhookOrder(
            url: arguments.operands[0], events: arguments.all(Self.event), secret: secret,
            allowsPlain: arguments.has(Self.plain))
        let desk = try WebhookDesk(arguments, in: world)
        try desk.answer(try desk.book.add(order, desk.request), secret: secret)
        return .done
    }
}

/// `pechat webhooks list`.
struct WebhooksListCommand: Command {
    static let description = CommandDescription(
        "webhooks list", summary: "list the webhooks of an issuer; never their secrets", options: WebhookDesk.options,
        examples: [("pechat webhooks list --ledger books.db", "who hears of what")], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try WebhookDesk(arguments, in: world, .reading)
        let webhooks = try desk.book.webhooks(of: desk.issuer)
        if arguments.has(.json) {
            try desk.print { writer in
                writer.beginArray()
                for webhook in webhooks { webhook.write(to: &writer) }
                writer.endArray()
            }
            return .done
        }
        var table = TextTable(["id", "state", "url", "events"])
        for webhook in webhooks {
            table.add([
                webhook.id, webhook.isEnabled ? "enabled" : "disabled", webhook.url,
                webhook.events.isEmpty ? "all" : webhook.events.joined(separator: " "),
            ])
        }
        for line in table.lines { try world.print(line) }
        return .done
    }
}

/// `pechat webhooks deliveries ID`.
struct WebhooksDeliveriesCommand: Command {
    static let state = OptionDescription(
        "--state", value: "STATE", choices: WebhookDelivery.State.allCases.map(\.rawValue), "only those in this state")
    static let cursor = OptionDescription("--cursor", value: "EVENT", "go on before this event")
    static let description = CommandDescription(
        "webhooks deliveries", summary: "list what became of the events of a webhook, the newest first",
        operands: "ID", operandCount: 1...1, options: [state, ListCommand.limit, cursor] + WebhookDesk.options,
        examples: [("pechat webhooks deliveries 0199… --state failed --ledger books.db", "what to replay")],
        exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try WebhookDesk(arguments, in: world, .reading)
        let limit = try arguments.number(ListCommand.limit, in: 1...1000) ?? 20
        let deliveries = try desk.book.deliveries(
            of: arguments.operands[0], issuer: desk.issuer,
            in: arguments.value(Self.state).flatMap(WebhookDelivery.State.init(rawValue:)),
            before: try arguments.number(Self.cursor, in: 1...Int.max), limit: limit)
        if arguments.has(.json) {
            try desk.print { writer in
                writer.beginArray()
                for delivery in deliveries { delivery.write(to: &writer) }
                writer.endArray()
            }
            return .done
        }
        var table = TextTable(["event", "type", "state", "tries", "status", "next", "problem"], numeric: [0, 3, 4])
        for delivery in deliveries {
            table.add([
                "\(delivery.event)", delivery.topic, delivery.state.rawValue, "\(delivery.attempts)",
                delivery.status.map { "\($0)" } ?? "", delivery.due?.description ?? "", delivery.problem ?? "",
            ])
        }
        for line in table.lines { try world.print(line) }
        if deliveries.count == limit, let last = deliveries.last { world.note("More: --cursor \(last.event)") }
        return .done
    }
}
