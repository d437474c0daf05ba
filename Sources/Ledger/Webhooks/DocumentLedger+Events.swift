public import Diagnostics

extension DocumentLedger {
    /// The issuers with a webhook that hears of a topic, sorted.
    ///
    /// - Throws: What the store throws.
    public func listeners(of topic: String) throws(ToolkitError) -> [String] {
        let rows = try store.read { transaction throws(ToolkitError) in
            try transaction.rows("SELECT issuer, events FROM webhook WHERE is_enabled = 1")
        }
        var issuers: Set<String> = []
        for row in rows {
            let events = try row.text(1).split(separator: " ").map(String.init)
            if LedgerEvent.isTaken(topic, by: events) { issuers.insert(try row.text(0)) }
        }
        return issuers.sorted()
    }

    /// Enters an event that is about no document, once for each idempotency key.
    ///
    /// - Parameters:
    ///   - topic: What happened.
    ///   - subject: What it happened to.
    ///   - payload: What there is to say, as JSON.
    ///   - request: For whom, by whom, when and under which key.
    /// - Throws: `idempotency.reused`; what the store throws.
    public func tell(
        _ topic: String, of subject: String, _ payload: [UInt8], _ request: LedgerRequest
    ) throws(ToolkitError) {
        _ = try perform(request) { entry throws(ToolkitError) in
            try entry.record(topic, of: subject, after: payload)
            return LedgerCount(value: 1)
        }
    }
}

/// How many there are, as an answer that is kept for repetitions.
struct LedgerCount: LedgerAnswer {
    let value: Int

    init(value: Int) { self.value = value }

    init(_ stored: [UInt8]) throws(ToolkitError) { value = try StoredObject(parsing: stored).integer("count") }

    var stored: [UInt8] { Array("{\"count\":\(value)}".utf8) }
}
