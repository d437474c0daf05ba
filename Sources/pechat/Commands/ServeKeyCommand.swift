import Certificates
import Diagnostics
import Glibc
import InvoiceService

/// `pechat serve key NAME --role ROLE --keys FILE`: a new key for callers of the service, shown once.
struct ServeKeyCommand: Command {
    static let keys = OptionDescription(
        "--keys", value: "FILE",
        "the file of access keys, `accessKeys` of the configuration; made where it is not there")
    static let role = OptionDescription(
        "--role", value: "ROLE", choices: Role.allCases.map(\.rawValue), "what the key may do")
    static let days = OptionDescription("--days", value: "DAYS", "how long it is good for; for ever by default")
    static let replaces = OptionDescription(
        "--replaces", value: "PREFIX", "the key that this one takes the place of: it ends in a day")
    static let description = CommandDescription(
        "serve key create", summary: "make a key for a program that calls the service", operands: "NAME",
        operandCount: 1...1, options: [keys, role, days, replaces, .allowedIssuer, .now],
        details: """
            The key is printed once; the file keeps its digest. A running service takes the file again on SIGHUP. To
            withdraw a key, delete its entry.
            """,
        examples: [
            ("pechat serve key create ERP --role finance --keys keys.json", "for the program that issues invoices"),
            (
                "pechat serve key create ERP --role finance --replaces pk_abcdefgh --keys keys.json",
                "a new one, with a day to change over"
            ),
        ], exits: [.unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        guard let name = arguments.value(Self.keys), let role = arguments.value(Self.role).flatMap(Role.init(rawValue:))
        else { throw .usage("`serve key create` needs --keys FILE and --role ROLE.", in: Self.description) }
        let now = try world.now(arguments)
        let isThere = unsafe access(name, F_OK) == 0
        var file = isThere ? try AccessKeyFile(parsing: world.read(name, atMost: 1 << 20), file: name) : AccessKeyFile()
        if let old = arguments.value(Self.replaces) {
            guard let index = file.entries.firstIndex(where: { $0.prefix == old }) else {
                throw ToolkitError(.usage, "The file has no key with this prefix.", fix: "Look into \(name).")
            }
            let end = now.adding(seconds: 86_400)
            file.entries[index].expires = min(file.entries[index].expires ?? end, end)
        }
        let (prefix, key) = AccessKey.text(random: RandomBytes.take(40))
        let issuers = arguments.all(.allowedIssuer)
        file.entries.append(
            AccessKeyFile.Entry(
                prefix: prefix, digest: try Digest.sha256(Array(key.utf8)), name: arguments.operands[0], role: role,
                issuers: issuers.isEmpty ? nil : Set(issuers),
                expires: try arguments.number(Self.days, in: 1...36_500).map { now.adding(seconds: $0 * 86_400) }))
        try world.write(file.bytes, to: name)
        try world.print(key)
        return .done
    }
}

extension OptionDescription {
    static let allowedIssuer = OptionDescription(
        "--issuer", value: "ID", repeatable: true, "an issuer whose books the key may see; all by default")
}
