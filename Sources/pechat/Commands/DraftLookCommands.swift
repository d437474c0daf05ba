import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat draft list`: what is not issued yet.
struct DraftListCommand: Command {
    static let ready = OptionDescription("--ready", "only queued drafts whose invoice is paid")
    static let cursor = OptionDescription("--cursor", value: "ID", "go on after this draft")
    static let description = CommandDescription(
        "draft list", summary: "list the drafts of a ledger",
        options: [.ledger, .issuer, ready, ListCommand.limit, cursor, .json],
        examples: [
            ("pechat draft list --ledger books.db", "in the order in which they were made"),
            ("pechat draft list --ready --ledger books.db", "what `draft issue` would issue"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        let limit = try arguments.number(ListCommand.limit, in: 1...1000) ?? 20
        let drafts =
            arguments.has(Self.ready)
            ? try ledger.readyDrafts(issuer: issuer, limit: limit)
            : try ledger.drafts(issuer: issuer, after: arguments.value(Self.cursor), limit: limit)
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginArray()
            for draft in drafts { draft.write(to: &writer) }
            writer.endArray()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
            return .done
        }
        var table = TextTable(["draft", "version", "kind", "customer", "state"], numeric: [1])
        for draft in drafts {
            table.add([
                draft.id, "\(draft.version)", draft.kind.rawValue, (draft.customer ?? "").printable,
                draft.isQueued ? "queued" : draft.isInternal ? "internal" : "draft",
            ])
        }
        for line in table.lines { try world.print(line) }
        if drafts.count == limit, let last = drafts.last { world.note("More: --cursor \(last.id)") }
        return .done
    }
}

/// `pechat draft show ID`: what a draft says.
struct DraftShowCommand: Command {
    static let description = CommandDescription(
        "draft show", summary: "print a draft", operands: "ID", operandCount: 1...1,
        options: [.ledger, .issuer, .json],
        details: "The document as it was written; with --json what the ledger knows about the draft instead.",
        examples: [("pechat draft show 01a2… --ledger books.db > invoice.json", "to be changed")],
        exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        guard let found = try ledger.draft(arguments.operands[0], issuer: issuer) else { throw .draftUnknown }
        guard arguments.has(.json) else {
            try world.write(found.content)
            return .done
        }
        var writer = JSONWriter(.indented(2))
        found.draft.write(to: &writer)
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
        return .done
    }
}

/// `pechat draft issue [ID]`: a draft gets its number.
struct DraftIssueCommand: Command {
    static let description = CommandDescription(
        "draft issue", summary: "issue a draft, or all queued drafts whose invoice is paid", operands: "[ID]",
        operandCount: 0...1, options: [.issuer, DraftCommand.version] + IssueCommand.options,
        details: """
            As `issue`, of the document that the draft holds; the document keeps the id of the draft. A queued draft is
            issued only when what it waits for is paid. Without an ID every draft is issued that waited for that.
            """,
        examples: [
            ("pechat draft issue 01a2… --date today --ledger books.db --out out", "number and files"),
            ("pechat draft issue --date today --ledger books.db", "all that waited and need not wait any more"),
        ], exits: [.rejected, .unreadable, .key, .batchFailures, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        if let id = arguments.operands.first { return try issue(id, ledger, issuer, in: world) }
        guard !arguments.has(.idempotencyKey) else {
            throw .usage("An idempotency key is for one document: give the ID of a draft.", in: Self.description)
        }
        var exits: Set<Exit> = []
        for draft in try ledger.readyDrafts(issuer: issuer, limit: 1000) {
            do throws(ToolkitError) {
                exits.insert(try issue(draft.id, ledger, issuer, in: world))
            } catch {
                Complaint(error).print(asJSON: false, in: world)
                exits.insert(.batchFailures)
            }
        }
        return exits.isSubset(of: [.done]) ? .done : .batchFailures
    }

    private func issue(
        _ id: String, _ ledger: DocumentLedger, _ issuer: String, in world: World
    ) throws(ToolkitError) -> Exit {
        let found = try ledger.draft(id, issuer: issuer)
        let version = try arguments.number(DraftCommand.version, in: 1...1_000_000_000)
        let content: [UInt8]
        if let found {
            content = found.content
        } else {
            // A repetition: the document has the id of the draft.
            do throws(ToolkitError) {
                let number = try ledger.standing(of: id, issuer: issuer).number
                content = try ledger.document(number, of: issuer).content
            } catch  where error.code == .documentUnknown {
                throw .draftUnknown
            }
        }
        let seen = DraftVersion(id, version: version ?? found?.draft.version ?? 0)
        return try IssueCommand(arguments).issue(
            from: id, in: world, question: Array("draft issue\n\(id)".utf8), draft: seen
        ) { () throws(ToolkitError) in content }
    }
}
