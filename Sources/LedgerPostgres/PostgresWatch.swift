import Diagnostics
import Ledger

/// A connection that listens for work.
final class PostgresWatch: StoreWatch {
    /// What wakes all that listen in this schema of the database.
    static let call: Statement = "SELECT pg_notify('pechat_' || current_schema(), '')"

    private let connection: PostgresConnection

    /// Begins to listen; what is committed from now on is noticed.
    init(_ connection: PostgresConnection) throws(ToolkitError) {
        self.connection = connection
        try connection.queue("SELECT quote_ident('pechat_' || current_schema())", wantsRows: true)
        guard let channel = try connection.collect().first?.first?.text(0) else { throw .connectionLost() }
        try connection.queue(Statement("LISTEN \(channel)"))
        _ = try connection.collect()
    }

    func wait(milliseconds: Int) throws(ToolkitError) -> Bool {
        try connection.waitForNotification(milliseconds: milliseconds)
    }
}
