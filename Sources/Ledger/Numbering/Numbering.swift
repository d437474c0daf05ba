public import Diagnostics
import InvoiceModel

/// The number of one document, found under the issuer's lock.
struct Numbering {
    /// BT-1.
    let number: String
    /// The place in the series; nil for a number that was given elsewhere.
    let place: IssuedDocument.SeriesPlace?
    private let issueDate: CalendarDate
    private let startsSeries: Bool

    /// What must be known for a number: the row of the series, or that of a document which has the given number.
    static func question(of document: IssuableDocument, _ issuer: SQLValue) -> Statement {
        switch document.numbering {
        case .given(let number):
            Statement(
                """
                SELECT 'taken', '' FROM document WHERE issuer = $1 AND number = $2
                UNION ALL SELECT DISTINCT 'series', template FROM series WHERE issuer = $1
                """, [issuer, .text(number)])
        case .series(let template), .imported(_, let template):
            // The row of the series; without it those of the others, which must not give the same numbers.
            Statement(
                """
                SELECT next, last_date, template FROM series WHERE issuer = $1 AND template = $2 AND period = $3
                UNION ALL
                SELECT DISTINCT 0, '', template FROM series WHERE issuer = $1 AND template <> $2 AND NOT EXISTS (
                    SELECT 1 FROM series WHERE issuer = $1 AND template = $2 AND period = $3)
                """, [issuer, .text(template.text), .text(template.period(of: document.issueDate))])
        }
    }

    /// Finds the number and checks the date against the series.
    ///
    /// - Parameters:
    ///   - document: What is to be numbered.
    ///   - rows: What the question found, under the issuer's lock where the number is to be kept.
    /// - Throws: `series.dateBackward`, `series.overlaps`; `number.taken` and `number.inSeries` for a number that was given
    ///   elsewhere; `series.gap` and `series.mismatch` for one that is imported.
    init(_ document: IssuableDocument, _ rows: [SQLRow]) throws(ToolkitError) {
        issueDate = document.issueDate
        switch document.numbering {
        case .given(let number):
            for row in rows where try row.text(0) == "taken" { throw .numberTaken }
            let known = DocumentKind.allCases.compactMap { SeriesTemplate.standard(for: $0) }
            var templates = known
            for row in rows { if let template = SeriesTemplate(try row.text(1)) { templates.append(template) } }
            guard templates.allSatisfy({ $0.sequence(of: number) == nil }) else { throw .numberInSeries }
            self.number = number
            place = nil
            startsSeries = false
        case .series(let template), .imported(_, let template):
            let row = try rows.first.flatMap { row throws(ToolkitError) in try row.integer(0) > 0 ? row : nil }
            let next = try row?.integer(0) ?? 1
            if let last = try row?.text(1), document.issueDate.description < last { throw .dateBackward(last) }
            number = template.number(next, on: document.issueDate)
            if case .imported(let given, _) = document.numbering {
                guard let place = template.sequence(of: given),
                    template.number(place, on: document.issueDate) == given
                else { throw .seriesMismatch }
                guard place == next else { throw .seriesGap(number) }
            }
            place = IssuedDocument.SeriesPlace(
                template: template.text, period: template.period(of: document.issueDate), sequence: next)
            startsSeries = row == nil
            guard startsSeries else { return }
            for other in rows {
                guard let other = SeriesTemplate(try other.text(2)), other.sequence(of: number) != nil else { continue }
                throw .seriesOverlaps
            }
        }
    }

    /// Uses the number up.
    ///
    /// - Parameters:
    ///   - question: What was asked for the number.
    ///   - books: The issuer's books.
    /// - Throws: What the store throws.
    func advance(_ question: Statement, in books: LockedBooks) throws(ToolkitError) {
        guard let place else { return }
        let (next, day) = (SQLValue.integer(place.sequence + 1), SQLValue.text(issueDate.description))
        let values: [SQLValue] = [.text(books.issuer), .text(place.template), .text(place.period), next, day]
        let row = SQLRow([next, day, .text(place.template)])
        guard startsSeries else {
            let change = Statement(
                """
                UPDATE series SET next = $4, last_date = $5 WHERE issuer = $1 AND template = $2 AND period = $3
                """, values)
            return books.keep(row, of: question, writtenBy: change)
        }
        try books.transaction.run(
            Statement(
                """
                INSERT INTO series (issuer, template, period, first, next, last_date) VALUES ($1, $2, $3, 1, $4, $5)
                """, values))
        // Other series must not look like this one from now on.
        try books.writeAndForget()
        books.keep(row, of: question)
    }
}

extension ToolkitError {
    fileprivate static var numberInSeries: ToolkitError {
        ToolkitError(
            .numberInSeries, "A series of this ledger would give the same number one day.",
            fix: "Let the series number the document, or keep what was numbered elsewhere out of its pattern.")
    }

    static var seriesOverlaps: ToolkitError {
        ToolkitError(
            .seriesOverlaps, "Another series of this ledger gives numbers that look the same.",
            fix: "Use that series, or a pattern with another prefix.")
    }

    fileprivate static var seriesMismatch: ToolkitError {
        ToolkitError(
            .seriesMismatch, "The number is not one that the series gives on the document's issue date.",
            fix: "Check number and issue date, or name the series that the number is of.")
    }

    fileprivate static func seriesGap(_ next: String) -> ToolkitError {
        ToolkitError(
            .seriesGap, "The next number of this series is \(next); this one is another.",
            fix:
                "Import the documents of a series in their order and without gaps; `pechat series begin` sets where it begins."
        )
    }

    fileprivate static func dateBackward(_ last: String) -> ToolkitError {
        ToolkitError(
            .dateBackward, "The last document of this series is dated \(last); this one is dated before it.",
            fix: "Date the document \(last) or later, or use another series.")
    }
}

extension ToolkitError.Code {
    /// A number that was given elsewhere belongs to the pattern of a series.
    public static let numberInSeries = Self("number.inSeries", .state)
    /// An imported number is not the next one of its series.
    public static let seriesGap = Self("series.gap", .state)
    /// An imported number is none of its series.
    public static let seriesMismatch = Self("series.mismatch", .state)
    /// Two patterns would give the same numbers.
    public static let seriesOverlaps = Self("series.overlaps", .state)
    /// The issue date lies before that of the last number of the series.
    public static let dateBackward = Self("series.dateBackward", .state)
}
