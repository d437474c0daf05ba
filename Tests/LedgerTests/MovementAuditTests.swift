import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Audit: money")
struct MovementAuditTests {
    /// What a hand in the database does after it dropped the guards, and what the audit calls it.
    static let tampering: [(statement: String, rule: String)] = [
        ("UPDATE movement SET amount = amount + 1 WHERE kind = 'payment'", "movement.unsealed"),
        ("UPDATE movement SET state = 'failed' WHERE kind = 'refund'", "movement.unsealed"),
        ("UPDATE movement SET state = 'nonsense'", "movement.unsealed"),
        ("UPDATE movement SET counterpart = document WHERE kind = 'credit'", "movement.unsealed"),
        ("DELETE FROM movement WHERE kind = 'write-off'", "movement.missing"),
        ("DELETE FROM movement WHERE kind = 'credit'", "document.sums"),
        (
            """
            INSERT INTO movement (issuer, id, kind, document, amount, state, day, entered_at, entered_by)
            SELECT issuer, 'x', kind, document, amount, state, day, entered_at, entered_by FROM movement
            WHERE kind = 'payment'
            """, "movement.unsealed"
        ),
        ("UPDATE movement SET amount = 200000 WHERE kind = 'refund'", "refund.exceedsPayment"),
        ("UPDATE movement SET state = 'succeeded' WHERE kind = 'payment'", "payment.state"),
        ("UPDATE movement SET state = 'refunded' WHERE kind = 'payment'", "payment.state"),
        ("UPDATE document SET outstanding = 0 WHERE outstanding > 0", "document.outstanding"),
        ("UPDATE document SET credited = 0 WHERE credited > 0", "document.sums"),
        ("UPDATE document SET delivery = 'viewed'", "document.state"),
        ("UPDATE document SET archived = 1", "document.state"),
        ("UPDATE document SET lifecycle = 'issued' WHERE lifecycle = 'void'", "document.void"),
        ("UPDATE document SET reason = NULL WHERE lifecycle = 'void'", "document.void"),
        ("UPDATE document SET delivery = 'nonsense' WHERE lifecycle = 'void'", "document.stateless"),
    ]

    @Test(
        "an audit finds movements and states that were changed behind the guards", arguments: tampering)
    func tampered(statement: String, rule: String) throws {
        let books = try Books()
        let invoice = try books.ledger.issue(books.order())
        let payment = try books.pay(invoice.id, 100_000)
        _ = try books.refund(payment.movement.id, 20_000)
        let note = try books.creditNote(1_000, of: invoice)
        _ = try books.apply(note.id, to: invoice.id, 500)
        _ = try books.writeOff(books.ledger.issue(books.order()).id)
        _ = try books.void(books.ledger.issue(books.order()).id)
        let report = try books.ledger.audit(issuer: Books.issuer)
        #expect(report.findings.isEmpty && report.movements == 4)
        try books.tamper(statement)
        let rules = try books.broken()
        #expect(rules.contains(rule), "\(rules)")
    }

    @Test(
        "the tables themselves refuse changes to what is final",
        arguments: [
            "UPDATE movement SET amount = 1", "UPDATE movement SET day = '2026-01-01'", "DELETE FROM movement",
            "UPDATE movement SET counterpart = NULL WHERE kind = 'refund'", "DELETE FROM document",
            "UPDATE document SET lifecycle = 'issued' WHERE lifecycle = 'void'",
        ], Books.engines)
    func guarded(statement: String, engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        _ = try books.refund(books.pay(invoice.id, 100).movement.id, 50)
        _ = try books.void(books.ledger.issue(books.order()).id)
        let refusal = code {
            try books.ledger.store.write { transaction throws(ToolkitError) in try transaction.run(Statement(statement))
            }
        }
        #expect(refusal == "ledger.conflict")
    }
}
