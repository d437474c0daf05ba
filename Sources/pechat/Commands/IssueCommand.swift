import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat issue FILE.json`: the next number of a series, for ever, and the document's files.
struct IssueCommand: Command {
    static let out = OptionDescription("--out", value: "DIR", "a folder for the files, beside the ledger's own copies")
    static let series = OptionDescription(
        "--series", value: "PATTERN",
        "the series that numbers it, such as FAK-{yyyy}-{seq:4}, instead of the document's")
    static let date = OptionDescription(
        "--date", value: "DAY|today", "the issue date instead of the document's; today is meant where the seller is")
    static let givenNumber = OptionDescription("--given-number", "accept a document that brings its own number")
    static let futureDate = OptionDescription("--future-date", "accept an issue date later than today")
    static let overCredit = OptionDescription("--over-credit", "accept a credit note above its invoice")
    /// What all commands that issue take.
    static let options: [OptionDescription] = [
        .ledger, .files, out, series, date, givenNumber, futureDate, overCredit, .dryRun, .idempotencyKey, .timeZone,
        .key,
        .passwordFile, .template, .theme, .fonts, .language, .profile, .check, .now, .json, .quiet,
    ]
    static let description = CommandDescription(
        "issue", summary: "give a document the next number of its series and make its files", operands: "FILE.json",
        operandCount: 1...1,
        options: options,
        details: """
            The document is checked and drawn in full before the number is taken; then number, document, event and audit
            entry are one transaction. Files are made after it: if that fails, the document stays issued, and `jobs run`
            makes them later. Numbers are never free again. Dates of a series never go back.
            """,
        examples: [
            (
                "pechat issue invoice.json --ledger books.db --out out",
                "the next number, PDF and XML into the folder out"
            ),
            ("pechat issue invoice.json --ledger books.db --dry-run", "the number and the sums that it would get"),
            (
                "pechat issue invoice.json --ledger books.db --idempotency-key order-4711",
                "safe to repeat: the same key gives the same document"
            ),
        ], exits: [.rejected, .unreadable, .key, .state, .later])

    let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        return try issue(from: file, in: world) { () throws(ToolkitError) in try world.readDocument(file) }
    }

    /// Issues what a closure gives; errors and findings name `file`.
    ///
    /// - Parameters:
    ///   - file: What errors and findings name.
    ///   - world: Streams, clock and files.
    ///   - question: What was asked for, where the document is made for this request.
    ///   - draft: The draft that becomes the document.
    ///   - read: Gives the document.
    /// - Returns: How the command ended.
    /// - Throws: What reading and issuing throw.
    func issue(
        from file: String, in world: World, question: [UInt8]? = nil, draft: DraftVersion? = nil,
        _ read: () throws(ToolkitError) -> [UInt8]
    ) throws(ToolkitError) -> Exit {
        let options = try DocumentOptions(arguments, in: world)
        var caller = try world.caller(arguments)
        caller.question = question
        let policy = try IssuePolicy(arguments)
        let workbench = Workbench(try world.toolkit(arguments))
        let json = try read()
        do throws(ToolkitError) {
            if arguments.has(.dryRun) {
                let issuance = Issuance(try world.ledger(arguments, .creating).ledger, caller, policy, draft: draft)
                return try show(try issuance.preview(json, options, on: workbench), of: file, in: world)
            }
            let open = try world.ledger(arguments, .creating)
            // What the files need is found out before the number is taken.
            try open.archive.prepare()
            if let out = arguments.value(Self.out) { _ = try OutputFolder(out) }
            switch try Issuance(open.ledger, caller, policy, draft: draft).issue(json, options, on: workbench) {
            case .rejected(let findings): return reject(findings, of: file, in: world)
            case .repeated(let document, let issuer):
                let delivery = IssueDelivery(open, caller, out: arguments.value(Self.out))
                return try repeated(document, issuer, through: delivery, in: world)
            case .issued(let issued):
                let delivery = IssueDelivery(open, caller, out: arguments.value(Self.out))
                return try deliver(issued, through: delivery, of: file, in: world)
            }
        } catch {
            var error = error
            if error.place?.file == nil { error.place?.file = file }
            throw error
        }
    }

    private func reject(_ findings: [Finding], of file: String, in world: World) -> Exit {
        Complaint(findings, file: file).print(asJSON: arguments.has(.json), in: world)
        return .rejected
    }

    private func show(_ outcome: BuildOutcome, of file: String, in world: World) throws(ToolkitError) -> Exit {
        switch outcome {
        case .rejected(let findings): return reject(findings, of: file, in: world)
        case .built(let built):
            world.noteAll(built.findings, of: file, unless: arguments.has(.quiet))
            if arguments.has(.json) {
                try world.write(built.report())
            } else {
                try world.print("\(built.number) (not taken), payable \(built.payable)")
            }
            return .done
        }
    }

    /// The answer of the first time, with the files that were kept then.
    private func repeated(
        _ document: IssuedDocument, _ issuer: String, through delivery: IssueDelivery, in world: World
    ) throws(ToolkitError) -> Exit {
        let outcome = delivery.copy(of: document, issuer: issuer)
        try answer(document, outcome, in: world)
        guard let failure = outcome.failure else { return .done }
        Complaint(failure).print(asJSON: false, in: world)
        return .later
    }

    /// The number is printed whatever becomes of the files: it is taken.
    private func deliver(
        _ issued: Issued, through delivery: IssueDelivery, of file: String, in world: World
    ) throws(ToolkitError) -> Exit {
        let outcome = delivery.deliver(issued)
        try answer(issued.document, outcome, in: world)
        if case .success(let built) = issued.files {
            world.noteAll(built.findings, of: file, unless: arguments.has(.quiet))
        }
        guard let failure = outcome.failure else { return .done }
        Complaint(failure).print(asJSON: false, in: world)
        let number = issued.document.number
        world.note(
            outcome.isKept
                ? "\(number) is issued and its files are in the ledger: `pechat show \(number) --file pdf`."
                : "\(number) is issued; its files are still to be made: `pechat jobs run`.")
        return .later
    }

    private func answer(
        _ document: IssuedDocument, _ outcome: IssueDelivery.Outcome, in world: World
    ) throws(ToolkitError) {
        guard arguments.has(.json) else {
            try world.print(document.number)
            if !arguments.has(.quiet) { for path in outcome.paths { try world.print(path) } }
            return
        }
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.key("document")
        document.write(to: &writer)
        writer.key("files")
        writer.beginArray()
        for path in outcome.paths { writer.string(path) }
        writer.endArray()
        writer.member("pending", !outcome.isKept)
        writer.endObject()
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
    }
}

extension IssuePolicy {
    /// Takes series, date and permissions from the command line.
    init(_ arguments: Arguments) throws(ToolkitError) {
        self.init()
        if let pattern = arguments.value(IssueCommand.series) {
            guard let template = SeriesTemplate(pattern) else { throw .noSeries }
            series = template
        }
        if let text = arguments.value(IssueCommand.date) {
            if text == "today" {
                issueDate = .today
            } else {
                issueDate = .day(try CalendarDate(argument: text, of: IssueCommand.date))
            }
        }
        allowsGivenNumber = arguments.has(IssueCommand.givenNumber)
        allowsFutureDate = arguments.has(IssueCommand.futureDate)
        allowsOverCredit = arguments.has(IssueCommand.overCredit)
    }
}

extension CalendarDate {
    /// Reads the day that an option gives.
    ///
    /// - Throws: `usage`.
    init(argument text: String, of option: OptionDescription) throws(ToolkitError) {
        guard let day = CalendarDate(iso: text) else {
            throw ToolkitError(.usage, "\(option.name) takes a day.", fix: "Write it as 2026-11-20.")
        }
        self = day
    }
}
