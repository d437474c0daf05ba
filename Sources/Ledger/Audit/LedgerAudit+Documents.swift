import Certificates
import Diagnostics

extension LedgerAudit {
    /// Every document equals its digest and what the chain says about its issue; every void one has its record.
    mutating func checkDocuments() throws(ToolkitError) {
        var last = ""
        while true {
            let rows = try transaction.rows(
                """
                SELECT \(IssuedDocument.columns), d.content, s.lifecycle FROM document d
                LEFT JOIN document_state s ON s.issuer = d.issuer AND s.document = d.id
                WHERE d.issuer = $1 AND d.id > $2 ORDER BY d.id LIMIT $3
                """, issuer, .text(last), .integer(Self.page))
            guard let end = rows.last else { return }
            for row in rows { try check(IssuedDocument(row: row), row) }
            last = try end.text(0)
        }
    }

    private mutating func check(_ document: IssuedDocument, _ row: SQLRow) throws(ToolkitError) {
        report.documents += 1
        let digest = Digest.hexadecimal(try Digest.sha256(try row.bytes(12)))
        if digest != document.digest {
            report.find("document.changed", document.number, "The document's content is not the one that was issued.")
        }
        var actions: [String: String] = [:]
        for row in try transaction.rows(
            "SELECT entry FROM audit WHERE issuer = $1 AND subject = $2 ORDER BY seq", issuer, .text(document.id))
        {
            guard let line = AuditLine(try row.bytes(0)) else { continue }
            actions[line.action] = line.after
        }
        let sealed = Digest.hexadecimal(try Digest.sha256(document.stored))
        if (actions["document.issued"] ?? actions["document.imported"]) != sealed {
            report.find(
                "document.unsealed", document.number, "The audit chain does not hold this document as it stands.")
        }
        guard let lifecycle = try row.optionalText(13) else {
            report.find("document.stateless", document.number, "The document has no state.")
            return
        }
        if (lifecycle == LifecycleState.void.rawValue) != (actions["document.voided"] != nil) {
            report.find("document.void", document.number, "The state of the document and the audit chain disagree.")
        }
    }

    /// What is paid, refunded, credited and written off equals the movements, and the rest is outstanding.
    mutating func checkSums() throws(ToolkitError) {
        let rows = try transaction.rows(
            """
            SELECT d.number FROM document d JOIN document_state s ON s.issuer = d.issuer AND s.document = d.id
            LEFT JOIN (
                SELECT document,
                    SUM(CASE WHEN kind = 'payment' THEN amount ELSE 0 END) AS paid,
                    SUM(CASE WHEN kind = 'refund' THEN amount ELSE 0 END) AS refunded,
                    SUM(CASE WHEN kind = 'credit' THEN amount ELSE 0 END) AS credited,
                    SUM(CASE WHEN kind = 'write-off' THEN amount ELSE 0 END) AS written_off
                FROM movement WHERE issuer = $1 AND state = 'succeeded' GROUP BY document
            ) m ON m.document = d.id
            WHERE d.issuer = $1 AND (COALESCE(m.paid, 0) <> s.paid OR COALESCE(m.refunded, 0) <> s.refunded
                OR COALESCE(m.credited, 0) <> s.credited OR COALESCE(m.written_off, 0) <> s.written_off)
            ORDER BY d.number
            """, issuer)
        for row in rows {
            report.find("document.sums", try row.text(0), "The sums of the document are not those of its movements.")
        }
    }
}
