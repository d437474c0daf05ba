import Diagnostics
import Ledger

/// Foresees the numbers of groups of documents that threads of one process draw at the same time.
///
/// Groups of an issuer are issued in the order in which they asked, so that each gets the numbers that it was drawn under.
/// Nothing depends on it: where another process comes in between, or a group takes too long, the numbers are others and the
/// pages are drawn again.
final class NumberForesight: Sendable {
    /// A group that was told its numbers.
    struct Ticket: Sendable {
        fileprivate let id: Int
        fileprivate let issuer: String
        /// A number for each order of the group, or what would refuse it.
        let numbers: [Result<String, ToolkitError>]
    }

    /// The groups of an issuer that were told their numbers and do not have them yet.
    private struct Lane {
        var ahead: [(id: Int, orders: [IssueOrder])] = []
        var isIssuing = false
    }

    private struct State {
        var lanes: [String: Lane] = [:]
        var next = 0
    }

    private let state = Monitor(State())
    /// How often a group looks whether it is its turn, until it overtakes those ahead of it.
    private let patience: Int
    /// How long it waits in between at most, in milliseconds.
    private static let stepMilliseconds = 20

    init(patience: Int = 50) { self.patience = patience }

    /// Tells a group its numbers; the group must be issued then, even if nothing is left of it.
    ///
    /// - Parameters:
    ///   - orders: The group, of one issuer.
    ///   - issuer: The issuer.
    ///   - ledger: The books.
    /// - Returns: The numbers, and the group's place in the order.
    func foresee(_ orders: [IssueOrder], of issuer: String, in ledger: DocumentLedger) -> Ticket {
        state.wait { state -> Ticket? in
            var lane = state.lanes[issuer] ?? Lane()
            // Numbers that are just being given would be counted twice, or not at all.
            guard !lane.isIssuing else { return nil }
            let numbers: [Result<String, ToolkitError>]
            do throws(ToolkitError) {
                numbers = try ledger.foresee(orders, after: lane.ahead.flatMap(\.orders))
            } catch { numbers = orders.map { _ in .failure(error) } }
            let expected = zip(orders, numbers).filter { (try? $1.get()) != nil }.map(\.0)
            lane.ahead.append((state.next, expected))
            state.lanes[issuer] = lane
            state.next += 1
            return Ticket(id: state.next - 1, issuer: issuer, numbers: numbers)
        }
    }

    /// Issues a group in one transaction, when those that asked before are issued.
    ///
    /// - Parameters:
    ///   - orders: What is left of the group, in the order of the numbers.
    ///   - ticket: What the group was told.
    ///   - ledger: The books.
    /// - Returns: One outcome for each order.
    /// - Throws: What the store throws; then nothing was issued.
    func issue(
        _ orders: [IssueOrder], _ ticket: Ticket, in ledger: DocumentLedger
    ) throws(ToolkitError) -> [Result<IssuedDocument, ToolkitError>] {
        var patience = patience
        state.wait(askingEvery: Self.stepMilliseconds) { state -> Void? in
            // Where this group was overtaken and nobody else is on the way, there is no lane any more.
            var lane = state.lanes[ticket.issuer] ?? Lane()
            guard !lane.isIssuing else { return nil }
            if let place = lane.ahead.firstIndex(where: { $0.id == ticket.id }) {
                patience -= 1
                guard place == 0 || orders.isEmpty || patience <= 0 else { return nil }
                // Whoever is late is waited for once.
                lane.ahead.removeFirst(orders.isEmpty ? 0 : place)
            }
            lane.isIssuing = true
            state.lanes[ticket.issuer] = lane
            return ()
        }
        defer {
            state.update { state in
                state.lanes[ticket.issuer]?.isIssuing = false
                state.lanes[ticket.issuer]?.ahead.removeAll { $0.id == ticket.id }
                if state.lanes[ticket.issuer]?.ahead.isEmpty == true { state.lanes[ticket.issuer] = nil }
            }
        }
        return orders.isEmpty ? [] : try ledger.issue(orders)
    }
}
