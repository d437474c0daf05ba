public import Diagnostics

/// What became of a document that was to be imported.
public enum ImportOutcome: Sendable {
    /// It is in the ledger now.
    case entered(IssuedDocument)
    /// It was there already, byte for byte.
    case known(IssuedDocument)
    /// The books forbid it.
    case refused(ToolkitError)
}

extension DocumentLedger {
    /// Enters documents that were numbered elsewhere, in one transaction; each is entered or refused on its own.
    ///
    /// A document that is there with the same bytes is passed over, so that an import that was interrupted can be repeated.
    /// The requests of the orders speak for the same actor and moment; keys of theirs are not looked at.
    ///
    /// - Parameter orders: What to enter, each series in the order of its numbers.
    /// - Returns: One outcome for each order, in the same order.
    /// - Throws: What the store throws; then nothing was entered.
    public func enter(_ orders: [IssueOrder]) throws(ToolkitError) -> [ImportOutcome] {
        do throws(ToolkitError) {
            return try write { transaction throws(ToolkitError) in
                var outcomes: [Int: ImportOutcome] = [:]
                for places in orders.placesByIssuer {
                    let entry = try LedgerEntry(transaction, orders[places[0]].request)
                    for place in places { outcomes[place] = try Self.outcome(of: orders[place], in: entry) }
                    try entry.books.close()
                }
                return orders.indices.compactMap { outcomes[$0] }
            }
        } catch {
            guard error.concernsOneDocument else { throw error }
            guard orders.count > 1 else { return [.refused(error)] }
            // One by one, only that document is refused.
            var outcomes: [ImportOutcome] = []
            for order in orders { outcomes += try enter([order]) }
            return outcomes
        }
    }

    private static func outcome(of order: IssueOrder, in entry: LedgerEntry) throws(ToolkitError) -> ImportOutcome {
        do throws(ToolkitError) {
            if let known = try known(order, in: entry) { return .known(known) }
            return .entered(try issue(order, in: entry))
        } catch {
            // What forbids a document is found before its first row is written; everything else ends the transaction.
            guard error.code.kind == .state, error.code != .ledgerConflict else { throw error }
            return .refused(error)
        }
    }

    /// The document with the same number and the same bytes, where there is one.
    ///
    /// - Throws: `number.taken` where the bytes are others.
    private static func known(_ order: IssueOrder, in entry: LedgerEntry) throws(ToolkitError) -> IssuedDocument? {
        let number: String
        switch order.document.numbering {
        case .given(let given), .imported(let given, _): number = given
        case .series: return nil
        }
        let row = try entry.transaction.row(
            "SELECT \(IssuedDocument.columns), d.content FROM document d WHERE d.issuer = $1 AND d.number = $2",
            entry.issuer, .text(number))
        guard let row else { return nil }
        guard try row.bytes(12) == order.document.content else { throw .numberTaken }
        return try IssuedDocument(row: row)
    }
}

extension ToolkitError {
    /// Whether the store refused the rows of one document, and could take those of others.
    var concernsOneDocument: Bool { code == .ledgerConflict || code == .entryTooLarge || code == .entryText }
}

extension ToolkitError.Code {
    /// A value is longer than the store keeps.
    public static let entryTooLarge = Self("entry.tooLarge", .rejected)
    /// A text holds a character that the store does not keep.
    public static let entryText = Self("entry.text", .rejected)
}
