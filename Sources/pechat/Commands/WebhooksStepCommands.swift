import Diagnostics
import Issuing
import JSONCore
import Ledger

/// A command that changes one webhook.
protocol WebhookStepCommand: Command {
    var arguments: Arguments { get }
    /// Does the step; where it made a new secret, it comes back.
    func step(_ id: String, at desk: WebhookDesk) throws(ToolkitError) -> (webhook: Webhook, secret: [UInt8]?)
}

extension WebhookStepCommand {
    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try WebhookDesk(arguments, in: world)
        let (webhook, secret) = try step(arguments.operands[0], at: desk)
        try desk.answer(webhook, secret: secret)
        return .done
    }

    static func describe(
        _ name: String, _ summary: String, details: String = "", example: String
    ) -> CommandDescription {
        CommandDescription(
            name, summary: summary, operands: "ID", operandCount: 1...1, options: WebhookDesk.options,
            details: details, examples: [("pechat \(name) 0199… --ledger books.db", example)],
            exits: [.unreadable, .state])
    }
}

/// `pechat webhooks remove ID`.
struct WebhooksRemoveCommand: WebhookStepCommand {
    static let description = describe(
        "webhooks remove", "remove a webhook with the list of its deliveries", example: "it hears of nothing any more")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: WebhookDesk) throws(ToolkitError) -> (webhook: Webhook, secret: [UInt8]?) {
        (try desk.book.remove(id, desk.request), nil)
    }
}

/// `pechat webhooks disable ID`.
struct WebhooksDisableCommand: WebhookStepCommand {
    static let description = describe(
        "webhooks disable", "let the events of a webhook wait", example: "nothing is lost until it is enabled")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: WebhookDesk) throws(ToolkitError) -> (webhook: Webhook, secret: [UInt8]?) {
        (try desk.book.setEnabled(false, id, desk.request), nil)
    }
}

/// `pechat webhooks enable ID`.
struct WebhooksEnableCommand: WebhookStepCommand {
    static let description = describe(
        "webhooks enable", "deliver to a webhook again", example: "what waited comes first")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: WebhookDesk) throws(ToolkitError) -> (webhook: Webhook, secret: [UInt8]?) {
        (try desk.book.setEnabled(true, id, desk.request), nil)
    }
}

/// `pechat webhooks rotate ID`.
struct WebhooksRotateCommand: WebhookStepCommand {
    static let description = describe(
        "webhooks rotate", "give a webhook a new secret; the old one signs as well for a day",
        details: "Prints the new secret, this once. Until tomorrow each message has both signatures.",
        example: "the receiver can change over at any time of the day")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: WebhookDesk) throws(ToolkitError) -> (webhook: Webhook, secret: [UInt8]?) {
        let secret = World.newSecret()
        return (try desk.book.rotate(id, to: secret, desk.request), secret)
    }
}

/// `pechat webhooks replay ID [EVENT]`.
struct WebhooksReplayCommand: Command {
    static let description = CommandDescription(
        "webhooks replay", summary: "tell a webhook again: one event, or all that failed", operands: "ID [EVENT]",
        operandCount: 1...2, options: WebhookDesk.options,
        details: "The messages have the ids that they had, so that a receiver knows those that it has.",
        examples: [
            ("pechat webhooks replay 0199… --ledger books.db", "all that failed"),
            ("pechat webhooks replay 0199… 42 --ledger books.db", "one that `webhooks deliveries` lists"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let event = arguments.operands.dropFirst().first
        guard event == nil || Int(event ?? "") != nil else {
            throw .usage("The number of an event is a whole number.", in: Self.description)
        }
        let desk = try WebhookDesk(arguments, in: world)
        let count = try desk.book.replay(arguments.operands[0], event: event.flatMap { Int($0) }, desk.request)
        if arguments.has(.json) {
            try desk.print { writer in
                writer.beginObject()
                writer.member("count", count)
                writer.endObject()
            }
        } else {
            try world.print("\(count)")
        }
        return .done
    }
}

/// `pechat webhooks test ID`.
struct WebhooksTestCommand: Command {
    static let description = CommandDescription(
        "webhooks test", summary: "post a message of the type webhook.test now", operands: "ID", operandCount: 1...1,
        options: [.allowAddress] + WebhookDesk.options,
        examples: [("pechat webhooks test 0199… --ledger books.db", "prints the status of the answer")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try WebhookDesk(arguments, in: world, .reading)
        let now = desk.request.now
        let courier = WebhookCourier(
            desk.ledger, now: { now }, post: try world.webhookPost(arguments.all(.allowAddress)))
        let outcome = try courier.test(
            arguments.operands[0], of: desk.issuer, identifier: desk.request.identifier())
        if arguments.has(.json) {
            try desk.print { outcome.write(to: &$0) }
        } else {
            switch outcome {
            case .delivered(let status): try world.print("delivered: HTTP \(status)")
            case .failed(let status, let problem):
                try world.print("failed: \(problem)\(status.map { " (HTTP \($0))" } ?? "")")
            }
        }
        if case .failed = outcome { return .later }
        return .done
    }
}
