import Certificates
import Diagnostics
import Glibc
import InvoiceModel
import Issuing
import Ledger
import LedgerPostgres
import Synchronization

/// `pechat-bench ledger`: how fast documents are issued, beside the bare commits of the same engine in the same run.
struct LedgerBench {
    private let seconds: Double
    private let documents: Int
    private let clients: Int
    private let address: String
    private let parts: [Substring]
    private let grown: String
    private let rounds = 3

    init(_ words: ArraySlice<String>) throws {
        let options = try Options(words)
        seconds = try options.number("--seconds", 1)
        documents = Int(try options.number("--documents", 20_000))
        clients = Int(try options.number("--clients", 8))
        address = options.text("--postgres", "")
        grown = options.text("--grown", "")
        parts = options.text("--parts", "commits,clients,grouped,imported,growth,server").split(separator: ",")
    }

    func run() throws {
        for part in parts {
            switch part {
            case "commits": try withFile { path in try commits(path) }
            case "clients": try withFile { path in try clients(path) }
            case "grouped": try withFile { path in try grouped(path) }
            case "imported": try withFile { path in try imported(path) }
            case "growth": if grown.isEmpty { try withFile(growth) } else { try growth(grown) }
            case "fill" where !grown.isEmpty: try filled(grown)
            case "server": if !address.isEmpty { try server() }
            default:
                throw Failure(
                    "--parts takes commits, clients, grouped, imported, growth, server, and fill with --grown")
            }
        }
    }

    /// One document for a commit against one comparable row for a commit of the same file, in turns.
    private func commits(_ path: String) throws {
        let ledger = DocumentLedger(try SQLiteStore(path: path))
        let bare = try BareSQLite(path, payload: BenchOrder.content(0))
        var (rows, issues, count) = (0.0, 0.0, 0)
        for _ in 0..<rounds {
            rows += try Measuring.run(count: 1, seconds: seconds) { _ in try bare.insert() }.rate
            // The orders are made before: validating and drawing are no part of the transaction.
            issues +=
                try Measuring.run(
                    count: 1, seconds: seconds,
                    prepare: { _ in
                        count += 1
                        return Result { try BenchOrder.order(count) }
                    }, { order in _ = try ledger.issue(order.get()) }
                ).rate
        }
        print(Self.line("sqlite", [("issues_per_s", issues / 3), ("bare_per_s", rows / 3), ("ratio", issues / rows)]))
    }

    /// Many documents in groups.
    private func grouped(_ path: String) throws {
        let ledger = DocumentLedger(try SQLiteStore(path: path))
        let groups = try (0..<45).map { group in try (0..<500).map { try BenchOrder.order(group * 500 + $0) } }
        let start = Measuring.now()
        for orders in groups { for outcome in try ledger.issue(orders) { _ = try outcome.get() } }
        print(Self.line("sqlite grouped", [("documents", 22_500), ("seconds", Measuring.now() - start)]))
    }

    /// Documents that another system numbered, in the groups of `pechat ledger import`.
    private func imported(_ path: String) throws {
        let ledger = DocumentLedger(try SQLiteStore(path: path))
        let start = Measuring.now()
        for group in 0..<45 {
            let orders = try (0..<500).map { try BenchOrder.imported(group * 500 + $0) }
            for outcome in try ledger.enter(orders) {
                guard case .entered = outcome else { throw Failure("a document was refused") }
            }
        }
        print(Self.line("sqlite import", [("documents", 22_500), ("seconds", Measuring.now() - start)]))
    }

    /// A ledger with so many documents as were asked for, or with those that it has already.
    @discardableResult private func filled(_ path: String) throws -> DocumentLedger {
        let ledger = DocumentLedger(try SQLiteStore(path: path))
        for first in stride(from: try BenchOrder.count(ledger), to: documents, by: 1000) {
            let orders = try (0..<1000).map { try BenchOrder.order(first + $0) }
            for outcome in try ledger.issue(orders) { _ = try outcome.get() }
        }
        return ledger
    }

    /// Issuing and listing in a ledger with many documents against an empty one.
    private func growth(_ path: String) throws {
        let full = try filled(path)
        let documents = try BenchOrder.count(full)
        try withFile { other in
            let empty = DocumentLedger(try SQLiteStore(path: other))
            var times: [[Double]] = [[0, 0], [0, 0]]
            var count = documents
            for _ in 0..<rounds {
                for (index, ledger) in [empty, full].enumerated() {
                    times[index][0] += try Measuring.run(count: 1, seconds: seconds) { _ in
                        count += 1
                        _ = try ledger.issue(BenchOrder.order(count))
                    }.microseconds
                    times[index][1] += try Measuring.run(count: 1, seconds: seconds / 2) { _ in
                        try BenchOrder.list(ledger)
                    }.microseconds
                }
            }
            print(
                Self.line(
                    "sqlite grown",
                    [
                        ("documents", Double(documents)), ("issue_ratio", times[1][0] / times[0][0]),
                        ("list_ratio", times[1][1] / times[0][1]), ("issue_us", times[1][0] / 3),
                        ("list_us", times[1][1] / 3),
                    ]))
        }
    }

    /// Several clients of one file, who share commits, against one writer of bare rows: a file has one writer at a time.
    private func clients(_ path: String) throws {
        let ledger = DocumentLedger(try SQLiteStore(path: path))
        let bare = try BareSQLite(path, payload: BenchOrder.content(0))
        try together("sqlite clients", ledger) {
            try Measuring.run(count: 1, seconds: seconds) { _ in try bare.insert() }.rate
        }
    }

    /// Several clients that issue against as many that update one counter row.
    private func server() throws {
        let ledger = DocumentLedger(try PostgresStore(address: address))
        let store = ledger.store
        try store.write { transaction throws(ToolkitError) in
            try transaction.run("CREATE TABLE IF NOT EXISTS bare (id BIGINT PRIMARY KEY, next BIGINT NOT NULL)")
            try transaction.run("INSERT INTO bare VALUES (1, 1) ON CONFLICT DO NOTHING")
        }
        try together("postgresql", ledger) {
            try together { _ in
                try store.write { transaction throws(ToolkitError) in
                    // Without rows to wait for, all of it is one journey, as an UPDATE with its own commit is.
                    try transaction.run("UPDATE bare SET next = next + 1 WHERE id = 1")
                }
            }
        }
    }

    /// Documents that several clients issue beside something bare, in turns.
    private func together(_ name: String, _ ledger: DocumentLedger, _ bare: () throws -> Double) throws {
        var (rates, issues) = (0.0, 0.0)
        var number = Int(Measuring.now() * 1000)
        for _ in 0..<rounds {
            rates += try bare()
            // More orders than can be issued in the time, made before: validating and drawing are no part of the transaction.
            let orders = try (0..<Int(seconds * 10_000)).map { try BenchOrder.order(number + $0) }
            number += orders.count
            issues += try together { index in
                guard index < orders.count else { throw Failure("there are no more orders") }
                _ = try ledger.issue(orders[index])
            }
        }
        let values = [
            ("clients", Double(clients)), ("issues_per_s", issues / 3), ("bare_per_s", rates / 3),
            ("ratio", issues / rates),
        ]
        print(Self.line(name, values))
    }

    /// How often a second several threads together do something; they count what they do.
    private func together(_ body: @escaping @Sendable (Int) throws -> Void) throws -> Double {
        let next = Atomic(0)
        let done = Atomic(0)
        let failed = Atomic(0)
        let start = Measuring.now()
        let seconds = seconds
        let clients = clients
        let begun = Atomic(0)
        OrderedPool(workers: clients).run(
            next: { begun.add(1, ordering: .relaxed).oldValue < clients ? true : nil }, makeTools: {},
            work: { _, _ in
                while Measuring.now() - start < seconds {
                    do {
                        try body(next.add(1, ordering: .relaxed).oldValue)
                        done.add(1, ordering: .relaxed)
                    } catch {
                        failed.add(1, ordering: .relaxed)
                    }
                }
            }, deliver: { _ in true })
        guard failed.load(ordering: .relaxed) == 0 else { throw Failure("a transaction failed") }
        return Double(done.load(ordering: .relaxed)) / (Measuring.now() - start)
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = "./pechat-bench-\(getpid())-\(UInt32.random(in: 0 ... .max)).db"
        defer { for ending in ["", "-wal", "-shm"] { unlink(path + ending) } }
        try body(path)
    }

    private static func line(_ name: String, _ values: [(String, Double)]) -> String {
        let members = values.map { "\"\($0)\":\(($1 * 1000).rounded() / 1000)" }
        return "{\"what\":\"\(name)\",\(members.joined(separator: ","))}"
    }
}
