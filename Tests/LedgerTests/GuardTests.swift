import Diagnostics
import Ledger
import TestSupport
import Testing

@Suite("Guards against hands in the database")
struct GuardTests {
    /// What would let a number be given twice or a document change, without a word to the triggers of UPDATE and DELETE.
    static let replacements = [
        "REPLACE INTO series SELECT issuer, template, period, first, 1, last_date FROM series",
        "REPLACE INTO issuer SELECT issuer, 0, audit_hash FROM issuer",
        "REPLACE INTO audit SELECT issuer, seq, X'00', subject, hash FROM audit",
        "REPLACE INTO idempotency SELECT issuer, key, fingerprint, X'00', entered_at FROM idempotency",
        "REPLACE INTO document_state SELECT * FROM document_state",
        """
        REPLACE INTO document SELECT issuer, 'other', kind, number, NULL, NULL, NULL, issue_date, due_date, currency,
            customer, net, tax, payable, corrects, content, digest, issued_at, issued_by FROM document
        """,
        """
        REPLACE INTO document SELECT issuer, 'other', kind, 'other', template, period, seq, issue_date, due_date,
            currency, customer, net, tax, payable, corrects, content, digest, issued_at, issued_by FROM document
        """,
        """
        REPLACE INTO document (rowid, issuer, id, kind, number, issue_date, currency, customer, net, tax, payable,
            content, digest, issued_at, issued_by)
        SELECT rowid, 'i', 'other', kind, 'other', issue_date, currency, customer, net, tax, payable, content, digest,
            issued_at, issued_by FROM document
        """,
        "UPDATE OR REPLACE series SET period = '2031'", "UPDATE OR REPLACE document_state SET document = 'other'",
    ]

    @Test("SQLite: REPLACE takes no row away", .needsTool("sqlite3"), arguments: replacements)
    func replace(statement: String) throws {
        let books = try Books()
        _ = try books.ledger.issue(books.order(key: "k"))
        // The foreign keys would hold some of it back; a hand does not have to switch them on.
        let hand = try Tool.run("sqlite3", [books.path, statement])
        #expect(hand.status != 0, "\(hand.errors)")
        #expect(try books.broken().isEmpty)
        #expect(try books.ledger.issue(books.order()).number == "FAK-2026-0002")
    }

    @Test("PostgreSQL: TRUNCATE takes no row away", .needsPostgres, arguments: ["series", "audit", "document"])
    func truncate(table: String) throws {
        let books = try Books(.postgresql)
        _ = try books.ledger.issue(books.order())
        let refused = code {
            try books.ledger.store.write { transaction throws(ToolkitError) in
                try transaction.run(Statement("TRUNCATE \(table) CASCADE"))
            }
        }
        #expect(refused == "ledger.conflict")
    }
}
