import Synchronization

/// What a process does beside its main work, each duty on a thread of its own, until the main work ends.
public final class Duties: Sendable {
    private let isEnding = Atomic(false)
    private let living = Monitor(0)

    /// Nothing is to be done yet.
    public init() {}

    /// Begins a duty.
    ///
    /// - Parameter duty: Does it until the closure that it is given says that the process ends.
    public func begin(_ duty: @escaping @Sendable (_ isEnding: @escaping @Sendable () -> Bool) -> Void) {
        living.update { $0 += 1 }
        let isStarted = startThread {
            duty { self.isEnding.load(ordering: .relaxed) }
            self.living.update { $0 -= 1 }
        }
        if !isStarted { living.update { $0 -= 1 } }
    }

    /// Asks all duties to end.
    public func ask() { isEnding.store(true, ordering: .relaxed) }

    /// Asks all duties to end, and waits for them.
    public func end() {
        ask()
        _ = living.wait { $0 == 0 ? true : nil }
    }
}
