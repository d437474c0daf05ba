import Certificates
import Diagnostics
import HTTPServer
import Ledger

extension Routes {
    /// The pages of the operator.
    static var pages: [Route] {
        [page("GET", "/", "showOverview", .page(nil)) { visit throws(ToolkitError) in try overview(visit) }]
            + pageDoor + jobPages + documentPages + checkPages + [certificatePage]
    }

    private static func overview(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        var (tiles, sections): ([HTML], [HTML]) = ([], [])
        var isLive = false
        let hasBooks = visit.call.service.ledger != nil
        if hasBooks, visit.may(.readJobs) {
            let running = try visit.jobs(in: [.processing, .pending, .paused], limit: 20)
            let failed = try visit.jobs(in: [.failed, .completedWithErrors], limit: 100)
            isLive = running.contains { $0.state != .paused }
            tiles.append(tile(.jobsRunning, "\(running.count)", "/jobs", visit))
            tiles.append(tile(.jobsFailed, "\(failed.count)", "/failed", visit, isBad: !failed.isEmpty))
            let table = running.isEmpty ? empty(.nothingRunning, visit) : jobTable(running, .running, visit)
            sections.append(PageParts.section(visit.text(.running), table))
        }
        if visit.may(.readKeys), let days = nearestExpiry(visit) {
            tiles.append(tile(.nextExpiry, "\(days)", "/certificates", visit, isBad: days <= 30))
        }
        if hasBooks, visit.may(.read) {
            var documents: [(issuer: String, standing: DocumentStanding)] = []
            for issuer in try visit.call.issuers().prefix(20) {
                var filter = DocumentFilter()
                filter.limit = 8
                documents += try visit.call.books().ledger.documents(of: issuer, filter).documents.map { (issuer, $0) }
            }
            let latest = documents.sorted { $0.standing.id > $1.standing.id }.prefix(8)
            let table =
                latest.isEmpty ? empty(.noDocuments, visit) : documentTable(Array(latest), .recentDocuments, visit)
            sections.append(PageParts.section(visit.text(.recentDocuments), table))
        }
        if !hasBooks { sections.append(empty(.noBooks, visit)) }
        let frame = PageFrame(visit: visit, current: .overview, title: visit.text(.overview), isLive: isLive)
        return frame.response("<div class=\"tiles\">\(tiles)</div>\(sections)")
    }

    static func empty(_ word: PageWord, _ visit: Visit) -> HTML { "<p class=\"empty\">\(visit.text(word))</p>" }

    private static func tile(_ word: PageWord, _ value: String, _ path: String, _ visit: Visit, isBad: Bool = false)
        -> HTML
    {
        "<a class=\"tile\(isBad ? " bad" : "")\" href=\"\(path)\"><strong>\(value)</strong> <span>\(visit.text(word))</span></a>"
    }

    private static func nearestExpiry(_ visit: Visit) -> Int? {
        let keys = visit.call.service.keys
        return keys.keys.filter { keys.reason($0.name) == nil }
            .compactMap { $0.signer.chain.first.map { visit.call.now.days(until: $0.notAfter) } }.min()
    }

    /// The signing keys with the days that their certificates are good for.
    static var certificatePage: Route {
        page("GET", "/certificates", "showCertificates", .page(.readKeys)) { visit in
            let keys = visit.call.service.keys
            let cards: [HTML] = keys.keys.map { key in
                let reason = keys.reason(key.name)
                let mark: HTML? =
                    keys.standard == key.name ? "<span class=\"state\">\(visit.text(.standard))</span>" : nil
                let off: HTML? = reason.map { reason in
                    "<p><span class=\"state failed\">\(visit.text(.switchedOff))</span> \(reason)</p>"
                }
                return "<section class=\"card\"><h2>\(key.name) \(mark)</h2>\(off)\(facts(key, visit))</section>"
            }
            let content = cards.isEmpty ? empty(.noCertificates, visit) : "<div class=\"cards\">\(cards)</div>"
            return PageFrame(visit: visit, current: .certificates, title: visit.text(.certificates)).response(content)
        }
    }

    private static func facts(_ key: ServiceKey, _ visit: Visit) -> HTML? {
        guard let certificate = key.signer.chain.first else { return nil }
        let days = visit.call.now.days(until: certificate.notAfter)
        let kind = days <= 7 ? "failed" : days <= 30 ? "completed_with_errors" : "completed"
        return """
            <p class="days"><strong class="\(kind)">\(max(0, days))</strong> \(visit.text(.daysLeft))</p>
            <dl><dt>\(visit.text(.validUntil))</dt><dd>\(PageParts.time(certificate.notAfter))</dd>
            <dt>\(visit.text(.issuedTo))</dt><dd>\(certificate.subject)</dd>
            <dt>\(visit.text(.issuedBy))</dt><dd>\(certificate.issuer)</dd></dl>
            """
    }
}
