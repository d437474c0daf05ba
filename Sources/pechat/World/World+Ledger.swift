import Certificates
import Diagnostics
import Glibc
import InvoiceModel
import Issuing
import JSONCore
import Ledger
import LedgerPostgres

extension OptionDescription {
    static let ledger = OptionDescription(
        "--ledger", value: "FILE.db|URL",
        "the ledger, a file or postgres://…; without it the one that PECHAT_LEDGER names")
    static let files = OptionDescription(
        "--files", value: "DIR", "the folder of the ledger's files, or PECHAT_FILES; beside a FILE.db by default")
    static let issuer = OptionDescription(
        "--issuer", value: "ID", "whose books: the seller's tax number; needed where a ledger has several issuers")
    static let idempotencyKey = OptionDescription(
        "--idempotency-key", value: "KEY", "a name for this request: repeating it repeats the answer and does nothing")
    static let dryRun = OptionDescription("--dry-run", "change nothing: show what would happen")
    static let timeZone = OptionDescription(
        "--time-zone", value: "ZONE", "where today is meant, such as Europe/Skopje; the seller's country by default")
}

/// A ledger that is open, with the folder of its files.
struct OpenLedger {
    let ledger: DocumentLedger
    /// The file of the ledger; nil where a server holds it.
    let file: SQLiteStore?
    /// The folder of its files; nil where a server holds the ledger and no folder was named.
    let files: String?

    /// Where the files are kept.
    ///
    /// - Throws: `usage` where no folder was named.
    var archive: FileArchive {
        get throws(ToolkitError) {
            guard let files else {
                throw ToolkitError(
                    .usage, "A ledger on a server needs a folder for its files.",
                    fix: "Give --files DIR, or set PECHAT_FILES.")
            }
            return FileArchive(files)
        }
    }
}

extension World {
    private static func isServer(_ name: String) -> Bool {
        name.hasPrefix("postgres://") || name.hasPrefix("postgresql://")
    }

    private func ledgerName(_ arguments: Arguments) throws(ToolkitError) -> String {
        let usual = unsafe getenv("PECHAT_LEDGER").map { unsafe String(cString: $0) }
        guard let name = arguments.value(.ledger) ?? usual, !name.isEmpty else {
            throw ToolkitError(
                .usage, "No ledger is named.",
                fix: "Give --ledger FILE.db, or set PECHAT_LEDGER; `issue` makes the file."
            )
        }
        return name
    }

    /// What a command does with the ledger.
    enum LedgerUse {
        /// It looks; the ledger is not changed in any way.
        case reading
        /// It changes the ledger, which is there.
        case changing
        /// It changes the ledger, and makes it where it is not there yet.
        case creating
        /// It brings the tables up to date.
        case migrating
        /// It copies the ledger, of whatever version.
        case copying

        fileprivate var opening: StoreOpening {
            switch self {
            case .reading: .reading
            case .changing, .creating: .creating
            case .migrating: .migrating
            case .copying: .asItIs
            }
        }
    }

    /// Opens the ledger that the command line or the environment names.
    ///
    /// With `--dry-run` everything is undone, and no ledger is made: one in memory takes its place.
    ///
    /// - Parameters:
    ///   - arguments: The command line.
    ///   - use: What the command does with it.
    /// - Returns: The ledger with the folder of its files.
    /// - Throws: `usage` where none is named; `ledger.*`.
    func ledger(_ arguments: Arguments, _ use: LedgerUse = .changing) throws(ToolkitError) -> OpenLedger {
        let name = try ledgerName(arguments)
        let isTrial = arguments.has(.dryRun)
        let usualFiles = unsafe getenv("PECHAT_FILES").map { unsafe String(cString: $0) }
        let files = arguments.value(.files) ?? usualFiles
        do throws(ToolkitError) {
            if Self.isServer(name) {
                // What is to be undone must not leave tables behind.
                let opening = isTrial && use == .creating ? StoreOpening.reading : use.opening
                let store = try PostgresStore(address: name, connectionLimit: 4, opening: opening)
                return OpenLedger(ledger: DocumentLedger(store, isTrial: isTrial), file: nil, files: files)
            }
            let size = try Self.size(of: name)
            guard let size, size > 0 || (use == .creating && !isTrial) else {
                if size == 0 { throw ToolkitError(.ledgerEmpty, "The file is empty: there is no ledger in it yet.") }
                guard use == .creating, !isTrial else { throw FileBytes.unreadable(name) }
                return try openLedger(name, use, files: files)
            }
            return try openLedger(name, use, isTrial: isTrial, files: files)
        } catch {
            if isTrial, use == .creating, error.code == .ledgerEmpty || error.code == .fileUnreadable {
                return OpenLedger(ledger: DocumentLedger(try SQLiteStore(), isTrial: true), file: nil, files: nil)
            }
            var error = error
            if error.code == .ledgerEmpty || error.code == .fileUnreadable {
                error.fix = "`pechat issue` makes a new ledger."
            }
            throw error
        }
    }

    /// The size of a file in bytes; nil where there is none.
    private static func size(of name: String) throws(ToolkitError) -> Int? {
        var status = stat()
        guard unsafe stat(name, &status) == 0 else {
            guard errno == ENOENT else { throw FileBytes.unreadable(name) }
            return nil
        }
        return Int(status.st_size)
    }

    /// Opens the ledger with a name, and makes the file where there is none.
    ///
    /// - Throws: `ledger.*`.
    func ledger(named name: String, files: String?) throws(ToolkitError) -> OpenLedger {
        guard Self.isServer(name) else { return try openLedger(name, .creating, files: files) }
        let store = try PostgresStore(address: name, connectionLimit: 4, opening: LedgerUse.creating.opening)
        return OpenLedger(ledger: DocumentLedger(store), file: nil, files: files)
    }

    /// Opens the ledger in a file.
    ///
    /// - Parameters:
    ///   - name: The file.
    ///   - use: What the command does with it.
    ///   - isTrial: Whether every change is undone.
    ///   - files: The folder of its files; nil for the one beside it.
    /// - Returns: The ledger with the folder of its files.
    /// - Throws: `ledger.*`.
    func openLedger(
        _ name: String, _ use: LedgerUse, isTrial: Bool = false, files: String? = nil
    ) throws(ToolkitError) -> OpenLedger {
        guard name != ":memory:" else {
            throw ToolkitError(.usage, "A ledger is kept in a file.", fix: "Give the name of a file.")
        }
        // SQLite would read a name that begins with `file:` as an address.
        let store = try SQLiteStore(path: name.hasPrefix("/") ? name : "./\(name)", opening: use.opening)
        return OpenLedger(
            ledger: DocumentLedger(store, isTrial: isTrial), file: store,
            files: files ?? "\(Self.resolved(name)).files")
    }

    /// The file behind symbolic links: its files lie beside it, whatever name led there.
    private static func resolved(_ name: String) -> String {
        guard let path = unsafe realpath(name, nil) else { return name }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// Whose books are meant: the issuer that is named, or the only one that there is.
    ///
    /// - Throws: `issuer.ambiguous`, `issuer.unknown`.
    func issuer(_ arguments: Arguments, of ledger: DocumentLedger) throws(ToolkitError) -> String {
        let issuers = try ledger.issuers()
        if let named = arguments.value(.issuer) {
            guard issuers.contains(named) else {
                throw ToolkitError(
                    .issuerUnknown, "The ledger has no books of this issuer.",
                    fix: "It has those of: \(issuers.joined(separator: ", ")).")
            }
            return named
        }
        guard let only = issuers.first else {
            throw ToolkitError(.issuerUnknown, "The ledger is empty.", fix: "`pechat issue FILE.json` begins it.")
        }
        guard issuers.count == 1 else {
            throw ToolkitError(
                .issuerAmbiguous, "The ledger has several issuers.",
                fix: "Give --issuer with one of: \(issuers.joined(separator: ", ")).")
        }
        return only
    }

    /// The country of an issuer, as its last document has it; empty where there is none.
    func country(of issuer: String, in ledger: DocumentLedger) throws(ToolkitError) -> String {
        var filter = DocumentFilter()
        filter.limit = 1
        guard let last = try ledger.documents(of: issuer, filter).documents.first else { return "" }
        let content = try ledger.document(last.number, of: issuer).content
        return try JSONDocument(parsing: content).root["seller"]?["address"]?["country"]?.string ?? ""
    }

    /// Who acts, when, and where today is.
    func caller(_ arguments: Arguments) throws(ToolkitError) -> IssueCaller {
        let now = try now(arguments)
        let zone = try arguments.value(.timeZone).map { name throws(ToolkitError) in try LocalDay.zone(named: name) }
        return IssueCaller(
            actor: Self.actor, now: now,
            today: { country in (zone ?? LocalDay.zone(of: country)).day(of: now) },
            idempotencyKey: arguments.value(.idempotencyKey), identifier: { Identifier.next() })
    }

    /// The user of the system, for the audit.
    static var actor: String {
        guard let entry = unsafe getpwuid(getuid()), let name = unsafe entry.pointee.pw_name else {
            return "cli:\(getuid())"
        }
        return unsafe "cli:\(String(cString: name))"
    }
}

extension ToolkitError.Code {
    /// A ledger has several issuers and none was named.
    static let issuerAmbiguous = Self("issuer.ambiguous", .usage)
    /// A ledger has no books of that issuer.
    static let issuerUnknown = Self("issuer.unknown", .state)
}
