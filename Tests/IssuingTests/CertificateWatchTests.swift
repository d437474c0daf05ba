import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import Ledger
import Testing

@Suite("The daily watch over certificates")
struct CertificateWatchTests {
    private static let issuers = ["4030000000001", "4030000000002"]

    /// What one look finds, on books where the first issuer hears of certificates and the second one of something else.
    private struct Node {
        let ledger: DocumentLedger
        let certificate: Certificate

        init() throws {
            let now = try Timestamp("2026-01-01T00:00:00Z")
            ledger = DocumentLedger(try SQLiteStore())
            let authority = try TestAuthority.make(now: now, algorithm: .p256)
            certificate = try #require(
                try SigningIdentity(keyFile: authority.signerP12, password: Array(authority.password.utf8)).chain.first)
            for (issuer, event) in zip(CertificateWatchTests.issuers, ["certificate.*", "document.*"]) {
                let order = try WebhookOrder(
                    url: "https://x.example/", events: [event], secret: [UInt8](repeating: 1, count: 32))
                _ = try WebhookBook(ledger).add(
                    order, LedgerRequest(issuer: issuer, actor: "test", now: now, identifier: { "hook" }))
            }
        }

        /// A node that was just started looks, so many days and some hours before the end.
        func look(daysBefore days: Int) throws -> [CertificateWatch.Notice] {
            let now = certificate.notAfter.adding(seconds: -days * 86_400 - 3600)
            let schedule = try #require(DailySchedule("06:00", zone: .utc))
            let watch = CertificateWatch(
                [("seal", certificate)], ledger, schedule,
                JobDesk.Host(
                    now: { now }, day: { moment, _ in ZoneRules.utc.day(of: moment) }, identifier: { "id" },
                    actor: "test"))
            return try watch.look(at: now).map { try $0.get() }
        }

        var events: [String] {
            get throws {
                try ledger.store.read { transaction throws(ToolkitError) in
                    try transaction.rows("SELECT issuer, topic FROM audit WHERE topic IS NOT NULL ORDER BY issuer, seq")
                }.map { "\(try $0.text(0)) \(try $0.text(1))" }
            }
        }
    }

    @Test("whoever asked for it hears once of 90 days, each day from 30 days on, and never twice by a restart")
    func levels() throws {
        let node = try Node()
        #expect(try node.look(daysBefore: 91).isEmpty)
        #expect(try node.events.isEmpty)
        for days in [90, 90, 89, 60, 31] { #expect(try node.look(daysBefore: days).map(\.level) == [90]) }
        #expect(try node.events.count == 1)
        for (days, level) in [(30, 30), (30, 30), (29, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, 0), (-1, 0), (-2, 0)]
        {
            #expect(try node.look(daysBefore: days).map(\.level) == [level], "\(days)")
        }
        let told = try node.events
        #expect(told.count == 9 && Set(told) == ["\(Self.issuers[0]) certificate.expiring"])
        #expect(try node.ledger.audit(issuer: Self.issuers[0]).findings.isEmpty)
    }
}
