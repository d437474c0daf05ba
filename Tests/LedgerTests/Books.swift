import Certificates
import Diagnostics
import Glibc
import InvoiceModel
import Ledger
import LedgerPostgres
import Synchronization
import TestSupport

/// A throw-away ledger with shorthands for what the tests do again and again.
final class Books: Sendable {
    static let issuer = "4030995135699"
    /// The engines that are here; where PostgreSQL is absent, the suite of `PostgresStore` says so.
    static let engines: [StoreEngine] = TestPostgres.isInstalled ? StoreEngine.allCases : [.sqlite]

    /// The file of SQLite, or the address of a schema of PostgreSQL.
    let path: String
    let ledger: DocumentLedger
    private let count = Atomic(0)

    init(_ engine: StoreEngine = .sqlite) throws {
        path =
            switch engine {
            case .sqlite: "/tmp/pechat-ledger-\(getpid())-\(UInt64.random(in: 0 ... .max)).db"
            case .postgresql: try TestPostgres.shared().newAddress()
            }
        ledger = DocumentLedger(try Self.store(path))
    }

    deinit { for ending in ["", "-wal", "-shm"] { unsafe unlink(path + ending) } }

    /// A second opening of the same ledger.
    func reopened() throws(ToolkitError) -> DocumentLedger { DocumentLedger(try Self.store(path)) }

    private static func store(_ path: String) throws(ToolkitError) -> any Store {
        if PostgresStore.isAddress(path) { return try PostgresStore(address: path) }
        return try SQLiteStore(path: path)
    }

    /// A request with ids that count up.
    func request(
        at time: String = "2026-11-20T10:00:00Z", key: String? = nil, fingerprint: [UInt8] = [], issuer: String = issuer
    ) throws(ToolkitError) -> LedgerRequest {
        let start = count.add(1_000_000, ordering: .relaxed).newValue
        let next = Counter(start)
        return LedgerRequest(
            issuer: issuer, actor: "test", now: try Timestamp(time), idempotencyKey: key, fingerprint: fingerprint,
            identifier: { next.identifier() })
    }

    /// An order for a document; 1,180.00 with 18 % VAT unless told otherwise.
    func order(
        _ kind: DocumentKind = .invoice, on day: String = "2026-11-20", series: String? = "FAK-{yyyy}-{seq:4}",
        number: String? = nil, payable: Int = 118_000, corrects: String? = nil, key: String? = nil,
        allowsOverCredit: Bool = false, customer: String = "4057009501234", currency: String = "MKD",
        dueDays: Int = 30, instalments: [(days: Int, amount: Int)] = [], draft: DraftVersion? = nil,
        issuer: String = issuer
    ) throws(ToolkitError) -> IssueOrder {
        let content = Array("{\"kind\":\"\(kind.rawValue)\",\"day\":\"\(day)\",\"payable\":\(payable)}".utf8)
        let numbering: IssuableDocument.Numbering
        if let number {
            numbering = .given(number)
        } else {
            guard let series, let template = SeriesTemplate(series) else {
                throw ToolkitError(.testMistake, "no series")
            }
            numbering = .series(template)
        }
        guard let date = CalendarDate(iso: day) else { throw ToolkitError(.testMistake, "no day") }
        let tax = payable * 18 / 118
        let parts = instalments.map { part in
            IssuableDocument.Instalment(
                due: date.adding(days: part.days) ?? date, amount: Money(minorUnits: part.amount))
        }
        return IssueOrder(
            IssuableDocument(
                kind: kind, numbering: numbering, issueDate: date, dueDate: date.adding(days: dueDays),
                currency: currency, customer: customer, net: Money(minorUnits: payable - tax),
                tax: Money(minorUnits: tax),
                payable: Money(minorUnits: payable),
                taxes: [
                    .init(
                        category: "S", rate: 1800, taxable: Money(minorUnits: payable - tax),
                        tax: Money(minorUnits: tax))
                ], instalments: parts, corrects: corrects, content: content),
            try request(key: key, fingerprint: try Digest.sha256(content), issuer: issuer), jobs: ["render"],
            allowsOverCredit: allowsOverCredit, draft: draft)
    }

    private final class Counter: Sendable {
        private let value: Atomic<Int>
        init(_ start: Int) { value = Atomic(start) }
        func identifier() -> String {
            let digits = "\(value.add(1, ordering: .relaxed).newValue)"
            return "id-" + String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits
        }
    }
}

extension ToolkitError.Code {
    static let testMistake = Self("test.mistake", .defect)
}
