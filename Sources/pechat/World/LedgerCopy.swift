import Diagnostics
import Glibc
import Ledger

/// A copy of a ledger and its files on its way into a new folder, which gets its name when it is complete and audited.
struct LedgerCopy {
    private let source: OpenLedger
    private let world: World

    init(of source: OpenLedger, _ world: World) {
        self.source = source
        self.world = world
    }

    /// Makes the copy.
    ///
    /// - Parameters:
    ///   - folder: Where; it is not there yet.
    ///   - migrates: Whether the copy of an earlier version is brought up to date.
    ///   - isQuiet: Whether nothing is printed.
    /// - Returns: `rejected` where the audit found something; then nothing is left behind.
    /// - Throws: `usage` for a ledger on a server; `file.unwritable`, `file.unreadable`, `ledger.*`.
    func make(_ folder: String, migrates: Bool, isQuiet: Bool) throws(ToolkitError) -> Exit {
        guard let file = source.file else {
            throw ToolkitError(
                .usage, "The ledger is on a server.",
                fix: "Use the server's own means, such as pg_dump, and copy the files.")
        }
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        guard unsafe access(folder, F_OK) != 0 else { throw FileBytes.unwritable(folder, EEXIST) }
        let passing = "\(folder).partial-\(getpid())"
        guard unsafe mkdir(passing, 0o700) == 0 else { throw FileBytes.unwritable(passing) }
        var isComplete = false
        defer { if !isComplete { Self.remove(passing) } }
        try file.backUp(to: "\(passing)/ledger.db")
        guard try fill(passing, migrates: migrates) else { return .rejected }
        // What reading left beside the copy; everything is in the file itself.
        for ending in ["-wal", "-shm"] { unsafe unlink("\(passing)/ledger.db\(ending)") }
        try FileArchive.flush(passing)
        // Others cannot have made the folder meanwhile without losing it: an empty one alone is replaced.
        guard unsafe rename(passing, folder) == 0 else { throw FileBytes.unwritable(folder) }
        isComplete = true
        try FileArchive.flush(OutputFile.folder(of: folder))
        if !isQuiet { try world.print("\(folder)/ledger.db") }
        return .done
    }

    /// Copies the files that the copied ledger names, and audits it; false where it does not pass.
    private func fill(_ passing: String, migrates: Bool) throws(ToolkitError) -> Bool {
        let copy = try world.openLedger("\(passing)/ledger.db", migrates ? .migrating : .copying)
        for issuer in try copy.ledger.issuers() {
            for file in try copy.ledger.files(of: issuer) {
                _ = try copy.archive.keep(source.archive.bytes(of: file), as: file.role)
            }
        }
        guard try copy.ledger.store.version() == DocumentLedger.tablesVersion else {
            world.note("The copy was not audited: the ledger is of an earlier version.")
            return true
        }
        let damage = try copy.ledger.damage()
        Complaint(damage, file: nil).print(asJSON: false, in: world)
        var passes = damage.isEmpty
        for issuer in try copy.ledger.issuers() {
            let report = try copy.ledger.audit(issuer: issuer) { file throws(ToolkitError) in
                _ = try copy.archive.bytes(of: file)
            }
            Complaint(report.findings, file: nil).print(asJSON: false, in: world)
            passes = passes && report.findings.isEmpty
        }
        return passes
    }

    /// Takes away what was made so far; what cannot be taken away stays, for there is nothing better to do.
    private static func remove(_ folder: String) {
        for name in (try? FileBytes.names(in: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            if FileBytes.isFolder(path) { remove(path) } else { unsafe unlink(path) }
        }
        unsafe rmdir(folder)
    }
}
