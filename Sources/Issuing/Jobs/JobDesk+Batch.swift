import Certificates
import Diagnostics
import JSONCore
import Ledger

extension JobDesk {
    /// So many bytes of documents are issued together at most; a larger one is issued alone.
    private static let groupBytes = 1 << 20
    /// A group is entered after so many seconds, whatever is left of it: where a key signs slowly, the lease must not run out.
    fileprivate static let groupSeconds = JobWorkers.leaseSeconds / 3

    /// Issues what is left of a part of a batch, in groups: one transaction numbers the documents of a group, their files come
    /// to the disk together, and one transaction enters those with the outcomes.
    func issue(
        _ job: JobQueue.Job, on workbench: Workbench, _ isStopping: () -> Bool, _ tell: (News) -> Void
    ) throws(ToolkitError) {
        guard let part = try queue.open(job, request(for: job)) else { return }
        if part.isPaused {
            _ = try queue.finish(job, .paused, request(for: job))
            return
        }
        guard !part.items.isEmpty else { return try queue.close(job, request(for: job)) }
        let decisions = try BatchDecisions(parsing: part.payload)
        var rest = part.items[...]
        while !rest.isEmpty {
            if isStopping() {
                _ = try queue.giveBack(job, at: host.now())
                return
            }
            let group = Self.group(of: rest)
            var options = decisions.options(over: options)
            options.seal = try decisions.sealed.flatMap { target throws(ToolkitError) in try seal(target) }
            guard decisions.sealed == nil || options.seal != nil else {
                throw ToolkitError(.jobKind, "The batch is to be signed, and this worker has no key.")
            }
            let work = BatchGroup(desk: self, job: job, options: options, workbench: workbench)
            let done = work.issue(group, decisions, isStopping, tell)
            rest = rest.filter { item in !done.outcomes.contains { $0.item == item.ordinal } }[...]
            let next = try queue.enter(
                done.outcomes, in: job, isLast: rest.isEmpty, leaseSeconds: JobWorkers.leaseSeconds, request(for: job))
            if next != .lost { for one in done.made { tell(.made(one.document, one.built)) } }
            guard next == .goOn else { return }
            if let obstacle = done.obstacle { throw obstacle }
        }
    }

    /// The first items, as many as go together.
    private static func group(of items: ArraySlice<JobQueue.Part.Item>) -> [JobQueue.Part.Item] {
        var size = 0
        return Array(
            items.prefix { item in
                size += item.content.count
                return size <= groupBytes || size == item.content.count
            })
    }
}

/// Documents of a batch that are issued together.
private struct BatchGroup {
    let desk: JobDesk
    let job: JobQueue.Job
    let options: DocumentOptions
    let workbench: Workbench

    /// An item with its document, of which the files are to be kept.
    struct Made {
        let item: Int
        let document: IssuedDocument
        let built: BuiltDocument
    }

    /// What became of the items.
    struct Done {
        var outcomes: [(item: Int, outcome: JobQueue.ItemOutcome)] = []
        var made: [Made] = []
        /// What keeps the others from being done now.
        var obstacle: ToolkitError?

        var isEmpty: Bool { outcomes.isEmpty && made.isEmpty }
    }

    /// Issues documents, and keeps their files.
    func issue(
        _ items: [JobQueue.Part.Item], _ decisions: BatchDecisions, _ isStopping: () -> Bool,
        _ tell: (JobDesk.News) -> Void
    ) -> Done {
        let now = desk.host.now()
        let isLate = { desk.host.now().secondsSince1970 - now.secondsSince1970 >= JobDesk.groupSeconds }
        let group = IssueGroup(
            ledger: desk.ledger, issuer: job.issuer, options: options, workbench: workbench,
            foresight: desk.foresight)
        let entries = items.map { item in
            IssueGroup.Entry(issuance: issuance(item, decisions, at: now), json: item.content)
        }
        var done = Done()
        for (item, outcome) in zip(items, group.issue(entries, isStopping: isStopping, isLate: isLate)) {
            guard let outcome else { continue }
            // Files of what was issued before are still to be made.
            if case .success(.repeated) = outcome, isLate(), !done.isEmpty { continue }
            do throws(ToolkitError) {
                try take(item, try outcome.get(), &done, tell)
            } catch {
                if error.isObstacle {
                    done.obstacle = error
                } else {
                    let finding = Finding(
                        rule: error.code.name, pointer: "", place: error.place, message: error.message, fix: error.fix)
                    let outcome = reject(item, [finding], issued: Self.document(of: outcome), tell)
                    done.outcomes.append((item.ordinal, outcome))
                }
            }
        }
        keepFiles(&done)
        return done
    }

    /// The document that has its number, whatever becomes of its files.
    private static func document(of outcome: Result<IssueOutcome, ToolkitError>) -> IssuedDocument? {
        switch outcome {
        case .success(.issued(let issued)): issued.document
        case .success(.repeated(let document, _)): document
        case .success(.rejected), .failure: nil
        }
    }

    private func issuance(
        _ item: JobQueue.Part.Item, _ decisions: BatchDecisions, at now: Timestamp
    ) -> Issuance {
        var policy = decisions.policy
        policy.issuer = job.issuer
        policy.filesJob = .caller
        let day = desk.host.day
        return Issuance(
            desk.ledger,
            IssueCaller(
                actor: job.actor, now: now, today: { day(now, $0) }, idempotencyKey: item.key,
                identifier: desk.host.identifier), policy)
    }

    private func take(
        _ item: JobQueue.Part.Item, _ outcome: IssueOutcome, _ done: inout Done, _ tell: (JobDesk.News) -> Void
    ) throws(ToolkitError) {
        switch outcome {
        case .rejected(let findings): done.outcomes.append((item.ordinal, reject(item, findings, tell)))
        case .issued(let issued):
            done.made.append(Made(item: item.ordinal, document: issued.document, built: try issued.files.get()))
        case .repeated(let document, _):
            // The document of an item whose first worker died on the way: its files are made now, or they are there.
            guard let subject = try desk.ledger.jobSubject(document.id, issuer: job.issuer) else {
                throw ToolkitError(.jobKind, "The document of the item is not in the ledger.")
            }
            guard subject.files.isEmpty else {
                // Entering the same files again changes nothing.
                done.outcomes.append((item.ordinal, .successful(document, subject.files, isSigned: false)))
                return
            }
            let built = try Issuance.files(of: document.number, subject.content, options, on: workbench).get()
            done.made.append(Made(item: item.ordinal, document: document, built: built))
        }
    }

    /// Brings the files to the disk at once; without them no document is told as done.
    private func keepFiles(_ done: inout Done) {
        do throws(ToolkitError) {
            let files = try desk.archive.keep(done.made.flatMap { [($0.built.pdf, "pdf"), ($0.built.xml, "xml")] })
            for (index, one) in done.made.enumerated() {
                let own = Array(files[2 * index..<2 * index + 2])
                done.outcomes.append(
                    (one.item, .successful(one.document, own, isSigned: one.built.isSigned)))
            }
        } catch {
            done.made = []
            done.obstacle = error
        }
        done.outcomes.sort { $0.item < $1.item }
    }

    private func reject(
        _ item: JobQueue.Part.Item, _ findings: [Finding], issued document: IssuedDocument? = nil,
        _ tell: (JobDesk.News) -> Void
    ) -> JobQueue.ItemOutcome {
        let findings = BatchSubmission.placed(findings, of: item.label)
        tell(.rejected(label: item.label, findings))
        var writer = JSONWriter()
        writer.findings(findings)
        return .failed(problem: writer.bytes, document: document)
    }
}
