import Diagnostics
import InvoiceModel
import Ledger
import LedgerPostgres
import TestSupport
import Testing

@Suite("What the store refuses, by its name")
struct ConflictTests {
    @Test("a number that stands in the way of a series is taken", arguments: Books.engines)
    func taken(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order(number: "X-1"))
        #expect(code { _ = try books.ledger.issue(books.order(series: "X-{seq}")) } == "number.taken")
        let outcomes = try books.ledger.issue([books.order(series: "X-{seq}"), books.order()])
        #expect(code { _ = try outcomes[0].get() } == "number.taken")
        #expect(try outcomes[1].get().number == "FAK-2026-0001")
    }

    @Test("another conflict is not called a number that is taken", arguments: Books.engines)
    func other(engine: StoreEngine) throws {
        let books = try Books(engine)
        let order = try books.order()
        let request = LedgerRequest(
            issuer: Books.issuer, actor: "test", now: order.request.now, identifier: { "the same for all" })
        let same = IssueOrder(order.document, request)
        _ = try books.ledger.issue(same)
        #expect(code { _ = try books.ledger.issue(same) } == "ledger.conflict")
        #expect(try books.ledger.issue(order).number == "FAK-2026-0002")
    }

    /// What a server cannot keep, and how it is called; a file keeps both.
    static let tooMuch = [("name\u{0}", "entry.text"), (noise, "entry.tooLarge")]
    private static var noise: String {
        var random = SplitMix(seed: 54)
        return (0..<9000).map { _ in
            "abcdefghijklmnopqrstuvwxyz0123456789".randomElement(using: &random).map(String.init) ?? ""
        }
        .joined()
    }

    @Test(
        "PostgreSQL: what it does not keep is told, and concerns that document alone", .needsPostgres,
        arguments: tooMuch)
    func unkept(customer: String, expected: String) throws {
        let books = try Books(.postgresql)
        #expect(code { _ = try books.ledger.issue(books.order(customer: customer)) } == expected)
        let outcomes = try books.ledger.issue([books.order(), books.order(customer: customer), books.order()])
        #expect(try outcomes[0].get().number == "FAK-2026-0001" && outcomes[2].get().number == "FAK-2026-0002")
        #expect(code { _ = try outcomes[1].get() } == expected)
        let trial = DocumentLedger(books.ledger.store, isTrial: true)
        #expect(code { _ = try trial.issue(books.order(customer: customer)) } == expected)
        #expect(try trial.issue(books.order()).number == "FAK-2026-0003")
        #expect(try books.ledger.issue(books.order()).number == "FAK-2026-0003")
        #expect(try books.broken().isEmpty)
    }

    @Test("PostgreSQL: a transaction that fails after wrong statements leaves its connection usable", .needsPostgres)
    func rollback() throws {
        let store = try PostgresStore(address: TestPostgres.shared().newAddress(), connectionLimit: 1)
        let failed = code {
            try store.write { transaction throws(ToolkitError) in
                try transaction.run("INSERT INTO issuer VALUES ('a', 0, 'x')")
                try transaction.run("INSERT INTO nothing_there VALUES (1)")
                throw ToolkitError(.testMistake, "on purpose")
            }
        }
        #expect(failed == "test.mistake")
        let rows = try store.write { transaction throws(ToolkitError) in
            try transaction.rows("SELECT count(*) FROM issuer")
        }
        #expect(rows == [SQLRow([.integer(0)])])
    }

    @Test("PostgreSQL: only a transaction that takes its time may do nothing for more than a minute", .needsPostgres)
    func patience() throws {
        let store = try PostgresStore(address: TestPostgres.shared().newAddress(), connectionLimit: 1)
        let setting = "SELECT current_setting('idle_in_transaction_session_timeout')"
        func patience(_ takesTime: Bool) throws -> [SQLRow] {
            try store.read { transaction throws(ToolkitError) in
                if takesTime { try transaction.takeTime() }
                return try transaction.rows(setting)
            }
        }
        #expect(try patience(true) == [SQLRow([.text("0")])])
        #expect(try patience(false) == [SQLRow([.text("1min")])])
    }

    @Test("a trial queues nothing", arguments: Books.engines)
    func trials(engine: StoreEngine) throws {
        let books = try Books(engine)
        let trial = DocumentLedger(books.ledger.store, isTrial: true)
        let invoice = try books.ledger.issue(books.order())
        let draft = try books.ledger.save(
            DraftContent(
                kind: .invoice, customer: "1", isInternal: true, issueWhen: .paid(invoice.id), content: Array("{}".utf8)
            ),
            books.request())
        _ = try trial.queue(draft.id, debtors: { _ in InternalDebtor(journalNumber: "1") }, books.request())
        #expect(try books.ledger.draft(draft.id, issuer: Books.issuer)?.draft == draft)
        #expect(try books.broken().isEmpty)
    }
}
