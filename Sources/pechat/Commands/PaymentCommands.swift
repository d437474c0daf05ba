import Diagnostics
import InvoiceModel
import Ledger

/// `pechat pay NUMBER AMOUNT`: money came in.
struct PayCommand: Command {
    static let method = OptionDescription(
        "--method", value: "METHOD", choices: PaymentMethod.allCases.map(\.rawValue), "bank_transfer by default")
    static let pending = OptionDescription("--pending", "the payment is announced: the amount is reserved, not paid")
    static let description = CommandDescription(
        "pay", summary: "enter a payment of an invoice", operands: "NUMBER [AMOUNT]", operandCount: 1...2,
        options: [method, MoneyCommand.day, pending, MoneyCommand.provider, MoneyCommand.externalID, MoneyCommand.note]
            + MoneyCommand.options,
        details: """
            Without an amount all that is outstanding is paid. Never more than that can be paid, payments under way counted,
            however many enter payments at the same time. The first line printed is the id of the payment.
            """,
        examples: [
            ("pechat pay FAK-2026-0001 --ledger books.db", "all of it, today"),
            ("pechat pay FAK-2026-0001 500.00 --day 2026-11-18 --ledger books.db", "a part, as the bank dated it"),
            (
                "pechat pay FAK-2026-0001 --provider nlb --external-id 88213 --ledger books.db",
                "from a bank statement: a second import is refused"
            ),
        ], exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        let invoice = try money.document(arguments.operands[0])
        let order = PaymentOrder(
            document: invoice.id, amount: try money.amount(1, in: invoice.currency),
            currency: invoice.currency, day: money.day,
            method: arguments.value(Self.method).flatMap(PaymentMethod.init(rawValue:)) ?? .bankTransfer,
            state: arguments.has(Self.pending) ? .pending : .succeeded, origin: try money.origin(),
            note: arguments.value(MoneyCommand.note))
        return try money.print(money.ledger.pay(order, money.request))
    }
}

/// `pechat settle ID`: a payment or refund that was under way has ended.
struct SettleCommand: Command {
    static let outcome = OptionDescription(
        "--outcome", value: "OUTCOME", choices: ["succeeded", "failed", "canceled"], "succeeded by default")
    static let code = OptionDescription("--code", value: "CODE", "of a failure, the code of the service")
    static let description = CommandDescription(
        "settle", summary: "say how a payment or refund that was under way ended", operands: "ID", operandCount: 1...1,
        options: [outcome, code, MoneyCommand.day, MoneyCommand.note] + MoneyCommand.options,
        details: """
            From that day on it counts: today, or the day that --day gives, such as the value date of the bank. The day on
            which it was announced is kept too.
            """,
        examples: [
            ("pechat settle 01a2… --ledger books.db", "the money is there"),
            ("pechat settle 01a2… --outcome failed --code insufficient_funds --ledger books.db", "it is not"),
        ], exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        let outcome: MovementOutcome =
            switch arguments.value(Self.outcome) {
            case "failed":
                .failed(code: arguments.value(Self.code) ?? "failed", message: arguments.value(MoneyCommand.note))
            case "canceled": .canceled
            default: .succeeded
            }
        return try money.print(money.ledger.settle(arguments.operands[0], outcome, on: money.day, money.request))
    }
}

/// `pechat refund ID [AMOUNT]`: money of a payment goes back.
struct RefundCommand: Command {
    static let reason = OptionDescription(
        "--reason", value: "REASON", choices: RefundReason.allCases.map(\.rawValue), "why; `other` needs --note")
    static let description = CommandDescription(
        "refund", summary: "give a payment back, whole or in part", operands: "ID [AMOUNT]", operandCount: 1...2,
        options: [
            reason, MoneyCommand.day, PayCommand.pending, MoneyCommand.provider, MoneyCommand.externalID,
            MoneyCommand.note,
        ] + MoneyCommand.options,
        details:
            "ID is that of the payment; `pechat show NUMBER` lists them. The refunds of a payment never exceed it.",
        examples: [
            ("pechat refund 01a2… --reason duplicate --ledger books.db", "all of it"),
            ("pechat refund 01a2… 500.00 --reason requested_by_customer --ledger books.db", "a part"),
        ], exits: [.unreadable, .state, .later])

    private let arguments: Arguments
    private let reason: RefundReason

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let reason = arguments.value(Self.reason).flatMap(RefundReason.init(rawValue:)) else {
            throw .usage("`refund` needs --reason.", in: Self.description)
        }
        self.arguments = arguments
        self.reason = reason
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        let payment = try money.ledger.movement(arguments.operands[0], issuer: money.request.issuer)
        let order = RefundOrder(
            payment: payment.id, amount: try money.amount(1, in: payment.currency), day: money.day, reason: reason,
            state: arguments.has(PayCommand.pending) ? .pending : .succeeded, origin: try money.origin(),
            note: arguments.value(MoneyCommand.note))
        return try money.print(money.ledger.refund(order, money.request))
    }
}

/// `pechat apply CREDIT-NOTE INVOICE [AMOUNT]`: a credit note settles an invoice.
struct ApplyCommand: Command {
    static let description = CommandDescription(
        "apply", summary: "apply a credit note to an invoice of the same customer",
        operands: "CREDIT-NOTE INVOICE [AMOUNT]", operandCount: 2...3,
        options: [MoneyCommand.day] + MoneyCommand.options,
        details: "Without an amount as much is applied as is left of the note and outstanding of the invoice.",
        examples: [("pechat apply CN-2026-0001 FAK-2026-0001 --ledger books.db", "as much as both allow")],
        exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let money = try MoneyCommand(arguments, in: world)
        let note = try money.document(arguments.operands[0])
        let invoice = try money.document(arguments.operands[1])
        let order = CreditApplication(
            creditNote: note.id, invoice: invoice.id, amount: try money.amount(2, in: invoice.currency), day: money.day)
        return try money.print(money.ledger.apply(order, money.request))
    }
}
