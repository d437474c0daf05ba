public import Diagnostics
public import InvoiceModel

/// The VAT that an issuer owes, by period, category and rate.
///
/// Credit notes count negative; void documents and pro-forma invoices do not count. A document belongs to the period of
/// its issue date. Of an invoice that takes an advance invoice of these books off, that counts what remains: the advance was
/// counted with its own VAT before.
public struct TaxReport: Sendable, Hashable {
    /// The days.
    public let period: ReportPeriod
    /// One line for each stretch, currency, category and rate, in that order.
    public let lines: [Line]

    /// What one stretch gives in one category at one rate.
    public struct Line: Sendable, Hashable {
        /// The month, quarter or year.
        public let stretch: String
        /// In which currency.
        public let currency: Currency
        /// BT-118.
        public let category: String
        /// BT-119; nil where the category has none.
        public let rate: Rate?
        /// How many documents.
        public internal(set) var documents = 0
        /// BT-116, added up.
        public internal(set) var taxable = Money.zero
        /// BT-117, added up.
        public internal(set) var tax = Money.zero
    }
}

extension DocumentLedger {
    /// The VAT that an issuer owes.
    ///
    /// - Parameters:
    ///   - period: The days, and how they are divided.
    ///   - issuer: Whose books.
    /// - Returns: The report.
    /// - Throws: `money.overflow`, and what the store throws.
    public func taxLiability(in period: ReportPeriod, issuer: String) throws(ToolkitError) -> TaxReport {
        let rows = try rows(
            """
            SELECT substr(d.issue_date, 1, 7), d.currency, t.category, t.rate, COUNT(*),
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN -t.taxable ELSE t.taxable END) AS BIGINT),
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN -t.tax ELSE t.tax END) AS BIGINT)
            FROM document d
            JOIN document_tax t ON t.issuer = d.issuer AND t.document = d.id
            WHERE d.issuer = $1 AND d.issue_date >= $2 AND d.issue_date <= $3 AND d.lifecycle = 'issued'
                AND d.kind <> 'pro-forma'
            GROUP BY substr(d.issue_date, 1, 7), d.currency, t.category, t.rate
            UNION ALL
            SELECT substr(d.issue_date, 1, 7), d.currency, t.category, t.rate, 0,
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN t.taxable ELSE -t.taxable END) AS BIGINT),
                CAST(SUM(CASE WHEN d.kind = 'credit-note' THEN t.tax ELSE -t.tax END) AS BIGINT)
            FROM document d
            JOIN deduction_tax t ON t.issuer = d.issuer AND t.document = d.id
            WHERE d.issuer = $1 AND d.issue_date >= $2 AND d.issue_date <= $3 AND d.lifecycle = 'issued'
            GROUP BY substr(d.issue_date, 1, 7), d.currency, t.category, t.rate
            """, of: period, issuer)
        var lines: [TaxKey: TaxReport.Line] = [:]
        for row in rows {
            let key = TaxKey(
                stretch: period.name(ofMonth: try row.text(0)), currency: try row.text(1), category: try row.text(2),
                basisPoints: try row.integer(3))
            var line =
                lines[key]
                ?? TaxReport.Line(
                    stretch: key.stretch, currency: Currency(ofLedger: key.currency), category: key.category,
                    rate: key.basisPoints < 0 ? nil : Rate(basisPoints: key.basisPoints))
            line.documents += try row.integer(4)
            line.taxable = try line.taxable.adding(row.money(5))
            line.tax = try line.tax.adding(row.money(6))
            lines[key] = line
        }
        return TaxReport(period: period, lines: lines.sorted { $0.key < $1.key }.map(\.value))
    }

    /// The rows of a statement about the days of a period.
    func rows(_ text: String, of period: ReportPeriod, _ issuer: String) throws(ToolkitError) -> [SQLRow] {
        let days = [SQLValue.text(period.first.description), .text(period.last.description)]
        return try store.read { transaction throws(ToolkitError) in
            try transaction.rows(of: [Statement(text, [.text(issuer)] + days)])[0]
        }
    }
}

private struct TaxKey: Hashable, Comparable {
    let stretch: String
    let currency: String
    let category: String
    let basisPoints: Int

    static func < (left: TaxKey, right: TaxKey) -> Bool {
        (left.stretch, left.currency, left.category, right.basisPoints)
            < (right.stretch, right.currency, right.category, left.basisPoints)
    }
}

extension TaxReport {
    /// The report as a table, one row for each line.
    public var table: ReportTable {
        ReportTable(
            "tax", period.facts,
            columns: ["period", "currency", "category", "rate", "documents", "taxable", "tax"],
            rows: lines.map { line in
                [
                    .text(line.stretch), .text(line.currency.code), .text(line.category), .rate(line.rate),
                    .count(line.documents), .amount(line.taxable, line.currency), .amount(line.tax, line.currency),
                ]
            })
    }
}
