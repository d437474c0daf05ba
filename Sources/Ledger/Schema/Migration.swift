public import Diagnostics

/// One step of the tables from a version to the next; a step that was released never changes.
struct Migration: Sendable {
    /// The version that the step leads to.
    let version: Int
    /// The statements, in the words of both engines (`Statement`) or chosen by engine.
    let statements: @Sendable (StoreEngine) -> [String]

    /// All steps, in order.
    static let all = [
        Migration(version: 1, statements: tables), Migration(version: 2, statements: advances),
    ]

    /// The version that this toolkit works with.
    static var current: Int { all[all.count - 1].version }

    /// Creates the tables, or brings those of an earlier version up to date, in one transaction, as the opening allows.
    ///
    /// - Returns: The version that was found; 0 for an empty database.
    /// - Throws: `ledger.tooNew`; `ledger.outdated`; `ledger.empty`; `ledger.foreign` for a database that belongs to
    ///   something else.
    @discardableResult static func bringUpToDate(
        _ store: any Store, _ opening: StoreOpening
    ) throws(ToolkitError) -> Int {
        let found = try store.read { transaction throws(ToolkitError) in try version(transaction) }
        guard found != current else { return found }
        guard found < current else { throw .ledgerTooNew(found) }
        guard opening.writes else {
            guard found > 0 else { throw .ledgerEmpty }
            guard opening == .asItIs else { throw .ledgerOutdated(found) }
            return found
        }
        return try store.write { transaction throws(ToolkitError) in
            if store.engine == .postgresql { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7309185)") }
            let found = try version(transaction)
            guard found <= current else { throw .ledgerTooNew(found) }
            guard found == 0 || found == current || opening == .migrating else { throw .ledgerOutdated(found) }
            for step in all where step.version > found {
                for text in step.statements(store.engine) { try transaction.run(Statement(text)) }
            }
            if found < current {
                try transaction.run(Statement("UPDATE ledger_schema SET version = $1", [.integer(current)]))
            }
            return found
        }
    }

    /// The version of the tables that are there; 0 for an empty database.
    static func version(_ transaction: any StoreTransaction) throws(ToolkitError) -> Int {
        let tables: Statement =
            switch transaction.engine {
            case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'"
            case .postgresql: "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
            }
        let names = try transaction.rows(of: [tables])[0]
        guard !names.isEmpty else { return 0 }
        guard names.contains(SQLRow([.text("ledger_schema")])) else {
            throw .ledgerForeign
        }
        // Before the first release the tables of version 1 were others.
        guard !names.contains(SQLRow([.text("document_state")])) else { throw .ledgerUnreleased }
        return try transaction.row("SELECT version FROM ledger_schema")?.integer(0) ?? 0
    }
}

extension ToolkitError {
    static var ledgerForeign: ToolkitError {
        ToolkitError(
            .ledgerForeign, "This database holds something else than a ledger.",
            fix: "Choose an empty database, or the name of a file that does not exist yet.")
    }

    static var ledgerUnreleased: ToolkitError {
        ToolkitError(
            .ledgerForeign, "The tables of this ledger are of a version that was never released.",
            fix: "Use the program that made it; its documents can be taken over with `pechat ledger import`.")
    }
}

extension ToolkitError.Code {
    /// The database belongs to another program.
    public static let ledgerForeign = Self("ledger.foreign", .unreadable)
}
