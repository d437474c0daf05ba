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
            database, so that every file that it names is there. The copy is audited before the command ends; that of a ledger
            of an earlier version stays of that version and is not audited. A copy that fails leaves nothing behind.
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
        let open = try world.ledger(arguments, .copying)
        return try LedgerCopy(of: open, world).make(folder, migrates: false, isQuiet: arguments.has(.quiet))
    }
}

/// `pechat ledger restore`: a ledger from a backup.
struct LedgerRestoreCommand: Command {
    static let description = CommandDescription(
        "ledger restore", summary: "make a ledger of a backup, where none is yet", operands: "BACKUP",
        operandCount: 1...1, options: [LedgerBackupCommand.out, .quiet],
        details: """
            The new ledger is brought up to date and audited before it gets its name. The backup stays as it is; an existing
            folder is never overwritten.
            """,
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
        let open = try world.openLedger(backup, .copying)
        return try LedgerCopy(of: open, world).make(folder, migrates: true, isQuiet: arguments.has(.quiet))
    }
}
