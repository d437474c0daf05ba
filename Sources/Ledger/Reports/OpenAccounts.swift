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
                Statement(Self.openInstalments, values),
            ])
            let instalments = try DocumentStanding.instalments(found[1])
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

    /// What is open now, and what moved later; each by its index (`document_outstanding`, `movement_by_day`).
    static let candidates = """
        SELECT id AS document FROM document WHERE issuer = $1 AND outstanding <> 0 AND outstanding > 0
        UNION SELECT id FROM document WHERE issuer = $1 AND outstanding <> 0 AND outstanding < 0
        UNION SELECT document FROM movement WHERE issuer = $1 AND day > $2
        UNION SELECT counterpart FROM movement WHERE issuer = $1 AND day > $2 AND kind = 'credit'
        """

    /// The candidates come first: `CROSS JOIN` keeps SQLite from looking at every document instead.
    static let open = """
        SELECT \(DocumentStanding.columns), CAST(COALESCE(m.settled, 0) AS BIGINT)
        FROM (\(candidates)) c CROSS JOIN document d
        LEFT JOIN (
            SELECT document, SUM(amount) AS settled FROM (
                SELECT document, CASE WHEN kind = 'refund' THEN -amount ELSE amount END AS amount FROM movement
                WHERE issuer = $1 AND day > $2 AND state IN \(MovementState.counting)
                UNION ALL
                SELECT counterpart, amount FROM movement
                WHERE issuer = $1 AND day > $2 AND kind = 'credit' AND state = 'succeeded') AS later
            GROUP BY document
        ) m ON m.document = d.id
        WHERE d.issuer = $1 AND d.id = c.document AND d.issue_date <= $2 AND d.lifecycle = 'issued'
            AND d.kind <> 'pro-forma'
        """

    static let openInstalments = """
        SELECT i.document, i.due_date, i.amount FROM (\(candidates)) c CROSS JOIN instalment i
        WHERE i.issuer = $1 AND i.document = c.document ORDER BY i.document, i.ordinal
        """
}
