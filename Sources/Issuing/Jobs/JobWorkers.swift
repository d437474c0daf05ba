import Certificates
public import Diagnostics
import Glibc
import Ledger
import Synchronization

/// The workers of one process: threads that take jobs, and one eye on their leases.
public final class JobWorkers: Sendable {
    /// How long a worker may stay silent before another one takes its job, in seconds.
    static let leaseSeconds = 60
    /// How often the leases of what is in hand are renewed, in seconds.
    private static let beatSeconds = 20
    /// How long an idle worker sleeps before it looks all the same, in milliseconds.
    private static let idleMilliseconds = 1000

    private let desk: JobDesk
    private let plan: Plan
    /// What the threads have in hand, and since when.
    private let inHand = Mutex<[Int: (job: JobQueue.Job, since: Int)]>([:])
    private let failure = Mutex<ToolkitError?>(nil)
    private let done = Atomic(0)
    private let isAsked = Atomic(false)

    /// How a process works.
    public struct Plan: Sendable, Hashable {
        /// How many jobs at a time.
        public var threads: Int
        /// Whose jobs; nil for everybody's.
        public var issuer: String?
        /// Whether it ends when nothing is due any more.
        public var endsWhenIdle: Bool
        /// After how many jobs it ends, so that whoever supervises it starts a fresh one; nil for never.
        public var mostJobs: Int?
        /// After how many seconds it ends; nil for never.
        public var mostSeconds: Int?

        /// Takes every property as it is.
        public init(
            threads: Int, issuer: String? = nil, endsWhenIdle: Bool = false, mostJobs: Int? = nil,
            mostSeconds: Int? = nil
        ) {
            self.threads = threads
            self.issuer = issuer
            self.endsWhenIdle = endsWhenIdle
            self.mostJobs = mostJobs
            self.mostSeconds = mostSeconds
        }
    }

    /// Plans workers; they begin with `run`.
    public init(_ desk: JobDesk, _ plan: Plan) {
        self.desk = desk
        self.plan = plan
    }

    /// Works until it is asked to stop, the plan is fulfilled, or, where the plan says so, nothing is due any more.
    ///
    /// Items in hand are finished, and jobs that are not done are given back.
    ///
    /// - Parameters:
    ///   - makeTools: Makes what one thread keeps between jobs. Called on that thread.
    ///   - isStopped: Asked by all threads, between items.
    ///   - tell: Takes what happens; called by all threads.
    /// - Throws: What the store throws where it cannot be reached at all.
    public func run(
        makeTools: @escaping @Sendable () -> Workbench, isStopped: @escaping @Sendable () -> Bool,
        tell: @escaping @Sendable (JobDesk.News) -> Void
    ) throws(ToolkitError) {
        let begun = desk.host.now().secondsSince1970
        let living = Monitor(0)
        for index in 0..<max(1, plan.threads) {
            living.update { $0 += 1 }
            let started = startThread {
                self.work(index, makeTools, isStopped, tell)
                living.update { $0 -= 1 }
            }
            if !started { living.update { $0 -= 1 } }
        }
        var beat = begun
        while isAlive(living) {
            let now = desk.host.now()
            if let most = plan.mostSeconds, now.secondsSince1970 - begun >= most {
                isAsked.store(true, ordering: .relaxed)
            }
            guard now.secondsSince1970 - beat >= Self.beatSeconds else { continue }
            beat = now.secondsSince1970
            renew(at: now)
            // A store that is away now is asked again at the next beat.
            _ = try? desk.queue.sweep(at: now) { desk.request(for: $0) }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Waits a fifth of a second, or until the last thread ends; whether there is one left.
    private func isAlive(_ living: Monitor<Int>) -> Bool {
        var hasWaited = false
        return living.wait(askingEvery: 200) { count in
            defer { hasWaited = true }
            return count == 0 ? false : hasWaited ? true : nil
        }
    }

    /// Renews the leases of what is in hand; what takes longer than it may is left to another worker.
    private func renew(at now: Timestamp) {
        for (job, since) in inHand.withLock({ Array($0.values) })
        where now.secondsSince1970 - since < job.timeoutSeconds {
            _ = try? desk.queue.renew(job, at: now, leaseSeconds: Self.leaseSeconds)
        }
    }

    private func isStopping(_ isStopped: () -> Bool) -> Bool {
        isStopped() || isAsked.load(ordering: .relaxed)
            || plan.mostJobs.map { done.load(ordering: .relaxed) >= $0 } == true
    }

    /// One thread: it takes one job after the other.
    private func work(
        _ index: Int, _ makeTools: () -> Workbench, _ isStopped: () -> Bool, _ tell: (JobDesk.News) -> Void
    ) {
        let tools = makeTools()
        var watch: (any StoreWatch)?
        while !isStopping(isStopped) {
            do throws(ToolkitError) {
                // Whoever begins to watch before he looks misses nothing in between.
                if watch == nil, !plan.endsWhenIdle { watch = try desk.ledger.store.watch() }
                let terms = JobQueue.Terms(kinds: desk.kinds, issuer: plan.issuer, leaseSeconds: Self.leaseSeconds)
                guard let job = try desk.queue.claim(1, at: desk.host.now(), terms).first else {
                    guard let watch else { return }
                    _ = try watch.wait(milliseconds: Self.idleMilliseconds)
                    continue
                }
                inHand.withLock { $0[index] = (job, desk.host.now().secondsSince1970) }
                desk.perform(job, on: tools, isStopping: { isStopping(isStopped) }, tell: tell)
                inHand.withLock { $0[index] = nil }
                done.add(1, ordering: .relaxed)
            } catch {
                // A server that is away comes back; nothing is lost meanwhile.
                guard !plan.endsWhenIdle else { return failure.withLock { $0 = error } }
                watch = nil
                usleep(UInt32(Self.idleMilliseconds) * 1000)
            }
        }
    }
}
