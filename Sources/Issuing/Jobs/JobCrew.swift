import Diagnostics
import Synchronization

/// Workers that do jobs beside whatever else a process does.
public final class JobCrew: Sendable {
    private let isAsked = Atomic(false)
    private let isOver = Monitor(false)

    /// Sets workers to work; nil where the system gives no thread.
    ///
    /// - Parameters:
    ///   - workers: With a plan that does not end by itself.
    ///   - makeTools: Makes what one thread keeps between jobs.
    ///   - tell: Takes what happens; called by all threads.
    public init?(
        _ workers: JobWorkers, makeTools: @escaping @Sendable () -> Workbench,
        tell: @escaping @Sendable (JobDesk.News) -> Void
    ) {
        let isStarted = startThread { [self] in
            // Only a plan that ends when nothing is due ends with an error.
            try? workers.run(
                makeTools: makeTools, isStopped: { self.isAsked.load(ordering: .relaxed) }, tell: tell)
            isOver.update { $0 = true }
        }
        if !isStarted { return nil }
    }

    /// Asks the workers to finish the documents in hand and to give the rest back.
    public func stop() { isAsked.store(true, ordering: .relaxed) }

    /// Waits for the end after `stop`.
    ///
    /// - Parameter seconds: How long at most.
    /// - Returns: Whether all of them ended.
    public func wait(seconds: Int) -> Bool {
        var steps = seconds * 10
        return isOver.wait(askingEvery: 100) { isOver in
            if isOver { return true }
            steps -= 1
            return steps < 0 ? false : nil
        }
    }
}
