import Certificates
import Diagnostics
import InvoiceService

/// `pechat serve key new NAME`: lets a program in.
struct ServeKeyNewCommand: Command {
    static let role = OptionDescription(
        "--role", value: "ROLE", choices: Role.allCases.map(\.rawValue), "what the key may do; viewer by default")
    static let expires = OptionDescription("--expires", value: "TIME", "when it ends, such as 2027-11-20T12:00:00Z")
    static let description = CommandDescription(
        "serve key new", summary: "make an API key for a program", operands: "NAME", operandCount: 1...1,
        options: [role, expires],
        details: """
            The key is printed once, to standard output, and kept nowhere; the line for apiKeys of the configuration goes to
            standard error. It holds the SHA-256 digest of the key, from which nobody can tell the key.
            admin may do everything; finance makes, issues and signs; support makes and examines; viewer examines.
            """,
        examples: [
            ("pechat serve key new shop --role finance > shop.key", "for a program that issues invoices"),
            ("pechat serve key new audit --expires 2027-01-01T00:00:00Z", "for somebody who looks until then"),
        ])

    private let name: String
    private let role: Role
    private let expires: Timestamp?

    init(_ arguments: Arguments) throws(ToolkitError) {
        name = arguments.operands[0]
        guard ServiceConfiguration.isName(name) else {
            throw .usage("NAME has at most 64 letters, digits, dots, dashes and underscores.", in: Self.description)
        }
        role = arguments.value(Self.role).flatMap(Role.init(rawValue:)) ?? .viewer
        expires = try arguments.value(Self.expires).map { text throws(ToolkitError) in try Timestamp(text) }
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<40).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let (prefix, secret) = AccessKey.text(random: random)
        let key = AccessKey(
            prefix: prefix, digest: try Digest.sha256(Array(secret.utf8)), name: name, scopes: role.scopes,
            expires: expires)
        try world.print(secret)
        world.note(key.configurationLine(role))
        return .done
    }
}
