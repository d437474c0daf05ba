import Foundation
import TestSupport
import Testing

@Suite("The clock of the machine and the day of a number")
struct SystemClockTests {
    /// The clock in UTC, the series and the number in Skopje: around midnight in summer, in winter and at the turn of the
    /// year, and in the hour that comes twice.
    static let moments = [
        ("2026-07-31 21:59:59", "M-{yyyy}-{mm}-{seq}", "M-2026-07-1"),
        ("2026-07-31 22:00:00", "M-{yyyy}-{mm}-{seq}", "M-2026-08-1"),
        ("2026-10-25 00:30:00", "M-{yyyy}-{mm}-{seq}", "M-2026-10-1"),
        ("2026-10-31 22:59:59", "M-{yyyy}-{mm}-{seq}", "M-2026-10-1"),
        ("2026-10-31 23:00:00", "M-{yyyy}-{mm}-{seq}", "M-2026-11-1"),
        ("2026-12-31 22:59:59", "Y-{yyyy}-{seq}", "Y-2026-1"), ("2026-12-31 23:00:00", "Y-{yyyy}-{seq}", "Y-2027-1"),
    ]

    @Test("today is the day where the seller is", .needsTool("faketime"), arguments: moments)
    func today(_ moment: (clock: String, series: String, number: String)) throws {
        try LedgerDesk.with { desk in
            let invoice = try desk.invoice("services", ["dueDate": nil, "payment": nil])
            let issued = try at(moment.clock, ["issue", invoice, "--date", "today", "--series", moment.series], desk)
            #expect(issued.status == 0 && issued.output.hasPrefix("\(moment.number)\n"), "\(issued.errors)")
        }
    }

    @Test("a clock that was set back gives no number before the last one", .needsTool("faketime"))
    func setBack() throws {
        try LedgerDesk.with { desk in
            let invoice = try desk.invoice("services", ["dueDate": nil, "payment": nil])
            let words = ["issue", invoice, "--date", "today"]
            #expect(try at("2026-11-20 12:00:00", words, desk).output.hasPrefix("FAK-2026-0001"))
            let refused = try at("2026-11-18 12:00:00", words, desk)
            #expect(refused.status == 7 && refused.errors.contains("series.dateBackward"), "\(refused.errors)")
            #expect(try at("2026-11-20 12:00:01", words, desk).output.hasPrefix("FAK-2026-0002"))
        }
    }

    /// Runs a command of the ledger, which asks the machine what time it is.
    private func at(_ clock: String, _ words: [String], _ desk: LedgerDesk) throws -> Tool.Outcome {
        // The clock stands still at the moment, whatever the command takes.
        try Tool.run("faketime", ["-f", clock, Program.path] + words + ["--ledger", desk.ledger])
    }
}
