public import Diagnostics
public import InvoiceModel

/// Which documents of an issuer are wanted, and where the last page ended.
public struct DocumentFilter: Sendable, Hashable {
    /// The kind; nil for all.
    public var kind: DocumentKind?
    /// The customer; nil for all.
    public var customer: String?
    /// The first day of issue.
    public var from: CalendarDate?
    /// The last day of issue.
    public var to: CalendarDate?
    /// Only what is not settled.
    public var isOutstanding = false
    /// Only what was due before this day and is not settled.
    public var pastDueOn: CalendarDate?
    /// How many at most, 1 to 1000.
    public var limit = 20
    /// Where the last page ended; nil for the first page.
    public var cursor: String?

    /// Everything, twenty at a time.
    public init() {}
}

/// A page of documents, the latest first.
public struct DocumentPage: Sendable, Hashable {
    /// How the documents stand.
    public let documents: [DocumentStanding]
    /// What the next page's filter gets as its cursor; nil where this is the last page.
    public let cursor: String?
}

extension DocumentLedger {
    /// The documents of an issuer that a filter wants, the latest first.
    ///
    /// A page is found by its place in an index, so that the thousandth costs what the first does.
    ///
    /// - Throws: `list.cursorMalformed`; what the store throws.
    public func documents(of issuer: String, _ filter: DocumentFilter) throws(ToolkitError) -> DocumentPage {
        var conditions = ["d.issuer = $1"]
        var values: [SQLValue] = [.text(issuer)]
        func add(_ condition: (String) -> String, _ value: SQLValue) {
            values.append(value)
            conditions.append(condition("$\(values.count)"))
        }
        if let kind = filter.kind { add({ "d.kind = \($0)" }, .text(kind.rawValue)) }
        if let customer = filter.customer { add({ "d.customer = \($0)" }, .text(customer)) }
        if let from = filter.from { add({ "d.issue_date >= \($0)" }, .text(from.description)) }
        if let to = filter.to { add({ "d.issue_date <= \($0)" }, .text(to.description)) }
        if filter.isOutstanding { conditions.append("d.outstanding > 0 AND d.lifecycle = 'issued'") }
        if let day = filter.pastDueOn {
            add(
                { day in
                    """
                    (COALESCE(d.due_date, d.issue_date) < \(day) OR EXISTS (SELECT 1 FROM instalment i
                        WHERE i.issuer = d.issuer AND i.document = d.id AND i.due_date < \(day)))
                    AND d.outstanding > 0 AND d.lifecycle = 'issued' AND d.kind IN ('invoice', 'debit-note', 'advance')
                    """
                }, .text(day.description))
        }
        if let cursor = filter.cursor {
            guard cursor.utf8.count > 11, let day = CalendarDate(iso: String(cursor.prefix(10))) else {
                throw ToolkitError(
                    .cursorMalformed, "The cursor is not one that a list gave.",
                    fix: "Take `cursor` of the last page as it is, or leave it away for the first page.")
            }
            add({ "d.issue_date <= \($0)" }, .text(day.description))
            let lastDay = "$\(values.count)"
            add({ "(d.issue_date < \(lastDay) OR d.id < \($0))" }, .text(String(cursor.dropFirst(11))))
        }
        let limit = min(max(filter.limit, 1), 1000)
        values.append(.integer(limit + 1))
        let chosen = """
            FROM document d
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY d.issue_date DESC, d.id DESC LIMIT $\(values.count)
            """
        let statements = [
            Statement("SELECT \(DocumentStanding.columns) \(chosen)", values),
            Statement(
                """
                SELECT document, due_date, amount FROM instalment
                WHERE issuer = $1 AND document IN (SELECT d.id \(chosen)) ORDER BY document, ordinal
                """, values),
        ]
        return try store.read { transaction throws(ToolkitError) in
            let found = try transaction.rows(of: statements)
            var instalments: [String: [IssuableDocument.Instalment]] = [:]
            for row in found[1] {
                instalments[try row.text(0), default: []].append(.init(due: try row.day(1), amount: try row.money(2)))
            }
            var documents: [DocumentStanding] = []
            for row in found[0].prefix(limit) {
                documents.append(try DocumentStanding(row: row, instalments: instalments[try row.text(0)] ?? []))
            }
            let last = documents.last
            // Whether the first instalment is the one that is open, only the schedule knows.
            if let day = filter.pastDueOn { documents.removeAll { !$0.isPastDue(on: day) } }
            let hasMore = found[0].count > limit
            let cursor = hasMore ? last.map { "\($0.issueDate),\($0.id)" } : nil
            return DocumentPage(documents: documents, cursor: cursor)
        }
    }

    /// One document by its number: how it stands, and what was issued.
    ///
    /// - Parameters:
    ///   - number: BT-1.
    ///   - issuer: Whose document it is.
    /// - Returns: Its states and sums, the facts that were sealed at its issue, and the invoice JSON.
    /// - Throws: `document.unknown`; what the store throws.
    public func document(_ number: String, of issuer: String) throws(ToolkitError) -> FoundDocument {
        try store.read { transaction throws(ToolkitError) in
            let row = try transaction.row(
                "SELECT \(IssuedDocument.columns), d.content FROM document d WHERE d.issuer = $1 AND d.number = $2",
                .text(issuer), .text(number))
            guard let row else { throw .documentUnknown }
            let issued = try IssuedDocument(row: row)
            return FoundDocument(
                standing: try DocumentStanding(of: issued.id, .text(issuer), in: transaction), issued: issued,
                content: try row.bytes(12))
        }
    }
}

/// A document that was found by its number.
public struct FoundDocument: Sendable, Hashable {
    /// How it stands.
    public let standing: DocumentStanding
    /// What was sealed when it was issued.
    public let issued: IssuedDocument
    /// The invoice JSON as it was issued.
    public let content: [UInt8]
}

extension ToolkitError.Code {
    /// A cursor that no list gave.
    public static let cursorMalformed = Self("list.cursorMalformed", .usage)
}
