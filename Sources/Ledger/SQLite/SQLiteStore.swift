public import Diagnostics
import Glibc
import Synchronization

/// A ledger in one file: the embedded default.
///
/// WAL with `synchronous=FULL`: a commit that was acknowledged outlives a loss of power. Writers of one process wait for
/// each other here; those of other processes at the file. Readers see the last commit and wait for nobody.
public final class SQLiteStore: Store {
    private let place: SQLitePlace
    /// Used within `turn` only; nil where nothing is written.
    private let writer: Lent?
    /// Whose turn it is to write.
    private let turn = Mutex<Void>(())
    private let readers = Mutex<Readers>(Readers())

    /// How safe a commit is.
    public enum Durability: Sendable {
        /// On the disk before it is acknowledged.
        case full
        /// May be lost with the power; only for showing that tests notice.
        case normal
    }

    private struct Readers {
        var idle: [Lent] = []
    }

    /// Opens a ledger's file.
    ///
    /// - Parameters:
    ///   - path: The file, on a local disk.
    ///   - opening: What may be changed in the file by opening it; a file that is not there is made where that writes.
    ///   - durability: How safe a commit is.
    ///   - vfs: The name of a registered file layer of SQLite; nil for the system's.
    /// - Throws: `ledger.unavailable`, `ledger.damaged` for a file that is no ledger, `ledger.foreign`, `ledger.outdated`,
    ///   `ledger.tooNew`, `ledger.empty`.
    public init(
        path: String, opening: StoreOpening = .creating, durability: Durability = .full, vfs: String? = nil
    ) throws(ToolkitError) {
        place = SQLitePlace(path: path, isOnlyRead: !opening.writes, vfs: vfs)
        if opening.writes {
            try Self.refuseForeign(place)
            let connection = try place.connection(isReadOnly: false)
            try connection.runScript(
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL");
                \(Self.settings)
                """)
            writer = Lent(connection: connection)
        } else {
            writer = nil
        }
        try bringUpToDate(opening)
    }

    /// A ledger in memory, which ends with the store: for trial runs where there is no ledger yet.
    ///
    /// - Throws: `ledger.unavailable` where there is no memory.
    public init() throws(ToolkitError) {
        place = .memory
        let connection = try place.connection(isReadOnly: false)
        try connection.runScript(Self.settings)
        writer = Lent(connection: connection)
        try bringUpToDate(.creating)
    }

    // The log is taken into the file every 4000 pages, four times as late as by default: pages that many documents touch,
    // such as the right edges of the indexes, are then copied and flushed less often. It is as many as one table of the
    // log's index holds, so that readers look no further than before.
    private static let settings = """
        PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;
        PRAGMA recursive_triggers = ON; PRAGMA wal_autocheckpoint = 4000;
        """

    /// A database of another program is left exactly as it is.
    private static func refuseForeign(_ place: SQLitePlace) throws(ToolkitError) {
        let reader: SQLiteConnection
        do throws(ToolkitError) { reader = try place.connection(isReadOnly: true) } catch {
            return  // it is not there yet, or what hinders is told when it is opened for writing
        }
        let names = try reader.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        guard names.isEmpty || names.contains(SQLRow([.text("ledger_schema")])) else { throw .ledgerForeign }
    }

    deinit {
        // The last connection to close takes the log into the file, which a reader cannot.
        readers.withLock { $0.idle.removeAll() }
    }

    /// The engine.
    public var engine: StoreEngine { .sqlite }

    /// Runs a body in one writing transaction; see `Store`.
    public func write<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        guard let writer else { throw .ledgerReadOnly }
        return try turn.withLock { _ throws(ToolkitError) in
            try Self.transact(on: writer.connection, "BEGIN IMMEDIATE", body)
        }
    }

    /// Runs a body on one state of the file; see `Store`.
    public func read<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        if place.isMemory, let writer {
            return try turn.withLock { _ throws(ToolkitError) in
                try Self.transact(on: writer.connection, "BEGIN", body)
            }
        }
        let idle = idleReader()
        let reader =
            if let idle { idle } else {
                Lent(connection: try place.connection(isReadOnly: true))
            }
        defer { giveBack(reader) }
        return try Self.transact(on: reader.connection, "BEGIN", body)
    }

    /// Looks for commits of others from time to time; see `Store`.
    public func watch() throws(ToolkitError) -> any StoreWatch {
        try SQLiteWatch(place.connection(isReadOnly: true))
    }

    /// Copies the whole ledger into a new file, while others use it.
    ///
    /// - Parameter target: A path where nothing is yet.
    /// - Throws: `ledger.unavailable`, `ledger.full`.
    public func backUp(to target: String) throws(ToolkitError) {
        let copy = try SQLiteConnection(path: target, isReadOnly: false)
        let source = try place.connection(isReadOnly: true)
        try source.copy(into: copy)
    }

    private func idleReader() -> Lent? { readers.withLock { $0.idle.popLast() } }

    private func giveBack(_ reader: Lent) { readers.withLock { $0.idle.append(reader) } }

    /// A connection on its way between threads, which use it one after the other.
    private struct Lent: @unchecked Sendable {
        // Whoever has the turn, or took it out of `readers`, is its only user until then.
        let connection: SQLiteConnection
    }

    private static func transact<Result>(
        on connection: SQLiteConnection, _ begin: Statement,
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        do throws(ToolkitError) {
            _ = try connection.rows(begin)
            let result = try body(SQLiteTransaction(connection))
            _ = try connection.rows("COMMIT")
            return result
        } catch {
            // An error of the disk has ended the transaction already; then there is nothing to undo.
            if connection.isInTransaction { _ = try? connection.rows("ROLLBACK") }
            throw error
        }
    }
}

/// The statements of one transaction on one connection.
private final class SQLiteTransaction: StoreTransaction {
    private let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) { self.connection = connection }

    var engine: StoreEngine { .sqlite }

    func rows(of statements: [Statement]) throws(ToolkitError) -> [[SQLRow]] {
        var results: [[SQLRow]] = []
        for statement in statements { results.append(try connection.rows(statement)) }
        return results
    }

    func run(_ statement: Statement) throws(ToolkitError) { _ = try connection.rows(statement) }

    // Those who watch see every commit.
    func wakeWorkers() {}
}

/// Watches a file: every commit changes a counter in it.
private final class SQLiteWatch: StoreWatch {
    private let connection: SQLiteConnection
    private var seen: [SQLRow]
    /// How long a commit may go unnoticed.
    private static let stepMilliseconds = 20

    init(_ connection: SQLiteConnection) throws(ToolkitError) {
        self.connection = connection
        seen = try connection.rows("PRAGMA data_version")
    }

    func wait(milliseconds: Int) throws(ToolkitError) -> Bool {
        var left = milliseconds
        while true {
            let now = try connection.rows("PRAGMA data_version")
            defer { seen = now }
            if now != seen { return true }
            guard left > 0 else { return false }
            usleep(UInt32(min(left, Self.stepMilliseconds)) * 1000)
            left -= Self.stepMilliseconds
        }
    }
}
