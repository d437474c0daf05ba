import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// What the commands that change an issued document have in common.
struct MoneyCommand {
    static let day = OptionDescription("--day", value: "DAY", "the day on which it counts; today by default")
    static let note = OptionDescription("--note", value: "TEXT", "what else is to be kept")
    static let provider = OptionDescription("--provider", value: "NAME", "the bank or service that reports it")
    static let externalID = OptionDescription(
        "--external-id", value: "ID", "what the provider calls it; the same one never comes in twice")
    /// What they all take.
    static let options: [OptionDescription] = [
        .ledger, .files, .issuer, .dryRun, .idempotencyKey, .timeZone, .now, .json, .quiet,
    ]

    private let arguments: Arguments
    private let world: World
    /// The ledger; with `--dry-run` one that undoes everything.
    let ledger: DocumentLedger
    /// For whom, by whom, when and under which key.
    let request: LedgerRequest
    /// The day on which it counts.
    let day: CalendarDate

    /// Opens the ledger and takes the day.
    init(_ arguments: Arguments, in world: World) throws(ToolkitError) {
        self.arguments = arguments
        self.world = world
        ledger = try world.ledger(arguments).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        let caller = try world.caller(arguments)
        // Repetitions are told by what was said, not by what today or the rest was then.
        request = LedgerRequest(
            issuer: issuer, actor: caller.actor, now: caller.now, idempotencyKey: caller.idempotencyKey,
            fingerprint: try Digest.sha256(arguments.said), identifier: caller.identifier)
        let today = caller.today(try world.country(of: issuer, in: ledger))
        guard let text = arguments.value(Self.day) else {
            day = today
            return
        }
        day = try CalendarDate(argument: text, of: Self.day)
        guard day <= today else {
            throw ToolkitError(
                .usage, "The day lies in the future: today is \(today).", fix: "Enter what has happened.")
        }
    }

    /// The document with a number.
    func document(_ number: String) throws(ToolkitError) -> DocumentStanding {
        try ledger.document(number, of: request.issuer).standing
    }

    /// The amount of an operand, in the minor units of a currency; nil where the operand is not there.
    ///
    /// - Throws: `usage`.
    func amount(_ operand: Int, in currency: String) throws(ToolkitError) -> Money? {
        guard arguments.operands.count > operand else { return nil }
        guard let currency = Currency(code: currency),
            let decimal = ExactDecimal(arguments.operands[operand]), let amount = Money(decimal, in: currency)
        else {
            throw ToolkitError(
                .usage, "This is no amount of money.",
                fix: "Write it with a point and the places of the currency: 1180.00.")
        }
        return amount
    }

    /// What a bank or service calls it, where that was given.
    ///
    /// - Throws: `usage` where only one of the two names was given.
    func origin() throws(ToolkitError) -> MovementOrigin? {
        switch (arguments.value(Self.provider), arguments.value(Self.externalID)) {
        case (nil, nil): return nil
        case (let provider?, let id?): return MovementOrigin(provider: provider, externalID: id)
        default:
            throw ToolkitError(.usage, "--provider and --external-id go together.", fix: "Give both, or neither.")
        }
    }

    /// Prints what came of it.
    func print(_ receipt: MovementReceipt) throws(ToolkitError) -> Exit {
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginObject()
            writer.key("movement")
            receipt.movement.write(to: &writer)
            writer.key("document")
            receipt.document.write(to: &writer, asOf: day)
            writer.key("creditNote")
            if let note = receipt.creditNote { note.write(to: &writer, asOf: day) } else { writer.null() }
            writer.member("dryRun", arguments.has(.dryRun))
            writer.endObject()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
            return .done
        }
        try world.print(receipt.movement.id)
        for standing in [receipt.document] + (receipt.creditNote.map { [$0] } ?? []) { try summarise(standing) }
        return .done
    }

    /// Prints how a document stands.
    func print(_ standing: DocumentStanding) throws(ToolkitError) -> Exit {
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            standing.write(to: &writer, asOf: day)
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else {
            try summarise(standing)
        }
        return .done
    }

    private func summarise(_ standing: DocumentStanding) throws(ToolkitError) {
        guard !arguments.has(.quiet) else { return }
        let trial = arguments.has(.dryRun) ? " (nothing was changed)" : ""
        try world.print(
            """
            \(standing.number): \(DocumentStatus(standing, on: day).rawValue), outstanding \
            \(standing.text(standing.outstanding)) \(standing.currency)\(trial)
            """)
    }
}
