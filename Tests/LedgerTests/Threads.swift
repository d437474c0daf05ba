import Foundation

/// Threads that the system runs at the same time, as many as one wants.
enum Threads {
    /// Runs a body on so many threads and waits for all of them.
    static func together(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let threads = (0..<count).map { index in Thread { body(index) } }
        for thread in threads { thread.start() }
        for thread in threads { while !thread.isFinished { usleep(1_000) } }
    }
}
