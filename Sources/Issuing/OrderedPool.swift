import Glibc

/// Works on a stream of inputs with several OS threads and hands the results back in the order of the inputs.
///
/// The threads are the system's own, because the C libraries underneath block. No more than a fixed number of
/// items is on its way at any time, so memory stays flat however long the stream is. Where the system refuses
/// threads, fewer work; where it gives none, the caller's thread does it all.
public struct OrderedPool: Sendable {
    /// How many threads work.
    public let workers: Int
    private let window: Int

    /// Plans a pool; threads start with `run`.
    ///
    /// - Parameter workers: At least one; as many as cores is best.
    public init(workers: Int) {
        self.workers = max(1, workers)
        window = self.workers * 4
    }

    /// Runs the whole stream; returns when every result is delivered or delivery stopped it.
    ///
    /// - Parameters:
    ///   - next: Gives the next input; nil ends the stream. Called by one thread of its own.
    ///   - makeTools: Makes what one worker keeps between items. Called once on each worker's thread.
    ///   - work: Does one item. It must not fail: failures are part of `Output`.
    ///   - isCancelled: Asked ten times a second while nothing arrives; true stops the run.
    ///   - deliver: Takes the results in order on the caller's thread; false stops the run, and what is on its
    ///     way is thrown away. A feeder that waits for input is left behind.
    public func run<Input: Sendable, Output: Sendable, Tools>(
        next: @escaping @Sendable () -> Input?, makeTools: @escaping @Sendable () -> Tools,
        work: @escaping @Sendable (Tools, Input) -> Output, isCancelled: () -> Bool = { false },
        deliver: (Output) -> Bool
    ) {
        let monitor = Monitor(Line<Input, Output>())
        let window = window
        var started = 0
        while started < workers,
            startThread({
                let tools = makeTools()
                while let (index, input) = monitor.wait(for: { $0.take() }) {
                    let output = work(tools, input)
                    monitor.update { $0.results[index] = output }
                }
                monitor.update { $0.finishedWorkers += 1 }
            })
        { started += 1 }
        let hasFeeder =
            started > 0
            && startThread {
                while let input = next() {
                    let goesOn = monitor.wait { line -> Bool? in
                        if line.isStopped { return false }
                        guard line.fed - line.delivered < window else { return nil }
                        line.waiting.append((line.fed, input))
                        line.fed += 1
                        return true
                    }
                    if !goesOn { break }
                }
                monitor.update { $0.isFed = true }
            }
        if !hasFeeder {
            monitor.update { $0.isStopped = true }
            let tools = makeTools()
            while !isCancelled(), let input = next() {
                if !deliver(work(tools, input)) { break }
            }
        }
        while hasFeeder, let output = monitor.wait(askingEvery: 100, for: { isCancelled() ? .some(nil) : $0.collect() })
        {
            if !deliver(output) { break }
        }
        monitor.update { $0.isStopped = true }
        monitor.wait { $0.finishedWorkers == started ? () : nil }
    }
}

/// What feeder, workers and the caller share.
private struct Line<Input, Output> {
    var waiting: [(index: Int, input: Input)] = []
    var results: [Int: Output] = [:]
    var fed = 0
    var delivered = 0
    var isFed = false
    var isStopped = false
    var finishedWorkers = 0

    /// The next item for a worker; `.some(nil)` when there will be none.
    mutating func take() -> (Int, Input)?? {
        if isStopped { return .some(nil) }
        if !waiting.isEmpty {
            let (index, input) = waiting.removeFirst()
            return .some((index, input))
        }
        return isFed ? .some(nil) : nil
    }

    /// The next result in order; `.some(nil)` when all are delivered.
    mutating func collect() -> Output?? {
        if let output = results.removeValue(forKey: delivered) {
            delivered += 1
            return .some(output)
        }
        return isFed && delivered == fed ? .some(nil) : nil
    }
}

/// What a new thread runs.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread.
///
/// - Returns: False when the system refuses it.
func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
    var thread = pthread_t()
    let body = unsafe Unmanaged.passRetained(ThreadBody(run))
    guard unsafe pthread_create(&thread, nil, threadMain, body.toOpaque()) == 0 else {
        unsafe body.release()
        return false
    }
    pthread_detach(thread)
    return true
}

private func threadMain(_ body: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let body = unsafe body else { return nil }
    unsafe Unmanaged<ThreadBody>.fromOpaque(body).takeRetainedValue().run()
    return nil
}
