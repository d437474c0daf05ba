import Diagnostics
import JSONCore
import Ledger

/// `pechat ledger migrate`: the tables of an earlier version are brought up to date.
struct LedgerMigrateCommand: Command {
    static let description = CommandDescription(
        "ledger migrate", summary: "bring a ledger of an earlier pechat up to date",
        options: [.ledger, .dryRun, .json, .quiet],
        details: """
            Every other command refuses a ledger of an earlier version, and all of them one of a newer version. The change is
            one transaction; documents and the audit chain stay as they are. Back the ledger up first.
            """,
        examples: [
            ("pechat ledger migrate --ledger books.db --dry-run", "which version it has"),
            ("pechat ledger migrate --ledger books.db", "up to date"),
        ], exits: [.unreadable, .state, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let before = try world.ledger(arguments, .copying).ledger.store.version()
        let isTrial = arguments.has(.dryRun)
        if !isTrial { _ = try world.ledger(arguments, .migrating) }
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginObject()
            writer.member("before", before)
            writer.member("after", DocumentLedger.tablesVersion)
            writer.member("dryRun", isTrial)
            writer.endObject()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            let trial = isTrial ? " (nothing was changed)" : ""
            try world.print(
                before == DocumentLedger.tablesVersion
                    ? "up to date: version \(before)"
                    : "from version \(before) to \(DocumentLedger.tablesVersion)\(trial)")
        }
        return .done
    }
}
