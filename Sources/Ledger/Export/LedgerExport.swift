import Certificates
public import Diagnostics
import JSONCore

extension DocumentLedger {
    /// Gives all books of an issuer as lines of JSON, one object each, of one consistent state.
    ///
    /// First the issuer with the end of the audit chain, then series, documents with their invoice JSON as a text (the
    /// digest is that of the text), states, movements, files, drafts, keys, events and jobs, and last the audit chain, whose `entry` is the text that its `hash` is the SHA-256 of.
    ///
    /// - Parameters:
    ///   - issuer: Whose books.
    ///   - write: Takes one line after the other, each with its line feed.
    /// - Throws: What the store and `write` throw.
    public func export(
        issuer: String, to write: ([UInt8]) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        try store.read { transaction throws(ToolkitError) in
            try transaction.takeTime()
            for table in ExportedTable.all { try table.export(issuer, in: transaction, to: write) }
        }
    }
}

/// A table and how its columns are called in the export.
private struct ExportedTable {
    /// What a column holds.
    enum Form {
        case text
        case number
        case digest
        /// Bytes that are text, such as JSON; as a text, so that digests over it can be computed again.
        case line
    }

    let name: String
    /// Where its rows come from; the table of the same name where nothing else is said.
    var source: String?
    let key: [String]
    let columns: [(name: String, form: Form)]

    static let all = [
        ExportedTable(
            name: "issuer", key: ["issuer"],
            columns: [("issuer", .text), ("audit_seq", .number), ("audit_hash", .digest)]),
        ExportedTable(
            name: "series", key: ["template", "period"],
            columns: [
                ("template", .text), ("period", .text), ("first", .number), ("next", .number), ("last_date", .text),
            ]),
        ExportedTable(
            name: "document", key: ["id"],
            columns: [
                ("id", .text), ("kind", .text), ("number", .text), ("template", .text), ("period", .text),
                ("seq", .number), ("issue_date", .text), ("due_date", .text), ("currency", .text), ("customer", .text),
                ("net", .number), ("tax", .number), ("payable", .number), ("corrects", .text), ("digest", .digest),
                ("issued_at", .number), ("issued_by", .text), ("content", .line),
            ]),
        ExportedTable(
            name: "document_tax", key: ["document", "category", "rate"],
            columns: [
                ("document", .text), ("category", .text), ("rate", .number), ("taxable", .number), ("tax", .number),
            ]),
        ExportedTable(
            name: "deduction", key: ["document", "advance"],
            columns: [("document", .text), ("advance", .text), ("amount", .number)]),
        ExportedTable(
            name: "deduction_tax", key: ["document", "advance", "category", "rate"],
            columns: [
                ("document", .text), ("advance", .text), ("category", .text), ("rate", .number), ("taxable", .number),
                ("tax", .number),
            ]),
        ExportedTable(
            name: "instalment", key: ["document", "ordinal"],
            columns: [("document", .text), ("ordinal", .number), ("due_date", .text), ("amount", .number)]),
        ExportedTable(
            name: "document_state", source: "(SELECT id AS document, d.* FROM document d) state", key: ["document"],
            columns: [
                ("document", .text), ("lifecycle", .text), ("delivery", .text), ("signature", .text),
                ("submission", .text), ("paid", .number), ("refunded", .number), ("credited", .number),
                ("written_off", .number), ("outstanding", .number), ("archived", .number), ("reason", .text),
            ]),
        ExportedTable(
            name: "movement", key: ["id"],
            columns: [
                ("id", .text), ("kind", .text), ("document", .text), ("counterpart", .text), ("amount", .number),
                ("state", .text), ("day", .text), ("announced", .text), ("method", .text), ("provider", .text),
                ("external_id", .text),
                ("reason", .text), ("note", .text), ("entered_at", .number), ("entered_by", .text),
            ]),
        ExportedTable(
            name: "file", key: ["document", "role", "digest"],
            columns: [("document", .text), ("role", .text), ("digest", .digest), ("size", .number)]),
        ExportedTable(
            name: "draft", key: ["id"],
            columns: [
                ("id", .text), ("kind", .text), ("customer", .text), ("is_internal", .number), ("waits_for", .text),
                ("is_queued", .number), ("version", .number), ("changed_at", .number), ("changed_by", .text),
                ("content", .line),
            ]),
        ExportedTable(
            name: "idempotency", key: ["key"],
            columns: [("key", .text), ("fingerprint", .digest), ("answer", .line), ("entered_at", .number)]),
        ExportedTable(
            name: "outbox", source: "(SELECT * FROM audit WHERE topic IS NOT NULL) event", key: ["seq"],
            columns: [("seq", .number), ("topic", .text), ("subject", .text), ("payload", .line)]),
        ExportedTable(
            name: "job", key: ["id"],
            columns: [
                ("id", .text), ("kind", .text), ("subject", .text), ("state", .text), ("attempts", .number),
                ("problem", .text),
            ]),
        ExportedTable(
            name: "audit", key: ["seq"], columns: [("seq", .number), ("hash", .digest), ("entry", .line)]),
    ]

    /// The rows in the order of their key, a page at a time.
    func export(
        _ issuer: String, in transaction: any StoreTransaction, to write: ([UInt8]) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        let names = columns.map(\.name)
        var last: [SQLValue] = []
        while true {
            var condition = "issuer = $1"
            if !last.isEmpty {
                let places = last.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
                condition += " AND (\(key.joined(separator: ", "))) > (\(places))"
            }
            let statement = Statement(
                """
                SELECT \((names + key).joined(separator: ", ")) FROM \(source ?? name) WHERE \(condition)
                ORDER BY \(key.joined(separator: ", ")) LIMIT \(LedgerAudit.page)
                """, [.text(issuer)] + last)
            let rows = try transaction.rows(of: [statement])[0]
            for row in rows { try write(line(of: row)) }
            guard let end = rows.last, rows.count == LedgerAudit.page else { return }
            last = Array(end.values[names.count...])
        }
    }

    private func line(of row: SQLRow) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", name)
        for (index, column) in columns.enumerated() {
            switch (row.values[index], column.form) {
            case (.null, _): writer.member(column.name, orNull: String?.none)
            case (.integer(let value), _): writer.member(column.name, value)
            case (.text(let value), _): writer.member(column.name, value)
            case (.bytes(let value), .digest): writer.member(column.name, Digest.hexadecimal(value))
            case (.bytes(let value), _): writer.member(column.name, String(decoding: value, as: UTF8.self))
            }
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
