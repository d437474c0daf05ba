public import Diagnostics

/// The database that holds a ledger: one of two engines, chosen by the caller.
///
/// All that a ledger does is written once, in terms of this protocol; an engine adds transactions and nothing else.
public protocol Store: Sendable {
    /// Which engine it is, for the few statements that differ.
    var engine: StoreEngine { get }

    /// Runs a body in one transaction that may write, and commits it when the body returns.
    ///
    /// What the body throws undoes everything. The body may run again when the engine refused the first try for reasons
    /// of concurrency; it has no effect but on the transaction.
    ///
    /// - Parameter body: The work.
    /// - Returns: What the body returned, after the commit is on the disk.
    /// - Throws: What the body throws; `ledger.busy` when another writer holds the ledger too long; `ledger.unavailable`;
    ///   `ledger.outcomeUnknown` when the connection broke while the commit was under way.
    func write<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result

    /// Runs a body on one consistent state of the ledger, without writing.
    ///
    /// - Throws: What the body throws; `ledger.unavailable`.
    func read<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result

    /// Begins to watch for work that is put into the ledger from now on.
    ///
    /// - Throws: `ledger.unavailable`.
    func watch() throws(ToolkitError) -> any StoreWatch
}

extension Store {
    /// Makes sure that the tables are those of this version, as the opening allows; engines call it when they open a database.
    ///
    /// - Throws: `ledger.tooNew`; `ledger.outdated`; `ledger.empty`; `ledger.foreign`; what the store throws.
    public func bringUpToDate(_ opening: StoreOpening) throws(ToolkitError) {
        try Migration.bringUpToDate(self, opening)
    }

    /// The version of the tables.
    ///
    /// - Throws: `ledger.foreign`; what the store throws.
    public func version() throws(ToolkitError) -> Int {
        try read { transaction throws(ToolkitError) in try Migration.version(transaction) }
    }
}

extension DocumentLedger {
    /// The version of the tables that this toolkit works with.
    public static var tablesVersion: Int { Migration.current }
}

/// The engines that there are.
public enum StoreEngine: String, Sendable, Hashable, CaseIterable {
    /// One file on this machine.
    case sqlite
    /// A server that many nodes share.
    case postgresql
}

/// The statements of one transaction; it is valid within the body that it was given to only.
public protocol StoreTransaction: AnyObject {
    /// The engine, for the few statements that differ.
    var engine: StoreEngine { get }

    /// Runs statements and gives the rows of each.
    ///
    /// They reach a server together, so that several cost one journey.
    ///
    /// - Throws: `ledger.conflict` where a constraint of the tables forbids it, `ledger.busy`, `ledger.unavailable`.
    func rows(of statements: [Statement]) throws(ToolkitError) -> [[SQLRow]]

    /// Runs a statement whose rows nobody wants; an engine may send it with the next ones or with the commit.
    ///
    /// - Throws: As `rows(of:)`, here or where it is sent.
    func run(_ statement: Statement) throws(ToolkitError)

    /// Says that much time may pass between the statements, as in an audit that reads files meanwhile.
    ///
    /// A server ends other transactions that do nothing for long.
    ///
    /// - Throws: As `run(_:)`.
    func takeTime() throws(ToolkitError)

    /// Lets those who watch know of new work, once it is committed.
    func wakeWorkers()
}

extension StoreTransaction {
    /// An engine that lets every transaction take its time does nothing here.
    public func takeTime() throws(ToolkitError) {}

    /// Runs one statement and gives its rows.
    ///
    /// - Throws: As `rows(of:)`.
    public func rows(_ text: String, _ values: SQLValue...) throws(ToolkitError) -> [SQLRow] {
        try rows(of: [Statement(text, values)])[0]
    }

    /// Runs one statement and gives its first row.
    ///
    /// - Throws: As `rows(of:)`.
    public func row(_ text: String, _ values: SQLValue...) throws(ToolkitError) -> SQLRow? {
        try rows(of: [Statement(text, values)])[0].first
    }

    /// Runs a statement whose rows nobody wants.
    ///
    /// - Throws: As `run(_:)`.
    public func run(_ text: String, _ values: SQLValue...) throws(ToolkitError) {
        try run(Statement(text, values))
    }
}

extension ToolkitError.Code {
    /// The ledger cannot be reached or opened.
    public static let ledgerUnavailable = Self("ledger.unavailable", .inputOutput)
    /// Another writer holds the ledger longer than a caller wants to wait.
    public static let ledgerBusy = Self("ledger.busy", .later)
    /// A constraint of the tables forbids a row.
    public static let ledgerConflict = Self("ledger.conflict", .state)
    /// The ledger's content is not what it must be.
    public static let ledgerDamaged = Self("ledger.damaged", .inputOutput)
    /// The disk or its quota is full.
    public static let ledgerFull = Self("ledger.full", .inputOutput)
    /// Nobody knows whether the commit happened.
    public static let ledgerOutcomeUnknown = Self("ledger.outcomeUnknown", .later)
    /// The ledger was made by a newer pechat.
    public static let ledgerTooNew = Self("ledger.tooNew", .state)
    /// A statement of this toolkit is wrong.
    public static let ledgerStatement = Self("ledger.statement", .defect)
}
