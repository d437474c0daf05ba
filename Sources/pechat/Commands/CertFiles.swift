import Certificates
import Diagnostics

/// Key files and certificates on the command line: files, and folders of them.
enum CertFiles {
    /// The endings that count in a folder.
    private static let endings = [".p12", ".pfx", ".pem", ".crt", ".cer", ".der"]

    /// Every file that the operands name, folders replaced by what lies in them.
    ///
    /// - Throws: `file.unreadable` for a folder that cannot be read or holds no such file.
    static func all(_ operands: [String]) throws(ToolkitError) -> [String] {
        var files: [String] = []
        for operand in operands {
            guard FileBytes.isFolder(operand) else {
                files.append(operand)
                continue
            }
            let found = try FileBytes.names(in: operand).filter { name in
                endings.contains { name.lowercased().hasSuffix($0) }
            }
            guard !found.isEmpty else {
                throw ToolkitError(
                    .fileUnreadable, "\(operand) holds no key file and no certificate.",
                    fix: "What counts ends in \(endings.joined(separator: ", ")).")
            }
            files += found.map { operand.hasSuffix("/") ? operand + $0 : "\(operand)/\($0)" }
        }
        return files
    }
}

/// A number of days, with or without a `d` behind it.
func days(_ option: OptionDescription, _ arguments: Arguments) throws(ToolkitError) -> Int? {
    guard let text = arguments.value(option) else { return nil }
    guard let days = Int(text.hasSuffix("d") ? String(text.dropLast()) : text), (0...36_500).contains(days) else {
        throw ToolkitError(.usage, "\(option.name) takes days, such as 30d.")
    }
    return days
}

extension World {
    /// Examines a key file, or a key on a token, with the evidence that the command line names or wants fetched.
    func check(
        _ key: String, _ anchors: TrustAnchors?, _ thresholds: CertificateCheck.Thresholds, _ arguments: Arguments,
        at now: Timestamp
    ) throws(ToolkitError) -> CertificateCheck {
        let taxNumber = arguments.value(.taxNumber)
        let check: (Evidence?) -> CertificateCheck
        if TokenAddress.isAddress(key) {
            let address = try TokenAddress(key)
            let token = TokenInspection(
                address, pin: try pin(of: address, passwordFile: arguments.value(.passwordFile)))
            check = { evidence in
                CertificateCheck(
                    token: token, anchors: anchors, now: now, thresholds: thresholds, taxNumber: taxNumber,
                    evidence: evidence)
            }
        } else {
            let bytes = try read(key, atMost: 1 << 20)
            let password = try password(from: arguments.value(.passwordFile), for: key, bytes)
            check = { evidence in
                CertificateCheck(
                    keyFile: bytes, password: password, anchors: anchors, now: now, thresholds: thresholds,
                    taxNumber: taxNumber, evidence: evidence)
            }
        }
        let first = check(nil)
        let evidence = try evidence(for: first.certificate, through: first.chain, anchors, arguments, at: now)
        return evidence.map(check) ?? first
    }

    /// Revocation lists and OCSP answers that the command line names, and what `--fetch` gets; nil for neither.
    ///
    /// Nothing is fetched where there is no certificate.
    func evidence(
        for certificate: Certificate?, through chain: [Certificate], _ anchors: TrustAnchors?, _ arguments: Arguments,
        at now: Timestamp
    ) throws(ToolkitError) -> Evidence? {
        var evidence = try givenEvidence(arguments)
        if arguments.has(.fetch), let certificate {
            let collector = EvidenceCollector(anchors: anchors, fetch: try fetch(arguments))
            let result = try collector.collect(for: [certificate], through: chain, now: now)
            evidence.formUnion(result.evidence)
            if let error = result.lastError, !arguments.has(.quiet) {
                note("note: something could not be fetched: \(error.message) \(error.fix)")
            }
        }
        let isAsked = arguments.has(.fetch) || arguments.has(.revocationList) || arguments.has(.ocspAnswer)
        return isAsked ? evidence : nil
    }
}

extension OptionDescription {
    static let taxNumber = OptionDescription(
        "--tax-number", value: "NUMBER", "the company's tax number, to be looked for in the certificate")
}
