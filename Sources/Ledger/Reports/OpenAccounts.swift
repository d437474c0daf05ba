import Diagnostics
import InvoiceModel

/// A document with what was outstanding of it at the end of a day.
struct OpenAccount {
    let standing: DocumentStanding
    let outstanding: Money
}

/// What is added up in a line of a report: one customer, one currency.
struct CustomerAccount: Hashable, Comparable {
    let customer: String
    let currency: String

    static func < (left: CustomerAccount, right: CustomerAccount) -> Bool {
        (left.customer, left.currency) < (right.customer, right.currency)
    }
}

extension DocumentLedger {
    /// The documents of which something was outstanding at the end of a day.
    ///
    /// Only documents that are open now or moved after that day are looked at, so that the size of the books does not
    /// count for a day near the present.
    func openAccounts(on day: CalendarDate, issuer: String) throws(ToolkitError) -> [OpenAccount] {
        try store.read { transaction throws(ToolkitError) in
            let values = [SQLValue.text(issuer), .text(day.description)]
            let found = try transaction.rows(of: [
                Statement(Self.open, values),
                Statement(
                    """
                    SELECT i.document, i.due_date, i.amount FROM instalment i
                    JOIN document d ON d.issuer = i.issuer AND d.id = i.document
                    WHERE i.issuer = $1 AND d.issue_date <= $2 AND i.document IN (\(Self.candidates))
                    ORDER BY i.document, i.ordinal
                    """, values),
            ])
            var instalments: [String: [IssuableDocument.Instalment]] = [:]
            for row in found[1] {
                instalments[try row.text(0), default: []].append(.init(due: try row.day(1), amount: try row.money(2)))
            }
            var accounts: [OpenAccount] = []
            for row in found[0] {
                let standing = try DocumentStanding(row: row, instalments: instalments[try row.text(0)] ?? [])
                let outstanding = try standing.outstanding.adding(row.money(Self.laterColumn))
                if outstanding != .zero { accounts.append(OpenAccount(standing: standing, outstanding: outstanding)) }
            }
            return accounts
        }
    }

    /// The place of what later movements settled, behind the columns of a standing.
    private static let laterColumn = 19

    private static let candidates = """
        SELECT document FROM document_state WHERE issuer = $1 AND outstanding <> 0
        UNION SELECT document FROM movement WHERE issuer = $1 AND day > $2
        UNION SELECT counterpart FROM movement WHERE issuer = $1 AND day > $2 AND kind = 'credit'
        """

    private static let open = """
        SELECT \(DocumentStanding.columns), CAST(COALESCE(m.settled, 0) AS BIGINT) FROM document d
        JOIN document_state s ON s.issuer = d.issuer AND s.document = d.id
        LEFT JOIN (
            SELECT document, SUM(amount) AS settled FROM (
                SELECT document, CASE WHEN kind = 'refund' THEN -amount ELSE amount END AS amount FROM movement
                WHERE issuer = $1 AND day > $2 AND state IN \(MovementState.counting)
                UNION ALL
                SELECT counterpart, amount FROM movement
                WHERE issuer = $1 AND day > $2 AND kind = 'credit' AND state = 'succeeded') AS later
            GROUP BY document
        ) m ON m.document = d.id
        WHERE d.issuer = $1 AND d.issue_date <= $2 AND s.lifecycle = 'issued' AND d.kind <> 'pro-forma'
            AND d.id IN (\(candidates))
        """
}
