import Certificates
import Diagnostics
import Glibc
import Issuing
import Ledger

extension OptionDescription {
    static let mostJobs = OptionDescription(
        "--max-jobs", value: "N", "end after so many jobs, for a supervisor to start anew")
    static let mostSeconds = OptionDescription("--max-time", value: "SECONDS", "end after so many seconds")
    static let watchAt = OptionDescription(
        "--watch-at", value: "HH:MM", "when the certificate of the key is looked at each day; 06:00 by default")
}

/// `pechat worker`: does jobs until it is stopped.
struct WorkerCommand: Command {
    static let options: [OptionDescription] = [
        .ledger, .files, .issuer, BatchCommand.workers, .key, .passwordFile, .template, .theme, .fonts, .language,
        .profile,
    ]
    static let description = CommandDescription(
        "worker", summary: "do the jobs of a ledger until stopped; run as many as you like, on any machine",
        options: options + [.mostJobs, .mostSeconds, .allowAddress, .watchAt, .timeZone, .quiet],
        details: """
            It also tells webhooks of events (docs/webhooks.md), those in your own network where --allow-address names it.
            Workers on several machines share a ledger on PostgreSQL and, for the files, a folder that all of them see.
            SIGTERM and Ctrl-C finish the documents in hand, give the rest back and end with 0. A worker that is killed
            loses its jobs to the others after a minute; no document is issued twice. Without --key, jobs that sign are
            left to workers with one.
            """,
        examples: [
            ("pechat worker --ledger books.db", "as many at a time as there are cores"),
            (
                "pechat worker --ledger postgres://pechat@db/books --files /srv/pechat --key signer.p12 --password-file pw",
                "a further node that signs"
            ),
        ], exits: [.unreadable, .key, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let bench = try WorkerBench(arguments, in: world, .creating)
        world.interruption.listen()
        let news = JobNews(world, isQuiet: arguments.has(.quiet))
        let courier = WebhookCourier(
            bench.desk.ledger, issuer: arguments.value(.issuer),
            now: { Timestamp(secondsSince1970: time(nil)) }, post: try world.webhookPost(arguments.all(.allowAddress)))
        let duties = Duties()
        duties.begin { isEnding in courier.run(isStopped: isEnding) { news.take($0) } }
        if let watch = try bench.watch() {
            duties.begin { isEnding in watch.run(isEnding: isEnding) { news.take($0) } }
        }
        defer { duties.end() }
        try bench.run(bench.plan(endsWhenIdle: false), news)
        return .done
    }
}

/// `pechat jobs run`: does what waits, and ends.
struct JobsRunCommand: Command {
    static let description = CommandDescription(
        "jobs run", summary: "do the jobs that wait, then end",
        options: WorkerCommand.options + [IssueCommand.out, .now, .quiet],
        details: """
            What waits for its next try is tried now. A job that fails stays and is noted with its problem; the others go
            on. Documents that were issued with --key wait until a key is given here too.
            """,
        examples: [
            ("pechat jobs run --ledger books.db --out out", "after a full disk, a crash or a key that was not at hand")
        ], exits: [.unreadable, .key, .state, .batchFailures, .interrupted, .terminated])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let bench = try WorkerBench(arguments, in: world)
        let issuer = try world.issuer(arguments, of: bench.desk.ledger)
        world.interruption.listen()
        let news = JobNews(
            world, isQuiet: arguments.has(.quiet), folder: try arguments.value(IssueCommand.out).map(OutputFolder.init))
        var plan = try bench.plan(endsWhenIdle: true)
        plan.issuer = issuer
        try JobQueue(bench.desk.ledger.store).hurry(issuer: issuer, at: world.now(arguments))
        try bench.run(plan, news)
        let waiting = try bench.waitingForKey(of: issuer)
        if waiting > 0 { world.note("\(waiting) jobs are to be signed: give --key.") }
        if let exit = world.interruption.exit { return exit }
        return news.failures > 0 || waiting > 0 ? .batchFailures : .done
    }
}

/// What a worker needs, made of the command line.
struct WorkerBench {
    let desk: JobDesk
    private let signer: (any Signer)?
    private let host: JobDesk.Host
    private let toolkit: Toolkit
    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World, _ use: World.LedgerUse = .changing) throws(ToolkitError) {
        let open = try world.ledger(arguments, use)
        let options = try DocumentOptions(arguments, in: world, seals: false)
        let now = try world.now(arguments)
        let isFixed = arguments.value(.now) != nil
        signer = try arguments.value(.key).map { key throws(ToolkitError) in
            try world.signer(key, passwordFile: arguments.value(.passwordFile), at: now)
        }
        host = JobDesk.Host(
            now: { isFixed ? now : Timestamp(secondsSince1970: time(nil)) },
            day: { LocalDay.zone(of: $1).day(of: $0) }, identifier: { Identifier.next() },
            actor: "worker:\(World.actor)")
        desk = try JobDesk(open.ledger, open.archive, options, signer: signer, host)
        toolkit = try world.toolkit(arguments)
        self.arguments = arguments
        self.world = world
    }

    func plan(endsWhenIdle: Bool) throws(ToolkitError) -> JobWorkers.Plan {
        JobWorkers.Plan(
            threads: try arguments.number(BatchCommand.workers, in: 1...256)
                ?? max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))),
            issuer: arguments.value(.issuer), endsWhenIdle: endsWhenIdle,
            mostJobs: try arguments.number(.mostJobs, in: 1...1_000_000_000),
            mostSeconds: try arguments.number(.mostSeconds, in: 1...1_000_000_000))
    }

    func run(_ plan: JobWorkers.Plan, _ news: JobNews) throws(ToolkitError) {
        let (toolkit, interruption) = (toolkit, world.interruption)
        try JobWorkers(desk, plan).run(
            makeTools: { Workbench(toolkit) }, isStopped: { interruption.exit != nil }, tell: { news.take($0) })
    }

    /// The daily look at the certificate of the key; nil without a key.
    ///
    /// - Throws: `usage` where the time or its zone is none.
    func watch() throws(ToolkitError) -> CertificateWatch? {
        guard let certificate = signer?.chain.first else { return nil }
        let zone = try arguments.value(.timeZone).map { name throws(ToolkitError) in try LocalDay.zone(named: name) }
        guard let schedule = DailySchedule(arguments.value(.watchAt) ?? "06:00", zone: zone ?? .utc) else {
            throw .usage("--watch-at takes a time of day such as 06:00.", in: WorkerCommand.description)
        }
        return CertificateWatch(
            [("worker", certificate)], desk.ledger, issuer: arguments.value(.issuer), schedule, host)
    }

    /// How many jobs wait for a worker with a key, where this one has none.
    func waitingForKey(of issuer: String) throws(ToolkitError) -> Int {
        guard desk.kinds.isDisjoint(with: JobKind.signing) else { return 0 }
        var filter = JobBoard.Filter()
        filter.states = [.pending]
        filter.kind = JobKind.signedFiles
        return try JobBoard(desk.ledger).jobs(of: issuer, filter).count
    }
}
