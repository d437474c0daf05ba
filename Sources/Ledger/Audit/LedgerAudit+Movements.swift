import Certificates
import Diagnostics

extension LedgerAudit {
    /// Every movement is the one that the chain holds, and moved on within the table of its states.
    mutating func checkMovements() throws(ToolkitError) {
        var last = ""
        while true {
            let rows = try transaction.rows(
                """
                SELECT \(Movement.columns) FROM movement m
                JOIN document d ON d.issuer = m.issuer AND d.id = m.document
                WHERE m.issuer = $1 AND m.id > $2 ORDER BY m.id LIMIT $3
                """, issuer, .text(last), .integer(Self.page))
            guard let end = try rows.last?.text(0) else { break }
            let entries = try lines(after: last, through: end)
            for row in rows { try check(row, entries[row.text(0)] ?? []) }
            last = end
        }
        try checkOrphans()
    }

    /// The chain tells of no movement that is not there.
    private mutating func checkOrphans() throws(ToolkitError) {
        let rows = try transaction.rows(
            """
            SELECT a.subject, a.entry FROM audit a
            LEFT JOIN movement m ON m.issuer = a.issuer AND m.id = a.subject
            LEFT JOIN document d ON d.issuer = a.issuer AND d.id = a.subject
            LEFT JOIN draft q ON q.issuer = a.issuer AND q.id = a.subject
            WHERE a.issuer = $1 AND m.id IS NULL AND d.id IS NULL AND q.id IS NULL ORDER BY a.seq
            """, issuer)
        var reported: Set<String> = []
        for row in rows {
            let subject = try row.text(0)
            guard let line = AuditLine(try row.bytes(1)) else { continue }
            if Self.firstActions.contains(line.action) {
                report.find("document.missing", subject, "The audit chain tells of a document that is not there.")
            } else if Self.movementActions.contains(line.action), reported.insert(subject).inserted {
                report.find("movement.missing", subject, "The audit chain tells of a movement that is not there.")
            }
        }
    }

    private mutating func check(_ row: SQLRow, _ lines: [AuditLine]) throws(ToolkitError) {
        report.movements += 1
        let id = try row.text(0)
        // A row that cannot be read was changed by hand; it is a finding, not a failure of the audit.
        let movement = try? Movement(row: row)
        guard let movement, let line = lines.last, line.action == movement.action,
            try line.after == Digest.hexadecimal(Digest.sha256(movement.stored))
        else {
            report.find("movement.unsealed", id, "The audit chain does not hold this movement as it stands.")
            return
        }
    }

    private static let movementActions = Set(
        MovementKind.allCases.flatMap { kind in
            MovementState.allCases.map { Movement.action(of: kind, $0) }
        })

    /// The entries about the subjects of a page, each in order.
    func lines(after first: String, through last: String) throws(ToolkitError) -> [String: [AuditLine]] {
        let rows = try transaction.rows(
            """
            SELECT subject, entry, seq FROM audit
            WHERE issuer = $1 AND subject > $2 AND subject <= $3 AND is_first = 0
            UNION ALL
            SELECT a.subject, a.entry, a.seq FROM document d
            JOIN audit a ON a.issuer = d.issuer AND a.seq = d.entry AND a.subject = d.id AND a.is_first = 1
            WHERE d.issuer = $1 AND d.id > $2 AND d.id <= $3
            ORDER BY 1, 3
            """, issuer, .text(first), .text(last))
        var lines: [String: [AuditLine]] = [:]
        for row in rows {
            if let line = AuditLine(try row.bytes(1)) { lines[try row.text(0), default: []].append(line) }
        }
        return lines
    }

    /// What is paid, refunded, credited and written off equals the movements; of a credit note, credited is applied.
    mutating func checkSums() throws(ToolkitError) {
        let rows = try transaction.rows(
            """
            SELECT d.number FROM document d
            LEFT JOIN (
                SELECT document,
                    SUM(CASE WHEN kind = 'payment' THEN amount ELSE 0 END) AS paid,
                    SUM(CASE WHEN kind = 'refund' THEN amount ELSE 0 END) AS refunded,
                    SUM(CASE WHEN kind = 'credit' THEN amount ELSE 0 END) AS credited,
                    SUM(CASE WHEN kind = 'write-off' THEN amount ELSE 0 END) AS written_off
                FROM (
                    SELECT document, kind, amount FROM movement
                    WHERE issuer = $1 AND state IN \(MovementState.counting)
                    UNION ALL
                    SELECT counterpart, kind, amount FROM movement
                    WHERE issuer = $1 AND state = 'succeeded' AND kind = 'credit') AS side
                GROUP BY document
            ) m ON m.document = d.id
            WHERE d.issuer = $1 AND (COALESCE(m.paid, 0) <> d.paid OR COALESCE(m.refunded, 0) <> d.refunded
                OR COALESCE(m.credited, 0) <> d.credited OR COALESCE(m.written_off, 0) <> d.written_off)
            ORDER BY d.number
            """, issuer)
        for row in rows {
            report.find("document.sums", try row.text(0), "The sums of the document are not those of its movements.")
        }
        let unbalanced = try transaction.rows(
            """
            SELECT d.number FROM document d
            WHERE d.issuer = $1 AND d.outstanding <>
                CASE WHEN d.lifecycle = 'void' OR d.kind = 'pro-forma' THEN 0
                ELSE d.payable - (d.paid - d.refunded) - d.credited - d.written_off END
            ORDER BY d.number
            """, issuer)
        for row in unbalanced {
            report.find(
                "document.outstanding", try row.text(0), "What is outstanding does not follow from the document's sums."
            )
        }
    }

    /// The refunds of a payment do not exceed it, and its state tells how much went back.
    mutating func checkRefunds() throws(ToolkitError) {
        let rows = try transaction.rows(
            """
            SELECT p.id, CASE WHEN r.sum > p.amount THEN 1 ELSE 0 END FROM movement p
            LEFT JOIN (
                SELECT counterpart, SUM(amount) AS sum FROM movement
                WHERE issuer = $1 AND kind = 'refund' AND state = 'succeeded' GROUP BY counterpart
            ) r ON r.counterpart = p.id
            WHERE p.issuer = $1 AND p.kind = 'payment' AND (
                r.sum > p.amount OR (r.sum = p.amount) <> (p.state = 'refunded')
                OR (COALESCE(r.sum, 0) = 0 AND p.state IN ('partially_refunded', 'refunded'))
                OR (r.sum > 0 AND p.state NOT IN ('partially_refunded', 'refunded')))
            ORDER BY p.id
            """, issuer)
        for row in rows {
            if try row.integer(1) == 1 {
                report.find("refund.exceedsPayment", try row.text(0), "More went back than was paid.")
            } else {
                report.find("payment.state", try row.text(0), "The state of the payment is not that of its refunds.")
            }
        }
    }
}
