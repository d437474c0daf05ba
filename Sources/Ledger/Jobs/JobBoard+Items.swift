public import Diagnostics
public import JSONCore

extension JobBoard {
    /// What became of one document of a batch.
    public struct Item: Sendable, Hashable {
        /// Its place in the batch, from 0.
        public let ordinal: Int
        /// What the user knows it by.
        public let label: String
        /// What became of it.
        public let state: JobItemState
        /// The id of its document; nil where it has none.
        public let document: String?
        /// Its number; nil where it has none.
        public let number: String?
        /// Why it failed, as an array of findings in JSON; nil where it did not.
        public let problem: [UInt8]?
    }

    /// The items of a batch, in order.
    ///
    /// - Parameters:
    ///   - id: The batch.
    ///   - issuer: Whose.
    ///   - state: Only those in this state; nil for all.
    ///   - last: The ordinal after which to go on; nil for the beginning.
    ///   - limit: How many at most.
    /// - Returns: The items without what was submitted.
    /// - Throws: What the store throws.
    public func items(
        of id: String, issuer: String, in state: JobItemState? = nil, after last: Int? = nil, limit: Int = 1000
    ) throws(ToolkitError) -> [Item] {
        var values: [SQLValue] = [.text(issuer), .text(id), .integer(last ?? -1), .integer(limit)]
        if let state { values.append(.text(state.rawValue)) }
        let statement = Statement(
            """
            SELECT ordinal, label, state, document, number, problem FROM job_item
            WHERE issuer = $1 AND job = $2 AND ordinal > $3\(state == nil ? "" : " AND state = $5")
            ORDER BY ordinal LIMIT $4
            """, values)
        return try ledger.store.read { transaction throws(ToolkitError) in
            var items: [Item] = []
            for row in try transaction.rows(of: [statement])[0] {
                items.append(
                    Item(
                        ordinal: try row.integer(0), label: try row.text(1), state: try row.word(2),
                        document: try row.optionalText(3), number: try row.optionalText(4),
                        problem: try row.optionalBytes(5)))
            }
            return items
        }
    }

    /// All items of a batch, page by page.
    ///
    /// - Throws: What the store and the body throw.
    public func eachItem(
        of job: JobRecord, in state: JobItemState? = nil, _ body: (Item) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        var last: Int?
        while true {
            let page = try items(of: job.id, issuer: job.issuer, in: state, after: last)
            for item in page { try body(item) }
            guard let end = page.last else { return }
            last = end.ordinal
        }
    }
}

extension JobBoard.Item {
    /// What is wrong with it, each an object with code, JSON Pointer, message and fix; empty where it did not fail.
    ///
    /// - Throws: `json.*` where the ledger holds something else.
    public func errors() throws(ToolkitError) -> [JSONValue] {
        guard let problem else { return [] }
        return Array(try JSONDocument(parsing: problem).root.elements)
    }

    /// Writes the item as one object.
    ///
    /// - Parameters:
    ///   - writer: Takes the object.
    ///   - more: Writes further members.
    /// - Throws: As `errors`.
    public func write(
        to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
    ) throws(ToolkitError) {
        writer.beginObject()
        writer.member("index", ordinal)
        writer.member("id", label)
        writer.member("state", state.rawValue)
        writer.member("number", orNull: number)
        writer.key("errors")
        writer.beginArray()
        for error in try errors() { writer.value(error) }
        writer.endArray()
        more(&writer)
        writer.endObject()
    }
}
