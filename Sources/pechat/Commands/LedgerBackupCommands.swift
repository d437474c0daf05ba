import Certificates
import Diagnostics
import Glibc
import Ledger

/// `pechat ledger backup`: a copy of ledger and files while others use them.
struct LedgerBackupCommand: Command {
    static let out = OptionDescription("--out", value: "DIR", "a folder that does not exist yet")
    static let description = CommandDescription(
        "ledger backup", summary: "copy a ledger and its files while others use it",
        options: [.ledger, .files, out, .quiet],
        details: """
            DIR gets ledger.db and the folder ledger.db.files, and can be used as a ledger itself. Files are copied after the
            database, so that every file that it names is there. The copy is audited before the command ends.
            """,
        examples: [("pechat ledger backup --ledger books.db --out backup-2026-11-20", "a copy into a new folder")],
        exits: [.rejected, .unreadable])

    private let arguments: Arguments
    private let folder: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let folder = arguments.value(Self.out) else {
            throw .usage("`ledger backup` needs --out DIR.", in: Self.description)
        }
        self.arguments = arguments
        self.folder = folder
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let open = try world.ledger(arguments)
        return try world.copy(open, into: folder, isQuiet: arguments.has(.quiet))
    }
}

/// `pechat ledger restore`: a ledger from a backup.
struct LedgerRestoreCommand: Command {
    static let description = CommandDescription(
        "ledger restore", summary: "make a ledger of a backup, where none is yet", operands: "BACKUP",
        operandCount: 1...1, options: [LedgerBackupCommand.out, .quiet],
        details: "The backup is audited first and stays as it is; an existing folder is never overwritten.",
        examples: [
            ("pechat ledger restore backup-2026-11-20 --out books", "the ledger is books/ledger.db afterwards")
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments
    private let folder: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let folder = arguments.value(LedgerBackupCommand.out) else {
            throw .usage("`ledger restore` needs --out DIR.", in: Self.description)
        }
        self.arguments = arguments
        self.folder = folder
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let backup = "\(arguments.operands[0])/ledger.db"
        guard unsafe access(backup, R_OK) == 0 else { throw FileBytes.unreadable(backup) }
        let open = try world.openLedger(backup)
        guard try world.passesAudit(open) else { return .rejected }
        return try world.copy(open, into: folder, isQuiet: arguments.has(.quiet))
    }
}

extension World {
    /// Copies database and files into a new folder, which gets its name when it is complete and audited.
    fileprivate func copy(
        _ open: OpenLedger, into folder: String, isQuiet: Bool
    ) throws(ToolkitError) -> Exit {
        guard let file = open.file else {
            throw ToolkitError(
                .usage, "The ledger is on a server.",
                fix: "Use the server's own means, such as pg_dump, and copy the files.")
        }
        guard unsafe access(folder, F_OK) != 0 else { throw FileBytes.unwritable(folder, EEXIST) }
        let passing = "\(folder).partial-\(getpid())"
        guard unsafe mkdir(passing, 0o700) == 0 else { throw FileBytes.unwritable(passing) }
        try file.backUp(to: "\(passing)/ledger.db")
        let copy = try openLedger("\(passing)/ledger.db")
        for issuer in try copy.ledger.issuers() {
            for file in try copy.ledger.files(of: issuer) {
                _ = try copy.archive.keep(open.archive.bytes(of: file), as: file.role)
            }
        }
        guard try passesAudit(copy) else { return .rejected }
        guard unsafe rename(passing, folder) == 0 else { throw FileBytes.unwritable(folder) }
        if !isQuiet { try print("\(folder)/ledger.db") }
        return .done
    }

    /// Audits all books and prints what is wrong.
    fileprivate func passesAudit(_ open: OpenLedger) throws(ToolkitError) -> Bool {
        var passes = true
        for issuer in try open.ledger.issuers() {
            let report = try open.ledger.audit(issuer: issuer) { file throws(ToolkitError) in
                _ = try open.archive.bytes(of: file)
            }
            Complaint(report.findings, file: nil).print(asJSON: false, in: self)
            passes = passes && report.findings.isEmpty
        }
        return passes
    }
}
