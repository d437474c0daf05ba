import Certificates
public import Diagnostics
public import Ledger

/// From invoice JSON with a number of another system to a document in the ledger.
public struct Importing: Sendable {
    private let ledger: DocumentLedger
    private let caller: IssueCaller
    private let policy: IssuePolicy

    /// Imports into a ledger; the policy's permissions count as for issuing.
    public init(_ ledger: DocumentLedger, _ caller: IssueCaller, _ policy: IssuePolicy) {
        self.ledger = ledger
        self.caller = caller
        var policy = policy
        policy.isImport = true
        self.policy = policy
    }

    /// A document that was checked and can be entered, or why not.
    public enum Preparation: Sendable {
        /// It can be entered.
        case ready(IssueOrder)
        /// It is wrong; every finding is here.
        case rejected([Finding])
    }

    /// Decodes, computes and checks a document; nothing is drawn, for its files are elsewhere.
    ///
    /// - Parameters:
    ///   - json: The invoice JSON with its number.
    ///   - options: What the caller decides.
    ///   - workbench: The tools of this thread.
    /// - Returns: The order, or every finding that speaks against it.
    /// - Throws: `json.*`.
    public func prepare(
        _ json: [UInt8], _ options: DocumentOptions, on workbench: Workbench
    ) throws(ToolkitError) -> Preparation {
        switch try workbench.prepare(json, options, policy, caller) {
        case .rejected(let findings): return .rejected(findings)
        case .prepared(let prepared):
            let request = LedgerRequest(
                issuer: prepared.issuer, actor: caller.actor, now: caller.now, identifier: caller.identifier)
            return .ready(IssueOrder(prepared.document, request, allowsOverCredit: policy.allowsOverCredit))
        }
    }

    /// Enters documents in one transaction.
    ///
    /// - Throws: What the store throws; then none was entered.
    public func enter(_ orders: [IssueOrder]) throws(ToolkitError) -> [ImportOutcome] { try ledger.enter(orders) }
}
