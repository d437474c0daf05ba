import Diagnostics
import Ledger

extension JobDesk {
    /// Issues a queued draft whose invoice is paid, with today's date (facts/features.md §1, row 64).
    ///
    /// What is issued, thrown away or taken out of the queue meanwhile is done. The job ends in the transaction that enters
    /// the files; a worker that dies before that leaves them to a job of their own, as `issue` does.
    func issueDraft(
        for job: JobQueue.Job, on workbench: Workbench, _ tell: (News) -> Void
    ) throws(ToolkitError) {
        guard let found = try ledger.draft(job.subject, issuer: job.issuer), found.draft.isQueued else {
            _ = try queue.finish(job, .done, request(for: job))
            return
        }
        let now = host.now()
        let day = host.day
        var policy = IssuePolicy()
        policy.issuer = job.issuer
        policy.issueDate = .today
        var options = options
        options.seal = seals.isEmpty ? nil : try seal(.both)
        let issuance = Issuance(
            ledger,
            IssueCaller(actor: job.actor, now: now, today: { day(now, $0) }, identifier: host.identifier), policy,
            draft: DraftVersion(found.draft.id, version: found.draft.version))
        switch try issuance.issue(found.content, options, on: workbench) {
        case .rejected(let findings):
            tell(.rejected(label: job.subject, findings))
            _ = try queue.finish(
                job, .failed(problem: findings.first?.rule ?? "document.rejected", isHopeless: true), request(for: job))
        case .repeated: _ = try queue.finish(job, .done, request(for: job))
        case .issued(let issued):
            let built = try issued.files.get()
            try ledger.enter(
                try keep(built), of: issued.document.id, isSigned: built.isSigned,
                endingJobs: [JobKind.files, JobKind.signedFiles, JobKind.draft], request(for: job))
            tell(.made(issued.document, built))
        }
    }
}
