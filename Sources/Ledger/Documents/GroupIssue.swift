public import Diagnostics

extension DocumentLedger {
    /// Issues many documents in one transaction; each is issued or refused on its own.
    ///
    /// - Parameter orders: What to issue, each issuer's in the order of the numbers.
    /// - Returns: One outcome for each order, in the same order.
    /// - Throws: What the store throws; then nothing was issued.
    public func issue(_ orders: [IssueOrder]) throws(ToolkitError) -> [Result<IssuedDocument, ToolkitError>] {
        if isTrial { return orders.map(outcomeAlone) }
        do throws(ToolkitError) {
            return try store.write { transaction throws(ToolkitError) in
                var outcomes: [Int: Result<IssuedDocument, ToolkitError>] = [:]
                for places in orders.placesByIssuer {
                    let questions = places.flatMap { Self.questions(of: orders[$0]) }
                    let books = try LockedBooks(transaction, orders[places[0]].request.issuer, asking: questions)
                    for place in places { outcomes[place] = try Self.outcome(of: orders[place], in: books) }
                    try books.close()
                }
                return orders.indices.compactMap { outcomes[$0] }
            }
        } catch  where error.concernsOneDocument {
            // A number given by hand stands in the way of a series: one by one, only that document is refused.
            return orders.map(outcomeAlone)
        }
    }

    /// What becomes of one document in a transaction of its own.
    func outcomeAlone(of order: IssueOrder) -> Result<IssuedDocument, ToolkitError> {
        do throws(ToolkitError) { return .success(try issueAlone(order)) } catch { return .failure(error) }
    }

    /// What can be asked for a document before those ahead of it are issued.
    private static func questions(of order: IssueOrder) -> [Statement] {
        let key = [order.request.questionOfKey].compactMap { $0 }
        // A number that was given may be one of those ahead.
        if case .given = order.document.numbering { return key }
        return key + [question(of: order)]
    }

    private static func outcome(
        of order: IssueOrder, in books: LockedBooks
    ) throws(ToolkitError) -> Result<IssuedDocument, ToolkitError> {
        do throws(ToolkitError) {
            let entry = try LedgerEntry(books, order.request)
            if let known = entry.knownAnswer { return .success(try IssuedDocument(known)) }
            let issued = try issue(order, in: entry)
            try entry.keep(issued)
            return .success(issued)
        } catch {
            // What forbids a document is found before its first row is written; everything else ends the transaction.
            guard error.code.kind == .state, error.code != .ledgerConflict else { throw error }
            return .failure(error)
        }
    }
}

extension [IssueOrder] {
    /// The places of each issuer's orders, in one order of issuers: so no two transactions wait for each other's locks.
    var placesByIssuer: [[Int]] {
        Dictionary(grouping: indices) { SQLValue.text(self[$0].request.issuer) }.values.sorted { left, right in
            self[left[0]].request.issuer.utf8.lexicographicallyPrecedes(self[right[0]].request.issuer.utf8)
        }
    }
}
