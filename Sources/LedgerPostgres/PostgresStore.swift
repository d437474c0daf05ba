public import Diagnostics
import Dispatch
public import Ledger
import Synchronization

/// A ledger on a server that many nodes share: PostgreSQL 15 or later.
///
/// `READ COMMITTED` with row locks for writing, one snapshot for reading. A commit waits for the server's disk. libpq is
/// opened at the first connection only and looks at its own environment variables and password file.
public final class PostgresStore: Store {
    private let address: String
    private let idle = Mutex<[Lent]>([])
    /// How many connections there may be.
    private let places: DispatchSemaphore

    /// Whether an address is one of a server, so that this store is meant.
    public static func isAddress(_ address: String) -> Bool {
        address.hasPrefix("postgres://") || address.hasPrefix("postgresql://")
    }

    /// Connects to a server; an empty database gets the tables.
    ///
    /// - Parameters:
    ///   - address: `postgres://user@host:port/database`, with any parameter that libpq knows.
    ///   - connectionLimit: The most connections at once; who comes later waits for one.
    ///   - opening: What may be changed in the database by opening it.
    /// - Throws: `ledger.unavailable`, `ledger.foreign`, `ledger.outdated`, `ledger.tooNew`, `ledger.empty`.
    public init(
        address: String, connectionLimit: Int = 16, opening: StoreOpening = .creating
    ) throws(ToolkitError) {
        precondition(connectionLimit > 0)
        self.address = address
        // A semaphore must not be lower at its end than at its start, so it starts at 0.
        places = DispatchSemaphore(value: 0)
        for _ in 0..<connectionLimit { places.signal() }
        try bringUpToDate(opening)
    }

    /// The engine.
    public var engine: StoreEngine { .postgresql }

    /// Runs a body in one writing transaction; see `Store`.
    public func write<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        try withConnection { connection throws(ToolkitError) in
            try PostgresTransaction.write(on: connection, body)
        }
    }

    /// Runs a body on one state of the database; see `Store`.
    public func read<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        try withConnection { connection throws(ToolkitError) in
            try PostgresTransaction.read(on: connection, body)
        }
    }

    /// Waits for work on a connection of its own; see `Store`.
    public func watch() throws(ToolkitError) -> any StoreWatch { try PostgresWatch(connect()) }

    /// A connection on its way between threads, which use it one after the other.
    private struct Lent: @unchecked Sendable {
        // Whoever took it out of `idle`, or made it, is its only user until it is put back.
        let connection: PostgresConnection
    }

    /// How long a caller waits for a connection, as long as for a lock.
    private static let patience = DispatchTimeInterval.seconds(10)
    /// How often a transaction is tried that others got in the way of.
    private static let attempts = 8

    /// Lends a connection, and again when a transaction that changed nothing can be tried once more.
    private func withConnection<Result>(
        _ body: (PostgresConnection) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        guard places.wait(timeout: .now() + Self.patience) == .success else { throw .poolExhausted }
        defer { places.signal() }
        var attempt = 1
        while true {
            let known = idleConnection()
            let connection = if let known { known } else { try connect() }
            do throws(ToolkitError) {
                let result = try body(connection)
                giveBack(connection)
                return result
            } catch {
                giveBack(connection)
                // A connection from the pool may have died long ago; a fresh one tells whether the server is there.
                let isStale = connection.isLost && known != nil && error.code == .ledgerUnavailable
                guard isStale || error.isConcurrencyFailure && attempt < Self.attempts else { throw error }
                if !isStale { attempt += 1 }
            }
        }
    }

    private func idleConnection() -> PostgresConnection? {
        while let lent = idle.withLock({ $0.popLast() }) {
            if lent.connection.isAlive() { return lent.connection }
        }
        return nil
    }

    private func giveBack(_ connection: PostgresConnection) {
        guard !connection.isLost else { return }
        idle.withLock { $0.append(Lent(connection: connection)) }
    }

    /// A new connection with the settings that a ledger needs, whatever the server or the user prefers.
    private func connect() throws(ToolkitError) -> PostgresConnection {
        let connection = try PostgresConnection(address: address)
        for (name, value) in Self.settings {
            try connection.queue(Statement("SELECT set_config($1, $2, false)", [.text(name), .text(value)]))
        }
        // A server may ask for more than its own disk, never for less.
        try connection.queue(
            """
            SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
            """)
        _ = try connection.collect()
        return connection
    }

    private static let settings = [
        ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s"), ("client_min_messages", "error"),
    ]
}
