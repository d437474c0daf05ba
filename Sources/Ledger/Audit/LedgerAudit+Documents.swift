import Certificates
import Diagnostics
import InvoiceModel

extension LedgerAudit {
    /// Every document equals its digest and what the chain says about its issue; every void one has its record.
    mutating func checkDocuments() throws(ToolkitError) {
        var last = ""
        while true {
            let rows = try transaction.rows(
                """
                SELECT \(IssuedDocument.columns), d.content FROM document d
                WHERE d.issuer = $1 AND d.id > $2 ORDER BY d.id LIMIT $3
                """, issuer, .text(last), .integer(Self.page))
            guard let end = try rows.last?.text(0) else { return }
            let entries = try lines(after: last, through: end)
            let standings = try standings(after: last, through: end)
            for row in rows {
                let document = try IssuedDocument(row: row)
                let lines = entries[document.id] ?? []
                try check(document, content: row.bytes(12), lines)
                try check(standings[document.id], of: document, lines)
            }
            last = end
        }
    }

    private mutating func check(
        _ document: IssuedDocument, content: [UInt8], _ lines: [AuditLine]
    ) throws(ToolkitError) {
        report.documents += 1
        if try Digest.hexadecimal(Digest.sha256(content)) != document.digest {
            report.find("document.changed", document.number, "The document's content is not the one that was issued.")
        }
        let sealed = Digest.hexadecimal(try Digest.sha256(document.stored))
        if lines.last(where: { Self.firstActions.contains($0.action) })?.after != sealed {
            report.find(
                "document.unsealed", document.number, "The audit chain does not hold this document as it stands.")
        }
    }

    private static let firstActions: Set = ["document.issued", "document.imported"]

    /// How the documents of a page stand; one without a state, or with one that there is not, is left out.
    private func standings(
        after first: String, through last: String
    ) throws(ToolkitError) -> [String: DocumentStanding] {
        let range = [issuer, .text(first), .text(last)]
        let found = try transaction.rows(of: [
            Statement(
                """
                SELECT \(DocumentStanding.columns) FROM document d
                JOIN document_state s ON s.issuer = d.issuer AND s.document = d.id
                WHERE d.issuer = $1 AND d.id > $2 AND d.id <= $3
                """, range),
            Statement(
                """
                SELECT document, due_date, amount FROM instalment
                WHERE issuer = $1 AND document > $2 AND document <= $3 ORDER BY document, ordinal
                """, range),
        ])
        let instalments = try DocumentStanding.instalments(found[1])
        var standings: [String: DocumentStanding] = [:]
        for row in found[0] {
            let id = try row.text(0)
            standings[id] = try? DocumentStanding(row: row, instalments: instalments[id] ?? [])
        }
        return standings
    }

    /// The states and sums of a document are those of the last entry about them; without one, nothing happened to it.
    private mutating func check(
        _ standing: DocumentStanding?, of document: IssuedDocument, _ lines: [AuditLine]
    ) throws(ToolkitError) {
        guard let standing else {
            report.find("document.stateless", document.number, "The document has no state, or none that there is.")
            return
        }
        let isVoided = lines.contains { $0.action == StandingAction.voided.rawValue }
        if (standing.lifecycle == .void) != isVoided || (standing.reason != nil) != isVoided {
            report.find("document.void", document.number, "The state of the document and the audit chain disagree.")
        }
        let last = lines.last { StandingAction(rawValue: $0.action) != nil }
        let isSealed =
            if let last { try last.after == Digest.hexadecimal(Digest.sha256(standing.stored)) } else {
                standing.isUntouched
            }
        if !isSealed {
            report.find(
                "document.state", document.number, "The audit chain does not hold the document's states as they are.")
        }
    }
}

extension DocumentStanding {
    /// Whether it stands as on the day of its issue.
    fileprivate var isUntouched: Bool {
        lifecycle == .issued && delivery == .none && signature == .unsigned && submission == .none && !isArchived
            && [paid, refunded, credited, writtenOff].allSatisfy { $0 == .zero }
    }
}
