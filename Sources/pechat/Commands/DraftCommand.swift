import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// What the commands about drafts have in common.
struct DraftCommand {
    static let version = OptionDescription(
        "--version", value: "N", "the version that you saw; without it whatever version there is")
    static let isInternal = OptionDescription("--internal", "an invoice between companies of one house")
    static let awaits = OptionDescription(
        "--after-payment-of", value: "NUMBER", "when it is queued, it is issued as soon as this document is paid")
    /// What those take that change a draft.
    static let options: [OptionDescription] = [
        .ledger, .issuer, .dryRun, .idempotencyKey, .now, .json, .quiet,
    ]

    private let arguments: Arguments
    private let world: World
    /// The ledger; with `--dry-run` one that undoes everything.
    let ledger: DocumentLedger
    /// For whom, by whom, when and under which key.
    let request: LedgerRequest

    /// Opens a ledger for a change.
    ///
    /// - Parameters:
    ///   - arguments: The command line.
    ///   - world: Streams, clock and files.
    ///   - use: What is done with the ledger.
    ///   - seller: Whose books, where the document tells; nil takes the issuer of the command line or the only one.
    /// - Throws: As `World.ledger` and `World.issuer`.
    init(
        _ arguments: Arguments, in world: World, _ use: World.LedgerUse = .changing, seller: String? = nil
    ) throws(ToolkitError) {
        self.arguments = arguments
        self.world = world
        ledger = try world.ledger(arguments, use).ledger
        let issuer = if let seller { seller } else { try world.issuer(arguments, of: ledger) }
        let caller = try world.caller(arguments)
        request = LedgerRequest(
            issuer: issuer, actor: caller.actor, now: caller.now, idempotencyKey: caller.idempotencyKey,
            fingerprint: caller.idempotencyKey == nil ? [] : try Digest.sha256(arguments.said),
            identifier: caller.identifier)
    }

    /// The content of a file, with what the command line says about it.
    func content(_ json: [UInt8]) throws(ToolkitError) -> DraftContent {
        let document = try DraftDocument(json)
        let awaited = try arguments.value(Self.awaits).map { number throws(ToolkitError) in
            IssueCondition.paid(try ledger.document(number, of: request.issuer).issued.id)
        }
        return DraftContent(
            kind: document.kind, customer: document.customer, isInternal: arguments.has(Self.isInternal),
            issueWhen: awaited, content: json)
    }

    /// The draft of an operand, in the version that the user saw.
    ///
    /// - Throws: `draft.unknown`.
    func seen(_ id: String) throws(ToolkitError) -> DraftVersion {
        if let version = try arguments.number(Self.version, in: 1...1_000_000_000) {
            return DraftVersion(id, version: version)
        }
        guard let known = try ledger.draft(id, issuer: request.issuer) else { return DraftVersion(id, version: 0) }
        return DraftVersion(id, version: known.draft.version)
    }

    /// Prints what came of it.
    func print(_ draft: Draft, _ what: String) throws(ToolkitError) -> Exit {
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            draft.write(to: &writer)
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else {
            let trial = arguments.has(.dryRun) ? " (nothing was changed)" : ""
            try world.print(arguments.has(.quiet) ? draft.id : "\(draft.id) version \(draft.version) \(what)\(trial)")
        }
        return .done
    }
}

/// `pechat draft create FILE.json`: a document that is not finished, without a number.
struct DraftCreateCommand: Command {
    static let description = CommandDescription(
        "draft create", summary: "keep a document that is not finished; it gets no number", operands: "FILE.json",
        operandCount: 1...1, options: [DraftCommand.isInternal, DraftCommand.awaits] + DraftCommand.options,
        details: """
            What is missing in the document is judged when it is issued. The first word printed is the id of the draft; the
            document that is issued of it keeps the id. --after-payment-of names what it waits for once it is queued.
            """,
        examples: [("pechat draft create invoice.json --ledger books.db", "to be finished later")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let json = try world.readDocument(arguments.operands[0])
        let named = arguments.value(.issuer)
        let seller = if let named { named } else { try DraftDocument(json).issuer }
        let command = try DraftCommand(arguments, in: world, .creating, seller: seller)
        return try command.print(command.ledger.save(command.content(json), command.request), "kept")
    }
}

/// `pechat draft change ID FILE.json`: what a draft says from now on.
struct DraftChangeCommand: Command {
    static let description = CommandDescription(
        "draft change", summary: "replace what a draft says", operands: "ID FILE.json", operandCount: 2...2,
        options: [DraftCommand.version, DraftCommand.isInternal, DraftCommand.awaits] + DraftCommand.options,
        details: "With --version the change is refused when somebody else changed the draft in between.",
        examples: [
            ("pechat draft change 01a2… invoice.json --version 3 --ledger books.db", "if it is still version 3")
        ],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let json = try world.readDocument(arguments.operands[1])
        let command = try DraftCommand(arguments, in: world)
        let draft = try command.ledger.edit(
            command.seen(arguments.operands[0]), command.content(json), command.request)
        return try command.print(draft, "changed")
    }
}

/// `pechat draft delete ID`: a draft is thrown away.
struct DraftDeleteCommand: Command {
    static let description = CommandDescription(
        "draft delete", summary: "throw a draft away", operands: "ID", operandCount: 1...1,
        options: [DraftCommand.version] + DraftCommand.options,
        details: "A draft has no number, so none is lost. The audit chain keeps that it was there.",
        examples: [("pechat draft delete 01a2… --ledger books.db", "it will not be issued")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let command = try DraftCommand(arguments, in: world)
        return try command.print(
            command.ledger.delete(command.seen(arguments.operands[0]), command.request), "deleted")
    }
}

/// `pechat draft queue ID`: an internal draft waits until its invoice is paid.
struct DraftQueueCommand: Command {
    static let journal = OptionDescription(
        "--journal", value: "NUMBER", "the number of the debtor's journal for internal invoices")
    static let description = CommandDescription(
        "draft queue", summary: "let an internal draft wait until the invoice that it names is paid", operands: "ID",
        operandCount: 1...1, options: [journal] + DraftCommand.options,
        details:
            "A queued draft cannot be changed. Once the invoice is paid, a worker issues it with that day's date; `draft issue` without an ID does so too.",
        examples: [("pechat draft queue 01a2… --journal 14 --ledger books.db", "issued when its invoice is paid")],
        exits: [.rejected, .unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let command = try DraftCommand(arguments, in: world)
        let debtor = arguments.value(Self.journal).map(InternalDebtor.init)
        switch try command.ledger.queue(arguments.operands[0], debtors: { _ in debtor }, command.request) {
        case .queued(let draft): return try command.print(draft, "queued")
        case .refused(let report):
            Complaint(report.findings, file: nil).print(asJSON: arguments.has(.json), in: world)
            return .rejected
        }
    }
}

/// `pechat draft unqueue ID`: a draft does not wait any more.
struct DraftUnqueueCommand: Command {
    static let description = CommandDescription(
        "draft unqueue", summary: "take a draft out of the queue", operands: "ID", operandCount: 1...1,
        options: [DraftCommand.version] + DraftCommand.options,
        examples: [("pechat draft unqueue 01a2… --ledger books.db", "it can be changed again")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let command = try DraftCommand(arguments, in: world)
        return try command.print(
            command.ledger.unqueue(command.seen(arguments.operands[0]), command.request), "not queued")
    }
}
