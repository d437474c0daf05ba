public import Certificates
public import Diagnostics
import Glibc
import InvoiceModel
import JSONCore
public import Ledger

/// Looks each day how long the certificates of the signing keys are still good, and tells of those that end soon.
///
/// Levels are 90, 30, 7 and 0 days. Whoever asked for it hears once of the first level and each day of the others,
/// however many nodes look and however often they start: the notice has an idempotency key in the books.
public final class CertificateWatch: Sendable {
    /// A certificate that ends soon, or has ended.
    public struct Notice: Sendable, Hashable {
        /// What the key is called here.
        public let name: String
        /// The level in days: 90, 30, 7, or 0 for one that has ended.
        public let level: Int
        /// Whole days left; below zero where it has ended.
        public let daysLeft: Int
        /// When it ends.
        public let notAfter: Timestamp
        /// SHA-256 of the certificate, in hexadecimal.
        public let fingerprint: String

        /// What a person is told of the certificate.
        public var text: String {
            level == 0 ? "ended on \(notAfter)" : "ends on \(notAfter), in \(daysLeft) days"
        }
    }

    private let certificates: [(name: String, certificate: Certificate)]
    private let ledger: DocumentLedger?
    private let issuer: String?
    private let schedule: DailySchedule
    private let host: JobDesk.Host

    /// Sets a watch up.
    ///
    /// - Parameters:
    ///   - certificates: Those of the signing keys, with the names of the keys.
    ///   - ledger: The books whose webhooks are told; nil where there are none.
    ///   - issuer: Whose webhooks; nil for everybody's.
    ///   - schedule: When it looks each day.
    ///   - host: Clock and identifiers.
    public init(
        _ certificates: [(name: String, certificate: Certificate)], _ ledger: DocumentLedger?, issuer: String? = nil,
        _ schedule: DailySchedule, _ host: JobDesk.Host
    ) {
        self.certificates = certificates
        self.ledger = ledger
        self.issuer = issuer
        self.schedule = schedule
        self.host = host
    }

    /// Looks at the start and then each day, until the process ends.
    ///
    /// - Parameters:
    ///   - isEnding: Whether the process ends.
    ///   - tell: Takes what is found, and what kept it from being told to webhooks.
    public func run(isEnding: () -> Bool, tell: (Result<Notice, ToolkitError>) -> Void) {
        guard !certificates.isEmpty else { return }
        var due = host.now()
        while !isEnding() {
            let now = host.now()
            if now >= due {
                for result in look(at: now) { tell(result) }
                due = schedule.next(after: now)
            }
            usleep(200_000)
        }
    }

    /// Looks once, and tells the webhooks.
    ///
    /// - Parameter now: When.
    /// - Returns: What is to be told to whoever runs the node.
    public func look(at now: Timestamp) -> [Result<Notice, ToolkitError>] {
        var results: [Result<Notice, ToolkitError>] = []
        for (name, certificate) in certificates {
            let days = now.days(until: certificate.notAfter)
            guard let level = now > certificate.notAfter ? 0 : [7, 30, 90].first(where: { days <= $0 }) else {
                continue
            }
            let notice = Notice(
                name: name, level: level, daysLeft: days, notAfter: certificate.notAfter,
                fingerprint: Digest.hexadecimal(certificate.fingerprint))
            results.append(.success(notice))
            do throws(ToolkitError) { try enter(notice, at: now) } catch { results.append(.failure(error)) }
        }
        return results
    }

    private func enter(_ notice: Notice, at now: Timestamp) throws(ToolkitError) {
        guard let ledger else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("certificate", notice.fingerprint)
        writer.member("key", notice.name)
        writer.member("level", notice.level)
        writer.member("daysLeft", notice.daysLeft)
        writer.member("notAfter", notice.notAfter.description)
        writer.endObject()
        let day = notice.level == 90 ? "" : ":\(schedule.day(of: now))"
        let key = "certificate.expiring:\(notice.fingerprint):\(notice.level)\(day)"
        for listener in try ledger.listeners(of: LedgerEvent.certificateExpiring) where issuer ?? listener == listener {
            try ledger.tell(
                LedgerEvent.certificateExpiring, of: notice.fingerprint, writer.bytes,
                LedgerRequest(
                    issuer: listener, actor: host.actor, now: now, idempotencyKey: key,
                    fingerprint: try Digest.sha256(Array(key.utf8)), identifier: host.identifier))
        }
    }
}
