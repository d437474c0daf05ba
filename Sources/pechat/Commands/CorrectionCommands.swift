import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat credit NUMBER|FILE.json`: a credit note, for a whole invoice or as a file says.
struct CreditCommand: Command {
    static let reason = OptionDescription("--reason", value: "TEXT", "why, printed as the note of the credit note")
    static let description = CommandDescription(
        "credit", summary: "issue a credit note: for a whole invoice by its number, or as a file says",
        operands: "NUMBER|FILE.json", operandCount: 1...1, options: [.issuer, reason] + IssueCommand.options,
        details: """
            With a number the credit note takes back all lines of that invoice, dated today where the seller is. With a file
            the file is the credit note, and references.invoices names the invoice. Credit notes have their own series, and
            together they never exceed the invoice unless --over-credit allows it.
            """,
        examples: [
            ("pechat credit FAK-2026-0001 --ledger books.db --reason \"Вратена стока\"", "a whole invoice"),
            ("pechat credit note.json --ledger books.db --out out", "some lines of it, as the file says"),
        ], exits: [.rejected, .unreadable, .key, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let operand = arguments.operands[0]
        let issue = try IssueCommand(arguments)
        let isFile = operand == "-" || operand.hasSuffix(".json")
        let question = isFile ? nil : Array("credit\n\(operand)\n\(arguments.value(Self.reason) ?? "")".utf8)
        return try issue.issue(from: operand, in: world, question: question) { () throws(ToolkitError) in
            if isFile { return try world.correction(.creditNote, in: operand) }
            let ledger = try world.ledger(arguments, .reading).ledger
            let issuer = try world.issuer(arguments, of: ledger)
            let found = try ledger.document(operand, of: issuer)
            let country = try JSONDocument(parsing: found.content).root["seller"]?["address"]?["country"]?.string
            return try CreditNote.taking(
                back: found.content, number: operand, of: found.issued.issueDate,
                on: try world.caller(arguments).today(country ?? ""), reason: arguments.value(Self.reason))
        }
    }
}

/// `pechat debit FILE.json`: a debit note.
struct DebitCommand: Command {
    static let description = CommandDescription(
        "debit", summary: "issue a debit note that raises an invoice", operands: "FILE.json", operandCount: 1...1,
        options: IssueCommand.options,
        details: "The file is the debit note, and references.invoices names the invoice.",
        examples: [("pechat debit note.json --ledger books.db --out out", "the next number of the debit notes")],
        exits: [.rejected, .unreadable, .key, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        return try IssueCommand(arguments).issue(from: file, in: world) { () throws(ToolkitError) in
            try world.correction(.debitNote, in: file)
        }
    }
}

extension World {
    /// Reads a credit or debit note; another kind of document is refused.
    fileprivate func correction(_ kind: DocumentKind, in file: String) throws(ToolkitError) -> [UInt8] {
        let bytes = try readDocument(file)
        let given = try JSONDocument(parsing: bytes).root["kind"]?.string
        guard given == kind.rawValue else {
            throw ToolkitError(
                .correctionKind, "The document's kind is not \(kind.rawValue).",
                fix: "Set kind to \"\(kind.rawValue)\", or use `pechat issue`.")
        }
        return bytes
    }
}

extension ToolkitError.Code {
    /// A document of another kind than the command issues.
    static let correctionKind = Self("correction.kind", .rejected)
}
