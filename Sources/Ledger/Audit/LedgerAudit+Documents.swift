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
                SELECT \(IssuedDocument.columns), d.content, d.net, d.tax, d.corrects, d.issued_at, d.issued_by
                FROM document d WHERE d.issuer = $1 AND d.id > $2 ORDER BY d.id LIMIT $3
                """, issuer, .text(last), .integer(Self.page))
            guard let end = try rows.last?.text(0) else { return }
            let entries = try lines(after: last, through: end)
            let standings = try standings(after: last, through: end)
            let taxes = try taxes(after: last, through: end)
            let files = try files(after: last, through: end)
            let deductions = try deductions(after: last, through: end)
            for row in rows {
                let document = try IssuedDocument(row: row)
                let lines = entries[document.id] ?? []
                let seal = IssueSeal(
                    document: document, net: try row.money(13), tax: try row.money(14),
                    taxes: taxes[document.id] ?? [], instalments: standings[document.id]?.instalments ?? [],
                    corrects: try row.optionalText(15), deductions: deductions[document.id] ?? [],
                    issuedAt: try row.integer(16), issuedBy: try row.text(17))
                try check(seal, content: row.bytes(12), lines)
                try check(standings[document.id], of: document, lines)
                try check(files[document.id] ?? [], of: document, lines)
            }
            last = end
        }
    }

    private mutating func check(
        _ seal: IssueSeal, content: [UInt8], _ lines: [AuditLine]
    ) throws(ToolkitError) {
        report.documents += 1
        let document = seal.document
        if try Digest.hexadecimal(Digest.sha256(content)) != document.digest {
            report.find("document.changed", document.number, "The document's content is not the one that was issued.")
        }
        let sealed = Digest.hexadecimal(try Digest.sha256(seal.json))
        if lines.last(where: { Self.firstActions.contains($0.action) })?.after != sealed {
            report.find(
                "document.unsealed", document.number, "The audit chain does not hold this document as it stands.")
        }
    }

    /// The files of a document are those of the last entry about them.
    private mutating func check(
        _ files: [DocumentFile], of document: IssuedDocument, _ lines: [AuditLine]
    ) throws(ToolkitError) {
        let last = lines.last { $0.action == DocumentFile.action }
        let sealed = files.isEmpty ? nil : Digest.hexadecimal(try Digest.sha256(DocumentFile.json(of: files)))
        if last?.after != sealed {
            report.find("document.files", document.number, "The audit chain does not hold the document's files.")
        }
    }

    private func taxes(
        after first: String, through last: String
    ) throws(ToolkitError) -> [String: [IssuableDocument.Tax]] {
        let rows = try transaction.rows(
            """
            SELECT document, category, rate, taxable, tax FROM document_tax
            WHERE issuer = $1 AND document > $2 AND document <= $3
            """, issuer, .text(first), .text(last))
        var taxes: [String: [IssuableDocument.Tax]] = [:]
        for row in rows {
            taxes[try row.text(0), default: []].append(
                .init(
                    category: try row.text(1), rate: try row.integer(2), taxable: try row.money(3),
                    tax: try row.money(4)))
        }
        return taxes
    }

    private func deductions(
        after first: String, through last: String
    ) throws(ToolkitError) -> [String: [AdvanceDeduction]] {
        let range = [issuer, .text(first), .text(last)]
        let found = try transaction.rows(of: [
            Statement(
                """
                SELECT document, advance, amount FROM deduction WHERE issuer = $1 AND document > $2 AND document <= $3
                """, range),
            Statement(
                """
                SELECT document, advance, category, rate, taxable, tax FROM deduction_tax
                WHERE issuer = $1 AND document > $2 AND document <= $3
                """, range),
        ])
        var taxes: [[String]: [IssuableDocument.Tax]] = [:]
        for row in found[1] {
            taxes[[try row.text(0), try row.text(1)], default: []].append(
                .init(
                    category: try row.text(2), rate: try row.integer(3), taxable: try row.money(4),
                    tax: try row.money(5)))
        }
        var deductions: [String: [AdvanceDeduction]] = [:]
        for row in found[0] {
            let (document, advance) = (try row.text(0), try row.text(1))
            deductions[document, default: []].append(
                AdvanceDeduction(
                    advance: advance, amount: try row.money(2), taxes: taxes[[document, advance]] ?? []))
        }
        return deductions
    }

    private func files(after first: String, through last: String) throws(ToolkitError) -> [String: [DocumentFile]] {
        let rows = try transaction.rows(
            """
            SELECT document, role, digest, size FROM file WHERE issuer = $1 AND document > $2 AND document <= $3
            """, issuer, .text(first), .text(last))
        var files: [String: [DocumentFile]] = [:]
        for row in rows {
            files[try row.text(0), default: []].append(
                DocumentFile(role: try row.text(1), digest: try row.bytes(2), size: try row.integer(3)))
        }
        return files
    }

    static let firstActions: Set = ["document.issued", "document.imported"]

    /// How the documents of a page stand; one without a state, or with one that there is not, is left out.
    private func standings(
        after first: String, through last: String
    ) throws(ToolkitError) -> [String: DocumentStanding] {
        let range = [issuer, .text(first), .text(last)]
        let found = try transaction.rows(of: [
            Statement(
                """
                SELECT \(DocumentStanding.columns) FROM document d
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
