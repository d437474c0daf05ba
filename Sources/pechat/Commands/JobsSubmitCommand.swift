import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat jobs submit INPUT`: a batch of documents that workers issue.
struct JobsSubmitCommand: Command {
    static let priority = OptionDescription(
        "--priority", value: "PRIORITY", choices: JobPriority.allCases.map(\.rawValue), "how urgent it is")
    static let signs = OptionDescription(
        "--sign", value: "WHAT", choices: Seal.Target.allCases.map(\.rawValue),
        "what the workers sign with their key: the XML, the PDF, or both; nothing by default")
    static let description = CommandDescription(
        "jobs submit", summary: "queue many documents to be issued by workers", operands: "INPUT", operandCount: 1...1,
        options: [
            .ledger, .files, .issuer, IssueCommand.series, IssueCommand.date, IssueCommand.givenNumber,
            IssueCommand.futureDate, IssueCommand.overCredit, signs, .template, .language, .profile, .check, priority,
            .idempotencyKey, .now, .json,
        ],
        details: """
            INPUT is a folder of .json files, a file with one JSON document on each line (NDJSON), or - for such lines
            on standard input. The answer is the id of the job; the documents are issued by `pechat worker` or
            `pechat jobs run`, each issued or refused on its own. A bad document never stops the others. All documents
            belong to one seller, that of the first one unless --issuer says otherwise.
            """,
        examples: [
            ("pechat jobs submit month.ndjson --ledger books.db", "prints the id of the job"),
            (
                "pechat jobs submit month.ndjson --ledger postgres://… --sign both --idempotency-key 2026-11",
                "signed by the workers' key; safe to repeat"
            ),
        ], exits: [.rejected, .unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        var batch = BatchSubmission(try items(), try decisions())
        batch.issuer = arguments.value(.issuer)
        batch.priority = arguments.value(Self.priority).flatMap(JobPriority.init(rawValue:)) ?? .default
        _ = try batch.owner()  // before a ledger is made
        let board = JobBoard(try world.ledger(arguments, .creating).ledger)
        let caller = try world.caller(arguments)
        let job = try batch.submit(to: board, caller, said: arguments.said)
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            job.write(to: &writer, at: caller.now)
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else {
            try world.print(job.id)
        }
        return .done
    }

    private func decisions() throws(ToolkitError) -> BatchDecisions {
        var decisions = BatchDecisions()
        decisions.policy = try IssuePolicy(arguments)
        decisions.template = arguments.value(.template)
        decisions.language = arguments.value(.language).flatMap(DocumentLanguage.init(rawValue:))
        decisions.profile = arguments.value(.profile).flatMap(ProfileName.init(rawValue:))
        decisions.checksRules = arguments.has(.check)
        decisions.sealed = arguments.value(Self.signs).flatMap(Seal.Target.init(rawValue:))
        return decisions
    }

    private func items() throws(ToolkitError) -> [BatchOrder.Item] {
        let input = try BatchInput(arguments.operands[0])
        var items: [BatchOrder.Item] = []
        while let item = input.next() {
            items.append(BatchOrder.Item(label: item.id, content: try item.bytes.get()))
            guard items.count <= BatchOrder.itemLimit else { break }  // the ledger says what is wrong
        }
        return items
    }
}
