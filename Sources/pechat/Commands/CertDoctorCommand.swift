import Certificates
import Diagnostics
import JSONCore

/// `pechat cert doctor FILE`: what to do so that signing works, in the order in which to do it.
struct CertDoctorCommand: Command {
    static let description = CommandDescription(
        "cert doctor", summary: "say what to put right so that signing works", operands: "FILE|KEY",
        operandCount: 1...1,
        options: [
            .passwordFile, .trust, .trustedList, .listSigner, .taxNumber, .revocationList, .ocspAnswer, .fetch,
            .allowAddress, .at, .json,
        ],
        details: """
            Looks at the clock, the file or token (a pkcs11: URI), the key, the certificate, its chain and, when asked, at revocation, and prints only
            what is to be done. Exit code 4 means that signing will not work, 5 that it will stop soon.
            """,
        examples: [
            ("pechat cert doctor signer.p12 --password-file password.txt", "what is wrong with it, and how to mend it"),
            (
                "pechat cert doctor signer.p12 --password-file password.txt --trust ca.pem --fetch",
                "with the issuer's word"
            ),
        ], exits: [.unreadable, .key, .threshold])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    /// Something to be done.
    private struct Advice {
        let name: String
        let isUrgent: Bool
        let message: String
        let fix: String
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let anchors = try world.trustAnchors(arguments)
        let now = try world.now(arguments)
        let result = try world.check(file, anchors, CertificateCheck.Thresholds(), arguments, at: now)
        let advice = Self.clock(result, now) + Self.advice(result) + Self.chain(result)
        try arguments.has(.json) ? printJSON(advice, result, in: world) : printText(advice, result, now, in: world)
        guard result.isAcceptable else { return .key }
        return result.level == .good ? .done : .threshold
    }

    /// Authorities' certificates were made long ago: one that begins in the future means that the clock is slow.
    private static func clock(_ check: CertificateCheck, _ now: Timestamp) -> [Advice] {
        let certificates = (check.certificate.map { [$0] } ?? []) + check.chain
        guard now < Timestamp(secondsSince1970: 1_767_225_600) || certificates.contains(where: { now < $0.notBefore })
        else { return [] }
        return [
            Advice(
                name: "clock", isUrgent: true, message: "The clock of this machine says \(now), which cannot be.",
                fix: "Set the clock and let it be kept: `timedatectl set-ntp true`. The time zone does not matter.")
        ]
    }

    private static func advice(_ check: CertificateCheck) -> [Advice] {
        check.items.compactMap { item in
            guard [.failed, .warning].contains(item.verdict) else { return nil }
            return Advice(name: item.name, isUrgent: item.verdict == .failed, message: item.message, fix: item.fix)
        }
    }

    /// What lies between the certificate and its root is not in the file, although receivers need it.
    private static func chain(_ check: CertificateCheck) -> [Advice] {
        guard let last = check.chain.last ?? check.certificate, !last.isSelfSigned else { return [] }
        let isDirect = check.chain.isEmpty && check["authority"]?.verdict == .passed
        guard check.chain.isEmpty, !isDirect else { return [] }
        let place = last.issuerAddresses.first.map { " It can be had from \($0)." } ?? ""
        return [
            Advice(
                name: "chain", isUrgent: false,
                message:
                    "No certificate of the issuer, “\(last.issuer)”, lies beside the key, so receivers may not find it.",
                fix: "Put it there, unless the issuer is a root itself.\(place)")
        ]
    }

    private func printText(
        _ advice: [Advice], _ check: CertificateCheck, _ now: Timestamp, in world: World
    ) throws(ToolkitError) {
        var lines = ["The clock says \(now) (UTC)."]
        if let certificate = check.certificate, let days = check.daysLeft {
            lines.append("The certificate is \(certificate.subject), and ends in \(days) days.".printable)
        }
        if advice.isEmpty { lines.append("Nothing is to be done.") }
        for (index, item) in advice.enumerated() {
            lines.append("\(index + 1). \(item.isUrgent ? "" : "(advice) ")\(item.message)".printable)
            if !item.fix.isEmpty { lines.append("   \(item.fix)".printable) }
        }
        try world.print(lines.joined(separator: "\n"))
    }

    private func printJSON(_ advice: [Advice], _ check: CertificateCheck, in world: World) throws(ToolkitError) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("usable", check.isAcceptable)
        writer.member("level", orNull: check.level?.rawValue)
        writer.key("advice")
        writer.beginArray()
        for item in advice {
            writer.beginObject()
            writer.member("name", item.name)
            writer.member("urgent", item.isUrgent)
            writer.member("message", item.message)
            writer.member("fix", item.fix)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
    }
}
