public import Diagnostics
public import Ledger

/// Tells whoever watches how jobs go: one thread of the process asks the store once for all who watch.
///
/// The thread begins with the first watcher and ends with the last one.
public final class JobFeed: Sendable {
    /// What a watcher is told.
    public enum News: Sendable {
        /// How the job stands; the last thing that is told where it has ended.
        case standing(JobRecord)
        /// Nothing has happened for a while.
        case silence
        /// The job was forgotten; nothing more is told.
        case gone
    }

    /// How many may watch at the same time.
    public static let mostWatchers = 1000
    /// How often the store is asked, in milliseconds.
    private static let stepMilliseconds = 250
    /// After how many steps without news a watcher is told so: 15 seconds.
    private static let silentSteps = 60

    /// What names a job.
    private struct JobKey: Hashable {
        let issuer: String
        let id: String
    }

    private struct Watcher {
        let key: JobKey
        var seen: String?
        var silence = 0
        /// False when the watcher is gone.
        let take: @Sendable (News) -> Bool
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var next = 0
        var isRunning = false
    }

    private let board: JobBoard
    private let state = Monitor(State())

    /// Watches the jobs of a ledger.
    public init(_ board: JobBoard) { self.board = board }

    /// Watches a job from now on.
    ///
    /// - Parameters:
    ///   - job: The job, of which the watcher was told, or will be told at once where it has another version now.
    ///   - version: What the watcher has seen of it; nil for nothing.
    ///   - take: Takes what happens, on another thread, and says whether the watcher is still there.
    /// - Throws: `job.watchers` where too many watch already.
    public func watch(
        _ job: JobRecord, since version: String?, take: @escaping @Sendable (News) -> Bool
    ) throws(ToolkitError) {
        let (isIn, isFirst) = state.update { state in
            guard state.watchers.count < Self.mostWatchers else { return (false, false) }
            state.watchers[state.next] = Watcher(
                key: JobKey(issuer: job.issuer, id: job.id), seen: version, take: take)
            state.next += 1
            defer { state.isRunning = true }
            return (true, !state.isRunning)
        }
        guard isIn else { throw Self.tooMany }
        guard isFirst, !startThread({ self.run() }) else { return }
        state.update { $0 = State() }
        throw Self.tooMany
    }

    private static var tooMany: ToolkitError {
        ToolkitError(
            .jobWatchers, "Too many watch jobs at the moment.", fix: "Ask for the job itself from time to time.")
    }

    private func run() {
        while true {
            let watchers: [Int: Watcher] = state.update { state in
                if state.watchers.isEmpty { state.isRunning = false }
                return state.watchers
            }
            if watchers.isEmpty { return }
            var keys: [JobKey: (issuer: String, id: String)] = [:]
            for watcher in watchers.values { keys[watcher.key] = (watcher.key.issuer, watcher.key.id) }
            // A store that is away is asked again at the next step.
            if let jobs = try? board.standings(of: Array(keys.values)) { tell(watchers, jobs) }
            var steps = 0
            state.wait(askingEvery: Self.stepMilliseconds) { _ in
                defer { steps += 1 }
                return steps == 0 ? nil : ()
            }
        }
    }

    private func tell(_ watchers: [Int: Watcher], _ found: [JobRecord]) {
        var jobs: [JobKey: JobRecord] = [:]
        for job in found { jobs[JobKey(issuer: job.issuer, id: job.id)] = job }
        for (number, before) in watchers {
            var watcher: Watcher? = before
            if let job = jobs[before.key] {
                watcher?.silence += 1
                if job.version != before.seen {
                    watcher?.seen = job.version
                    watcher?.silence = 0
                    if !before.take(.standing(job)) || job.state.isFinal { watcher = nil }
                } else if before.silence >= Self.silentSteps {
                    watcher?.silence = 0
                    if !before.take(.silence) { watcher = nil }
                }
            } else {
                _ = before.take(.gone)
                watcher = nil
            }
            state.update { $0.watchers[number] = watcher }
        }
    }
}

extension ToolkitError.Code {
    /// Too many watch jobs.
    static let jobWatchers = Self("job.watchers", .later)
}
