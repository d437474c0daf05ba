import Certificates
import Diagnostics
import Glibc
import HTTPClient
import InvoiceService
import Issuing
import Ledger

extension ServiceHost {
    /// Begins what the service does beside answering: it tells webhooks of events, and watches its certificates.
    ///
    /// - Throws: `usage` where the time zone is none.
    func begin(
        _ duties: Duties, _ books: ServiceLedger?, _ keys: SigningKeys, _ configuration: ServiceConfiguration
    ) throws(ToolkitError) {
        let now: @Sendable () -> Timestamp = { Timestamp(secondsSince1970: time(nil)) }
        if let books, let post = books.post {
            let courier = WebhookCourier(books.ledger, now: now, post: post)
            duties.begin { isEnding in courier.run(isStopped: isEnding) { self.say($0) } }
        }
        let zone = try LocalDay.zone(named: configuration.timeZone)
        guard let schedule = DailySchedule(configuration.watchAt, zone: zone) else { return }
        var certificates: [(name: String, certificate: Certificate)] = []
        for key in keys.keys {
            if let certificate = key.signer.chain.first { certificates.append((key.name, certificate)) }
        }
        let watch = CertificateWatch(
            certificates, books?.ledger, schedule,
            JobDesk.Host(
                now: now, day: { LocalDay.zone(of: $1).day(of: $0) }, identifier: { Identifier.next() },
                actor: "service"))
        duties.begin { isEnding in watch.run(isEnding: isEnding) { self.say($0) } }
    }

    /// Writes what became of a webhook; never its address, which may hold secrets.
    private func say(_ news: WebhookCourier.News) {
        var facts = ["webhook": news.webhook.id, "number": "\(news.event)"]
        switch news.outcome {
        case .delivered(let status): facts["status"] = "\(status)"
        case .failed(let status, let problem):
            facts["status"] = status.map { "\($0)" }
            facts["code"] = problem
        }
        say(facts["code"] == nil ? "webhook delivered" : "webhook failed", facts)
    }

    private func say(_ found: Result<CertificateWatch.Notice, ToolkitError>) {
        switch found {
        case .success(let notice):
            say("certificate expiring", ["key": notice.name, "detail": notice.text, "days": "\(notice.daysLeft)"])
        case .failure(let error): say("certificate watch failed", ["code": error.code.name])
        }
    }

    /// Gets revocation lists, OCSP answers and issuers from the addresses in certificates.
    ///
    /// - Throws: `network.badAddress`.
    func collector(
        _ configuration: ServiceConfiguration, _ anchors: TrustAnchors?
    ) throws(ToolkitError) -> EvidenceCollector {
        EvidenceCollector(anchors: anchors, fetch: try fetch(configuration))
    }

    /// The time-stamping authorities; nil where none is named.
    ///
    /// - Throws: What reading the passwords throws.
    func timestamps(
        _ configuration: ServiceConfiguration, _ anchors: TrustAnchors?
    ) throws(ToolkitError) -> (service: TimestampService, collector: EvidenceCollector)? {
        guard !configuration.timestampAuthorities.isEmpty else { return nil }
        let service = try world.timestampService(
            configuration.timestampAuthorities, loginFile: configuration.timestampLogin, .fail, anchors: anchors,
            fetch: try fetch(configuration))
        return (service, try collector(configuration, anchors))
    }

    private func fetch(_ configuration: ServiceConfiguration) throws(ToolkitError) -> Fetch {
        HTTPFetcher(addresses: try world.addressPolicy(configuration.allowAddresses)).fetch
    }
}
