import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat list`: the documents of a ledger, the latest first.
struct ListCommand: Command {
    static let kind = OptionDescription(
        "--kind", value: "KIND", choices: DocumentKind.allCases.map(\.rawValue), "only documents of this kind")
    static let customer = OptionDescription("--customer", value: "ID", "only those of this buyer: its tax number")
    static let from = OptionDescription("--from", value: "DAY", "issued on this day or later")
    static let to = OptionDescription("--to", value: "DAY", "issued on this day or earlier")
    static let outstanding = OptionDescription("--outstanding", "only what is not settled")
    static let pastDue = OptionDescription("--past-due", "only what was due before today and is not settled")
    static let limit = OptionDescription("--limit", value: "N", "how many at most, 1 to 1000; 20 by default")
    static let cursor = OptionDescription("--cursor", value: "CURSOR", "go on where the last page ended")
    static let description = CommandDescription(
        "list", summary: "list the documents of a ledger, the latest first",
        options: [
            .ledger, .issuer, kind, customer, from, to, outstanding, pastDue, limit, cursor, .timeZone, .now, .json,
        ],
        details: "With --json the answer has a cursor for the next page where there is one.",
        examples: [
            ("pechat list --ledger books.db", "the last twenty documents"),
            ("pechat list --ledger books.db --past-due", "what should have been paid by now"),
            ("pechat list --ledger books.db --from 2026-01-01 --to 2026-03-31 --json", "a quarter, for programs"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        let today = try world.caller(arguments).today(world.country(of: issuer, in: ledger))
        var filter = DocumentFilter()
        filter.kind = arguments.value(Self.kind).flatMap(DocumentKind.init(rawValue:))
        filter.customer = arguments.value(Self.customer)
        filter.from = try day(Self.from)
        filter.to = try day(Self.to)
        filter.isOutstanding = arguments.has(Self.outstanding)
        filter.pastDueOn = arguments.has(Self.pastDue) ? today : nil
        filter.limit = try arguments.number(Self.limit, in: 1...1000) ?? 20
        filter.cursor = arguments.value(Self.cursor)
        let page = try ledger.documents(of: issuer, filter)
        if arguments.has(.json) { try world.write(json(of: page, today)) } else { try print(page, today, in: world) }
        return .done
    }

    private func day(_ option: OptionDescription) throws(ToolkitError) -> CalendarDate? {
        guard let text = arguments.value(option) else { return nil }
        return try CalendarDate(argument: text, of: option)
    }

    private func json(of page: DocumentPage, _ today: CalendarDate) -> [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.key("documents")
        writer.beginArray()
        for document in page.documents { document.write(to: &writer, asOf: today) }
        writer.endArray()
        writer.member("cursor", orNull: page.cursor)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func print(_ page: DocumentPage, _ today: CalendarDate, in world: World) throws(ToolkitError) {
        var table = TextTable(
            ["number", "issued", "due", "customer", "payable", "outstanding", "state"], numeric: [4, 5])
        for document in page.documents {
            table.add([
                document.number, document.issueDate.description, document.dueDate?.description ?? "",
                document.customer.printable, "\(document.text(document.payable)) \(document.currency)",
                "\(document.text(document.outstanding)) \(document.currency)",
                DocumentStatus(document, on: today).rawValue,
            ])
        }
        for line in table.lines { try world.print(line) }
        if let cursor = page.cursor { world.note("More: --cursor \(cursor)") }
    }
}
