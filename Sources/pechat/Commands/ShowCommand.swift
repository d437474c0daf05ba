import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// `pechat show NUMBER`: one document of a ledger with its states, sums and files.
struct ShowCommand: Command {
    static let content = OptionDescription("--content", "print the invoice JSON that was issued, as it is")
    static let file = OptionDescription(
        "--file", value: "ROLE", choices: ["pdf", "xml"], "print a file of the document, as it is")
    static let description = CommandDescription(
        "show", summary: "show one document of a ledger with its states, sums and files", operands: "NUMBER",
        operandCount: 1...1, options: [.ledger, .files, .issuer, content, file, .timeZone, .now, .json],
        examples: [
            ("pechat show FAK-2026-0001 --ledger books.db", "where it stands"),
            ("pechat show FAK-2026-0001 --ledger books.db --file pdf > FAK-2026-0001.pdf", "its PDF"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let open = try world.ledger(arguments, .reading)
        let issuer = try world.issuer(arguments, of: open.ledger)
        let found = try open.ledger.document(arguments.operands[0], of: issuer)
        if arguments.has(Self.content) {
            try world.write(found.content)
            return .done
        }
        let files = try open.ledger.files(of: found.issued.id, issuer: issuer)
        if let role = arguments.value(Self.file) {
            guard let file = files.last(where: { $0.role == role }) else {
                throw ToolkitError(
                    .filePending, "This file of the document is still to be made.", fix: "`pechat jobs run` makes it.")
            }
            try world.write(open.archive.bytes(of: file))
            return .done
        }
        let movements = try open.ledger.movements(of: found.issued.id, issuer: issuer)
        let today = try world.caller(arguments).today(world.country(of: issuer, in: open.ledger))
        let sheet = DocumentSheet(found: found, movements: movements, files: files, today: today)
        if arguments.has(.json) {
            try world.write(sheet.json)
        } else {
            for line in sheet.lines { try world.print(line) }
        }
        return .done
    }
}

/// All that is shown of a document.
private struct DocumentSheet {
    let found: FoundDocument
    let movements: [Movement]
    let files: [DocumentFile]
    let today: CalendarDate

    var json: [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.key("document")
        found.standing.write(to: &writer, asOf: today)
        writer.member("contentDigest", found.issued.digest)
        writer.key("movements")
        writer.beginArray()
        for movement in movements { movement.write(to: &writer) }
        writer.endArray()
        writer.key("files")
        writer.beginArray()
        for file in files {
            writer.beginObject()
            writer.member("role", file.role)
            writer.member("sha256", Digest.hexadecimal(file.digest))
            writer.member("bytes", file.size)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    var lines: [String] {
        let standing = found.standing
        func amount(_ money: Money) -> String { "\(standing.text(money)) \(standing.currency)" }
        var facts = [
            ("number", standing.number), ("kind", standing.kind.rawValue), ("issued", standing.issueDate.description),
            ("due", standing.dueDate?.description ?? "-"), ("customer", standing.customer.printable),
            ("status", DocumentStatus(standing, on: today).rawValue), ("payable", amount(standing.payable)),
            ("outstanding", amount(standing.outstanding)), ("delivery", standing.delivery.rawValue),
            ("signature", standing.signature.rawValue), ("submission", standing.submission.rawValue),
        ]
        if let reason = standing.reason { facts.append(("reason", reason.printable)) }
        for movement in movements {
            let of = movement.document == standing.id ? "" : " to another document"
            facts.append(
                (
                    movement.kind.rawValue,
                    "\(movement.day)  \(amount(movement.amount))  \(movement.state.rawValue)\(of)  \(movement.id)"
                ))
        }
        facts.append(("content", "sha256 \(found.issued.digest)"))
        facts += files.map { ($0.role, "sha256 \(Digest.hexadecimal($0.digest)), \($0.size) bytes") }
        return facts.map { "\(HelpText.padded($0.0, to: 11))  \($0.1)" }
    }
}

extension ToolkitError.Code {
    /// A file of an issued document was not made yet.
    static let filePending = Self("file.pending", .later)
}
