public import Certificates
public import Diagnostics
public import InvoiceModel
public import Ledger

/// Where jobs are done: the ledger, the archive and what a worker brings along.
public struct JobDesk: Sendable {
    /// The books.
    public let ledger: DocumentLedger
    let archive: any DocumentArchive
    let options: DocumentOptions
    let seals: [Seal.Target: Seal]
    private let certificate: Certificate?
    let host: Host
    /// What the threads of this process know of the numbers that they are about to get.
    let foresight = NumberForesight()

    /// What the libraries do not read themselves: clock, calendar, identifiers and names.
    public struct Host: Sendable {
        /// The clock.
        public let now: @Sendable () -> Timestamp
        /// The day of a moment in a country (ISO 3166-1 alpha-2); called by many threads.
        public let day: @Sendable (_ moment: Timestamp, _ country: String) -> CalendarDate
        /// Gives identifiers that were never given before, in rising order.
        public let identifier: @Sendable () -> String
        /// Who acts where nobody asked for it, such as `worker:host`; part of the audit.
        public let actor: String

        /// Takes every property as it is.
        public init(
            now: @escaping @Sendable () -> Timestamp,
            day: @escaping @Sendable (_ moment: Timestamp, _ country: String) -> CalendarDate,
            identifier: @escaping @Sendable () -> String, actor: String
        ) {
            self.now = now
            self.day = day
            self.identifier = identifier
            self.actor = actor
        }
    }

    /// Sets a desk up.
    ///
    /// - Parameters:
    ///   - ledger: The books.
    ///   - archive: Where files are kept.
    ///   - options: Templates, themes and languages for what the jobs leave open.
    ///   - signer: The key; without one, jobs that sign are left to others.
    ///   - host: Clock, calendar, identifiers.
    /// - Throws: `key.*` where the key cannot sign documents.
    public init(
        _ ledger: DocumentLedger, _ archive: any DocumentArchive, _ options: DocumentOptions, signer: (any Signer)?,
        _ host: Host
    ) throws(ToolkitError) {
        self.ledger = ledger
        self.archive = archive
        self.options = options
        self.host = host
        certificate = signer?.chain.first
        var seals: [Seal.Target: Seal] = [:]
        if let signer {
            for target in Seal.Target.allCases { seals[target] = try Seal(signer, target: target, at: host.now()) }
        }
        self.seals = seals
    }

    /// The kinds of jobs that can be done here now: those that sign only while the certificate of the key is good.
    public var kinds: Set<String> {
        let plain: Set = [JobKind.files, JobKind.part, JobKind.draft]
        guard !seals.isEmpty, (try? requireValidKey()) != nil else { return plain }
        return plain.union(JobKind.signing)
    }

    /// - Throws: `key.expired`; `key.notYetValid`.
    func requireValidKey() throws(ToolkitError) { try certificate?.requireValidity(at: host.now()) }

    /// The seal for files that are to be signed now; nil where there is no key.
    ///
    /// - Throws: `key.expired`: a worker may have been at work when that happened.
    func seal(_ target: Seal.Target) throws(ToolkitError) -> Seal? {
        guard let seal = seals[target] else { return nil }
        try requireValidKey()
        return seal.at(host.now())
    }

    var queue: JobQueue { JobQueue(ledger.store) }

    /// A request in the name of whoever wanted a job.
    func request(for job: JobQueue.Job) -> LedgerRequest { request(for: job.issuer, actor: job.actor) }

    /// A request in the name of an actor; nil for the worker itself.
    func request(for issuer: String, actor: String? = nil) -> LedgerRequest {
        LedgerRequest(
            issuer: issuer, actor: actor ?? host.actor, now: host.now(), identifier: host.identifier)
    }

    /// What is told of the work, as it happens.
    public enum News: Sendable {
        /// A document has its files.
        case made(IssuedDocument, BuiltDocument?)
        /// An item of a batch is wrong.
        case rejected(label: String, [Finding])
        /// A job failed; it comes again, or it has failed for good.
        case failed(JobQueue.Job, ToolkitError)
    }

    /// Does one job to its end, and reports the end to the ledger.
    ///
    /// - Parameters:
    ///   - job: The job as it was taken.
    ///   - workbench: The tools of this thread.
    ///   - isStopping: Whether the worker is to end; it is asked between items.
    ///   - tell: Takes what happens.
    public func perform(
        _ job: JobQueue.Job, on workbench: Workbench, isStopping: () -> Bool = { false }, tell: (News) -> Void
    ) {
        attempt(job, tell) { () throws(ToolkitError) in
            switch job.kind {
            case JobKind.files, JobKind.signedFiles: try makeFiles(for: job, on: workbench, tell)
            case JobKind.draft: try issueDrafts(for: job, on: workbench, isStopping, tell)
            case JobKind.part, JobKind.signedPart: try issue(job, on: workbench, isStopping, tell)
            default: throw ToolkitError(.jobKind, "This worker does not know jobs of this kind.")
            }
        }
    }

    /// Does something about a job, and reports its failure.
    func attempt(_ job: JobQueue.Job, _ tell: (News) -> Void, _ body: () throws(ToolkitError) -> Void) {
        do throws(ToolkitError) { try body() } catch {
            tell(.failed(job, error))
            // Where even this cannot be told, the lease runs out and another worker takes the job.
            _ = try? queue.finish(
                job, .failed(problem: error.code.name, isHopeless: Self.isHopeless(error)), request(for: job))
        }
    }

    /// Whether the same would happen again.
    private static func isHopeless(_ error: ToolkitError) -> Bool {
        switch error.code.kind {
        case .inputOutput, .later, .key, .state: false
        case .usage, .unreadable, .rejected, .defect: true
        }
    }

    /// Makes the files of a document that has none.
    private func makeFiles(
        for job: JobQueue.Job, on workbench: Workbench, _ tell: (News) -> Void
    ) throws(ToolkitError) {
        guard let subject = try ledger.jobSubject(job.subject, issuer: job.issuer) else {
            throw ToolkitError(.jobKind, "The document of the job is not in the ledger.")
        }
        guard subject.files.isEmpty else {
            _ = try queue.finish(job, .done, request(for: job))
            return
        }
        var options = options
        options.seal = job.kind == JobKind.signedFiles ? try seal(.both) : nil
        let built = try Issuance.files(of: subject.document.number, subject.content, options, on: workbench).get()
        let files = try keep(built)
        try ledger.enter(
            files, of: subject.document.id, isSigned: built.isSigned, endingJobs: [JobKind.files, JobKind.signedFiles],
            request(for: job))
        tell(.made(subject.document, built))
    }

    func keep(_ built: BuiltDocument) throws(ToolkitError) -> [DocumentFile] {
        [try archive.keep(built.pdf, as: "pdf"), try archive.keep(built.xml, as: "xml")]
    }
}

extension ToolkitError.Code {
    /// A job that cannot be done by this version.
    static let jobKind = Self("job.kind", .state)
}
