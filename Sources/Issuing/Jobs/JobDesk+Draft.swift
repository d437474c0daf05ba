import Diagnostics
import Ledger

extension JobDesk {
    /// How many drafts are issued together.
    private static let group = 50

    /// A draft that has its number, with the files that it is to have.
    private struct Made {
        let job: JobQueue.Job
        let document: IssuedDocument
        let built: BuiltDocument
    }

    /// Issues queued drafts whose invoice is paid, with today's date (facts/features.md §1, row 64): one, and those of the
    /// same issuer that are due as well.
    ///
    /// One transaction numbers them, each issued or refused on its own, and their files come to the disk together. What is
    /// issued, thrown away or taken out of the queue meanwhile is done. A job ends in the transaction that enters the files; a
    /// worker that dies before that leaves them to a job of their own, as `issue` does.
    func issueDrafts(
        for job: JobQueue.Job, on workbench: Workbench, _ isStopping: () -> Bool, _ tell: (News) -> Void
    ) throws(ToolkitError) {
        let terms = JobQueue.Terms(
            kinds: [JobKind.draft], issuer: job.issuer, leaseSeconds: JobWorkers.leaseSeconds)
        var jobs: [JobQueue.Job] = []
        var entries: [IssueGroup.Entry] = []
        for job in [job] + (try queue.claim(Self.group - 1, at: host.now(), terms)) {
            attempt(job, tell) { () throws(ToolkitError) in
                guard let entry = try entry(for: job) else { return }
                jobs.append(job)
                entries.append(entry)
            }
        }
        var options = options
        do throws(ToolkitError) { options.seal = seals.isEmpty ? nil : try seal(.both) } catch {
            for job in jobs { attempt(job, tell) { () throws(ToolkitError) in throw error } }
            return
        }
        let group = IssueGroup(
            ledger: ledger, issuer: job.issuer, options: options, workbench: workbench, foresight: foresight)
        var made: [Made] = []
        for (job, outcome) in zip(jobs, group.issue(entries, isStopping: isStopping)) {
            attempt(job, tell) { () throws(ToolkitError) in
                if let one = try take(job, outcome, tell) { made.append(one) }
            }
        }
        keepFiles(of: made, job.issuer, tell)
    }

    /// How a queued draft is issued; nil where there is nothing to do.
    private func entry(for job: JobQueue.Job) throws(ToolkitError) -> IssueGroup.Entry? {
        guard let found = try ledger.draft(job.subject, issuer: job.issuer), found.draft.isQueued else {
            _ = try queue.finish(job, .done, request(for: job))
            return nil
        }
        let now = host.now()
        let day = host.day
        var policy = IssuePolicy()
        policy.issuer = job.issuer
        policy.issueDate = .today
        let issuance = Issuance(
            ledger,
            IssueCaller(actor: job.actor, now: now, today: { day(now, $0) }, identifier: host.identifier), policy,
            draft: DraftVersion(found.draft.id, version: found.draft.version))
        return IssueGroup.Entry(issuance: issuance, json: found.content)
    }

    /// Reports what became of a draft, unless it is issued.
    private func take(
        _ job: JobQueue.Job, _ outcome: IssueGroup.Outcome, _ tell: (News) -> Void
    ) throws(ToolkitError) -> Made? {
        guard let outcome else {
            _ = try queue.giveBack(job, at: host.now())
            return nil
        }
        switch try outcome.get() {
        case .rejected(let findings):
            tell(.rejected(label: job.subject, findings))
            _ = try queue.finish(
                job, .failed(problem: findings.first?.rule ?? "document.rejected", isHopeless: true), request(for: job))
        case .repeated: _ = try queue.finish(job, .done, request(for: job))
        case .issued(let issued): return Made(job: job, document: issued.document, built: try issued.files.get())
        }
        return nil
    }

    private func keepFiles(of made: [Made], _ issuer: String, _ tell: (News) -> Void) {
        do throws(ToolkitError) {
            let files = try archive.keep(made.flatMap { [($0.built.pdf, "pdf"), ($0.built.xml, "xml")] })
            var entries: [DocumentLedger.FileEntry] = []
            for (index, one) in made.enumerated() {
                entries.append(
                    DocumentLedger.FileEntry(
                        document: one.document.id, files: Array(files[2 * index..<2 * index + 2]),
                        isSigned: one.built.isSigned))
            }
            try ledger.enter(
                entries, endingJobs: [JobKind.files, JobKind.signedFiles, JobKind.draft], request(for: issuer))
            for one in made { tell(.made(one.document, one.built)) }
        } catch {
            // The numbers stay; the next try finds no draft, and the files come by their own jobs.
            for one in made { attempt(one.job, tell) { () throws(ToolkitError) in throw error } }
        }
    }
}
