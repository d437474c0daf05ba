public import Diagnostics
public import InvoiceModel
import JSONCore

/// A series within one of its stretches of time, and how far it got.
public struct SeriesState: Sendable, Hashable {
    /// The pattern.
    public let template: String
    /// The stretch of time within which numbers run on; empty for a series that never restarts.
    public let period: String
    /// The first running number that this ledger gives or gave.
    public let first: Int
    /// The running number of the next document.
    public let next: Int
    /// The latest issue date; no document of the series can be dated before it.
    public let lastDate: CalendarDate
}

extension SeriesState: LedgerAnswer {
    /// What the audit chain calls the start of a series that another system kept before.
    static let begun = "series.begun"

    /// The subject of the entries about it.
    var subject: String { "\(template) \(period)" }

    /// What the audit chain seals of a start as compact JSON: what never changes any more.
    static func start(_ template: String, _ period: String, first: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("template", template)
        writer.member("period", period)
        writer.member("first", first)
        writer.endObject()
        return writer.bytes
    }

    /// The state as compact JSON.
    public var stored: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("template", template)
        writer.member("period", period)
        writer.member("first", first)
        writer.member("next", next)
        writer.member("lastDate", lastDate.description)
        writer.endObject()
        return writer.bytes
    }

    /// Reads the state again.
    ///
    /// - Throws: `ledger.damaged`.
    public init(_ stored: [UInt8]) throws(ToolkitError) {
        let object = try StoredObject(parsing: stored)
        self.init(
            template: try object.text("template"), period: try object.text("period"),
            first: try object.integer("first"), next: try object.integer("next"), lastDate: try object.day("lastDate"))
    }
}

extension DocumentLedger {
    /// The series of an issuer, by pattern and time.
    ///
    /// - Throws: What the store throws.
    public func series(of issuer: String) throws(ToolkitError) -> [SeriesState] {
        try store.read { transaction throws(ToolkitError) in
            var states: [SeriesState] = []
            let rows = try transaction.rows(
                """
                SELECT template, period, first, next, last_date FROM series WHERE issuer = $1
                ORDER BY template, period
                """, .text(issuer))
            for row in rows {
                states.append(
                    SeriesState(
                        template: try row.text(0), period: try row.text(1), first: try row.integer(2),
                        next: try row.integer(3), lastDate: try row.day(4)))
            }
            return states
        }
    }

    /// Begins a series where another system ended: the numbers up to that one are used up.
    ///
    /// The start is part of the audit chain; an audit refuses a series that begins above 1 without it.
    ///
    /// - Parameters:
    ///   - template: The pattern.
    ///   - last: The last running number that is used up.
    ///   - day: The issue date of that number; documents of the series cannot be dated before it.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The series as it stands then.
    /// - Throws: `series.started` where this ledger has given numbers of it, `series.overlaps`, `series.start` for a number
    ///   that cannot be.
    public func begin(
        _ template: SeriesTemplate, after last: Int, of day: CalendarDate, _ request: LedgerRequest
    ) throws(ToolkitError) -> SeriesState {
        guard 0...Self.highestStart ~= last else {
            throw ToolkitError(
                .seriesStart, "A series cannot begin after this number.",
                fix: "Give the last number that is used up, 0 or more.")
        }
        let state = SeriesState(
            template: template.text, period: template.period(of: day), first: last + 1, next: last + 1, lastDate: day)
        let question = try request.asking("series") { writer in
            writer.key("series")
            writer.beginObject()
            writer.member("state", state.subject)
            writer.member("first", state.first)
            writer.member("lastDate", day.description)
            writer.endObject()
        }
        return try perform(question) { entry throws(ToolkitError) in
            let known = try entry.transaction.rows(
                "SELECT template, period FROM series WHERE issuer = $1", entry.issuer)
            for row in known {
                let other = try row.text(0)
                guard other != template.text else {
                    if try row.text(1) == state.period { throw .seriesStarted }
                    continue
                }
                guard SeriesTemplate(other)?.sequence(of: template.number(state.first, on: day)) == nil else {
                    throw .seriesOverlaps
                }
            }
            try entry.transaction.run(
                """
                INSERT INTO series (issuer, template, period, first, next, last_date) VALUES ($1, $2, $3, $4, $4, $5)
                """, entry.issuer, .text(state.template), .text(state.period), .integer(state.first),
                .text(day.description))
            try entry.record(
                SeriesState.begun, of: state.subject,
                after: SeriesState.start(state.template, state.period, first: state.first), isEvent: false)
            return state
        }
    }

    /// Room for more numbers than anybody issues.
    private static let highestStart = 1_000_000_000_000
}

extension ToolkitError {
    fileprivate static var seriesStarted: ToolkitError {
        ToolkitError(
            .seriesStarted, "This ledger has begun the series already.",
            fix: "A start is set before the first document; `pechat series list` shows where the series is.")
    }
}

extension ToolkitError.Code {
    /// A series is begun once.
    public static let seriesStarted = Self("series.started", .state)
    /// No series begins there.
    public static let seriesStart = Self("series.start", .usage)
}
