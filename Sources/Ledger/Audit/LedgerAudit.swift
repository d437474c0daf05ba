import Certificates
public import Diagnostics

/// What an audit of an issuer's books found, and how much it looked at.
public struct LedgerAuditReport: Sendable, Hashable {
    /// The issuer.
    public let issuer: String
    /// Issued documents, void ones included.
    public internal(set) var documents = 0
    /// Payments, refunds, applications of credit notes and write-offs.
    public internal(set) var movements = 0
    /// Series and years.
    public internal(set) var series = 0
    /// Entries of the audit chain.
    public internal(set) var entries = 0
    /// Files that were made of the documents.
    public internal(set) var files = 0
    /// The hash of the last entry, in hexadecimal: whoever notes it can tell later that nothing before it was changed.
    public internal(set) var head = ""
    /// Everything that is wrong; none proves what the audit promises.
    public internal(set) var findings: [Finding] = []

    init(issuer: String) { self.issuer = issuer }

    mutating func find(_ rule: String, _ subject: String, _ message: String) {
        findings.append(
            Finding(
                rule: rule, pointer: subject, message: message,
                fix: "Compare with the last backup and the exported audit chain."))
    }
}

extension DocumentLedger {
    /// The issuers that have books in this ledger, sorted.
    ///
    /// - Throws: What the store throws.
    public func issuers() throws(ToolkitError) -> [String] {
        try store.read { transaction throws(ToolkitError) in
            var names: [String] = []
            for row in try transaction.rows(
                "SELECT issuer FROM issuer UNION SELECT DISTINCT issuer FROM series ORDER BY issuer")
            {
                names.append(try row.text(0))
            }
            return names
        }
    }

    /// Proves an issuer's books on one consistent state of the ledger.
    ///
    /// Numbers of a series are dense, their dates never go back, the chain of audit entries is whole, every document equals
    /// its digest and the entry of its issue, every void document has its record, every movement and the states of every
    /// document are those of the last entry about them, the sums of every document equal its movements, what is
    /// outstanding follows from them, and no payment went back twice.
    ///
    /// - Parameters:
    ///   - issuer: Whose books.
    ///   - damage: What `damage()` found; it is a finding about every issuer's books.
    ///   - readFile: Reads a file and throws where it is not the one that was kept; nil leaves the files alone.
    /// - Returns: What was found.
    /// - Throws: What the store throws; never for what is wrong in the books.
    public func audit(
        issuer: String, damage: [Finding] = [], readFile: ((DocumentFile) throws(ToolkitError) -> Void)? = nil
    ) throws(ToolkitError) -> LedgerAuditReport {
        try store.read { transaction throws(ToolkitError) in
            try transaction.takeTime()
            var audit = LedgerAudit(transaction, issuer)
            audit.report.findings += damage
            try audit.checkChain()
            try audit.checkSeries()
            try audit.checkDocuments()
            try audit.checkMovements()
            try audit.checkSums()
            try audit.checkRefunds()
            if let readFile { try audit.checkFiles(readFile) }
            return audit.report
        }
    }
}

/// The steps of an audit.
struct LedgerAudit {
    /// How many rows are looked at together: the memory stays flat whatever the size of the books.
    static let page = 500

    let transaction: any StoreTransaction
    let issuer: SQLValue
    var report: LedgerAuditReport

    init(_ transaction: any StoreTransaction, _ issuer: String) {
        self.transaction = transaction
        self.issuer = .text(issuer)
        report = LedgerAuditReport(issuer: issuer)
    }

    /// Whether others hear of an entry under its name, or that of all payments, and with the state that it seals.
    private static func isTold(
        _ line: AuditLine, as topic: String?, with payload: [UInt8]?
    ) throws(ToolkitError) -> Bool {
        guard let topic, let payload else { return true }
        let sealed = Digest.hexadecimal(try Digest.sha256(payload))
        return line.after == sealed && (topic == line.action || topic == LedgerEvent.paymentRecorded)
    }

    /// Each entry holds the hash of the one before it, and the issuer's row holds that of the last.
    mutating func checkChain() throws(ToolkitError) {
        var chain = AuditChain()
        while true {
            let rows = try transaction.rows(
                """
                SELECT seq, entry, subject, hash, is_first, topic, payload FROM audit WHERE issuer = $1 AND seq > $2
                ORDER BY seq LIMIT $3
                """, issuer, .integer(chain.sequence), .integer(Self.page))
            guard !rows.isEmpty else { break }
            for row in rows {
                guard try row.integer(0) == chain.sequence + 1 else {
                    report.find("audit.gap", "\(chain.sequence + 1)", "An entry of the audit chain is missing.")
                    return
                }
                let entry = try row.bytes(1)
                guard try Digest.sha256(entry) == row.bytes(3) else {
                    report.find("audit.changed", "\(chain.sequence + 1)", "An entry of the audit chain was changed.")
                    return
                }
                guard let line = AuditLine(entry), line.sequence == chain.sequence + 1,
                    line.previous == Digest.hexadecimal(chain.hash), try line.subject == row.text(2),
                    try Self.firstActions.contains(line.action) == (row.integer(4) == 1),
                    try Self.isTold(line, as: row.optionalText(5), with: row.optionalBytes(6))
                else {
                    report.find(
                        "audit.broken", "\(chain.sequence + 1)", "An entry of the audit chain does not follow the last."
                    )
                    return
                }
                chain = AuditChain(sequence: line.sequence, hash: try row.bytes(3))
            }
        }
        report.entries = chain.sequence
        report.head = Digest.hexadecimal(chain.hash)
        let head = try transaction.row("SELECT audit_seq, audit_hash FROM issuer WHERE issuer = $1", issuer)
        if head == nil, chain.sequence == 0 { return }  // nothing was ever issued
        guard try head?.integer(0) == chain.sequence, try head?.bytes(1) == chain.hash else {
            report.find("audit.cut", "\(chain.sequence)", "The end of the audit chain was cut off.")
            return
        }
    }

    /// A series that begins above 1 was begun so, and the chain says when and by whom.
    private mutating func checkStart(_ row: SQLRow, _ name: String) throws(ToolkitError) {
        let entries = try transaction.rows(
            "SELECT entry FROM audit WHERE issuer = $1 AND subject = $2 AND is_first = 0 ORDER BY seq", issuer,
            .text(name))
        let start = try SeriesState.start(row.text(0), row.text(1), first: row.integer(2))
        let sealed = Digest.hexadecimal(try Digest.sha256(start))
        var isSealed = false
        for entry in entries {
            guard let line = AuditLine(try entry.bytes(0)), line.action == SeriesState.begun else { continue }
            isSealed = line.after == sealed
        }
        if !isSealed {
            report.find("series.start", name, "The audit chain does not hold that the series begins above 1.")
        }
    }

    /// Numbers are dense from the first to the last, and dates do not go back.
    mutating func checkSeries() throws(ToolkitError) {
        let rows = try transaction.rows(
            """
            SELECT s.template, s.period, s.first, s.next, s.last_date, COALESCE(d.count, 0), d.lowest, d.highest, d.latest,
                COALESCE(d.places, 0)
            FROM series s LEFT JOIN (
                SELECT template, period, COUNT(*) AS count, COUNT(DISTINCT seq) AS places, MIN(seq) AS lowest,
                    MAX(seq) AS highest, MAX(issue_date) AS latest
                FROM document WHERE issuer = $1 AND template IS NOT NULL GROUP BY template, period
            ) d ON d.template = s.template AND d.period = s.period
            WHERE s.issuer = $1 ORDER BY s.template, s.period
            """, issuer)
        report.series = rows.count
        for row in rows {
            let name = "\(try row.text(0)) \(try row.text(1))"
            let (first, next) = (try row.integer(2), try row.integer(3))
            let (count, places) = (try row.integer(5), try row.integer(9))
            let (lowest, highest) = (try row.optionalInteger(6) ?? first, try row.optionalInteger(7) ?? first - 1)
            if count != next - first || places != count || lowest != first || highest != next - 1 {
                report.find("series.gap", name, "The series gave \(next - first) numbers and holds \(count) documents.")
            }
            if first != 1 { try checkStart(row, name) }
            let latest = try row.optionalText(8)
            if latest != nil, latest != (try row.text(4)) {
                report.find("series.date", name, "The date of the series is not that of its last document.")
            }
        }
        let orphans = try transaction.rows(
            """
            SELECT d.number FROM document d LEFT JOIN series s
                ON s.issuer = d.issuer AND s.template = d.template AND s.period = d.period
            WHERE d.issuer = $1 AND d.template IS NOT NULL AND s.template IS NULL
            """, issuer)
        for row in orphans { report.find("series.missing", try row.text(0), "A document belongs to no series.") }
        let backward = try transaction.rows(
            """
            SELECT number FROM (
                SELECT number, issue_date,
                    LAG(issue_date) OVER (PARTITION BY template, period ORDER BY seq) AS earlier
                FROM document WHERE issuer = $1 AND template IS NOT NULL) AS dated
            WHERE earlier > issue_date
            """, issuer)
        for row in backward {
            report.find("series.dateBackward", try row.text(0), "A document is dated before the number before it.")
        }
    }
}
