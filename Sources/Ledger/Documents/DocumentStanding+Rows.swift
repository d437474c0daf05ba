public import Diagnostics
import InvoiceModel

extension DocumentStanding {
    /// The columns that `init(row:instalments:)` reads, of `document` as `d`.
    static let columns = """
        d.id, d.number, d.kind, d.issue_date, d.due_date, d.currency, d.customer, d.payable, d.lifecycle, d.delivery,
        d.signature, d.submission, d.archived, d.reason, d.paid, d.refunded, d.credited, d.written_off, d.outstanding
        """

    /// Reads the columns above.
    ///
    /// - Throws: `ledger.damaged`.
    init(row: SQLRow, instalments: [IssuableDocument.Instalment]) throws(ToolkitError) {
        self.init(
            id: try row.text(0), number: try row.text(1), kind: try row.word(2), issueDate: try row.day(3),
            dueDate: try row.optionalDay(4), instalments: instalments, currency: try row.text(5),
            customer: try row.text(6), payable: try row.money(7), lifecycle: try row.word(8),
            delivery: try row.word(9), signature: try row.word(10), submission: try row.word(11),
            isArchived: try row.integer(12) != 0, reason: try row.optionalText(13), paid: try row.money(14),
            refunded: try row.money(15), credited: try row.money(16), writtenOff: try row.money(17),
            outstanding: try row.money(18))
    }

    /// Instalments by document, from rows with the document, the day and the amount in their order.
    ///
    /// - Throws: `ledger.damaged`.
    static func instalments(_ rows: [SQLRow]) throws(ToolkitError) -> [String: [IssuableDocument.Instalment]] {
        var instalments: [String: [IssuableDocument.Instalment]] = [:]
        for row in rows {
            instalments[try row.text(0), default: []].append(.init(due: try row.day(1), amount: try row.money(2)))
        }
        return instalments
    }

    /// Reads how a document stands.
    ///
    /// - Throws: `document.unknown`, `ledger.damaged`.
    init(of id: String, _ issuer: SQLValue, in transaction: any StoreTransaction) throws(ToolkitError) {
        let found = try transaction.rows(of: [
            Statement(
                """
                SELECT \(Self.columns) FROM document d
                WHERE d.issuer = $1 AND d.id = $2
                """, [issuer, .text(id)]),
            Statement(
                """
                SELECT document, due_date, amount FROM instalment WHERE issuer = $1 AND document = $2 ORDER BY ordinal
                """, [issuer, .text(id)]),
        ])
        guard let row = found[0].first else { throw .documentUnknown }
        try self.init(row: row, instalments: Self.instalments(found[1])[id] ?? [])
    }
}

extension DocumentLedger {
    /// How a document stands now.
    ///
    /// - Parameters:
    ///   - document: The id of the document.
    ///   - issuer: Whose document it is.
    /// - Returns: Its states and sums.
    /// - Throws: `document.unknown`, and what the store throws.
    public func standing(of document: String, issuer: String) throws(ToolkitError) -> DocumentStanding {
        try store.read { transaction throws(ToolkitError) in
            try DocumentStanding(of: document, .text(issuer), in: transaction)
        }
    }
}

extension ToolkitError {
    static var documentUnknown: ToolkitError {
        ToolkitError(
            .documentUnknown, "There is no such document in this ledger.",
            fix: "Check the number and the issuer; `pechat list` shows the documents.")
    }
}

extension ToolkitError.Code {
    /// The ledger holds no document with this id or number.
    public static let documentUnknown = Self("document.unknown", .state)
}
