import Certificates
import Diagnostics
import JSONCore

/// `pechat cert check FILE`: whether the key file is fit to sign with, and for how long.
struct CertCheckCommand: Command {
    static let warn = OptionDescription("--warn", value: "DAYS", "days left at which to warn; 90d by default")
    static let urgent = OptionDescription("--urgent", value: "DAYS", "days left that are urgent; 30d by default")
    static let critical = OptionDescription("--critical", value: "DAYS", "days left that are critical; 7d by default")
    static let description = CommandDescription(
        "cert check", summary: "say what is wrong with a key file, and when it ends", operands: "FILE",
        operandCount: 1...1, options: [.passwordFile, .trust, warn, urgent, critical, .at, .json, .quiet],
        details: """
            Five checks have a name: format, password, validity, private key and authority (with --trust). Exit code 4
            means that the file cannot be used to sign, 5 that its certificate ends within a threshold.
            """,
        examples: [
            ("pechat cert check signer.p12 --password-file password.txt", "a PKCS#12 file"),
            ("pechat cert check signer.pem --trust ca.pem --warn 60d --json", "against your authority, for a program"),
        ], exits: [.unreadable, .key, .threshold])

    private let arguments: Arguments
    private let thresholds: CertificateCheck.Thresholds

    init(_ arguments: Arguments) throws(ToolkitError) {
        self.arguments = arguments
        let standard = CertificateCheck.Thresholds()
        thresholds = CertificateCheck.Thresholds(
            warning: try Self.days(Self.warn, arguments) ?? standard.warning,
            urgent: try Self.days(Self.urgent, arguments) ?? standard.urgent,
            critical: try Self.days(Self.critical, arguments) ?? standard.critical)
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let bytes = try world.read(file, atMost: 1 << 20)
        let anchors = try world.trustAnchors(arguments)
        let check = CertificateCheck(
            keyFile: bytes, password: try world.password(from: arguments.value(.passwordFile), for: file, bytes),
            anchors: anchors, now: try world.now(arguments), thresholds: thresholds)
        if arguments.has(.json) {
            try world.write(Self.json(check, file: file) + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            try world.print(Self.text(check, file: file))
        }
        guard check.isAcceptable else { return .key }
        return check.level == .good ? .done : .threshold
    }

    /// A number of days, with or without a `d` behind it.
    private static func days(_ option: OptionDescription, _ arguments: Arguments) throws(ToolkitError) -> Int? {
        guard let text = arguments.value(option) else { return nil }
        guard let days = Int(text.hasSuffix("d") ? String(text.dropLast()) : text), (0...3650).contains(days) else {
            throw .usage("\(option.name) takes days, such as 30d.", in: description)
        }
        return days
    }

    private static func text(_ check: CertificateCheck, file: String) -> String {
        let width = check.items.map(\.name.count).max() ?? 0
        var lines = ["\(file):"]
        for item in check.items {
            lines.append("  \(HelpText.padded(item.name, to: width))  \(mark(item.verdict))  \(item.message)")
            if item.verdict == .failed && !item.fix.isEmpty {
                lines.append("  \(String(repeating: " ", count: width))  fix: \(item.fix)")
            }
        }
        if let days = check.daysLeft, let level = check.level {
            lines.append(days < 0 ? "  ended \(-days) days ago" : "  \(days) days left (\(level.rawValue))")
        }
        return lines.joined(separator: "\n")
    }

    private static func mark(_ verdict: CertificateCheck.Verdict) -> String {
        switch verdict {
        case .passed: "passed     "
        case .failed: "FAILED     "
        case .warning: "warning    "
        case .notChecked: "not checked"
        }
    }

    private static func json(_ check: CertificateCheck, file: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("file", file)
        writer.member("usable", check.isAcceptable)
        if let level = check.level { writer.member("level", level.rawValue) }
        if let days = check.daysLeft { writer.member("daysLeft", days) }
        writer.key("checks")
        writer.beginArray()
        for item in check.items {
            writer.beginObject()
            writer.member("name", item.name)
            writer.member("verdict", item.verdict.rawValue)
            writer.member("code", item.code?.name)
            writer.member("message", item.message)
            writer.member("fix", item.fix)
            writer.endObject()
        }
        writer.endArray()
        if let certificate = check.certificate {
            writer.key("certificate")
            CertificateText(certificate).write(to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }
}
