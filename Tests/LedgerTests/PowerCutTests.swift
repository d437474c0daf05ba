import CPowerCut
import Diagnostics
import Glibc
import Ledger
import Testing

@Suite("Power cut: what was acknowledged is on the disk", .serialized)
struct PowerCutTests {
    init() throws { try #require(power_install() == 1) }

    @Test("with synchronous=FULL nothing acknowledged is lost, wherever the power fails")
    func full() throws {
        // A document takes about 20 writes and syncs, so this fails at every one of them and beyond.
        for operations in stride(from: 0, to: 66, by: 3) {
            let seed = operations.isMultiple(of: 2) ? 0 : UInt64(operations)
            let outcome = try Self.trial(.full, failingAfter: operations, seed: seed)
            #expect(outcome.lost == 0 && outcome.rules == [], "\(operations), \(seed): \(outcome)")
        }
    }

    @Test("with synchronous=NORMAL numbers that were given away are given again")
    func normal() throws {
        let outcome = try Self.trial(.normal, failingAfter: 60, seed: 0)
        #expect(outcome.acknowledged > 0 && outcome.lost == outcome.acknowledged, "\(outcome)")
    }

    struct Outcome {
        var acknowledged = 0
        var lost = 0
        var rules: [String] = []
    }

    /// Issues until the power fails, brings it back, and compares.
    private static func trial(
        _ durability: SQLiteStore.Durability, failingAfter operations: Int, seed: UInt64
    ) throws -> Outcome {
        let path = "/tmp/pechat-power-\(getpid())-\(UInt64.random(in: 0 ... .max)).db"
        defer { for ending in ["", "-wal", "-shm"] { unsafe unlink(path + ending) } }
        let orders = try Books()
        var told: [String] = []
        // What was written before is old and safe: the last one who closes a file brings everything home.
        _ = try DocumentLedger(SQLiteStore(path: path, vfs: "powercut")).issue(orders.order(key: "first"))
        do {
            let ledger = DocumentLedger(try SQLiteStore(path: path, durability: durability, vfs: "powercut"))
            power_fail_after(operations)
            while true {
                let order = try orders.order(key: "order-\(told.count)")
                do throws(ToolkitError) { told.append(try ledger.issue(order).number) } catch { break }
            }
            #expect(power_has_failed() == 1)
        }
        power_return(seed)
        let ledger = DocumentLedger(try SQLiteStore(path: path, durability: durability, vfs: "powercut"))
        defer { power_return(0) }
        var outcome = Outcome(acknowledged: told.count)
        outcome.rules = try ledger.audit(issuer: Books.issuer).findings.map(\.rule)
        let known = try ledger.store.read { transaction throws(ToolkitError) in
            try transaction.rows("PRAGMA integrity_check")
        }
        if known != [SQLRow([.text("ok")])] { outcome.rules.append("integrity") }
        let kept = try ledger.audit(issuer: Books.issuer).documents
        // The first document was issued before; each that is missing now was promised and is lost.
        outcome.lost = max(0, told.count + 1 - kept)
        for (index, number) in told.enumerated() where outcome.lost == 0 {
            let again = try ledger.issue(orders.order(key: "order-\(index)")).number
            if again != number { outcome.rules.append("renumbered") }
        }
        return outcome
    }
}
