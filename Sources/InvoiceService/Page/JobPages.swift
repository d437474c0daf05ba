import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// Batches as they go, and what failed.
    static var jobPages: [Route] {
        [
            page("GET", "/jobs", "showJobs", .page(.readJobs), query: ["before", "done"]) {
                visit throws(ToolkitError) in
                try showJobs(visit)
            },
            page("POST", "/jobs", "uploadBatch", .page(.issue), limit: batchLimit) { visit throws(ToolkitError) in
                try upload(visit)
            },
            page("GET", "/jobs/{job}", "showJob", .page(.readJobs), query: ["done"]) { visit throws(ToolkitError) in
                try showJob(visit, visit.call.job())
            },
            page("GET", "/jobs/{job}/events", "watchJobOnPage", .page(.readJobs)) { visit throws(ToolkitError) in
                try JobEvents.response(to: visit.call, visit.call.job())
            },
            page("POST", "/jobs/{job}/{step}", "changeJob", .page(.manageJobs)) { visit throws(ToolkitError) in
                try change(visit)
            },
            page("GET", "/failed", "showFailed", .page(.readJobs)) { visit throws(ToolkitError) in
                let jobs = try visit.jobs(in: [.failed, .completedWithErrors], limit: 20)
                var sections: [HTML] = []
                for job in jobs {
                    sections.append(
                        """
                        <section class="card"><h2><a href="/jobs/\(job.id)">\(name(job, visit))</a> \(PageParts.state(job, visit))</h2>
                        <p class="quiet">\(PageParts.time(job.times.entered))</p>\(try failures(of: job, most: 20, visit))</section>
                        """)
                }
                let frame = PageFrame(visit: visit, current: .failed, title: visit.text(.failedTitle))
                return frame.response(sections.isEmpty ? empty(.noFailures, visit) : HTML(sections))
            },
        ]
    }

    private static let pageSize = 20

    private static func showJobs(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        let found = try visit.jobs(in: [], limit: pageSize + 1, before: visit.call.query("before"))
        let jobs = Array(found.prefix(pageSize))
        let more: HTML? =
            found.count > pageSize
            ? "<p><a href=\"/jobs?before=\(jobs.last?.id ?? "")\" rel=\"next\">\(visit.text(.older))</a></p>" : nil
        let list = jobs.isEmpty ? empty(.noJobs, visit) : jobTable(jobs, .recentJobs, visit)
        var frame = PageFrame(visit: visit, current: .jobs, title: visit.text(.jobs))
        frame.isLive = jobs.contains { !$0.state.isFinal && $0.state != .paused }
        frame.notice = PageWord.done(visit.call.query("done"))
        let form = visit.may(.issue) ? PageParts.section(visit.text(.upload), uploadForm(visit)) : nil
        return frame.response("\(form)\(PageParts.section(visit.text(.recentJobs), "\(list)\(more)"))")
    }

    private static func uploadForm(_ visit: Visit) -> HTML {
        let signs = [("", visit.text(.signNone)), ("xml", visit.text(.signXML)), ("pdf", visit.text(.signPDF))]
        let once = String(visit.call.requestID)
        return visit.form(
            "/jobs",
            """
            <input type="hidden" name="once" value="\(once)">
            <label>\(visit.text(.file))<input type="file" name="file" required accept=".ndjson,.jsonl,.json" aria-describedby="upload-hint"></label>
            <p class="hint" id="upload-hint">\(visit.text(.uploadHint))</p>
            <div class="row">\(PageParts.choice("sign", visit.text(.signing), signs + [("both", visit.text(.signBoth))]))
            <label class="box"><input type="checkbox" name="strict" value="yes">\(visit.text(.strict))</label></div>
            <button>\(visit.text(.submit))</button>
            """, isUpload: true)
    }

    private static func upload(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        guard let form = visit.form else { throw Call.issuerUnknown }
        var decisions = BatchDecisions()
        decisions.sealed = Seal.Target(rawValue: form.text("sign"))
        let batch = BatchSubmission(BatchSubmission.items(ofLines: form.bytes("file")), decisions)
        let findings = form.flag("strict") ? batch.findings() : []
        guard findings.isEmpty else { return PageFrame.problem(Problem(rejected: findings), visit) }
        // A form that is sent twice makes one batch.
        let job = try visit.call.submit(batch, key: form.flag("once") ? "page:\(form.text("once").prefix(100))" : nil)
        return Visit.go(to: "/jobs/\(job.id)?done=upload")
    }

    private static func showJob(_ visit: Visit, _ job: JobRecord) throws(ToolkitError) -> HTTPResponse {
        var frame = PageFrame(visit: visit, current: .jobs, title: name(job, visit))
        frame.isLive = !job.state.isFinal && job.state != .paused
        frame.notice = PageWord.done(visit.call.query("done"))
        let counts: [HTML] = [
            (PageWord.total, job.counts.total, "total"), (.successful, job.counts.successful, "successful"),
            (.failedItems, job.counts.failed, "failed"), (.cancelledItems, job.counts.cancelled, "cancelled"),
        ].map { word, count, name in
            "<div><dt>\(visit.text(word))</dt><dd data-number=\"\(name)\">\(count)</dd></div>"
        }
        let problem: HTML? = job.problem.map { "<p><code>\($0)</code></p>" }
        return frame.response(
            """
            <section class="card live" aria-label="\(visit.text(.progress))"\(live(job, visit, reloads: true))>
            <p class="headline">\(PageParts.state(job, visit)) <span class="quiet">\(PageParts.time(job.times.entered)) · \(job.issuer)</span></p>
            <div class="bar">\(PageParts.progress(job, visit))</div>
            <p class="quiet" data-rest></p><p class="unseen" role="status" data-said></p>
            <dl class="counts">\(counts)</dl>\(problem)\(actions(job, visit))</section>
            \(try failureSection(of: job, visit))\(try itemSection(of: job, visit))
            """)
    }

    private static func change(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        let (call, job) = (visit.call, try visit.call.job())
        let request = try call.change(of: job.issuer, in: call.books())
        let step = call.path["step"] ?? ""
        if step == "forget" {
            try call.board().forget(job.id, request)
            return Visit.go(to: "/jobs?done=forget")
        }
        guard let known = JobStep(rawValue: step) else { throw ToolkitError(.routeUnknown, "There is no such step.") }
        _ = try known.take(job, on: call.board(), request)
        return Visit.go(to: "/jobs/\(job.id)?done=\(step)")
    }
}

extension Visit {
    /// Jobs that the visitor may see, the newest first.
    func jobs(in states: [JobState], limit: Int, before: String? = nil) throws(ToolkitError) -> [JobRecord] {
        var filter = JobBoard.Filter()
        filter.states = states
        filter.limit = limit
        filter.before = before
        return try call.board().jobs(ofAll: call.issuers(), filter)
    }
}
