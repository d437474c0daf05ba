import Diagnostics
import Issuing
import JSONCore
import Ledger

/// `pechat ledger import INPUT`: documents that another system numbered.
struct LedgerImportCommand: Command {
    static let description = CommandDescription(
        "ledger import", summary: "enter documents that another system numbered", operands: "INPUT",
        operandCount: 1...1,
        options: [
            .ledger, IssueCommand.series, IssueCommand.futureDate, IssueCommand.overCredit, BatchCommand.workers,
            .dryRun,
            .profile, .timeZone, .now, .json, .quiet,
        ],
        details: """
            INPUT is a folder of .json files, a file with one JSON document on each line, or - for standard input. Every
            document has its number. A number of a series must be the next one of it, so that the series is dense and goes on
            from there; `series begin` sets where it begins. Other numbers belong to no series. What is in the ledger
            already, byte for byte, is passed over, so that an import can be repeated. The import ends at the first document
            that is refused; those before it stay. No files are made.
            """,
        examples: [
            ("pechat ledger import year.ndjson --ledger books.db --dry-run", "what would be entered"),
            ("pechat ledger import year.ndjson --ledger books.db", "the documents of the year so far"),
        ], exits: [.rejected, .unreadable, .state, .later])

    /// How many documents share a transaction.
    private static let groupSize = 500

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    /// A document on its way, and the name under which the user knows it.
    private struct Item: Sendable {
        let source: BatchItem
        let preparation: Result<Importing.Preparation, ToolkitError>

        init(_ item: BatchItem, _ importing: Importing, _ options: DocumentOptions, _ workbench: Workbench) {
            source = item
            do throws(ToolkitError) {
                preparation = .success(try importing.prepare(try item.bytes.get(), options, on: workbench))
            } catch { preparation = .failure(error) }
        }
    }

    /// What is waiting for its transaction, what was done, and what ended it.
    private struct Progress {
        var waiting: [(source: BatchItem, order: IssueOrder)] = []
        var entered = 0
        var known = 0
        var end: (exit: Exit, complaint: Complaint)?
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let options = try DocumentOptions(arguments, in: world)
        let toolkit = try world.toolkit(arguments)
        let isTrial = arguments.has(.dryRun)
        let ledger = try world.ledger(arguments, .creating).ledger
        let importing = Importing(ledger, try world.caller(arguments), try IssuePolicy(arguments))
        let input = try BatchInput(arguments.operands[0])
        var progress = Progress()
        world.interruption.listen()
        OrderedPool(workers: try arguments.number(BatchCommand.workers, in: 1...256) ?? 2).run(
            next: { world.interruption.exit == nil ? input.next() : nil }, makeTools: { Workbench(toolkit) },
            work: { workbench, item in Item(item, importing, options, workbench) },
            isCancelled: { world.interruption.exit != nil },
            deliver: { item in
                take(item, &progress)
                if progress.waiting.count == (isTrial ? Int.max : Self.groupSize) {
                    enter(through: importing, &progress)
                }
                return progress.end == nil
            })
        // What came before the end is entered all the same.
        enter(through: importing, &progress)
        return try finish(progress, in: world)
    }

    private func take(_ item: Item, _ progress: inout Progress) {
        do throws(ToolkitError) {
            switch try item.preparation.get() {
            case .ready(let order): progress.waiting.append((item.source, order))
            case .rejected(let findings):
                progress.end = (.rejected, Complaint(findings.map { located($0, item.source) }, file: item.source.id))
            }
        } catch { progress.end = refusal(error, of: item.source) }
    }

    private func enter(through importing: Importing, _ progress: inout Progress) {
        let group = progress.waiting
        progress.waiting = []
        guard !group.isEmpty else { return }
        do throws(ToolkitError) {
            let outcomes = try importing.enter(group.map(\.order))
            for (outcome, item) in zip(outcomes, group) {
                switch outcome {
                case .entered: progress.entered += 1
                case .known: progress.known += 1
                case .refused(let error):
                    progress.end = refusal(error, of: item.source)
                    return
                }
            }
        } catch { progress.end = refusal(error, of: group[0].source) }
    }

    private func located(_ finding: Finding, _ source: BatchItem) -> Finding {
        var finding = finding
        finding.place = source.located(finding.place)
        return finding
    }

    private func refusal(_ error: ToolkitError, of source: BatchItem) -> (exit: Exit, complaint: Complaint) {
        var error = error
        error.place = source.located(error.place) ?? SourcePlace(line: source.firstLine, column: nil)
        error.place?.file = source.id
        return (Exit(error.code.kind), Complaint(error))
    }

    private func finish(_ progress: Progress, in world: World) throws(ToolkitError) -> Exit {
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginObject()
            writer.member("entered", progress.entered)
            writer.member("known", progress.known)
            writer.member("complete", progress.end == nil && world.interruption.exit == nil)
            writer.member("dryRun", arguments.has(.dryRun))
            writer.endObject()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            let trial = arguments.has(.dryRun) ? " (nothing was changed)" : ""
            try world.print("\(progress.entered) entered, \(progress.known) known\(trial)")
        }
        progress.end?.complaint.print(asJSON: arguments.has(.json), in: world)
        return progress.end?.exit ?? world.interruption.exit ?? .done
    }
}
