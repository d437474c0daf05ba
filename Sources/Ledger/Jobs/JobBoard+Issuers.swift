public import Diagnostics

/// Jobs of several issuers at once, for whoever may see the books of more than one.
extension JobBoard {
    /// The job with an id, whosever it is.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - issuers: Whose it may be; nil for anybody's.
    /// - Returns: The job.
    /// - Throws: `job.unknown`, in the same words for one that there is not and one of another issuer.
    public func job(_ id: String, among issuers: Set<String>?) throws(ToolkitError) -> JobRecord {
        var values = [SQLValue.text(id)]
        var condition = "SELECT issuer FROM issuer"
        if let issuers {
            guard !issuers.isEmpty else { throw .jobUnknown }
            values += issuers.sorted().map { .text($0) }
            condition = (2...values.count).map { "$\($0)" }.joined(separator: ", ")
        }
        let statement = Statement(
            """
            SELECT \(JobRecord.columns) FROM job j
            WHERE j.issuer IN (\(condition)) AND j.id = $1 AND j.parent IS NULL LIMIT 1
            """, values)
        let row = try ledger.store.read { transaction throws(ToolkitError) in
            try transaction.rows(of: [statement])[0].first
        }
        guard let row else { throw .jobUnknown }
        return try JobRecord(row: row)
    }

    /// Jobs of several issuers, the newest first.
    ///
    /// - Throws: What the store throws.
    public func jobs(ofAll issuers: [String], _ filter: Filter) throws(ToolkitError) -> [JobRecord] {
        var all: [JobRecord] = []
        for issuer in issuers { all += try jobs(of: issuer, filter) }
        // Identifiers rise with time.
        return Array(all.sorted { $0.id > $1.id }.prefix(filter.limit))
    }

    /// How some jobs stand, read together; those that were forgotten are missing.
    ///
    /// - Parameter keys: Issuer and id of each.
    /// - Returns: The jobs that are there.
    /// - Throws: What the store throws.
    public func standings(of keys: [(issuer: String, id: String)]) throws(ToolkitError) -> [JobRecord] {
        guard !keys.isEmpty else { return [] }
        let statements = keys.map { key in
            Statement(
                "SELECT \(JobRecord.columns) FROM job j WHERE j.issuer = $1 AND j.id = $2",
                [.text(key.issuer), .text(key.id)])
        }
        return try ledger.store.read { transaction throws(ToolkitError) in
            var jobs: [JobRecord] = []
            for rows in try transaction.rows(of: statements) {
                for row in rows { jobs.append(try JobRecord(row: row)) }
            }
            return jobs
        }
    }
}
