public import Diagnostics

extension DocumentLedger {
    /// What is wrong with the database beneath all books: pages and indexes of a file that disagree, guards that are not there.
    ///
    /// - Returns: Findings `audit.file` and `audit.guard`.
    /// - Throws: What the store throws; never for damage that can be told.
    public func damage() throws(ToolkitError) -> [Finding] {
        try brokenPages().map(Self.broken) + missingGuards().map(Self.missing)
    }

    /// What SQLite says of its file, a line each; a server looks after its own.
    private func brokenPages() throws(ToolkitError) -> [String] {
        guard store.engine == .sqlite else { return [] }
        // The short check goes on where the whole one gives up.
        for check in ["PRAGMA integrity_check", "PRAGMA quick_check"] {
            do throws(ToolkitError) {
                var lines: [String] = []
                let rows = try store.read { transaction throws(ToolkitError) in try transaction.rows(check) }
                for row in rows { lines += try row.text(0).split(separator: "\n").map(String.init) }
                // The first line of some names the database.
                return lines.filter { $0 != "ok" && !$0.hasPrefix("***") }
            } catch  where error.code == .ledgerDamaged {}
        }
        return ["it cannot be read to its end"]
    }

    private func missingGuards() throws(ToolkitError) -> [String] {
        let question: Statement =
            switch store.engine {
            case .sqlite: "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index')"
            case .postgresql:
                """
                SELECT t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'D'
                """
            }
        let rows = try store.read { transaction throws(ToolkitError) in try transaction.rows(of: [question])[0] }
        var names: Set<String> = []
        for row in rows { names.insert(try row.text(0)) }
        return Migration.guardNames(store.engine).subtracting(names).sorted()
    }

    private static func broken(_ line: String) -> Finding {
        Finding(
            rule: "audit.file", pointer: "", message: "The file of the ledger is damaged: \(line).",
            fix: line.contains(" index ")
                ? "Stop all programs that use it and let `sqlite3` do `REINDEX` for that index; else restore the last good backup."
                : "Restore the last good backup with `pechat ledger restore`.")
    }

    private static func missing(_ name: String) -> Finding {
        Finding(
            rule: "audit.guard", pointer: name, message: "A guard of the ledger's tables is missing.",
            fix: "Find out who took it away, or whether the file was made of a dump; restore the last good backup.")
    }
}
