import CBareSQLite
import Certificates
import Diagnostics
import InvoiceModel
import Ledger

/// The orders of the measurements, every one different.
enum BenchOrder {
    private static let issuer = "4030995135699"

    /// An invoice JSON of about 1.2 KB, a common size.
    static func content(_ number: Int) -> [UInt8] {
        let item = "{\"name\":\"Консултантски услуги\"}"
        let line = "{\"item\":\(item),\"quantity\":\"10\",\"unit\":\"HUR\",\"price\":\"2500.00\"}"
        let lines = Array(repeating: line, count: 10).joined(separator: ",")
        return Array("{\"kind\":\"invoice\",\"order\":\(number),\"lines\":[\(lines)]}".utf8)
    }

    /// A document that another system numbered: its series begins at 1.
    static func imported(_ number: Int) throws -> IssueOrder { try order(number, isImported: true) }

    static func order(_ number: Int, isImported: Bool = false) throws -> IssueOrder {
        let content = content(number)
        guard let template = SeriesTemplate("FAK-{yyyy}-{seq:6}"), let day = CalendarDate(iso: "2026-11-20") else {
            throw Failure("series")
        }
        let document = IssuableDocument(
            kind: .invoice,
            numbering: isImported ? .imported(template.number(number + 1, on: day), template) : .series(template),
            issueDate: day, dueDate: day, currency: "MKD",
            customer: "40570095\(number % 1000)", net: Money(minorUnits: 100_000), tax: Money(minorUnits: 18_000),
            payable: Money(minorUnits: 118_000),
            taxes: [
                .init(category: "S", rate: 1800, taxable: Money(minorUnits: 100_000), tax: Money(minorUnits: 18_000))
            ], content: content)
        // Identifiers rise, as those of version 7 do.
        let digits = "\(number)"
        let id = String(repeating: "0", count: 20 - digits.utf8.count) + digits
        let request = LedgerRequest(
            issuer: issuer, actor: "bench", now: Timestamp(secondsSince1970: 1_795_176_000), idempotencyKey: id,
            fingerprint: try Digest.sha256(content), identifier: { id })
        return IssueOrder(document, request, jobs: isImported ? [] : ["render"])
    }

    /// How many documents the series has numbered so far.
    static func count(_ ledger: DocumentLedger) throws -> Int {
        try ledger.series(of: issuer).first.map { $0.next - 1 } ?? 0
    }

    /// The first page of the newest documents.
    static func list(_ ledger: DocumentLedger) throws {
        _ = try ledger.store.read { transaction throws(ToolkitError) in
            try transaction.rows(
                """
                SELECT d.id, d.number, d.issue_date, d.customer, d.payable, d.outstanding FROM document d
                WHERE d.issuer = $1 ORDER BY d.issue_date DESC, d.id DESC LIMIT 50
                """, .text(issuer))
        }
    }
}

/// One row for a commit, by SQLite's own interface and nothing else.
final class BareSQLite {
    private var handle: OpaquePointer?
    private var statement: OpaquePointer?
    private let payload: [UInt8]

    init(_ path: String, payload: [UInt8]) throws {
        self.payload = payload
        guard sqlite3_open(path, &handle) == SQLITE_OK,
            sqlite3_exec(
                handle,
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
                CREATE TABLE bare (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, content BLOB NOT NULL);
                """, nil, nil, nil) == SQLITE_OK,
            sqlite3_prepare_v2(
                handle, "INSERT INTO bare (number, content) VALUES (hex(randomblob(8)), ?)", -1, &statement, nil)
                == SQLITE_OK
        else { throw Failure("bare SQLite") }
    }

    deinit {
        sqlite3_finalize(statement)
        sqlite3_close(handle)
    }

    func insert() throws {
        let code = payload.withUnsafeBytes { raw in
            sqlite3_bind_blob(statement, 1, raw.baseAddress, CInt(raw.count), nil)
            return sqlite3_step(statement)
        }
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw Failure("bare SQLite") }
    }
}
