import Diagnostics
import Glibc
import Ledger

/// A client that issues one document after the other, and repeats what failed with the same key.
struct CrashWriter {
    let ledger: String
    let name: String
    /// How often a request is repeated; a server needs a while to come back.
    private static let patience = 300

    func run(_ orders: Range<Int>) throws(ToolkitError) -> Int32 {
        // The first opening may hit a server that is just coming up.
        let books = try persistently { () throws(ToolkitError) in try CrashOrder.ledger(ledger) }
        for number in orders {
            say("try \(number)")
            let order = try CrashOrder(writer: name, number: number).order()
            let issued = try persistently { () throws(ToolkitError) in try books.issue(order) }
            say("ack \(number) \(issued.number)")
        }
        return 0
    }

    private func persistently<Result>(
        _ body: () throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        for _ in 0..<Self.patience {
            do throws(ToolkitError) {
                return try body()
            } catch {
                say("error \(error.code.name)")
                guard [.ledgerBusy, .ledgerUnavailable, .ledgerOutcomeUnknown].contains(error.code) else { throw error }
                usleep(100_000)
            }
        }
        return try body()
    }
}
