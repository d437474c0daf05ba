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
        operandCount: 1...1, options: [.ledger, .issuer, content, file, .timeZone, .now, .json],
        examples: [
            ("pechat show FAK-2026-0001 --ledger books.db", "where it stands"),
            ("pechat show FAK-2026-0001 --ledger books.db --file pdf > FAK-2026-0001.pdf", "its PDF"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let open = try world.ledger(arguments)
        let issuer = try world.issuer(arguments, of: open.ledger)
        let (record, content) = try open.ledger.document(arguments.operands[0], of: issuer)
        if arguments.has(Self.content) {
            try world.write(content)
            return .done
        }
        let files = try open.ledger.files(of: record.document.id, issuer: issuer)
        if let role = arguments.value(Self.file) {
            guard let file = files.last(where: { $0.role == role }) else {
                throw ToolkitError(
                    .filePending, "This file of the document is still to be made.", fix: "`pechat jobs run` makes it.")
            }
            try world.write(open.archive.bytes(of: file))
            return .done
        }
        let today = try world.caller(arguments).today("")
        if arguments.has(.json) {
            try world.write(json(of: record, files, today))
        } else {
            for line in lines(of: record, files, today) { try world.print(line) }
        }
        return .done
    }

    private func json(of record: DocumentRecord, _ files: [DocumentFile], _ today: CalendarDate) -> [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.key("document")
        record.write(to: &writer, today: today)
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

    private func lines(of record: DocumentRecord, _ files: [DocumentFile], _ today: CalendarDate) -> [String] {
        let document = record.document
        let facts = [
            ("number", document.number), ("kind", document.kind.rawValue), ("issued", document.issueDate.description),
            ("due", document.dueDate?.description ?? "-"), ("customer", document.customer.printable),
            ("payable", record.text(document.payable)), ("paid", record.text(record.paid)),
            ("credited", record.text(record.credited)), ("outstanding", record.text(record.outstanding)),
            ("state", record.statusWord(on: today)), ("delivery", record.delivery.rawValue),
            ("signature", record.signature.rawValue), ("submission", record.submission.rawValue),
            ("content", "sha256 \(document.digest)"),
        ]
        let rows = facts + files.map { ($0.role, "sha256 \(Digest.hexadecimal($0.digest)), \($0.size) bytes") }
        return rows.map { "\(HelpText.padded($0.0, to: 11))  \($0.1)" }
    }
}

extension ToolkitError.Code {
    /// A file of an issued document was not made yet.
    static let filePending = Self("file.pending", .later)
}
