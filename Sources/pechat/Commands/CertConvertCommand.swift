import Certificates
import Diagnostics

/// `pechat cert convert FILE -o OUT`: a key file in another form, with encryption that is up to date.
struct CertConvertCommand: Command {
    static let output = OptionDescription("--output", value: "FILE", "the key file to write (-o); it must not exist")
    static let form = OptionDescription(
        "--to", value: "FORM", choices: ["pkcs12", "pem"], "the form; by default that of the ending of the output")
    static let newPassword = OptionDescription(
        "--new-password-file", value: "FILE", "the new file's password, first line of FILE; by default the old one")
    static let plain = OptionDescription("--plain-key", "write the private key of a PEM file without a password")
    static let description = CommandDescription(
        "cert convert", summary: "turn a key file into PKCS#12 or PEM with modern encryption", operands: "FILE",
        operandCount: 1...1, options: [output, form, .passwordFile, newPassword, plain, .quiet],
        details: """
            PKCS#12 is written with AES-256, PBKDF2 and SHA-256, PEM keys as PKCS#8 with AES-256. Files with RC2-40, 3DES or
            RC4, which new programs refuse with "invalid password", become readable again. Only you may read the new file.
            """,
        examples: [
            (
                "pechat cert convert old.pfx -o new.p12 --password-file password.txt",
                "an old file with modern encryption"
            ),
            ("pechat cert convert signer.p12 -o signer.pem --password-file password.txt", "PKCS#12 to PEM, protected"),
            ("pechat cert convert signer.pem -o signer.p12 --new-password-file password.txt", "PEM to PKCS#12"),
        ], exits: [.unreadable, .key, .state])

    private let arguments: Arguments
    private let target: String
    private let isPKCS12: Bool

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let target = arguments.value(Self.output) else {
            throw .usage("`cert convert` needs -o FILE.", in: Self.description)
        }
        let ending = target.lowercased()
        let isKnown = [".p12", ".pfx", ".pem"].contains { ending.hasSuffix($0) }
        guard arguments.has(Self.form) || isKnown else {
            throw .usage("The ending of the output says no form: give --to pkcs12 or --to pem.", in: Self.description)
        }
        isPKCS12 = arguments.value(Self.form).map { $0 == "pkcs12" } ?? !ending.hasSuffix(".pem")
        guard !isPKCS12 || !arguments.has(Self.plain) else {
            throw .usage("--plain-key is for PEM.", in: Self.description)
        }
        self.target = target
        self.arguments = arguments
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let bytes = try world.read(file, atMost: 1 << 20)
        let old = try world.password(from: arguments.value(.passwordFile), for: file, bytes)
        let identity = try SigningIdentity(keyFile: bytes, password: old)
        var new = old
        if let file = arguments.value(Self.newPassword) { new = try world.secret(in: file) }
        if !isPKCS12, new == nil, !arguments.has(Self.plain) {
            throw ToolkitError(
                .usage, "The private key would be written without protection.",
                fix: "Give --new-password-file FILE, or --plain-key if that is meant.")
        }
        let made =
            isPKCS12
            ? try identity.pkcs12(password: new ?? [])
            : try identity.pem(password: arguments.has(Self.plain) ? nil : new)
        guard try OutputFile(made, beside: target, isSecret: true).link(as: target) else {
            throw ToolkitError(.fileExists, "\(target) exists already.", fix: "Choose another name or move it away.")
        }
        if !arguments.has(.quiet) {
            if let outdated = identity.oldEncryption { world.note("\(file) was protected with \(outdated).") }
            world.note("\(target) is written.")
        }
        return .done
    }
}
