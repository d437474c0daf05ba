import Diagnostics
import InvoiceModel
import Issuing
import Ledger

/// `pechat report NAME`: the books in figures.
struct ReportCommand: Command {
    static let format = OptionDescription(
        "--format", value: "FORMAT", choices: ["text", "csv", "json"], "text by default")
    static let on = OptionDescription("--on", value: "DAY", "as of this day; today by default")
    static let by = OptionDescription(
        "--by", value: "STRETCH", choices: ReportPeriod.Division.allCases.map(\.rawValue), "month by default")
    static let description = CommandDescription(
        "report", summary: "show ageing, balances, VAT or revenue", operands: "ageing|balances|tax|revenue",
        operandCount: 1...1,
        options: [
            .ledger, .issuer, on, ListCommand.from, ListCommand.to, by, ListCommand.customer, format, .timeZone, .now,
        ],
        details: """
            ageing and balances are as of a day, per customer and currency; tax and revenue cover the days of --from and --to,
            by default the year so far. Credit notes count negative, void documents do not count.
            """,
        examples: [
            ("pechat report ageing --ledger books.db", "who owes, and since when: 0-30, 31-60, 61-90, 91+ days"),
            (
                "pechat report tax --from 2026-01-01 --to 2026-12-31 --by quarter --format csv --ledger books.db",
                "VAT per rate and quarter, for a spreadsheet"
            ),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard ["ageing", "balances", "tax", "revenue"].contains(arguments.operands.first ?? "ageing") else {
            throw .usage("`report` takes ageing, balances, tax or revenue.", in: Self.description)
        }
        self.arguments = arguments
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        let today = try world.caller(arguments).today(world.country(of: issuer, in: ledger))
        let table = try table(of: ledger, issuer, today)
        switch arguments.value(Self.format) {
        case "csv": try world.write(table.csv)
        case "json": try world.write(table.json)
        default: try world.write(Array(table.text.utf8))
        }
        return .done
    }

    private func table(
        of ledger: DocumentLedger, _ issuer: String, _ today: CalendarDate
    ) throws(ToolkitError) -> ReportTable {
        let day = try day(Self.on) ?? today
        switch arguments.operands[0] {
        case "ageing": return try ledger.ageing(on: day, issuer: issuer).table()
        case "balances":
            let customer = arguments.value(ListCommand.customer)
            return try ledger.balances(on: day, customer: customer, issuer: issuer).table()
        case "tax": return try ledger.taxLiability(in: period(today), issuer: issuer).table
        default: return try ledger.revenue(in: period(today), issuer: issuer).table
        }
    }

    private func period(_ today: CalendarDate) throws(ToolkitError) -> ReportPeriod {
        let first = try day(ListCommand.from) ?? CalendarDate(year: today.year, month: 1, day: 1) ?? today
        let division = arguments.value(Self.by).flatMap(ReportPeriod.Division.init(rawValue:)) ?? .month
        guard let period = ReportPeriod(from: first, through: try day(ListCommand.to) ?? today, by: division) else {
            throw ToolkitError(.usage, "--to lies before --from.", fix: "Give the first day with --from.")
        }
        return period
    }

    private func day(_ option: OptionDescription) throws(ToolkitError) -> CalendarDate? {
        guard let text = arguments.value(option) else { return nil }
        return try CalendarDate(argument: text, of: option)
    }
}
