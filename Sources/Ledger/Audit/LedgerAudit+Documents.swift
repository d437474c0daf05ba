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
            guard let end = rows.last else { return }
            for row in rows { try check(IssuedDocument(row: row), row) }
            last = try end.text(0)
        }
    }

    private mutating func check(_ document: IssuedDocument, _ row: SQLRow) throws(ToolkitError) {
        report.documents += 1
        let digest = Digest.hexadecimal(try Digest.sha256(row.bytes(12)))
        if digest != document.digest {
            report.find("document.changed", document.number, "The document's content is not the one that was issued.")
        }
        let lines = try lines(of: document.id)
        let sealed = Digest.hexadecimal(try Digest.sha256(document.stored))
        if lines.last(where: { Self.firstActions.contains($0.action) })?.after != sealed {
            report.find(
                "document.unsealed", document.number, "The audit chain does not hold this document as it stands.")
        }
        try checkStanding(of: document, lines)
    }

    private static let firstActions: Set = ["document.issued", "document.imported"]

    /// The states and sums of a document are those of the last entry about them; without one, nothing happened to it.
    private mutating func checkStanding(of document: IssuedDocument, _ lines: [AuditLine]) throws(ToolkitError) {
        let standing: DocumentStanding
        do throws(ToolkitError) {
            standing = try DocumentStanding(of: document.id, issuer, in: transaction)
        } catch  where error.code == .documentUnknown || error.code == .ledgerDamaged {
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
