internal import CPostgres
import Diagnostics
import Ledger

/// One connection to a server, owner of one libpq connection in pipeline mode; one thread at a time.
///
/// Statements are queued and travel together with the next ones whose rows somebody wants; each text is prepared once.
@safe final class PostgresConnection {
    /// The only file that calls libpq.
    private let handle: OpaquePointer
    /// The names of the prepared statements.
    private var prepared: [StatementText: String] = [:]
    private var preparations = 0
    /// What the server still owes, in order.
    private var owed: [Debt] = []
    private var bytes: [UInt8] = []
    private var sizes: [Int] = []
    /// Whether the connection broke; nothing can be done with it any more.
    private(set) var isLost = false

    /// A result that must come.
    private enum Debt {
        case preparation(of: StatementText)
        case statement(wantsRows: Bool)
        /// The end of a batch; of one that nobody waits for, failures concern nobody.
        case end(isAfterthought: Bool)
    }

    /// Connects.
    ///
    /// - Throws: `ledger.unavailable`.
    init(address: String) throws(ToolkitError) {
        guard pechat_pg_is_available() == 1 else { throw .noLibrary }
        guard unsafe pechat_pg_can_read(address) == 1 else {
            throw ToolkitError(
                .ledgerUnavailable, "The address of the ledger cannot be read.",
                fix: "Write it as postgres://USER@HOST:PORT/DATABASE, with %xx for special characters.")
        }
        guard let opened = unsafe pechat_pg_connect(address, "pechat") else { throw .connectionLost() }
        unsafe handle = opened  // from here every exit closes it
        guard unsafe pechat_pg_is_alive(handle) == 1 else {
            throw .connectionLost(unsafe String(cString: pechat_pg_problem(handle)))
        }
        let version = unsafe pechat_pg_server_version(handle)
        guard version >= 150_000 else {
            throw ToolkitError(
                .ledgerUnavailable, "The server of the ledger is older than PostgreSQL 15.",
                fix: "Use PostgreSQL 15 or later.", facts: ["version": "\(version)"])
        }
    }

    deinit { unsafe pechat_pg_close(handle) }

    /// Whether the server is still there, as far as can be told without asking it.
    func isAlive() -> Bool {
        if unsafe !isLost && pechat_pg_look(handle) == 0 { isLost = true }
        return !isLost
    }

    /// Queues a statement; it travels with the next batch.
    ///
    /// - Throws: `ledger.unavailable`.
    func queue(_ statement: Statement, wantsRows: Bool = false) throws(ToolkitError) {
        let name = try name(of: statement)
        encode(statement.values)
        guard unsafe pechat_pg_send(handle, name, sizes.count, bytes, sizes) == 1 else { throw lost() }
        owed.append(.statement(wantsRows: wantsRows))
    }

    /// Sends all that is queued as one batch, waits for it and gives the rows that somebody wants.
    ///
    /// - Throws: The first failure of the batch; the server passed over everything after it.
    func collect() throws(ToolkitError) -> [[SQLRow]] {
        try finishBatch(isAfterthought: false)
        var rows: [[SQLRow]] = []
        var failure: ToolkitError?
        var index = 0
        defer { owed.removeFirst(index) }
        while index < owed.count {
            guard let result = unsafe pechat_pg_next(handle) else { throw failure ?? lost() }
            defer { unsafe pechat_pg_release(result) }
            let kind = unsafe pechat_pg_kind_of(result)
            if kind == PECHAT_PG_FAILED {
                let found = unsafe self.failure(result)
                if isLost { throw failure ?? found }
                failure = failure ?? found
            }
            switch owed[index] {
            case .preparation(let text): if kind != PECHAT_PG_DONE { prepared[text] = nil }
            case .statement(let wantsRows):
                guard wantsRows, kind == PECHAT_PG_DONE, failure == nil else { break }
                do throws(ToolkitError) { rows.append(try unsafe self.rows(of: result)) } catch { failure = error }
            case .end(let isAfterthought): if isAfterthought { failure = nil }
            }
            index += 1
        }
        if let failure { throw failure }
        return rows
    }

    /// Sends statements that nobody waits for; what becomes of them is looked at with the next batch.
    func sendAfterthought(_ statement: Statement) {
        guard !isLost else { return }
        do throws(ToolkitError) {
            // What is queued and wrong lets the server pass over the rest of its batch: a ROLLBACK needs its own.
            switch owed.last {
            case .preparation, .statement: try finishBatch(isAfterthought: true)
            case .end, nil: break
            }
            try queue(statement)
            try finishBatch(isAfterthought: true)
        } catch {
            isLost = true  // the next user of the pool gets another connection
        }
    }

    /// Waits for notifications; whether one came.
    ///
    /// - Throws: `ledger.unavailable`.
    func waitForNotification(milliseconds: Int) throws(ToolkitError) -> Bool {
        let count = unsafe pechat_pg_notifications(handle, CInt(clamping: milliseconds))
        guard count >= 0 else { throw lost() }
        return count > 0
    }

    private func finishBatch(isAfterthought: Bool) throws(ToolkitError) {
        guard unsafe pechat_pg_finish_batch(handle) == 1 else { throw lost() }
        owed.append(.end(isAfterthought: isAfterthought))
    }

    private func lost() -> ToolkitError {
        isLost = true
        return .connectionLost(unsafe String(cString: pechat_pg_problem(handle)))
    }

    private func name(of statement: Statement) throws(ToolkitError) -> String {
        let text = StatementText(of: statement)
        if let known = prepared[text] { return known }
        preparations += 1
        let name = "p\(preparations)"
        let types = statement.values.map(PostgresType.of)
        guard unsafe pechat_pg_prepare(handle, name, statement.text, types.count, types) == 1 else { throw lost() }
        owed.append(.preparation(of: text))
        prepared[text] = name
        return name
    }

    private func encode(_ values: [SQLValue]) {
        bytes.removeAll(keepingCapacity: true)
        sizes.removeAll(keepingCapacity: true)
        for value in values {
            let start = bytes.count
            switch value {
            case .null:
                sizes.append(-1)
                continue
            case .integer(let number):
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: number >> shift))
                }
            case .text(let text): bytes += text.utf8
            case .bytes(let array): bytes += array
            }
            sizes.append(bytes.count - start)
        }
    }

    private func rows(of result: OpaquePointer) throws(ToolkitError) -> [SQLRow] {
        let count = unsafe pechat_pg_row_count(result)
        let columns = unsafe pechat_pg_column_count(result)
        let types = (0..<columns).map { unsafe pechat_pg_type(result, $0) }
        var rows: [SQLRow] = []
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns {
                var size = 0
                guard let start = unsafe pechat_pg_value(result, row, column, &size) else {
                    values.append(.null)
                    continue
                }
                let bytes = unsafe UnsafeRawBufferPointer(start: start, count: size)
                values.append(try unsafe PostgresType.value(bytes, types[Int(column)]))
            }
            rows.append(SQLRow(values))
        }
        return rows
    }

    /// The error behind a failed result; its message names no content.
    private func failure(_ result: OpaquePointer) -> ToolkitError {
        var facts: [String: String] = [:]
        let state = unsafe pechat_pg_sqlstate(result).map { unsafe String(cString: $0) } ?? ""
        facts["sqlstate"] = state
        facts["message"] = unsafe pechat_pg_message(result).map { unsafe String(cString: $0) }
        facts["constraint"] = unsafe pechat_pg_constraint(result).map { unsafe String(cString: $0) }
        let error = ToolkitError(sqlstate: state, facts: facts)
        // libpq reports a broken connection as a failure without a state.
        if state.isEmpty || ToolkitError.endsConnection(state) { isLost = true }
        return error
    }
}
