import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat jobs list`: what is still to be done for issued documents.
struct JobsListCommand: Command {
    static let description = CommandDescription(
        "jobs list", summary: "list the issued documents whose files are still to be made",
        options: [.ledger, .issuer, .json],
        examples: [("pechat jobs list --ledger books.db", "what waits, with the last problem of each")],
        exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        let pending =
            try ledger.pending(Issuance.filesJob, of: issuer, limit: 1000)
            + ledger.pending(Issuance.signedFilesJob, of: issuer, limit: 1000)
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginArray()
            for job in pending {
                writer.beginObject()
                writer.member("number", job.document.number)
                writer.member("attempts", job.attempts)
                writer.member("problem", orNull: job.problem)
                writer.endObject()
            }
            writer.endArray()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
            return .done
        }
        var table = TextTable(["number", "issued", "tries", "problem"], numeric: [2])
        for job in pending {
            table.add([
                job.document.number, job.document.issueDate.description, "\(job.attempts)", job.problem ?? "",
            ])
        }
        for line in table.lines { try world.print(line) }
        return .done
    }
}

/// `pechat jobs run`: makes the files that are still to be made.
struct JobsRunCommand: Command {
    static let description = CommandDescription(
        "jobs run", summary: "make the files of issued documents that have none yet",
        options: [
            .ledger, .files, .issuer, IssueCommand.out, .key, .passwordFile, .template, .theme, .fonts, .language,
            .profile,
            .now, .quiet,
        ],
        details: """
            A job that fails stays and is noted with its problem; the others go on. Documents that were issued with --key
            wait until a key is given here too.
            """,
        examples: [
            ("pechat jobs run --ledger books.db --out out", "after a full disk, a crash or a key that was not at hand")
        ], exits: [.unreadable, .key, .state, .batchFailures])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let open = try world.ledger(arguments)
        let issuer = try world.issuer(arguments, of: open.ledger)
        let options = try DocumentOptions(arguments, in: world)
        let workbench = Workbench(try world.toolkit(arguments))
        let delivery = IssueDelivery(open, try world.caller(arguments), out: arguments.value(IssueCommand.out))
        var failures = 0
        let signed = try open.ledger.pending(Issuance.signedFilesJob, of: issuer, limit: 100_000)
        if options.seal == nil, !signed.isEmpty {
            failures += signed.count
            world.note("\(signed.count) documents are to be signed: give --key.")
        }
        let unsigned = try open.ledger.pending(Issuance.filesJob, of: issuer, limit: 100_000)
        for (kind, job) in unsigned.map({ (Issuance.filesJob, $0) })
            + (options.seal == nil ? [] : signed.map { (Issuance.signedFilesJob, $0) })
        {
            if let exit = world.interruption.exit { return exit }
            var options = options
            if kind == Issuance.filesJob { options.seal = nil }
            let files = Issuance.files(of: job.document.number, job.content, options, on: workbench)
            let outcome = delivery.deliver(Issued(document: job.document, issuer: issuer, files: files))
            if let failure = outcome.failure {
                failures += 1
                Complaint(failure).print(asJSON: false, in: world)
                guard !outcome.isKept else { continue }
                try open.ledger.noteFailure(failure.code.name, ofJob: kind, for: job.document.id, issuer: issuer)
            } else if !arguments.has(.quiet) {
                try world.print(job.document.number)
                for path in outcome.paths { try world.print(path) }
            }
        }
        return failures > 0 ? .batchFailures : .done
    }
}
