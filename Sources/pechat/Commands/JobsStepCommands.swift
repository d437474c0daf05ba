import Diagnostics
import Ledger

/// A command that brings one job a step on.
protocol JobStepCommand: Command {
    var arguments: Arguments { get }
    /// Does the step.
    func step(_ id: String, at desk: JobDeskside) throws(ToolkitError) -> JobRecord
}

extension JobStepCommand {
    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try JobDeskside(arguments, in: world)
        try desk.answer(try step(arguments.operands[0], at: desk))
        return .done
    }

    static func describe(
        _ name: String, _ summary: String, details: String = "", example: String
    ) -> CommandDescription {
        CommandDescription(
            name, summary: summary, operands: "ID", operandCount: 1...1,
            options: [.ledger, .issuer, .idempotencyKey, .now, .json], details: details,
            examples: [("pechat \(name) 0199… --ledger books.db", example)], exits: [.unreadable, .state])
    }
}

/// `pechat jobs cancel ID`.
struct JobsCancelCommand: JobStepCommand {
    static let description = describe(
        "jobs cancel", "call a job off",
        details: """
            Documents in hand are finished; what has its number keeps it. Calling off again changes nothing; what ended
            otherwise is not called off any more.
            """, example: "what is not begun yet is left")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: JobDeskside) throws(ToolkitError) -> JobRecord {
        try desk.board.cancel(id, desk.request)
    }
}

/// `pechat jobs pause ID`.
struct JobsPauseCommand: JobStepCommand {
    static let description = describe(
        "jobs pause", "hold a job until it is resumed", example: "it stops after the documents in hand")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: JobDeskside) throws(ToolkitError) -> JobRecord {
        try desk.board.pause(id, desk.request)
    }
}

/// `pechat jobs resume ID`.
struct JobsResumeCommand: JobStepCommand {
    static let description = describe(
        "jobs resume", "let a job go on that is paused", example: "it goes on where it was")

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func step(_ id: String, at desk: JobDeskside) throws(ToolkitError) -> JobRecord {
        try desk.board.resume(id, desk.request)
    }
}

/// `pechat jobs retry ID | --all`.
struct JobsRetryCommand: Command {
    static let description = CommandDescription(
        "jobs retry", summary: "try again what failed: a job, or the failed documents of a batch", operands: "[ID]",
        operandCount: 0...1, options: [.ledger, .issuer, .all, .now, .json],
        examples: [
            ("pechat jobs retry 0199… --ledger books.db", "the failed documents of one batch, and nothing else"),
            ("pechat jobs retry --all --ledger books.db", "everything that failed"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard arguments.has(.all) == arguments.operands.isEmpty else {
            throw .usage("`jobs retry` takes the id of a job, or --all.", in: Self.description)
        }
        self.arguments = arguments
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try JobDeskside(arguments, in: world)
        if let id = arguments.operands.first {
            try desk.answer(try desk.board.retry(id, desk.request))
            return .done
        }
        try desk.board.retryAll(desk.request) { job throws(ToolkitError) in try desk.answer(job) }
        return .done
    }
}

/// `pechat jobs forget ID`.
struct JobsForgetCommand: Command {
    static let description = CommandDescription(
        "jobs forget", summary: "delete a job that ended from the list; its documents stay", operands: "ID",
        operandCount: 1...1, options: [.ledger, .issuer, .now],
        examples: [("pechat jobs forget 0199… --ledger books.db", "the outcome of each item goes with it")],
        exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try JobDeskside(arguments, in: world)
        try desk.board.forget(arguments.operands[0], desk.request)
        return .done
    }
}

/// `pechat jobs flush`.
struct JobsFlushCommand: Command {
    static let description = CommandDescription(
        "jobs flush", summary: "delete all jobs that failed from the list; their documents stay",
        options: [.ledger, .issuer, .now, .quiet],
        examples: [("pechat jobs flush --ledger books.db", "after they were looked at")], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try JobDeskside(arguments, in: world)
        let count = try desk.board.flush(desk.request)
        if !arguments.has(.quiet) { world.note("\(count) jobs forgotten") }
        return .done
    }
}
