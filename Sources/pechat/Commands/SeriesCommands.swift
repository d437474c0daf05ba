import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat series list`: how far the series of a ledger are.
struct SeriesListCommand: Command {
    static let description = CommandDescription(
        "series list", summary: "show the series of a ledger and their next numbers",
        options: [.ledger, .issuer, .json],
        examples: [("pechat series list --ledger books.db", "every series and year")], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let series = try ledger.series(of: world.issuer(arguments, of: ledger))
        guard !arguments.has(.json) else {
            try world.write(SeriesState.json(of: series))
            return .done
        }
        var table = TextTable(["series", "period", "first", "next", "last date"], numeric: [2, 3])
        for state in series {
            table.add([state.template, state.period, "\(state.first)", "\(state.next)", state.lastDate.description])
        }
        for line in table.lines { try world.print(line) }
        return .done
    }
}

/// `pechat series begin PATTERN --after N`: a series goes on where another system ended.
struct SeriesBeginCommand: Command {
    static let after = OptionDescription("--after", value: "N", "the last running number that is used up")
    static let issuer = OptionDescription(
        "--issuer", value: "ID", "whose books: the seller's tax number; needed where the ledger is new or has several")
    static let description = CommandDescription(
        "series begin", summary: "let a series go on where another system ended", operands: "PATTERN",
        operandCount: 1...1,
        options: [.ledger, issuer, after, MoneyCommand.day, .dryRun, .idempotencyKey, .timeZone, .now, .json, .quiet],
        details: """
            --day is the issue date of that last number; no document of the series can be dated before it. A series is begun
            before its first document in this ledger, which makes the ledger's file where it is not there yet.
            """,
        examples: [
            (
                "pechat series begin 'FAK-{yyyy}-{seq:4}' --after 1234 --day 2026-11-19 --issuer 4030995135699 --ledger books.db",
                "the next invoice is FAK-2026-1235"
            )
        ], exits: [.unreadable, .state, .later])

    private let arguments: Arguments
    private let last: Int
    private let template: SeriesTemplate

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let last = try arguments.number(Self.after, in: 0...1_000_000_000) else {
            throw .usage("`series begin` needs --after N.", in: Self.description)
        }
        guard let template = SeriesTemplate(arguments.operands[0]) else { throw .noSeries }
        self.arguments = arguments
        self.last = last
        self.template = template
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let isTrial = arguments.has(.dryRun)
        let ledger = try world.ledger(arguments, .creating).ledger
        let issuer: String
        if let named = arguments.value(.issuer) {
            issuer = named
        } else {
            issuer = try world.issuer(arguments, of: ledger)
        }
        let caller = try world.caller(arguments)
        let today = caller.today("")
        let day = try arguments.value(MoneyCommand.day).map { text throws(ToolkitError) in
            try CalendarDate(argument: text, of: MoneyCommand.day)
        }
        let request = LedgerRequest(
            issuer: issuer, actor: caller.actor, now: caller.now, idempotencyKey: caller.idempotencyKey,
            fingerprint: try Digest.sha256(arguments.said), identifier: caller.identifier)
        let state = try ledger.begin(template, after: last, of: day ?? today, request)
        if arguments.has(.json) {
            try world.write(SeriesState.json(of: [state]))
        } else if !arguments.has(.quiet) {
            let trial = isTrial ? " (nothing was changed)" : ""
            try world.print("next: \(template.number(state.next, on: state.lastDate))\(trial)")
        }
        return .done
    }
}

extension SeriesState {
    fileprivate static func json(of states: [SeriesState]) -> [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginArray()
        for state in states { state.write(to: &writer) }
        writer.endArray()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension ToolkitError {
    static var noSeries: ToolkitError {
        ToolkitError(
            .usage, "The series is no number pattern.",
            fix: "Use {yyyy}, {yy}, {mm} (with a year) and, once, {seq} or {seq:4}, such as FAK-{yyyy}-{seq:4}.")
    }
}
