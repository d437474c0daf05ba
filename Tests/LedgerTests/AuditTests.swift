import Diagnostics
import Glibc
import Ledger
import TestSupport
import Testing

@Suite("Audit: what was written cannot be changed unseen")
struct AuditTests {
    @Test(
        "the tables themselves refuse changes to what is final",
        arguments: [
            "UPDATE document SET payable = 1", "DELETE FROM document", "UPDATE audit SET subject = 'x'",
            "DELETE FROM audit", "UPDATE series SET next = 1", "DELETE FROM series",
            "UPDATE issuer SET audit_seq = 0",
        ], Books.engines)
    func guarded(statement: String, engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order())
        let error = #expect(throws: ToolkitError.self) {
            try books.ledger.store.write { transaction throws(ToolkitError) in try transaction.run(Statement(statement))
            }
        }
        #expect(error?.code.name == "ledger.conflict")
    }

    /// What a hand in the database does after it dropped the guards, and what the audit calls it.
    static let tampering = [
        ("UPDATE document SET content = X'7B7D' WHERE number = 'FAK-2026-0002'", "document.changed"),
        ("UPDATE document SET payable = 1 WHERE number = 'FAK-2026-0002'", "document.unsealed"),
        ("UPDATE document SET number = 'FAK-2026-0009' WHERE number = 'FAK-2026-0002'", "document.unsealed"),
        ("DELETE FROM document WHERE number = 'FAK-2026-0002'", "series.gap"),
        ("DELETE FROM document WHERE number = 'FAK-2026-0002'", "document.missing"),
        ("UPDATE document_tax SET tax = 1", "document.unsealed"),
        ("UPDATE document SET issued_by = 'x' WHERE number = 'FAK-2026-0002'", "document.unsealed"),
        (
            """
            INSERT INTO file (issuer, document, role, digest, size, entered_at)
            SELECT issuer, id, 'pdf', digest, 1, 0 FROM document WHERE number = 'FAK-2026-0002'
            """, "document.files"
        ),
        ("UPDATE document SET issue_date = '2026-01-01' WHERE number = 'FAK-2026-0002'", "series.dateBackward"),
        ("UPDATE series SET next = 3", "series.gap"),
        ("UPDATE document SET entry = 1 WHERE number = 'FAK-2026-0002'", "document.unsealed"),
        ("UPDATE document SET seq = 1 WHERE number = 'FAK-2026-0002'", "series.gap"),
        ("UPDATE audit SET is_first = 0 WHERE seq = 2", "audit.broken"),
        ("UPDATE audit SET payload = X'7B7D' WHERE seq = 2", "audit.broken"),
        ("UPDATE audit SET topic = 'document.credited' WHERE seq = 2", "audit.broken"),
        ("DELETE FROM audit WHERE seq = 2", "audit.gap"),
        ("DELETE FROM audit WHERE seq = 3", "audit.cut"),
        (
            "UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), 'test', 'hand') AS BLOB) WHERE seq = 1",
            "audit.changed"
        ),
        ("UPDATE document SET paid = 5", "document.sums"),
        ("UPDATE document SET lifecycle = 'void'", "document.void"),
    ]

    @Test("an audit finds what was changed behind the guards", arguments: tampering, Books.engines)
    func tampered(_ change: (statement: String, rule: String), engine: StoreEngine) throws {
        let (statement, rule) = change
        let books = try Books(engine)
        for _ in 0..<3 { _ = try books.ledger.issue(books.order()) }
        #expect(try books.ledger.audit(issuer: Books.issuer).findings.isEmpty)
        try books.ledger.store.write { transaction throws(ToolkitError) in
            try Self.dropGuards(transaction)
            if statement.hasPrefix("DELETE FROM document ") {
                try transaction.run(
                    Statement(
                        """
                        DELETE FROM document_tax WHERE document IN
                            (SELECT id FROM document WHERE number = 'FAK-2026-0002')
                        """))
            }
            try transaction.run(Statement(Self.words(statement, engine)))
        }
        let rules = try books.ledger.audit(issuer: Books.issuer).findings.map(\.rule)
        #expect(rules.contains(rule), "\(rules)")
    }

    /// Takes the guards away, as a hand with all rights can.
    static func dropGuards(_ transaction: any StoreTransaction) throws(ToolkitError) {
        switch transaction.engine {
        case .sqlite:
            let triggers = try transaction.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for row in triggers { try transaction.run(Statement("DROP TRIGGER \(try row.text(0))")) }
        case .postgresql:
            let tables = try transaction.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            for row in tables {
                try transaction.run(Statement("ALTER TABLE \(try row.text(0)) DISABLE TRIGGER ALL"))
            }
        }
    }

    /// The same change in the words of an engine.
    private static func words(_ statement: String, _ engine: StoreEngine) -> String {
        guard engine == .postgresql else { return statement }
        return statement.replacing("X'7B7D'", with: "'\\x7B7D'::bytea")
            .replacing(
                "CAST(replace(CAST(entry AS TEXT), 'test', 'hand') AS BLOB)",
                with: "convert_to(replace(convert_from(entry, 'UTF8'), 'test', 'hand'), 'UTF8')")
    }
}
