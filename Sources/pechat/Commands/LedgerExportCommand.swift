import Diagnostics
import Glibc
import Ledger

/// `pechat ledger export`: everything in an open format.
struct LedgerExportCommand: Command {
    static let output = OptionDescription(
        "--output", value: "FILE", "the lines of JSON to write (-o); standard output by default")
    static let description = CommandDescription(
        "ledger export", summary: "write all books of an issuer as lines of JSON",
        options: [.ledger, .issuer, output],
        details: """
            One object a line: the issuer, series, documents with their invoice JSON, states, movements, files, drafts, and
            the audit chain. The hash of an audit line is the SHA-256 of its `entry`, which holds the hash before it.
            """,
        examples: [("pechat ledger export --ledger books.db -o books.ndjson", "for an archive or another program")],
        exits: [.unreadable, .state])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let ledger = try world.ledger(arguments, .reading).ledger
        let issuer = try world.issuer(arguments, of: ledger)
        let name = arguments.value(Self.output) ?? "-"
        guard name != "-" else {
            try ledger.export(issuer: issuer) { line throws(ToolkitError) in try world.write(line) }
            return .done
        }
        let file = try OutputFile(beside: name)
        try ledger.export(issuer: issuer) { line throws(ToolkitError) in try file.write(line) }
        try file.flush()
        try file.replace(name)
        return .done
    }
}
