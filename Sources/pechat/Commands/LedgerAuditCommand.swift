import Diagnostics
import Issuing
import JSONCore
import Ledger
import Signing

/// `pechat ledger audit`: proves the books.
struct LedgerAuditCommand: Command {
    static let statement = OptionDescription(
        "--statement", value: "FILE", "what the audit found, signed with --key as a JSON Web Signature")
    static let description = CommandDescription(
        "ledger audit", summary: "prove that numbers are dense, documents unchanged and the audit chain whole",
        options: [.ledger, .files, .issuer, statement, .key, .passwordFile, .now, .json, .quiet],
        details: """
            Without --issuer the books of all issuers are audited. The last hash of the chain is printed: whoever keeps it
            elsewhere can prove later that nothing before it was changed. Every kept file is read and compared too. The ledger
            is not changed. A statement names the moment, the issuers, their series and the ends of their chains; `verify`
            checks it, and whoever has it holds the books to that moment.
            """,
        examples: [
            ("pechat ledger audit --ledger books.db", "all books"),
            ("pechat ledger audit --ledger books.db --json", "the same for programs"),
            (
                "pechat ledger audit --ledger books.db --statement audit-2026.jws --key signer.p12 --password-file pw",
                "a signed statement"
            ),
        ], exits: [.rejected, .unreadable, .key])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard arguments.has(Self.statement) == arguments.has(.key) else {
            throw .usage("--statement and --key go together.", in: Self.description)
        }
        self.arguments = arguments
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let now = try world.now(arguments)
        // A key that cannot be used is told before the work.
        let signer = try arguments.value(.key).map { key throws(ToolkitError) in
            try world.signer(key, passwordFile: arguments.value(.passwordFile), at: now)
        }
        let open = try world.ledger(arguments, .reading)
        let issuers =
            try arguments.has(.issuer) ? [world.issuer(arguments, of: open.ledger)] : open.ledger.issuers()
        let damage = try open.ledger.damage()
        var reports: [LedgerAuditReport] = []
        for issuer in issuers {
            reports.append(
                try open.ledger.audit(issuer: issuer, damage: damage) { file throws(ToolkitError) in
                    _ = try open.archive.bytes(of: file)
                })
        }
        if let signer, let name = arguments.value(Self.statement) {
            var statement = AuditStatement(at: now, by: World.actor)
            for report in reports { statement.add(report, try open.ledger.series(of: report.issuer)) }
            let signed = try JWSSigner(signer: signer).sign(statement.json)
            try OutputFile(signed, beside: name).replace(name)
        }
        if arguments.has(.json) {
            try world.write(json(of: reports))
        } else {
            for report in reports where !arguments.has(.quiet) || !report.findings.isEmpty {
                try print(report, besides: damage, in: world)
            }
            Complaint(damage, file: nil).print(asJSON: false, in: world)
        }
        return damage.isEmpty && reports.allSatisfy(\.findings.isEmpty) ? .done : .rejected
    }

    /// Prints a report; what is wrong beneath all books is said once.
    private func print(
        _ report: LedgerAuditReport, besides damage: [Finding], in world: World
    ) throws(ToolkitError) {
        let verdict = report.findings.isEmpty ? "ok" : "FAILED"
        try world.print(
            """
            \(report.issuer.printable): \(verdict); \(report.documents) documents in \(report.series) series, \
            \(report.files) files, \(report.entries) audit entries, head \(report.head)
            """)
        let own = report.findings.filter { !damage.contains($0) }
        Complaint(own, file: nil).print(asJSON: false, in: world)
    }

    private func json(of reports: [LedgerAuditReport]) -> [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginArray()
        for report in reports { report.write(to: &writer) }
        writer.endArray()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
