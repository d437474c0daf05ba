import Certificates
import Diagnostics
import Issuing
import JSONCore

/// `pechat cert inspect FILE`: what is in it.
struct CertInspectCommand: Command {
    static let description = CommandDescription(
        "cert inspect", summary: "show the certificates of a file", operands: "FILE", operandCount: 1...1,
        options: [.passwordFile, .json],
        examples: [
            (
                "pechat cert inspect signer.p12 --password-file password.txt",
                "a key file; the key itself is never shown"
            ),
            ("pechat cert inspect ca.pem --json", "certificates alone"),
        ], exits: [.unreadable, .key])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let certificates = try world.certificates(in: arguments.operands[0], arguments)
        if arguments.has(.json) {
            var writer = JSONWriter(.indented(2))
            writer.beginArray()
            for certificate in certificates { CertificateText(certificate).write(to: &writer) }
            writer.endArray()
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else {
            try world.print(certificates.map { CertificateText($0).text }.joined(separator: "\n\n"))
        }
        return .done
    }
}

extension World {
    /// The certificates of PEM or DER text, or those of a key file.
    func certificates(in file: String, _ arguments: Arguments) throws(ToolkitError) -> [Certificate] {
        let bytes = try read(file, atMost: 1 << 20)
        do throws(ToolkitError) {
            return try Certificate.all(in: bytes)
        } catch  where !String(decoding: bytes.prefix(1 << 16), as: UTF8.self).contains("-----BEGIN CERTIFICATE") {
            // Not a file of certificates: what follows is for PKCS#12.
        }
        let password = try password(from: arguments.value(.passwordFile), for: file, bytes)
        let identity = try SigningIdentity(keyFile: bytes, password: password)
        return identity.chain + identity.otherCertificates
    }
}

extension CertificateText {
    /// One fact a line.
    var text: String {
        facts.map { "\(HelpText.padded($0.label, to: 13)) \($0.value)" }.joined(separator: "\n")
    }
}
