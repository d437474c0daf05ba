import Certificates
import Diagnostics
import JSONCore
import Ledger

extension JobDesk {
    /// Issues what is left of a part of a batch, each document in a transaction of its own.
    func issue(
        _ job: JobQueue.Job, on workbench: Workbench, _ isStopping: () -> Bool, _ tell: (News) -> Void
    ) throws(ToolkitError) {
        guard let part = try queue.open(job, request(for: job)) else { return }
        if part.isPaused {
            _ = try queue.finish(job, .paused, request(for: job))
            return
        }
        guard let last = part.items.last else { return try queue.close(job, request(for: job)) }
        let decisions = try BatchDecisions(parsing: part.payload)
        for item in part.items {
            if isStopping() {
                _ = try queue.giveBack(job, at: host.now())
                return
            }
            let outcome = try outcome(of: item, in: job, decisions, on: workbench, tell)
            let next = try queue.enter(
                outcome, of: item.ordinal, in: job, isLast: item == last, leaseSeconds: JobWorkers.leaseSeconds,
                request(for: job))
            guard next == .goOn else { return }
        }
    }

    /// What becomes of one document; only what another try may mend is thrown.
    private func outcome(
        of item: JobQueue.Part.Item, in job: JobQueue.Job, _ decisions: BatchDecisions, on workbench: Workbench,
        _ tell: (News) -> Void
    ) throws(ToolkitError) -> JobQueue.ItemOutcome {
        let now = host.now()
        var options = decisions.options(over: options)
        options.seal = try decisions.sealed.flatMap { target throws(ToolkitError) in try seal(target) }
        guard decisions.sealed == nil || options.seal != nil else {
            throw ToolkitError(.jobKind, "The batch is to be signed, and this worker has no key.")
        }
        do throws(ToolkitError) {
            switch try issuance(item, in: job, decisions, at: now).issue(item.content, options, on: workbench) {
            case .rejected(let findings): return reject(item, findings, tell)
            case .issued(let issued):
                let built = try issued.files.get()
                let outcome = JobQueue.ItemOutcome.successful(
                    issued.document, try keep(built), isSigned: built.isSigned)
                tell(.made(issued.document, built))
                return outcome
            case .repeated(let document, _): return try completed(document, in: job, options, on: workbench, tell)
            }
        } catch {
            switch error.code.kind {
            case .inputOutput, .later, .key: throw error
            case .usage, .unreadable, .rejected, .state, .defect:
                return reject(
                    item,
                    [
                        Finding(
                            rule: error.code.name, pointer: "", place: error.place, message: error.message,
                            fix: error.fix)
                    ], tell)
            }
        }
    }

    private func issuance(
        _ item: JobQueue.Part.Item, in job: JobQueue.Job, _ decisions: BatchDecisions, at now: Timestamp
    ) -> Issuance {
        var policy = decisions.policy
        policy.issuer = job.issuer
        policy.filesJob = .caller
        let day = host.day
        return Issuance(
            ledger,
            IssueCaller(
                actor: job.actor, now: now, today: { day(now, $0) }, idempotencyKey: item.key,
                identifier: host.identifier), policy)
    }

    /// The document of an item whose first worker died on the way: its files are made now, or they are there.
    private func completed(
        _ document: IssuedDocument, in job: JobQueue.Job, _ options: DocumentOptions, on workbench: Workbench,
        _ tell: (News) -> Void
    ) throws(ToolkitError) -> JobQueue.ItemOutcome {
        guard let subject = try ledger.jobSubject(document.id, issuer: job.issuer) else {
            throw ToolkitError(.jobKind, "The document of the item is not in the ledger.")
        }
        guard subject.files.isEmpty else {
            // Entering the same files again changes nothing.
            return .successful(document, subject.files, isSigned: false)
        }
        let built = try Issuance.files(of: document.number, subject.content, options, on: workbench).get()
        let files = try keep(built)
        tell(.made(document, built))
        return .successful(document, files, isSigned: built.isSigned)
    }

    private func reject(
        _ item: JobQueue.Part.Item, _ findings: [Finding], _ tell: (News) -> Void
    ) -> JobQueue.ItemOutcome {
        let findings = BatchSubmission.placed(findings, of: item.label)
        tell(.rejected(label: item.label, findings))
        var writer = JSONWriter()
        writer.findings(findings)
        return .failed(problem: writer.bytes, document: nil)
    }
}
