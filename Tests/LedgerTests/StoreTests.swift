import Diagnostics
import Glibc
import Ledger
import LedgerPostgres
import Synchronization
import TestSupport
import Testing

@Suite("Store: both engines mean the same")
struct StoreTests {
    /// Values that change on a careless way through an engine.
    static let values: [SQLValue] = [
        .null, .integer(0), .integer(.min), .integer(.max), .integer(-1), .text(""), .text("Фактура — „а“ 𝒳"),
        .bytes([]), .bytes([0, 255, 0]),
    ]

    @Test("values come back as they went in", arguments: Books.engines)
    func values(engine: StoreEngine) throws {
        let store = try Books(engine).ledger.store
        let found = try store.write { transaction throws(ToolkitError) in
            try transaction.run("CREATE TABLE mixed (place BIGINT PRIMARY KEY, n BIGINT, t TEXT, b BYTEA)")
            for (index, value) in Self.values.enumerated() {
                let column =
                    switch value {
                    case .null, .integer: "n"
                    case .text: "t"
                    case .bytes: "b"
                    }
                try transaction.run(
                    Statement("INSERT INTO mixed (place, \(column)) VALUES ($1, $2)", [.integer(index), value]))
            }
            return try transaction.rows("SELECT n, t, b FROM mixed ORDER BY place")
        }
        #expect(found.map { row in row.values.first { $0 != .null } ?? .null } == Self.values)
    }

    @Test("sums, counts and truth values are whole numbers; a sum beyond 64 bits is an error", arguments: Books.engines)
    func numbers(engine: StoreEngine) throws {
        let store = try Books(engine).ledger.store
        let row = try store.read { transaction throws(ToolkitError) in
            try transaction.row(
                """
                SELECT SUM(x), SUM(-x), COUNT(*), MAX(x) > 1, SUM(x) * 1000, 7 FROM
                    (SELECT CAST($1 AS BIGINT) AS x UNION ALL SELECT CAST($2 AS BIGINT)) AS given
                """, .integer(9_999_0000_0001), .integer(1_2345_6788))
        }
        #expect(
            row?.values == [
                .integer(10_000_2345_6789), .integer(-10_000_2345_6789), .integer(2), .integer(1),
                .integer(10_000_2345_6789_000), .integer(7),
            ])
        #expect(throws: ToolkitError.self) {
            try store.read { transaction throws(ToolkitError) in
                try transaction.row(
                    "SELECT SUM(x) FROM (SELECT CAST($1 AS BIGINT) AS x UNION ALL SELECT 1) AS given", .integer(.max))?
                    .integer(0)
            }
        }
    }

    @Test("what the body throws undoes everything, and a reader cannot write", arguments: Books.engines)
    func undone(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order())
        let mistake = ToolkitError(.testMistake, "thrown by the body")
        let error = #expect(throws: ToolkitError.self) {
            try books.ledger.store.write { transaction throws(ToolkitError) in
                try transaction.run("UPDATE series SET next = 9")
                throw mistake
            }
        }
        #expect(error?.code.name == "test.mistake")
        #expect(throws: ToolkitError.self) {
            try books.ledger.store.read { transaction throws(ToolkitError) in
                _ = try transaction.rows("UPDATE series SET next = 9")
            }
        }
        #expect(try books.ledger.issue(books.order()).number == "FAK-2026-0002")
    }

    @Test("a failure within a transaction cannot be swallowed and committed over", arguments: Books.engines)
    func swallowed(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order())
        _ = try? books.ledger.store.write { transaction throws(ToolkitError) in
            try transaction.run("UPDATE series SET next = 9")
            _ = try? transaction.rows("SELECT nothing FROM nowhere")
            try transaction.run("DELETE FROM series")
        }
        // SQLite undoes the one statement, PostgreSQL the transaction; neither takes half of what came.
        let next = try books.ledger.issue(books.order()).number
        #expect(next == "FAK-2026-0002")
    }

    @Test("who watches is woken by a commit with new work and by nothing else", arguments: Books.engines)
    func watched(engine: StoreEngine) throws {
        let books = try Books(engine)
        let watch = try books.ledger.store.watch()
        #expect(try watch.wait(milliseconds: 1) == false)
        _ = try books.ledger.issue(books.order())
        #expect(try watch.wait(milliseconds: 5_000))
        #expect(try watch.wait(milliseconds: 1) == false)
    }

    @Test("64 clients issue at the same time: dense, distinct numbers and whole books", arguments: Books.engines)
    func threads(engine: StoreEngine) throws {
        let books = try Books(engine)
        let numbers = Gathered<String>()
        let failures = Atomic(0)
        Threads.together(64) { client in
            for number in 0..<3 {
                do {
                    let order = try books.order(key: "\(client)-\(number)")
                    let issued = try books.ledger.issue(order)
                    if try books.ledger.issue(order) != issued { failures.add(1, ordering: .relaxed) }
                    numbers.add(issued.number)
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(Set(numbers.all).count == 192)
        let report = try books.reopened().audit(issuer: Books.issuer)
        #expect(report.findings.isEmpty && report.documents == 192)
    }

    @Test("of threads that share a transaction each is refused or repeated on its own", arguments: Books.engines)
    func threadsShareStore(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order(on: "2026-11-20"))
        let outcomes = Gathered<String>()
        Threads.together(24) { client in
            do throws(ToolkitError) {
                let order =
                    switch client % 3 {
                    case 0: try books.order(on: "2026-11-19")
                    case 1: try books.order(key: "the same")
                    default: try books.order(number: "BY-HAND-\(client)")
                    }
                let number = try books.ledger.issue(order).number
                outcomes.add(number)
            } catch {
                outcomes.add(error.code.name)
            }
        }
        let counts = Dictionary(grouping: outcomes.all, by: \.self).mapValues(\.count)
        #expect(counts["series.dateBackward"] == 8 && counts["FAK-2026-0002"] == 8 && counts.count == 10)
        let report = try books.ledger.audit(issuer: Books.issuer)
        #expect(report.findings.isEmpty && report.documents == 10)
    }
}
