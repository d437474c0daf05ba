import Diagnostics
import Dispatch
import Synchronization

/// Lets threads that issue for the same issuer at the same time share one transaction.
///
/// Whoever comes while another one is at work waits and then goes together with all that wait; who is alone waits for
/// nobody. An issuer's documents come one after the other in any case, so this costs no parallel work, and one wait for the
/// disk serves many.
final class IssueLanes: Sendable {
    /// Those who wait, by issuer; there is an entry as long as somebody is at work.
    private let waiting = Mutex<[String: [Ticket]]>([:])
    /// How many documents share a transaction at most.
    private static let groupLimit = 64

    /// An order on its way, and its thread.
    private final class Ticket: Sendable {
        let order: IssueOrder
        private let called = DispatchSemaphore(value: 0)
        private let outcome = Mutex<Result<IssuedDocument, ToolkitError>?>(nil)

        init(_ order: IssueOrder) { self.order = order }

        /// Tells the thread what became of its order; nil means that it is its turn.
        func call(_ result: Result<IssuedDocument, ToolkitError>?) {
            outcome.withLock { $0 = result }
            called.signal()
        }

        func wait() -> Result<IssuedDocument, ToolkitError>? {
            called.wait()
            return outcome.withLock { $0 }
        }
    }

    /// Issues one document, alone or together with those of other threads.
    ///
    /// - Throws: As `DocumentLedger.issue`.
    func issue(_ order: IssueOrder, in ledger: DocumentLedger) throws(ToolkitError) -> IssuedDocument {
        let issuer = order.request.issuer
        let ticket = Ticket(order)
        let mustWait = waiting.withLock { lanes in
            guard lanes[issuer] != nil else {
                lanes[issuer] = []
                return false
            }
            lanes[issuer]?.append(ticket)
            return true
        }
        if mustWait, let outcome = ticket.wait() { return try outcome.get() }
        defer { callNext(issuer) }
        let others = waiting.withLock { lanes in
            let group = Array((lanes[issuer] ?? []).prefix(Self.groupLimit - 1))
            lanes[issuer]?.removeFirst(group.count)
            return group
        }
        guard !others.isEmpty else { return try ledger.issueAlone(order) }
        let outcomes = Self.outcomes(of: [order] + others.map(\.order), in: ledger)
        for (other, outcome) in zip(others, outcomes.dropFirst()) { other.call(outcome) }
        return try outcomes[0].get()
    }

    private func callNext(_ issuer: String) {
        let next = waiting.withLock { lanes -> Ticket? in
            guard let first = lanes[issuer]?.first else {
                lanes[issuer] = nil
                return nil
            }
            lanes[issuer]?.removeFirst()
            return first
        }
        next?.call(nil)
    }

    private static func outcomes(
        of orders: [IssueOrder], in ledger: DocumentLedger
    ) -> [Result<IssuedDocument, ToolkitError>] {
        do throws(ToolkitError) {
            return try ledger.issue(orders)
        } catch {
            // What the store cannot do now, it can do for nobody; of anything else only one of the orders may be the cause.
            if error.code.kind == .later || error.code.kind == .inputOutput {
                return orders.map { _ in .failure(error) }
            }
            return orders.map { ledger.outcomeAlone(of: $0) }
        }
    }
}
