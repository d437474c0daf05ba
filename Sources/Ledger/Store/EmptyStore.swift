public import Diagnostics

/// A ledger that is not there yet: it has nothing, and takes nothing.
///
/// Trial runs use it, so that they leave no file behind.
public struct EmptyStore: Store {
    /// The engine of the ledger that would be made.
    public var engine: StoreEngine { .sqlite }

    /// Nothing is kept here.
    public init() {}

    /// Refuses.
    public func write<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        throw ToolkitError(.ledgerUnavailable, "This ledger is not there yet.")
    }

    /// Runs a body that finds no row.
    public func read<Result>(
        _ body: (any StoreTransaction) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        try body(NothingThere())
    }

    /// Refuses: there is nothing to wait for.
    public func watch() throws(ToolkitError) -> any StoreWatch {
        throw ToolkitError(.ledgerUnavailable, "This ledger is not there yet.")
    }

    private final class NothingThere: StoreTransaction {
        var engine: StoreEngine { .sqlite }
        func rows(of statements: [Statement]) -> [[SQLRow]] { statements.map { _ in [] } }
        func run(_ statement: Statement) {}
        func wakeWorkers() {}
    }
}
