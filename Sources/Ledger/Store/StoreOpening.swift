public import Diagnostics

/// What opening a ledger may change in its database.
public enum StoreOpening: Sendable, Hashable {
    /// An empty database gets the tables; one of an earlier version is refused.
    case creating
    /// An empty database gets the tables, and one of an earlier version is brought up to date.
    case migrating
    /// Nothing; the version must be the present one.
    case reading
    /// Nothing, whatever version of a ledger it is; for copies.
    case asItIs

    /// Whether the store writes at all.
    public var writes: Bool { self == .creating || self == .migrating }
}

extension ToolkitError {
    static var ledgerReadOnly: ToolkitError {
        ToolkitError(.ledgerReadOnly, "The ledger was opened for reading only.")
    }

    static var ledgerEmpty: ToolkitError {
        ToolkitError(
            .ledgerEmpty, "This database is empty: there is no ledger in it yet.",
            fix: "`pechat issue` makes the ledger with its first document.")
    }

    static func ledgerOutdated(_ version: Int) -> ToolkitError {
        ToolkitError(
            .ledgerOutdated, "The ledger was made by an earlier pechat: its tables have version \(version).",
            fix: "Back it up, then bring it up to date with `pechat ledger migrate`.")
    }

    static func ledgerTooNew(_ version: Int) -> ToolkitError {
        ToolkitError(
            .ledgerTooNew, "The ledger was made by a newer pechat: its tables have version \(version).",
            fix: "Use that version or a later one.")
    }
}

extension ToolkitError.Code {
    /// Something was to be written into a ledger that was opened for reading.
    public static let ledgerReadOnly = Self("ledger.readOnly", .defect)
    /// The database holds nothing.
    public static let ledgerEmpty = Self("ledger.empty", .unreadable)
    /// The tables have an earlier version.
    public static let ledgerOutdated = Self("ledger.outdated", .state)
}
