import Certificates
import Diagnostics
import Issuing
import JSONCore
import Ledger

extension OptionDescription {
    static let state = OptionDescription(
        "--state", value: "STATE", repeatable: true, choices: JobState.allCases.map(\.rawValue),
        "only jobs in this state")
    static let all = OptionDescription("--all", "all jobs that failed")
}

/// What the commands about jobs have in common.
struct JobDeskside {
    let board: JobBoard
    let issuer: String
    let request: LedgerRequest
    private let world: World
    private let arguments: Arguments

    init(_ arguments: Arguments, in world: World) throws(ToolkitError) {
        let ledger = try world.ledger(arguments).ledger
        let caller = try world.caller(arguments)
        board = JobBoard(ledger)
        issuer = try world.issuer(arguments, of: ledger)
        request = LedgerRequest(
            issuer: issuer, actor: caller.actor, now: caller.now, idempotencyKey: caller.idempotencyKey,
            identifier: caller.identifier)
        self.world = world
        self.arguments = arguments
    }

    /// Prints a job: one line, or one object.
    func answer(_ job: JobRecord) throws(ToolkitError) {
        guard arguments.has(.json) else {
            try world.print("\(job.id)  \(job.state.rawValue)  \(job.progress(at: request.now).message)")
            return
        }
        var writer = JSONWriter(.indented(2))
        job.write(to: &writer, at: request.now)
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
    }
}

/// `pechat jobs list`: what waits, runs, failed or is done.
struct JobsListCommand: Command {
    static let limit = OptionDescription("--limit", value: "N", "how many at most, the newest first; 100 by default")
    static let description = CommandDescription(
        "jobs list", summary: "list jobs: batches, and files that are still to be made",
        options: [.ledger, .issuer, .state, limit, .now, .json],
        details: "Without --state, jobs that are completed are left out.",
        examples: [
            ("pechat jobs list --ledger books.db", "what waits, runs or failed, with the last problem of each"),
            ("pechat jobs list --ledger books.db --state failed --json", "those that failed, for a program"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try JobDeskside(arguments, in: world)
        var filter = JobBoard.Filter()
        filter.limit = try arguments.number(Self.limit, in: 1...1000) ?? 100
        filter.states = arguments.all(.state).compactMap(JobState.init(rawValue:))
        if filter.states.isEmpty { filter.states = JobState.allCases.filter { $0 != .completed } }
        let jobs = try desk.board.jobs(of: desk.issuer, filter)
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginArray()
            for job in jobs { job.write(to: &writer, at: desk.request.now) }
            writer.endArray()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
            return .done
        }
        var table = TextTable(["id", "kind", "document", "state", "tries", "done", "problem"], numeric: [4, 5])
        for job in jobs {
            let done = job.counts.total == 0 ? "" : "\(job.counts.processed)/\(job.counts.total)"
            table.add([
                job.id, job.kind, job.number ?? "", job.state.rawValue, "\(job.attempts)", done, job.problem ?? "",
            ])
        }
        for line in table.lines { try world.print(line) }
        return .done
    }
}

/// `pechat jobs show ID`: one job, and what became of its documents.
struct JobsShowCommand: Command {
    static let items = OptionDescription(
        "--items", value: "WHICH", choices: JobItemState.allCases.map(\.rawValue) + ["all"],
        "which documents of a batch are listed; the failed ones by default")
    static let description = CommandDescription(
        "jobs show", summary: "show a job, its progress and what became of its documents", operands: "ID",
        operandCount: 1...1, options: [.ledger, .issuer, items, .now, .json],
        details:
            "With --json, the items are printed as `items`, each with its `errors`: rule, JSON Pointer, message and fix.",
        examples: [
            ("pechat jobs show 0199… --ledger books.db", "the progress and what failed"),
            ("pechat jobs show 0199… --ledger books.db --items all --json", "every document with its number"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let desk = try JobDeskside(arguments, in: world)
        let job = try desk.board.job(arguments.operands[0], issuer: desk.issuer)
        let which = arguments.value(Self.items) ?? JobItemState.failed.rawValue
        if arguments.has(.json) { return try showJSON(job, which, desk, in: world) }
        try desk.answer(job)
        try desk.board.eachItem(of: job, in: JobItemState(rawValue: which)) { item throws(ToolkitError) in
            try world.print("\(item.label)  \(item.state.rawValue)  \(item.number ?? "")")
            for finding in try item.errors() {
                let pointer = finding["pointer"]?.string ?? ""
                let rule = finding["code"]?.string ?? ""
                try world.print("  \(pointer) \(finding["message"]?.string ?? "") [\(rule)]".printable)
            }
        }
        return .done
    }

    private func showJSON(
        _ job: JobRecord, _ which: String, _ desk: JobDeskside, in world: World
    ) throws(ToolkitError) -> Exit {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("job")
        job.write(to: &writer, at: desk.request.now)
        writer.key("items")
        writer.beginArray()
        try desk.board.eachItem(of: job, in: JobItemState(rawValue: which)) { item throws(ToolkitError) in
            try item.write(to: &writer)
        }
        writer.endArray()
        writer.endObject()
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
        return .done
    }
}
