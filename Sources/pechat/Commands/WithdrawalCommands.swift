import Diagnostics
import Issuing
import Ledger

/// `pechat void NUMBER`: a document is withdrawn; its number stays used.
struct VoidCommand: Command {
    static let reason = OptionDescription("--reason", value: "TEXT", "why; it is kept with the document")
    static let description = CommandDescription(
        "void", summary: "withdraw a document; its number stays used", operands: "NUMBER", operandCount: 1...1,
        options: [reason] + MoneyCommand.options,
        details: """
            What was paid goes back first, and what was credited is taken back first. An invoice that a note corrects is not
            withdrawn: the note sets it right already. `render --mark void` prints it with „СТОРНО“.
            """,
        examples: [
            ("pechat void FAK-2026-0001 --reason \"Погрешен купувач\" --ledger books.db", "it never counted")
        ], exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        let document = try money.document(arguments.operands[0])
        return try money.print(
            money.ledger.void(document.id, reason: arguments.value(Self.reason) ?? "", money.request))
    }
}

/// `pechat write-off NUMBER`: what is outstanding is given up.
struct WriteOffCommand: Command {
    static let description = CommandDescription(
        "write-off", summary: "give up what is outstanding of an invoice that is past due", operands: "NUMBER",
        operandCount: 1...1, options: [VoidCommand.reason, MoneyCommand.day] + MoneyCommand.options,
        examples: [("pechat write-off FAK-2026-0001 --reason \"Стечај\" --ledger books.db", "it will not be paid")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        let invoice = try money.document(arguments.operands[0])
        let order = WriteOffOrder(
            document: invoice.id, reason: arguments.value(VoidCommand.reason) ?? "", day: money.day)
        return try money.print(money.ledger.writeOff(order, money.request))
    }
}

/// `pechat reverse ID`: an application of a credit note or a write-off is taken back.
struct ReverseCommand: Command {
    static let description = CommandDescription(
        "reverse", summary: "take the application of a credit note or a write-off back", operands: "ID",
        operandCount: 1...1, options: [VoidCommand.reason] + MoneyCommand.options,
        examples: [("pechat reverse 01a2… --reason \"Погрешна фактура\" --ledger books.db", "as if it had not been")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        return try money.print(
            money.ledger.reverse(
                arguments.operands[0], reason: arguments.value(VoidCommand.reason) ?? "", money.request))
    }
}
