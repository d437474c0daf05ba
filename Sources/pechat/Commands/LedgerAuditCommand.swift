import Diagnostics
import Issuing
import JSONCore
import Ledger

/// `pechat ledger audit`: proves the books.
struct LedgerAuditCommand: Command {
    static let description = CommandDescription(
        "ledger audit", summary: "prove that numbers are dense, documents unchanged and the audit chain whole",
        options: [.ledger, .files, .issuer, .json, .quiet],
        details: """
            Without --issuer the books of all issuers are audited. The last hash of the chain is printed: whoever keeps it
            elsewhere can prove later that nothing before it was changed. Every kept file is read and compared too.
            """,
        examples: [
            ("pechat ledger audit --ledger books.db", "all books"),
            ("pechat ledger audit --ledger books.db --json", "the same for programs"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let open = try world.ledger(arguments, .reading)
        let issuers =
            try arguments.has(.issuer) ? [world.issuer(arguments, of: open.ledger)] : open.ledger.issuers()
        var reports: [LedgerAuditReport] = []
        for issuer in issuers {
            reports.append(
                try open.ledger.audit(issuer: issuer) { file throws(ToolkitError) in
                    _ = try open.archive.bytes(of: file)
                })
        }
        if arguments.has(.json) {
            try world.write(json(of: reports))
        } else {
            for report in reports where !arguments.has(.quiet) || !report.findings.isEmpty { try print(report, in: world) }
        }
        return reports.allSatisfy(\.findings.isEmpty) ? .done : .rejected
    }

    private func print(_ report: LedgerAuditReport, in world: World) throws(ToolkitError) {
        let verdict = report.findings.isEmpty ? "ok" : "FAILED"
        try world.print(
            """
            \(report.issuer.printable): \(verdict); \(report.documents) documents in \(report.series) series, \
            \(report.files) files, \(report.entries) audit entries, head \(report.head)
            """)
        Complaint(report.findings, file: nil).print(asJSON: false, in: world)
    }

    private func json(of reports: [LedgerAuditReport]) -> [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginArray()
        for report in reports {
            writer.beginObject()
            writer.member("issuer", report.issuer)
            writer.member("passed", report.findings.isEmpty)
            writer.member("documents", report.documents)
            writer.member("series", report.series)
            writer.member("files", report.files)
            writer.member("entries", report.entries)
            writer.member("head", report.head)
            writer.key("findings")
            writer.findings(report.findings)
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
