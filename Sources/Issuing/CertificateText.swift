public import Certificates
public import JSONCore

/// A certificate in words.
public struct CertificateText: Sendable {
    private let certificate: Certificate

    /// Takes the certificate.
    public init(_ certificate: Certificate) { self.certificate = certificate }

    /// What is known, in the order in which people ask: the name for programs, the label for people, the value.
    public var facts: [(name: String, label: String, value: String)] {
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

    /// Writes the facts as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for fact in facts { writer.member(fact.name, fact.value) }
        writer.endObject()
    }
}
