import Certificates
import Diagnostics

/// `pechat cert make-test --out DIR`: a throw-away authority and signer.
struct CertMakeTestCommand: Command {
    static let out = OptionDescription("--out", value: "DIR", "the folder for the files")
    static let elliptic = OptionDescription("--ec", "make a key on the curve P-256 instead of RSA-2048")
    static let description = CommandDescription(
        "cert make-test", summary: "make a throw-away authority and key for trials",
        options: [out, elliptic, .now, .quiet],
        details: """
            Writes ca.pem, signer.p12, signer.pem (key and certificate, not encrypted) and password.txt. The names in the
            certificates say that they are for trials; nobody else trusts them. Existing files are not touched.
            """,
        examples: [
            ("pechat cert make-test --out trial", "RSA-2048"),
            ("pechat cert make-test --out trial --ec", "a smaller, faster key"),
        ], exits: [.state])

    private let arguments: Arguments
    private let folder: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let folder = arguments.value(Self.out) else {
            throw .usage("`cert make-test` needs --out DIR.", in: Self.description)
        }
        self.arguments = arguments
        self.folder = folder
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let output = try OutputFolder(folder)
        let made = try TestAuthority.make(
            now: try world.now(arguments), algorithm: arguments.has(Self.elliptic) ? .p256 : .rsa2048)
        let files = [
            ("ca.pem", made.caPEM), ("signer.p12", made.signerP12), ("signer.pem", made.signerPEM),
            ("password.txt", Array("\(made.password)\n".utf8)),
        ]
        for (name, _) in files where output.holds(name) { throw Self.exists(output.file(name)) }
        for (name, bytes) in files {
            let isSecret = name != "ca.pem"
            let file = try OutputFile(bytes, beside: output.file(name), isSecret: isSecret)
            guard try file.link(as: output.file(name)) else { throw Self.exists(output.file(name)) }
            if !arguments.has(.quiet) { try world.print(output.file(name)) }
        }
        return .done
    }

    private static func exists(_ path: String) -> ToolkitError {
        ToolkitError(.fileExists, "\(path) exists already.", fix: "Choose another folder or move the file away.")
    }
}

extension ToolkitError.Code {
    /// A file that must not be replaced is there already.
    static let fileExists = Self("file.exists", .state)
}
