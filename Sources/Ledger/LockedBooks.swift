import Diagnostics

/// The books of one issuer under their lock, within one transaction: what the requests of that transaction share.
///
/// It holds the end of the audit chain and what was read under the lock, so that many documents of a transaction ask the
/// store once, and rows that each of them moves on, such as that of a series, are written once.
final class LockedBooks {
    let transaction: any StoreTransaction
    let issuer: String
    /// The end of the audit chain.
    var chain: AuditChain
    /// The rows that a question has under the lock, as far as they are known.
    private var known: [Statement: [SQLRow]] = [:]
    /// What is to be written of a question's row before anybody else reads it.
    private var pending: [Statement: Statement] = [:]

    /// Locks an issuer's books and reads more under the lock, in one journey to the store.
    ///
    /// - Parameters:
    ///   - transaction: Where everything happens.
    ///   - issuer: Whose books.
    ///   - questions: What else is to be read; the rows are there for `rows(of:)`.
    /// - Throws: What the store throws.
    init(
        _ transaction: any StoreTransaction, _ issuer: String, asking questions: [Statement] = []
    ) throws(ToolkitError) {
        self.transaction = transaction
        self.issuer = issuer
        let head = Statement(
            "SELECT audit_seq, audit_hash FROM issuer WHERE issuer = $1 FOR UPDATE", [.text(issuer)])
        // Documents of one series ask the same.
        let statements = [head] + questions.uniqued()
        var found = try transaction.rows(of: statements)
        if found[0].isEmpty {
            // Whoever comes second waits here for the first and then sees its row.
            try transaction.run(
                """
                INSERT INTO issuer (issuer, audit_seq, audit_hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING
                """, .text(issuer), .bytes(AuditChain.start))
            found = try transaction.rows(of: statements)
        }
        guard let row = found[0].first else { throw .damagedRow }
        chain = AuditChain(sequence: try row.integer(0), hash: try row.bytes(1))
        for (question, rows) in zip(statements, found).dropFirst() { known[question] = rows }
    }

    /// The rows of a question, asked now where they are not known.
    ///
    /// - Throws: What the store throws.
    func rows(of question: Statement) throws(ToolkitError) -> [SQLRow] {
        if let rows = known[question] { return rows }
        return try transaction.rows(of: [question])[0]
    }

    /// Tells what a question's row is from now on.
    ///
    /// - Parameters:
    ///   - row: What this transaction made of it.
    ///   - question: Who asks this gets the row.
    ///   - change: What writes the row, at the latest when the books are closed; nil where it is written already.
    func keep(_ row: SQLRow, of question: Statement, writtenBy change: Statement? = nil) {
        known[question] = [row]
        if let change { pending[question] = change }
    }

    /// Writes what is to be written and forgets what is known: rows were added that the answers to other questions lack.
    ///
    /// - Throws: What the store throws.
    func writeAndForget() throws(ToolkitError) {
        try write()
        known.removeAll()
    }

    /// Writes what the transaction moved on: ends of series and of the audit chain.
    ///
    /// - Throws: What the store throws.
    func close() throws(ToolkitError) {
        try write()
        try transaction.run(
            "UPDATE issuer SET audit_seq = $2, audit_hash = $3 WHERE issuer = $1", .text(issuer),
            .integer(chain.sequence), .bytes(chain.hash))
    }

    private func write() throws(ToolkitError) {
        for change in pending.values { try transaction.run(change) }
        pending.removeAll()
    }
}

extension [Statement] {
    /// The same without those that came before.
    func uniqued() -> [Statement] {
        var seen: Set<Statement> = []
        return filter { seen.insert($0).inserted }
    }
}
