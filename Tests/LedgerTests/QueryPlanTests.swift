import Diagnostics
import InvoiceModel
import Ledger
import LedgerPostgres
import Synchronization
import TestSupport
import Testing

@Suite("Query plans: no statement of daily work reads a whole table")
struct QueryPlanTests {
    /// Notes what a ledger asks of its store.
    private final class Recorder: Store {
        let inner: any Store
        let statements = Mutex<[Statement]>([])

        init(_ inner: any Store) { self.inner = inner }
        var engine: StoreEngine { inner.engine }
        func watch() throws(ToolkitError) -> any StoreWatch { try inner.watch() }

        func write<Result>(
            _ body: (any StoreTransaction) throws(ToolkitError) -> Result
        ) throws(ToolkitError) -> Result {
            try inner.write { transaction throws(ToolkitError) in try body(Transaction(transaction, self)) }
        }

        func read<Result>(
            _ body: (any StoreTransaction) throws(ToolkitError) -> Result
        ) throws(ToolkitError) -> Result {
            try inner.read { transaction throws(ToolkitError) in try body(Transaction(transaction, self)) }
        }
    }

    private final class Transaction: StoreTransaction {
        let inner: any StoreTransaction
        let recorder: Recorder

        init(_ inner: any StoreTransaction, _ recorder: Recorder) {
            self.inner = inner
            self.recorder = recorder
        }
        var engine: StoreEngine { inner.engine }
        func wakeWorkers() { inner.wakeWorkers() }
        func rows(of statements: [Statement]) throws(ToolkitError) -> [[SQLRow]] {
            recorder.statements.withLock { $0 += statements }
            return try inner.rows(of: statements)
        }
        func run(_ statement: Statement) throws(ToolkitError) {
            recorder.statements.withLock { $0.append(statement) }
            try inner.run(statement)
        }
    }

    @Test("issuing, crediting and repeating use indexes only", arguments: Books.engines)
    func issuing(engine: StoreEngine) throws {
        let books = try Books(engine)
        let recorder = Recorder(books.ledger.store)
        let ledger = DocumentLedger(recorder)
        let invoice = try ledger.issue(books.order(key: "k"))
        _ = try ledger.issue(books.order(key: "k"))
        _ = try ledger.issue(books.order())
        _ = try ledger.issue(books.order(.creditNote, series: "CN-{seq}", payable: 1, corrects: invoice.number))
        _ = try ledger.issue(books.order(number: "by hand"))
        _ = try ledger.preview(books.order())
        let plans = try Self.plans(recorder)
        #expect(plans.count > 10)
        for (text, plan) in plans { #expect(!Self.readsAll(plan), "\(text)\n\(plan)") }
    }

    @Test("paying, giving back, applying, writing off and withdrawing use indexes only", arguments: Books.engines)
    func money(engine: StoreEngine) throws {
        let books = try Books(engine)
        let recorder = Recorder(books.ledger.store)
        let ledger = DocumentLedger(recorder)
        let invoice = try books.ledger.issue(books.order())
        let note = try books.creditNote(500, of: invoice)
        let payment = try books.pay(invoice.id, 1_000, state: .pending, using: ledger).movement.id
        _ = try ledger.settle(payment, .succeeded, books.request())
        let day = try books.day("2027-01-01")
        _ = try ledger.refund(RefundOrder(payment: payment, day: day, reason: .duplicate), books.request())
        let applied = try ledger.apply(
            CreditApplication(creditNote: note.id, invoice: invoice.id, day: day), books.request())
        _ = try ledger.reverse(applied.movement.id, reason: "x", books.request())
        let writeOff = try ledger.writeOff(
            WriteOffOrder(document: invoice.id, reason: "x", day: day), books.request())
        _ = try ledger.reverse(writeOff.movement.id, reason: "x", books.request())
        for document in [note.id, invoice.id] { _ = try ledger.void(document, reason: "x", books.request()) }
        let plans = try Self.plans(recorder)
        #expect(plans.count > 15)
        for (text, plan) in plans { #expect(!Self.readsAll(plan), "\(text)\n\(plan)") }
    }

    @Test("a plan that reads a whole table is noticed", arguments: Books.engines)
    func noticed(engine: StoreEngine) throws {
        let recorder = Recorder(try Books(engine).ledger.store)
        _ = try recorder.read { transaction throws(ToolkitError) in
            try transaction.rows("SELECT number FROM document WHERE currency = $1", .text("MKD"))
        }
        #expect(try Self.plans(recorder).contains { Self.readsAll($0.plan) })
    }

    private static func readsAll(_ plan: String) -> Bool {
        // "SCAN table USING INDEX" reads a whole index, which is no better.
        plan.contains("SCAN ") || plan.contains("Seq Scan")
    }

    private static func plans(_ recorder: Recorder) throws -> [(text: String, plan: String)] {
        var plans: [(text: String, plan: String)] = []
        for statement in Set(recorder.statements.withLock { $0 }).sorted(by: { $0.text < $1.text }) {
            let text = statement.text
            try recorder.inner.write { transaction throws(ToolkitError) in
                let explain =
                    switch transaction.engine {
                    case .sqlite: "EXPLAIN QUERY PLAN "
                    case .postgresql: "EXPLAIN "
                    }
                if transaction.engine == .postgresql {
                    // Tables of a few rows are read whole in any case; this asks whether it could be done otherwise.
                    try transaction.run("SET LOCAL enable_seqscan = off")
                }
                let rows = try transaction.rows(of: [Statement(explain + text, statement.values)])[0]
                let lines = rows.flatMap(\.values).compactMap { value in
                    if case .text(let line) = value { line } else { nil }
                }
                plans.append((text, lines.joined(separator: "\n")))
            }
        }
        return plans
    }
}
