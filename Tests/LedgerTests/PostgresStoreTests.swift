import Diagnostics
import Ledger
import LedgerPostgres
import TestSupport
import Testing

@Suite("PostgreSQL: one server for many nodes")
struct PostgresStoreTests {
    @Test("connections that the server closed are replaced unseen", .needsPostgres)
    func closedConnections() throws {
        let server = try TestPostgres.shared()
        let ledger = DocumentLedger(try PostgresStore(address: server.newAddress() + "&application_name=closed"))
        let books = try Books()
        _ = try ledger.issue(books.order())
        let ended = try server.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'closed'")
        #expect(ended.output == "t\n")
        #expect(try ledger.issue(books.order()).number == "FAK-2026-0002")
        #expect(try ledger.audit(issuer: Books.issuer).findings.isEmpty)
    }

    @Test("every session waits for the disk, for locks at most 10 s, and reads one state", .needsPostgres)
    func settings() throws {
        let address = try TestPostgres.shared().newAddress() + "%20-csynchronous_commit%3Doff"
        let store = try PostgresStore(address: address)
        let names = ["synchronous_commit", "lock_timeout", "transaction_isolation", "transaction_read_only"]
        let statements = names.map { Statement("SELECT current_setting($1)", [.text($0)]) }
        let writing = try store.write { transaction throws(ToolkitError) in try transaction.rows(of: statements) }
        let reading = try store.read { transaction throws(ToolkitError) in try transaction.rows(of: statements) }
        #expect(writing.flatMap { $0 } == ["on", "10s", "read committed", "off"].map { SQLRow([.text($0)]) })
        #expect(reading.flatMap { $0 } == ["on", "10s", "repeatable read", "on"].map { SQLRow([.text($0)]) })
    }

    @Test(
        "a password is in no message",
        .needsPostgres,
        arguments: [
            "postgres://me:t0psecret@/db?host=/nowhere", "postgres://me:t0psecret%zz@host/db",
            "postgres://me:t0psecret@[::1/db", "postgres://me@/db?host=/nowhere&password=t0psecret&nonsense=1",
        ])
    func passwords(address: String) throws {
        let error = try #require(throws: ToolkitError.self) { try PostgresStore(address: address) }
        #expect(error.code.name == "ledger.unavailable")
        #expect(!"\(error) \(String(reflecting: error)) \(error.facts) \(error.fix)".contains("t0psecret"))
    }

    @Test("there are never more connections than allowed; who comes later waits", .needsPostgres)
    func threadsAreBounded() throws {
        let server = try TestPostgres.shared()
        let address = server.newAddress() + "&application_name=bounded"
        let store = try PostgresStore(address: address, connectionLimit: 2)
        try store.write { transaction throws(ToolkitError) in try transaction.run("CREATE TABLE turns (at BIGINT)") }
        Threads.together(8) { _ in
            for _ in 0..<5 {
                _ = try? store.write { transaction throws(ToolkitError) in
                    try transaction.run("INSERT INTO turns VALUES ($1)", .integer(1))
                }
            }
        }
        let count = try store.read { transaction throws(ToolkitError) in
            try transaction.row("SELECT COUNT(*) FROM turns")
        }
        #expect(count == SQLRow([.integer(40)]))
        let sessions = try server.psql("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'bounded'")
        #expect(["1\n", "2\n"].contains(sessions.output))
    }
}
