public import Diagnostics
import InvoiceModel

extension DocumentLedger {
    /// The number that a document would get now; another one may take it before.
    ///
    /// - Throws: As `issue`, for what would refuse it now.
    public func preview(_ order: IssueOrder) throws(ToolkitError) -> String { try foresee([order])[0].get() }

    /// The numbers that documents would get now, if some others get theirs before them and nobody else does.
    ///
    /// - Parameters:
    ///   - orders: What is to be issued, in the order of the numbers.
    ///   - ahead: What is to be issued before.
    /// - Returns: A number for each order, or what would refuse it now.
    /// - Throws: What the store throws.
    public func foresee(
        _ orders: [IssueOrder], after ahead: [IssueOrder] = []
    ) throws(ToolkitError) -> [Result<String, ToolkitError>] {
        let all = ahead + orders
        let found = try store.read { transaction throws(ToolkitError) in
            let questions = all.map(Self.question)
            let asked = questions.uniqued()
            let rows = Dictionary(uniqueKeysWithValues: zip(asked, try transaction.rows(of: asked)))
            return questions.map { rows[$0] ?? [] }
        }
        var taken: [[SQLValue]: Int] = [:]
        let numbers = zip(all, found).map { order, rows in
            Result { () throws(ToolkitError) -> String in
                let numbering = try Numbering(order.document, rows)
                guard case .series(let series) = order.document.numbering, let place = numbering.place else {
                    return numbering.number
                }
                let key: [SQLValue] = [.text(order.request.issuer), .text(place.template), .text(place.period)]
                let count = taken[key, default: 0]
                taken[key] = count + 1
                return series.number(place.sequence + count, on: order.document.issueDate)
            }
        }
        return Array(numbers.dropFirst(ahead.count))
    }
}
