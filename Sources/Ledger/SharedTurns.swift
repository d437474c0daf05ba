import Dispatch
import Synchronization

/// Lets threads that do the same kind of thing at the same time do it together, such as waiting for the disk.
///
/// Whoever comes while another one is at work waits and then goes together with all that wait; who is alone waits for
/// nobody.
public final class SharedTurns<Order: Sendable, Outcome: Sendable>: Sendable {
    /// Those who wait, by lane; there is an entry as long as somebody is at work in the lane.
    private let waiting = Mutex<[String: [Ticket]]>([:])
    private let groupLimit: Int

    /// Sets turns up.
    ///
    /// - Parameter groupLimit: How many orders are done together at most.
    public init(groupLimit: Int = 64) { self.groupLimit = groupLimit }

    /// An order on its way, and its thread.
    private final class Ticket: Sendable {
        let order: Order
        private let called = DispatchSemaphore(value: 0)
        private let outcome = Mutex<Outcome?>(nil)

        init(_ order: Order) { self.order = order }

        /// Tells the thread what became of its order; nil means that it is its turn.
        func call(_ result: Outcome?) {
            outcome.withLock { $0 = result }
            called.signal()
        }

        func wait() -> Outcome? {
            called.wait()
            return outcome.withLock { $0 }
        }
    }

    /// Does one thing, alone or together with what other threads of the lane wait for.
    ///
    /// - Parameters:
    ///   - order: What this thread wants.
    ///   - lane: In which lane; one thread at a time is at work in it.
    ///   - together: Does many, on the thread of one of them, and gives one outcome for each, in the same order.
    /// - Returns: What became of this thread's order.
    public func take(_ order: Order, in lane: String, _ together: ([Order]) -> [Outcome]) -> Outcome {
        let ticket = Ticket(order)
        let mustWait = waiting.withLock { lanes in
            guard lanes[lane] != nil else {
                lanes[lane] = []
                return false
            }
            lanes[lane]?.append(ticket)
            return true
        }
        if mustWait, let outcome = ticket.wait() { return outcome }
        defer { callNext(lane) }
        let others = waiting.withLock { lanes in
            let group = Array((lanes[lane] ?? []).prefix(groupLimit - 1))
            lanes[lane]?.removeFirst(group.count)
            return group
        }
        let outcomes = together([order] + others.map(\.order))
        precondition(outcomes.count == others.count + 1, "there is an outcome for each order")
        for (other, outcome) in zip(others, outcomes.dropFirst()) { other.call(outcome) }
        return outcomes[0]
    }

    private func callNext(_ lane: String) {
        let next = waiting.withLock { lanes -> Ticket? in
            guard let first = lanes[lane]?.first else {
                lanes[lane] = nil
                return nil
            }
            lanes[lane]?.removeFirst()
            return first
        }
        next?.call(nil)
    }
}
