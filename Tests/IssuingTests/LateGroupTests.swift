import Certificates
import Diagnostics
import Foundation
import InvoiceModel
import Ledger
import Synchronization
import TestSupport
import Testing

@testable import Issuing

@Suite("Documents of a batch that are late, or get no files")
struct LateGroupTests {
    private static func count() -> @Sendable () -> String {
        let next = Mutex(0)
        return {
            next.withLock { next in
                next += 1
                return "id-\(1_000_000 + next)"
            }
        }
    }

    /// Three documents, as a batch brings them.
    private static func entries(in ledger: DocumentLedger) throws -> [IssueGroup.Entry] {
        let json = String(decoding: try PackageFolder.bytes("samples/goods/invoice.json"), as: UTF8.self)
            .replacingOccurrences(of: "  \"number\": \"FAK-2026-0418\",\n", with: "")
        let identifier = count()
        let now = try Timestamp("2026-11-20T10:00:00Z")
        let day = try #require(CalendarDate(iso: "2026-11-20"))
        return (1...3).map { number in
            var policy = IssuePolicy()
            policy.filesJob = .caller
            return IssueGroup.Entry(
                issuance: Issuance(
                    ledger,
                    IssueCaller(
                        actor: "test", now: now, today: { _ in day }, idempotencyKey: "\(number)",
                        identifier: identifier), policy),
                json: Array(json.utf8))
        }
    }

    /// After how many questions time is up, and the outcomes of two turns.
    @Test(
        "what there is no time for is left for the next turn, and no number is given twice",
        arguments: [
            (0, "1 - -", "=1 - -"), (2, "1 - -", "=1 2 -"), (4, "1 - -", "=1 =2 =3"), (6, "1 2 3", "=1 =2 =3"),
        ])
    func late(questions: Int, first: String, second: String) throws {
        let ledger = DocumentLedger(try SQLiteStore())
        let entries = try Self.entries(in: ledger)
        let group = IssueGroup(
            ledger: ledger, issuer: try #require(try Issuance.issuer(of: entries[0].json)), options: DocumentOptions(),
            workbench: Workbench(Toolkit.bundled()), foresight: NumberForesight())
        func turn() throws -> String {
            var left = questions
            let outcomes = group.issue(
                entries, isStopping: { false },
                isLate: {
                    left -= 1
                    return left < 0
                })
            return try outcomes.map { outcome in
                switch try outcome?.get() {
                case nil: return "-"
                case .issued(let issued):
                    #expect(throws: Never.self) { try issued.files.get() }
                    return "\(issued.document.number.suffix(1))"
                case .repeated(let document, _): return "=\(document.number.suffix(1))"
                case .rejected(let findings): return "\(findings)"
                }
            }.joined(separator: " ")
        }
        #expect(try turn() == first)
        #expect(try turn() == second)
    }

    /// A key that says something unforeseen.
    private struct BrokenKey: Signer {
        let key: FileSigner
        var chain: [Certificate] { key.chain }
        var algorithms: [SignatureAlgorithm] { key.algorithms }

        func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
            throw ToolkitError(ToolkitError.Code("test.broken", .defect), "Broken.")
        }

        func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
            try sign(digest, with: algorithm)
        }
    }

    /// Keeps nothing, since there is nothing to keep.
    private struct NoArchive: DocumentArchive {
        func keep(_ bytes: [UInt8], as role: String) throws(ToolkitError) -> DocumentFile {
            DocumentFile(role: role, digest: try Digest.sha256(bytes), size: bytes.count)
        }
    }

    @Test("a document of a batch that has its number and gets no files is named with its failure")
    func failedFiles() throws {
        let ledger = DocumentLedger(try SQLiteStore())
        let now = try Timestamp("2026-11-20T10:00:00Z")
        let authority = try TestAuthority.make(now: now, algorithm: .p256)
        let identity = try SigningIdentity(keyFile: authority.signerP12, password: Array(authority.password.utf8))
        let identifier = Self.count()
        let day = try #require(CalendarDate(iso: "2026-11-20"))
        let desk = try JobDesk(
            ledger, NoArchive(), DocumentOptions(), signer: BrokenKey(key: FileSigner(identity, at: now)),
            JobDesk.Host(now: { now }, day: { _, _ in day }, identifier: identifier, actor: "test"))
        let entries = try Self.entries(in: ledger)
        var submission = BatchSubmission([BatchOrder.Item(label: "1", content: entries[0].json)])
        submission.decisions.sealed = .both
        let board = JobBoard(ledger)
        let caller = IssueCaller(actor: "test", now: now, today: { _ in day }, identifier: identifier)
        let job = try submission.submit(to: board, caller)
        try JobWorkers(desk, JobWorkers.Plan(threads: 1, endsWhenIdle: true)).run(
            makeTools: { Workbench(Toolkit.bundled()) }, isStopped: { false }, tell: { _ in })
        let issuer = try #require(try Issuance.issuer(of: entries[0].json))
        let items = try board.items(of: job.id, issuer: issuer)
        #expect(items.map(\.state) == [.failed] && items.map(\.number) == ["FAK-2026-0001"], "\(items)")
    }
}
