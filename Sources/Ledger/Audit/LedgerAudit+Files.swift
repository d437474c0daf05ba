import Diagnostics

extension LedgerAudit {
    /// Every file that was made of a document is there and has the digest that was entered.
    mutating func checkFiles(_ read: (DocumentFile) throws(ToolkitError) -> Void) throws(ToolkitError) {
        var (document, role, digest) = ("", "", [UInt8]())
        while true {
            let rows = try transaction.rows(
                """
                SELECT f.document, f.role, f.digest, f.size, d.number FROM file f
                JOIN document d ON d.issuer = f.issuer AND d.id = f.document
                WHERE f.issuer = $1 AND (f.document, f.role, f.digest) > ($2, $3, $4)
                ORDER BY f.document, f.role, f.digest LIMIT $5
                """, issuer, .text(document), .text(role), .bytes(digest), .integer(Self.page))
            guard let end = rows.last else { return }
            for row in rows {
                let file = DocumentFile(role: try row.text(1), digest: try row.bytes(2), size: try row.integer(3))
                report.files += 1
                do throws(ToolkitError) { try read(file) } catch {
                    report.find("file.damaged", try row.text(4), "A file of the document is missing or damaged.")
                }
            }
            (document, role, digest) = (try end.text(0), try end.text(1), try end.bytes(2))
        }
    }
}
