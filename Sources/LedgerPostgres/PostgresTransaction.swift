import Diagnostics
import Ledger

/// The statements of one transaction on one connection.
final class PostgresTransaction: StoreTransaction {
    private let connection: PostgresConnection
    /// What failed first; after that the server does nothing more for this transaction.
    private var failure: ToolkitError?
    private var wakesWorkers = false

    private init(_ connection: PostgresConnection) { self.connection = connection }

    var engine: StoreEngine { .postgresql }

    func rows(of statements: [Statement]) throws(ToolkitError) -> [[SQLRow]] {
        if let failure { throw failure }
        do throws(ToolkitError) {
            for statement in statements { try connection.queue(statement, wantsRows: true) }
            return try connection.collect()
        } catch {
            failure = error
            throw error
        }
    }

    func run(_ statement: Statement) throws(ToolkitError) {
        if let failure { throw failure }
        try connection.queue(statement)
    }

    func takeTime() throws(ToolkitError) { try run("SET LOCAL idle_in_transaction_session_timeout = 0") }

    func wakeWorkers() { wakesWorkers = true }

    /// Runs a body in a transaction that sees what others commit meanwhile, row by row, as soon as it holds the lock.
    static func write<Result>(
        on connection: PostgresConnection, _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        let transaction = PostgresTransaction(connection)
        let result: Result
        do throws(ToolkitError) {
            try connection.queue("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            result = try body(transaction)
            // A body that went on after a failure has lost its transaction all the same.
            if let failure = transaction.failure { throw failure }
            try connection.queue("COMMIT")
        } catch {
            connection.sendAfterthought("ROLLBACK")
            throw error
        }
        do throws(ToolkitError) {
            _ = try connection.collect()
        } catch {
            if connection.isLost { throw .outcomeUnknown(error) }
            connection.sendAfterthought("ROLLBACK")
            throw error
        }
        // After the commit, because a NOTIFY within it would let all writers of the database commit one by one.
        if transaction.wakesWorkers { connection.sendAfterthought(PostgresWatch.call) }
        return result
    }

    /// Runs a body on one snapshot.
    static func read<Result>(
        on connection: PostgresConnection, _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        defer { connection.sendAfterthought("COMMIT") }
        try connection.queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return try body(PostgresTransaction(connection))
    }
}
