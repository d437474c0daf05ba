public import Diagnostics
public import InvoiceModel

/// What an issuer invoiced and collected, by period.
///
/// Credit notes count negative; void documents and pro-forma invoices do not count; of an invoice that takes an advance
/// invoice off, what remains counts. What is collected belongs to the day
/// of the payment, whichever invoice it is for; refunds count negative.
public struct RevenueReport: Sendable, Hashable {
    /// The days.
    public let period: ReportPeriod
    /// One line for each stretch and currency, in that order.
    public let lines: [Line]

    /// What one stretch gives in one currency.
    public struct Line: Sendable, Hashable {
        /// The month, quarter or year.
        public let stretch: String
        /// In which currency.
        public let currency: Currency
        /// How many documents.
        public internal(set) var documents = 0
        /// BT-109, added up.
        public internal(set) var net = Money.zero
        /// BT-110, added up.
        public internal(set) var tax = Money.zero
        /// What came in, less what went back.
        public internal(set) var collected = Money.zero
    }
}

extension DocumentLedger {
    /// What an issuer invoiced and collected.
    ///
    /// - Parameters:
    ///   - period: The days, and how they are divided.
    ///   - issuer: Whose books.
    /// - Returns: The report.
    /// - Throws: `money.overflow`, and what the store throws.
    public func revenue(in period: ReportPeriod, issuer: String) throws(ToolkitError) -> RevenueReport {
        let invoiced = try rows(
            """
            SELECT substr(d.issue_date, 1, 7), d.currency, COUNT(*),
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN -d.net ELSE d.net END) AS BIGINT),
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN -d.tax ELSE d.tax END) AS BIGINT)
            FROM document d
            WHERE d.issuer = $1 AND d.issue_date >= $2 AND d.issue_date <= $3 AND d.lifecycle = 'issued'
                AND d.kind <> 'pro-forma'
            GROUP BY substr(d.issue_date, 1, 7), d.currency
            UNION ALL
            SELECT substr(d.issue_date, 1, 7), d.currency, 0,
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN t.taxable ELSE -t.taxable END) AS BIGINT),
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN t.tax ELSE -t.tax END) AS BIGINT)
            FROM document d
            JOIN deduction_tax t ON t.issuer = d.issuer AND t.document = d.id
            WHERE d.issuer = $1 AND d.issue_date >= $2 AND d.issue_date <= $3 AND d.lifecycle = 'issued'
            GROUP BY substr(d.issue_date, 1, 7), d.currency
            """, of: period, issuer)
        let collected = try rows(
            """
            SELECT substr(m.day, 1, 7), d.currency,
                CAST(SUM(CASE WHEN m.kind = 'refund' THEN -m.amount ELSE m.amount END) AS BIGINT)
            FROM movement m JOIN document d ON d.issuer = m.issuer AND d.id = m.document
            WHERE m.issuer = $1 AND m.day >= $2 AND m.day <= $3 AND m.kind IN ('payment', 'refund')
                AND m.state IN \(MovementState.counting)
            GROUP BY substr(m.day, 1, 7), d.currency
            """, of: period, issuer)
        var lines: [String: RevenueReport.Line] = [:]
        func line(_ row: SQLRow) throws(ToolkitError) -> (key: String, line: RevenueReport.Line) {
            let (stretch, currency) = (period.name(ofMonth: try row.text(0)), try row.text(1))
            let key = "\(stretch) \(currency)"
            return (
                key, lines[key] ?? RevenueReport.Line(stretch: stretch, currency: Currency(ofLedger: currency))
            )
        }
        for row in invoiced {
            var (key, line) = try line(row)
            line.documents += try row.integer(2)
            line.net = try line.net.adding(row.money(3))
            line.tax = try line.tax.adding(row.money(4))
            lines[key] = line
        }
        for row in collected {
            var (key, line) = try line(row)
            line.collected = try line.collected.adding(row.money(2))
            lines[key] = line
        }
        return RevenueReport(period: period, lines: lines.sorted { $0.key < $1.key }.map(\.value))
    }
}

extension RevenueReport {
    /// The report as a table, one row for each line.
    public var table: ReportTable {
        ReportTable(
            "revenue", period.facts,
            columns: ["period", "currency", "documents", "net", "tax", "collected"],
            rows: lines.map { line in
                [.text(line.stretch), .text(line.currency.code), .count(line.documents)]
                    + [line.net, line.tax, line.collected].map { .amount($0, line.currency) }
            })
    }
}
