import Diagnostics

/// Lets threads that issue for the same issuer at the same time share one transaction.
///
/// An issuer's documents come one after the other in any case, so this costs no parallel work, and one wait for the disk
/// serves many.
final class IssueLanes: Sendable {
    private let turns = SharedTurns<IssueOrder, Result<IssuedDocument, ToolkitError>>()

    /// Issues one document, alone or together with those of other threads.
    ///
    /// - Throws: As `DocumentLedger.issue`.
    func issue(_ order: IssueOrder, in ledger: DocumentLedger) throws(ToolkitError) -> IssuedDocument {
        try turns.take(order, in: order.request.issuer) { Self.outcomes(of: $0, in: ledger) }.get()
    }

    private static func outcomes(
        of orders: [IssueOrder], in ledger: DocumentLedger
    ) -> [Result<IssuedDocument, ToolkitError>] {
        guard orders.count > 1 else { return orders.map { ledger.outcomeAlone(of: $0) } }
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
