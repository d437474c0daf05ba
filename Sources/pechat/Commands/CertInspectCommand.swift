import Certificates
import Diagnostics
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

/// A certificate in words.
struct CertificateText {
    private let certificate: Certificate

    init(_ certificate: Certificate) { self.certificate = certificate }

    private var facts: [(name: String, label: String, value: String)] {
        [
            ("issuedTo", "Issued to", certificate.subject), ("issuedBy", "Issued by", certificate.issuer),
            ("validFrom", "Valid from", certificate.notBefore.description),
            ("validUntil", "Valid until", certificate.notAfter.description),
            ("serial", "Serial", certificate.serialNumber),
            ("serialHexadecimal", "Serial (hex)", certificate.serialNumberHexadecimal),
            ("signatureAlgorithm", "Signed with", certificate.signatureAlgorithm),
            ("keyAlgorithm", "Key", "\(certificate.publicKeyAlgorithm), \(certificate.publicKeyBits) bits"),
            (
                "keyUsage", "Key usage",
                certificate.keyUsages.map { $0.map(\.rawValue).sorted().joined(separator: ", ") } ?? "any"
            ),
            ("policies", "Policies", certificate.policies.joined(separator: ", ")),
            ("qualified", "Qualified", certificate.qualifiedStatements.map(Self.words) ?? ""),
            ("fingerprintSHA256", "SHA-256", certificate.fingerprintText),
            ("fingerprintSHA1", "SHA-1", Digest.named("SHA1", of: certificate.der).map(Self.pairs) ?? ""),
        ].filter { !$0.value.isEmpty }
    }

    private static func pairs(_ bytes: [UInt8]) -> String {
        bytes.map { Digest.hexadecimal([$0]).uppercased() }.joined(separator: ":")
    }

    /// What the issuer states, in the order of ETSI EN 319 412-5.
    private static func words(_ statements: QualifiedStatements) -> String {
        var words: [String] = []
        if statements.isQualified { words.append("qualified") }
        words += statements.countries.map { "by the law of \($0)" }
        words += statements.purposes.map { "for \($0.rawValue)" }
        if statements.isInDevice { words.append("key in a qualified device") }
        if let limit = statements.limit {
            words.append(
                "up to \(limit.amount)" + (limit.exponent == 0 ? "" : "e\(limit.exponent)") + " \(limit.currency)")
        }
        if let years = statements.retentionYears { words.append("records kept for \(years) years") }
        words += statements.disclosures
        return words.joined(separator: ", ")
    }

    var text: String {
        facts.map { "\(HelpText.padded($0.label, to: 13)) \($0.value)" }.joined(separator: "\n")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for fact in facts { writer.member(fact.name, fact.value) }
        writer.endObject()
    }
}
