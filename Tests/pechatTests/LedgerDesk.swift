import Foundation
import TestSupport
import Testing

/// A folder with an invoice that has no number, and a ledger that is still to be made.
struct LedgerDesk {
    let folder: String
    var ledger: String { "\(folder)/books.db" }

    /// Runs a command on the ledger.
    func run(_ words: String..., now: String = "2026-11-20T12:00:00Z") throws -> Tool.Outcome {
        try Program.run(words + ["--ledger", ledger, "--now", now])
    }

    /// Runs a command of the ledger that needs no clock.
    func plain(_ words: String...) throws -> Tool.Outcome { try Program.run(words + ["--ledger", ledger]) }

    /// Writes an invoice after a sample, with some members changed.
    func invoice(_ sample: String = "services", _ changes: [String: Any?] = [:]) throws -> String {
        let path = "\(PackageFolder.root)/samples/\(sample)/invoice.json"
        let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        var object = try #require(read as? [String: Any])
        object["number"] = nil
        for (name, value) in changes { object[name] = value }
        let name = "\(folder)/\(UInt64.random(in: 0 ... .max)).json"
        try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: name))
        return name
    }

    /// Lets a test work at a desk of its own.
    static func with(_ body: (LedgerDesk) throws -> Void) throws {
        try Tool.withTemporaryFolder { try body(LedgerDesk(folder: $0)) }
    }
}
