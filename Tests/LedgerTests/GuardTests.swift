import Diagnostics
import Ledger
import TestSupport
import Testing

@Suite("Guards against hands in the database")
struct GuardTests {
    private static let rest = """
        issue_date, currency, customer, net, tax, payable, content, digest, issued_at, issued_by, entry, lifecycle,
        delivery, signature, submission, paid, refunded, credited, written_off, outstanding, archived, changed_at
        """
    private static let columns = "(issuer, id, kind, number, \(rest))"

    /// What would let a number be given twice or a document change, without a word to the triggers of UPDATE and DELETE.
    static let replacements = [
        "REPLACE INTO series SELECT issuer, template, period, first, 1, last_date FROM series",
        "REPLACE INTO issuer SELECT issuer, 0, audit_hash FROM issuer",
        "REPLACE INTO audit SELECT issuer, seq, X'00', subject, hash, is_first, topic, payload, entered_at FROM audit",
        "REPLACE INTO idempotency SELECT issuer, key, fingerprint, X'00', entered_at FROM idempotency",
        "REPLACE INTO document SELECT * FROM document",
        """
        REPLACE INTO document \(columns) SELECT issuer, 'other', kind, number, \(rest) FROM document
        """,
        """
        REPLACE INTO document (rowid, \(columns.dropFirst()) SELECT rowid, 'i', 'other', kind, 'other', \(rest)
        FROM document
        """,
        "UPDATE OR REPLACE series SET period = '2031'", "UPDATE OR REPLACE document SET id = 'other'",
        "UPDATE OR REPLACE document SET rowid = 9",
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

    @Test("SQLite: nothing is replaced through the ledger's own connection either")
    func ownConnection() throws {
        let books = try Books()
        _ = try books.ledger.issue(books.order(key: "k"))
        for statement in Self.replacements {
            let refused = code {
                try books.ledger.store.write { transaction throws(ToolkitError) in
                    try transaction.run(Statement(statement))
                }
            }
            #expect(refused == "ledger.conflict", "\(statement)")
        }
        #expect(try books.broken().isEmpty)
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
