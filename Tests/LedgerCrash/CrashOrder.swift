import Certificates
import Diagnostics
import Glibc
import InvoiceModel
import Ledger
import LedgerPostgres
import Synchronization

/// The orders of the crash tests: the same writer and order always mean the same document and key.
struct CrashOrder {
    static let issuer = "4030995135699"

    let writer: String
    let number: Int

    /// The order as the ledger takes it.
    func order() throws(ToolkitError) -> IssueOrder {
        let content = Array("{\"writer\":\"\(writer)\",\"order\":\(number)}".utf8)
        guard let template = SeriesTemplate("FAK-{yyyy}-{seq:6}"), let day = CalendarDate(iso: "2026-11-20") else {
            throw ToolkitError(.crashMistake, "The series or the day of the crash tests is wrong.")
        }
        let document = IssuableDocument(
            kind: .invoice, numbering: .series(template), issueDate: day, dueDate: nil, currency: "MKD",
            customer: "4057009501234", net: Money(minorUnits: 100_000), tax: Money(minorUnits: 18_000),
            payable: Money(minorUnits: 118_000),
            taxes: [
                .init(
                    category: "S", rate: 1800, taxable: Money(minorUnits: 100_000), tax: Money(minorUnits: 18_000))
            ],
            content: content)
        let request = LedgerRequest(
            issuer: Self.issuer, actor: "crash", now: try Timestamp("2026-11-20T10:00:00Z"),
            idempotencyKey: "\(writer)-\(number)", fingerprint: try Digest.sha256(content),
            identifier: Self.identifier)
        return IssueOrder(document, request, jobs: ["render"])
    }

    private static let count = Atomic(0)

    /// An identifier that no other process gives.
    @Sendable private static func identifier() -> String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return "\(time.tv_sec)-\(time.tv_nsec)-\(getpid())-\(count.add(1, ordering: .relaxed).newValue)"
    }

    /// Opens a file or a server.
    static func ledger(_ name: String) throws(ToolkitError) -> DocumentLedger {
        DocumentLedger(
            PostgresStore.isAddress(name) ? try PostgresStore(address: name) : try SQLiteStore(path: name))
    }
}

extension ToolkitError.Code {
    static let crashMistake = Self("crash.mistake", .defect)
}
