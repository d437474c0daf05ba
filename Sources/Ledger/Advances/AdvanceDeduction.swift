public import Diagnostics
import InvoiceModel

/// What a document takes off for an advance invoice of this ledger: the part of its VAT that the advance reported already.
///
/// A final invoice prints its whole supply and takes the advance off what is payable (BT-113). Both are documents of the
/// same books, so reports count of the final invoice what remains, category by category. The credit note of a final
/// invoice that names the advance too takes the same part back.
struct AdvanceDeduction: Sendable, Hashable {
    /// The id of the advance invoice.
    let advance: String
    /// How much is taken off, VAT included.
    let amount: Money
    /// The part of the advance's VAT breakdown that this is.
    let taxes: [IssuableDocument.Tax]
}

extension AdvanceDeduction {
    /// Finds what a document takes off, under the issuer's lock.
    ///
    /// What names no number, or that of no document of this ledger, was reported elsewhere and leaves the VAT as it is.
    ///
    /// - Parameters:
    ///   - document: The document that is to be issued.
    ///   - corrected: The id of the invoice that it corrects; nil for others.
    ///   - entry: The issuer's lock.
    /// - Returns: One deduction for each advance, in the order of their first mention.
    /// - Throws: `advance.mismatch`, `advance.exceeded`, `money.overflow`.
    static func all(
        of document: IssuableDocument, correcting corrected: String?, in entry: LedgerEntry
    ) throws(ToolkitError) -> [AdvanceDeduction] {
        var order: [String] = []
        var amounts: [String: Money] = [:]
        for prepayment in document.prepayments where prepayment.amount > .zero {
            if amounts[prepayment.number] == nil { order.append(prepayment.number) }
            amounts[prepayment.number] = try (amounts[prepayment.number] ?? .zero).adding(prepayment.amount)
        }
        var deductions: [AdvanceDeduction] = []
        for number in order {
            guard let amount = amounts[number], let advance = try advance(number, of: document, in: entry) else {
                continue
            }
            let isCredit = document.kind == .creditNote
            let whole =
                isCredit
                ? try Part.deducted(from: corrected ?? "", advance, in: entry) : try Part.counted(advance, in: entry)
            let earlier =
                isCredit
                ? try Part.takenBack(from: corrected ?? "", advance, in: entry) : try Part.used(advance, in: entry)
            deductions.append(
                AdvanceDeduction(advance: advance, amount: amount, taxes: try whole.share(amount, after: earlier)))
        }
        return deductions
    }

    /// The id of an advance; nil where the number is not one of this ledger.
    private static func advance(
        _ number: String, of document: IssuableDocument, in entry: LedgerEntry
    ) throws(ToolkitError) -> String? {
        let found = try entry.transaction.row(
            """
            SELECT d.id, d.kind, d.currency, d.customer, d.lifecycle FROM document d
            WHERE d.issuer = $1 AND d.number = $2
            """, entry.issuer, .text(number))
        guard let found else { return nil }
        guard document.kind != .advance, document.kind != .proForma,
            try found.text(1) == DocumentKind.advance.rawValue, try found.text(2) == document.currency,
            try found.text(3) == document.customer, try found.text(4) == LifecycleState.issued.rawValue
        else {
            throw ToolkitError(
                .advanceMismatch,
                "What is taken off as paid before is no advance of this customer and currency, or void.",
                fix: "Name in prepaid the advance invoice that was paid; leave the number out where there is none.")
        }
        return try found.text(0)
    }

    /// How much invoices took off for an advance; nothing for other documents.
    static func used(_ advance: String, in entry: LedgerEntry) throws(ToolkitError) -> Money {
        try Part.used(advance, in: entry).amount
    }

    /// A credit note that took an advance back stays where the advance was taken off anew since.
    ///
    /// - Throws: `void.deducted`.
    static func requireUnused(by note: DocumentStanding, in entry: LedgerEntry) throws(ToolkitError) {
        guard note.kind == .creditNote else { return }
        let rows = try entry.transaction.rows(
            "SELECT advance, amount FROM deduction WHERE issuer = $1 AND document = $2", entry.issuer, .text(note.id))
        for row in rows {
            let advance = try row.text(0)
            let used = try used(advance, in: entry).adding(row.money(1))
            guard try used <= Part.counted(advance, in: entry).amount else { throw .voidDeducted }
        }
    }

    /// Writes the rows of a document's deductions.
    static func write(_ deductions: [AdvanceDeduction], of document: String, in entry: LedgerEntry) throws(ToolkitError)
    {
        for deduction in deductions {
            let key = [entry.issuer, .text(document), .text(deduction.advance)]
            try entry.transaction.run(
                Statement(
                    "INSERT INTO deduction (issuer, document, advance, amount) VALUES ($1, $2, $3, $4)",
                    key + [.integer(deduction.amount.minorUnits)]))
            for tax in deduction.taxes {
                try entry.transaction.run(
                    Statement(
                        """
                        INSERT INTO deduction_tax (issuer, document, advance, category, rate, taxable, tax)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        """,
                        key + [
                            .text(tax.category), .integer(tax.rate), .integer(tax.taxable.minorUnits),
                            .integer(tax.tax.minorUnits),
                        ]))
            }
        }
    }
}

/// An amount with the VAT that it contains, by category and rate.
private struct Part {
    let amount: Money
    let taxes: [TaxKey: (taxable: Money, tax: Money)]

    struct TaxKey: Hashable, Comparable {
        let category: String
        let rate: Int
        static func < (left: TaxKey, right: TaxKey) -> Bool {
            (left.category, left.rate) < (right.category, right.rate)
        }
    }

    /// The share of an amount after earlier ones: the shares of all amounts together give the whole exactly.
    ///
    /// - Throws: `advance.exceeded` where there is not so much left; `money.overflow`.
    func share(_ part: Money, after earlier: Part) throws(ToolkitError) -> [IssuableDocument.Tax] {
        let sum = try earlier.amount.adding(part)
        guard sum <= amount else {
            throw ToolkitError(
                .advanceExceeded, "More is taken off for an advance invoice than is left of it.",
                fix: "Lower the amount in prepaid to what no other invoice took off.")
        }
        var shares: [IssuableDocument.Tax] = []
        for (key, values) in taxes.sorted(by: { $0.key < $1.key }) {
            let before = earlier.taxes[key] ?? (.zero, .zero)
            let taxable = try values.taxable.scaled(by: sum.minorUnits, over: amount.minorUnits)
            let tax = try values.tax.scaled(by: sum.minorUnits, over: amount.minorUnits)
            shares.append(
                .init(
                    category: key.category, rate: key.rate, taxable: try taxable.subtracting(before.taxable),
                    tax: try tax.subtracting(before.tax)))
        }
        return shares
    }

    /// What an advance counts itself: what it invoiced less its credit notes.
    static func counted(_ advance: String, in entry: LedgerEntry) throws(ToolkitError) -> Part {
        try Part(
            entry, [.text(advance)],
            amount: """
                SELECT \(signed("d.payable")) FROM document d
                WHERE d.issuer = $1 AND (d.id = $2 OR d.corrects = $2) AND d.lifecycle = 'issued'
                """,
            taxes: """
                SELECT t.category, t.rate, \(signed("t.taxable")), \(signed("t.tax")) FROM document d
                JOIN document_tax t ON t.issuer = d.issuer AND t.document = d.id
                WHERE d.issuer = $1 AND (d.id = $2 OR d.corrects = $2) AND d.lifecycle = 'issued'
                GROUP BY t.category, t.rate
                """)
    }

    /// What invoices took off for an advance, less what their credit notes took back.
    static func used(_ advance: String, in entry: LedgerEntry) throws(ToolkitError) -> Part {
        try Part(entry, [.text(advance)], where: "x.issuer = $1 AND x.advance = $2", isSigned: true)
    }

    /// What one invoice took off for an advance.
    static func deducted(
        from invoice: String, _ advance: String, in entry: LedgerEntry
    ) throws(ToolkitError) -> Part {
        try Part(
            entry, [.text(advance), .text(invoice)],
            where: "x.issuer = $1 AND x.advance = $2 AND x.document = $3", isSigned: false)
    }

    /// What the credit notes of an invoice took back of that.
    static func takenBack(
        from invoice: String, _ advance: String, in entry: LedgerEntry
    ) throws(ToolkitError) -> Part {
        try Part(
            entry, [.text(advance), .text(invoice)],
            where: "x.issuer = $1 AND x.advance = $2 AND d.corrects = $3 AND d.kind = 'credit-note'", isSigned: false)
    }

    private init(
        _ entry: LedgerEntry, _ values: [SQLValue], where condition: String, isSigned: Bool
    ) throws(ToolkitError) {
        func sum(_ column: String) -> String { isSigned ? Self.signed(column) : Self.sum(column) }
        func source(_ table: String) -> String {
            """
            FROM \(table) x JOIN document d ON d.issuer = x.issuer AND d.id = x.document
            WHERE \(condition) AND d.lifecycle = 'issued'
            """
        }
        try self.init(
            entry, values, amount: "SELECT \(sum("x.amount")) \(source("deduction"))",
            taxes: """
                SELECT x.category, x.rate, \(sum("x.taxable")), \(sum("x.tax")) \(source("deduction_tax"))
                GROUP BY x.category, x.rate
                """)
    }

    private init(
        _ entry: LedgerEntry, _ values: [SQLValue], amount: String, taxes: String
    ) throws(ToolkitError) {
        let found = try entry.transaction.rows(
            of: [Statement(amount, [entry.issuer] + values), Statement(taxes, [entry.issuer] + values)])
        self.amount = try found[0].first?.money(0) ?? .zero
        var sums: [TaxKey: (taxable: Money, tax: Money)] = [:]
        for row in found[1] {
            sums[TaxKey(category: try row.text(0), rate: try row.integer(1))] = (try row.money(2), try row.money(3))
        }
        self.taxes = sums
    }

    private static func sum(_ column: String) -> String { "CAST(COALESCE(SUM(\(column)), 0) AS BIGINT)" }

    private static func signed(_ column: String) -> String {
        sum("CASE WHEN d.kind = 'credit-note' THEN -\(column) ELSE \(column) END")
    }
}

extension ToolkitError.Code {
    /// What is taken off as an advance is none that can be.
    public static let advanceMismatch = Self("advance.mismatch", .state)
    /// More is taken off for an advance than is left of it.
    public static let advanceExceeded = Self("advance.exceeded", .state)
}
