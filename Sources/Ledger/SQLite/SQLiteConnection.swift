internal import CSQLite
import Diagnostics
import Glibc

/// One connection to an SQLite file, owner of one `sqlite3` and of its prepared statements.
///
/// Statements are prepared once and kept: a ledger uses a few dozen.
@safe final class SQLiteConnection {
    /// The only file that calls SQLite.
    private let handle: OpaquePointer
    private var prepared: [StatementText: OpaquePointer] = unsafe [:]
    /// The texts and bytes of the running statement's parameters: SQLite reads them here instead of copying each.
    private var parameters = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)

    /// Opens or creates a file.
    ///
    /// - Parameters:
    ///   - path: The file, or an address that begins with `file:`.
    ///   - isReadOnly: Whether nothing may be written.
    ///   - vfs: The name of a registered file layer, for tests of power loss.
    /// - Throws: `ledger.unavailable`.
    init(path: String, isReadOnly: Bool, vfs: String? = nil) throws(ToolkitError) {
        var opened: OpaquePointer?
        let access = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let address = path.hasPrefix("file:") ? SQLITE_OPEN_URI : 0
        let mode = access | address | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, mode, vfs)
        guard let opened = unsafe opened else {
            throw ToolkitError(.ledgerUnavailable, "There is no memory to open the ledger.")
        }
        unsafe handle = opened  // from here every exit closes it
        guard code == SQLITE_OK else { throw failure(code) }
        unsafe sqlite3_busy_timeout(handle, Self.patienceMilliseconds)
        // The guards against REPLACE ask for it; who does not know it inserts nothing (`Migration.writers`).
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
        let known = unsafe sqlite3_create_function_v2(
            handle, Migration.writers, 0, flags, nil, { context, _, _ in unsafe sqlite3_result_int(context, 1) }, nil,
            nil, nil)
        guard known == SQLITE_OK else { throw failure(known) }
    }

    deinit {
        var rest = unsafe prepared.values.makeIterator()
        while let program = unsafe rest.next() { unsafe sqlite3_finalize(program) }
        unsafe sqlite3_close_v2(handle)
        unsafe parameters.deallocate()
    }

    /// How long a writer waits for another one: 10 s (facts/features.md §4).
    private static let patienceMilliseconds: CInt = 10_000

    /// Runs one statement to its end and gives its rows.
    ///
    /// - Throws: `ledger.conflict`, `ledger.busy`, `ledger.full`, `ledger.damaged`, `ledger.unavailable`.
    func rows(_ statement: Statement) throws(ToolkitError) -> [SQLRow] {
        let program = unsafe try prepare(statement)
        defer {
            unsafe sqlite3_reset(program)
            unsafe sqlite3_clear_bindings(program)
        }
        try unsafe bind(statement.values, program)
        var rows: [SQLRow] = []
        while true {
            let code = unsafe sqlite3_step(program)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw failure(code) }
                return rows
            }
            rows.append(unsafe row(of: program))
        }
    }

    /// Runs a text of several statements without parameters, such as a migration.
    ///
    /// - Throws: As `rows`.
    func runScript(_ text: String) throws(ToolkitError) {
        let code = unsafe sqlite3_exec(handle, Self.translated(text), nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Whether a transaction is open; an error of the disk can have ended it already.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Copies the whole database, while others use it, into another connection's file.
    ///
    /// - Parameter target: A connection to an empty file.
    /// - Throws: As `rows`.
    func copy(into target: SQLiteConnection) throws(ToolkitError) {
        guard let backup = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw target.failure(unsafe sqlite3_extended_errcode(target.handle))
        }
        let stepped = unsafe sqlite3_backup_step(backup, -1)
        let finished = unsafe sqlite3_backup_finish(backup)
        guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
            throw target.failure(stepped == SQLITE_DONE ? finished : stepped)
        }
    }

    private func prepare(_ statement: Statement) throws(ToolkitError) -> OpaquePointer {
        let text = StatementText(of: statement)
        if let known = unsafe prepared[text] { return unsafe known }
        var program: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle, Self.translated(statement.text), -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &program, nil)
        guard code == SQLITE_OK, let program = unsafe program else { throw failure(code) }
        unsafe prepared[text] = program
        return unsafe program
    }

    /// SQLite's words for what `Statement` allows.
    static func translated(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 == "$" || $0 == "B" || $0 == " " }) {
            result += rest[..<start]
            rest = rest[start...]
            if let (from, to) = Self.words.first(where: { rest.hasPrefix($0.0) }) {
                result += to
                rest = rest.dropFirst(from.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }

    private static let words = [
        ("$", "?"), ("BIGINT", "INTEGER"), ("BYTEA", "BLOB"), (" FOR UPDATE SKIP LOCKED", ""), (" FOR UPDATE", ""),
    ]

    /// Binds the parameters; they are valid until the next statement of this connection.
    private func bind(_ values: [SQLValue], _ program: OpaquePointer) throws(ToolkitError) {
        let size = values.reduce(0) { $0 + $1.byteCount }
        if unsafe size > parameters.count {
            unsafe parameters.deallocate()
            unsafe parameters = UnsafeMutableRawBufferPointer.allocate(byteCount: size * 2, alignment: 1)
        }
        var offset = 0
        for (index, value) in values.enumerated() {
            let place = CInt(index + 1)
            let start = unsafe parameters.baseAddress.map { unsafe $0 + offset }
            let count = value.byteCount
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: parameters[offset..<(offset + count)])
            let code: CInt
            switch value {
            case .null: code = unsafe sqlite3_bind_null(program, place)
            case .integer(let number): code = unsafe sqlite3_bind_int64(program, place, Int64(number))
            case .text(let text):
                unsafe rest.copyBytes(from: text.utf8)
                code = unsafe sqlite3_bind_text64(
                    program, place, start?.assumingMemoryBound(to: CChar.self), UInt64(count), nil,
                    UInt8(SQLITE_UTF8))
            case .bytes(let bytes):
                unsafe rest.copyBytes(from: bytes)
                code = unsafe sqlite3_bind_blob64(program, place, start, UInt64(count), nil)
            }
            guard code == SQLITE_OK else { throw failure(code) }
            offset += count
        }
    }

    private func row(of program: OpaquePointer) -> SQLRow {
        let count = unsafe sqlite3_column_count(program)
        return SQLRow((0..<count).map { column in unsafe value(in: column, of: program) })
    }

    private func value(in column: CInt, of program: OpaquePointer) -> SQLValue {
        switch unsafe sqlite3_column_type(program, column) {
        case SQLITE_INTEGER: .integer(Int(unsafe sqlite3_column_int64(program, column)))
        case SQLITE_TEXT: .text(String(decoding: unsafe bytes(in: column, of: program), as: UTF8.self))
        case SQLITE_BLOB: .bytes(unsafe bytes(in: column, of: program))
        default: .null
        }
    }

    private func bytes(in column: CInt, of program: OpaquePointer) -> [UInt8] {
        let start = unsafe sqlite3_column_blob(program, column)
        let count = Int(unsafe sqlite3_column_bytes(program, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// The error behind a result code; its message names no content.
    private func failure(_ code: CInt) -> ToolkitError {
        let facts = ["sqlite": "\(code)", "message": unsafe String(cString: sqlite3_errmsg(handle))]
        // Errors of reading and writing hide a full disk, of the log or of the memory that connections share.
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(unsafe sqlite3_system_errno(handle))
        return switch code & 0xFF {
        case SQLITE_IOERR where isFull, SQLITE_CANTOPEN where isFull: .ledgerFull(facts)
        case SQLITE_CONSTRAINT:
            ToolkitError(.ledgerConflict, "The rules of the ledger forbid this entry.", facts: facts)
        case SQLITE_BUSY, SQLITE_LOCKED:
            ToolkitError(
                .ledgerBusy, "Another program writes to the ledger for too long.", fix: "Try again.", facts: facts)
        case SQLITE_FULL: .ledgerFull(facts)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            ToolkitError(
                .ledgerDamaged, "This file is no ledger, or it is damaged.",
                fix: "Choose another file, or restore the last backup with `pechat ledger restore`.", facts: facts)
        case SQLITE_ERROR, SQLITE_MISUSE, SQLITE_RANGE, SQLITE_MISMATCH:
            ToolkitError(.ledgerStatement, "A statement of the ledger is wrong.", facts: facts)
        default:
            ToolkitError(
                .ledgerUnavailable, "The file of the ledger cannot be used.",
                fix: "Check that its folder exists and may be written to.", facts: facts)
        }
    }
}

extension ToolkitError {
    fileprivate static func ledgerFull(_ facts: [String: String]) -> ToolkitError {
        ToolkitError(
            .ledgerFull, "The disk of the ledger is full; nothing was changed.",
            fix: "Free some space and repeat the command.", facts: facts)
    }
}
