import Diagnostics
import JSONCore
import Ledger

/// What the pages about jobs are put together of.
extension Routes {
    /// What a job is called.
    static func name(_ job: JobRecord, _ visit: Visit) -> String {
        if job.kind == JobKind.batch { return "\(visit.text(.batch)) \(job.id.suffix(6))" }
        if job.kind == JobKind.draft { return "\(visit.text(.draft)) \(job.subject.suffix(6))" }
        return "\(visit.text(.filesOf)) \(job.number ?? String(job.id.suffix(6)))"
    }

    /// What lets the script follow a job; nothing for one that has ended.
    static func live(_ job: JobRecord, _ visit: Visit, reloads: Bool) -> HTML? {
        guard !job.state.isFinal else { return nil }
        let mark: HTML = reloads ? " data-reloads" : ""
        return " data-events=\"/jobs/\(job.id)/events\" data-words=\"\(PageParts.words(visit))\"\(mark)"
    }

    /// A table of jobs.
    static func jobTable(_ jobs: [JobRecord], _ title: PageWord, _ visit: Visit) -> HTML {
        let heads = [PageWord.job, .state, .progress].map { (visit.text($0), PageParts.Column.plain) }
        return PageParts.table(
            visit.text(title), heads + [(visit.text(.submitted), .minor)],
            jobs.map { job in
                [
                    "<a href=\"/jobs/\(job.id)\">\(name(job, visit))</a>", PageParts.state(job, visit),
                    "<div class=\"bar\"\(live(job, visit, reloads: false))>\(PageParts.progress(job, visit))</div>",
                    PageParts.time(job.times.entered),
                ]
            })
    }

    /// What may be done with a job as it stands.
    static func actions(_ job: JobRecord, _ visit: Visit) -> HTML? {
        guard visit.may(.manageJobs) else { return nil }
        var steps: [(String, PageWord)] = []
        switch job.state {
        case .pending, .processing: steps = job.isToCancel ? [] : [("pause", .pause), ("cancel", .cancel)]
        case .paused: steps = [("resume", .resume), ("cancel", .cancel)]
        case .failed, .completedWithErrors: steps = [("retry", .retry), ("forget", .forget)]
        case .completed, .cancelled: steps = [("forget", .forget)]
        }
        let forms: [HTML] = steps.map { step, word in
            let kind: HTML = step == "cancel" || step == "forget" ? " class=\"danger\"" : ""
            return visit.form("/jobs/\(job.id)/\(step)", "<button\(kind)>\(visit.text(word))</button>")
        }
        return "<div class=\"row\">\(forms)</div>"
    }

    /// The items of a job that failed, with their reasons.
    static func failures(of job: JobRecord, most: Int, _ visit: Visit) throws(ToolkitError) -> HTML? {
        guard job.kind == JobKind.batch else { return job.problem.map { "<p><code>\($0)</code></p>" } }
        let items = try visit.call.board().items(of: job.id, issuer: job.issuer, in: .failed, limit: most + 1)
        var rows: [HTML] = []
        for item in items.prefix(most) {
            let reasons: [HTML] = try item.errors().map { error in
                """
                <li><p lang="en">\(error["message"]?.string ?? "")</p>
                <p class="fix" lang="en">\(error["fix"]?.string ?? "")</p>
                <p class="place"><code>\(error["code"]?.string ?? "")</code> <code>\(error["pointer"]?.string ?? "")</code></p></li>
                """
            }
            rows.append("<li><h3>\(PageParts.label(item, visit))</h3><ol class=\"findings\">\(reasons)</ol></li>")
        }
        let more: HTML? =
            items.count > most
            ? "<p class=\"quiet\">\(visit.text(.moreFailed).replacing("{count}", with: "\(most)"))</p>" : nil
        return rows.isEmpty ? nil : "<ol class=\"failures\">\(rows)</ol>\(more)"
    }

    static func failureSection(of job: JobRecord, _ visit: Visit) throws(ToolkitError) -> HTML? {
        guard job.counts.failed > 0, let list = try failures(of: job, most: 100, visit) else { return nil }
        return PageParts.section(visit.text(.failures), list)
    }

    /// The documents that came of a job.
    static func itemSection(of job: JobRecord, _ visit: Visit) throws(ToolkitError) -> HTML? {
        guard job.counts.successful > 0 else { return nil }
        let items = try visit.call.board().items(of: job.id, issuer: job.issuer, in: .successful, limit: 50)
        let links: [HTML] = items.compactMap { item in
            item.number.map { "<li><a href=\"\(documentPage(job.issuer, $0))\">\($0)</a></li>" }
        }
        let more: HTML? =
            job.counts.successful > items.count
            ? "<p class=\"quiet\">\(visit.text(.moreFailed).replacing("{count}", with: "\(items.count)"))</p>" : nil
        return PageParts.section(visit.text(.items), "<ul class=\"numbers\">\(links)</ul>\(more)")
    }
}
