import Certificates
import Diagnostics
import Signing

/// The options of `sign` and `verify` that are about XML signatures.
extension OptionDescription {
    static let timestampAuthority = OptionDescription(
        "--tsa", value: "URL", repeatable: true, "a time-stamping authority; several are asked in this order")
    static let timestampLogin = OptionDescription(
        "--tsa-login", value: "FILE", "lines with the URL of an authority, a blank, and user:password")
    static let timestampPolicy = OptionDescription(
        "--tsa-policy", value: "POLICY", choices: TimestampService.Fallback.allCases.map(\.rawValue),
        "without a timestamp or evidence: fail (the default), or degrade to a lower level")
    static let policy = OptionDescription(
        "--policy", value: "FILE", "what a signature must be like, as JSON; see `pechat schema print signature-policy`")
    static let covered = OptionDescription(
        "--covered", value: "FILE", "write the bytes that were signed to FILE; of several parts the first")
    static let content = OptionDescription(
        "--content", value: "FILE", repeatable: true, "a file that a detached signature is about")
    static let revocationList = OptionDescription(
        "--crl", value: "FILE", repeatable: true, "a revocation list, DER or PEM")
    static let ocspAnswer = OptionDescription("--ocsp", value: "FILE", repeatable: true, "an OCSP answer in DER")
    static let fetch = OptionDescription(
        "--fetch", "get missing issuers, OCSP answers and revocation lists from the addresses in certificates")
}

extension World {
    /// The revocation lists and OCSP answers that the command line names.
    func givenEvidence(_ arguments: Arguments) throws(ToolkitError) -> Evidence {
        var evidence = Evidence()
        for file in arguments.all(.revocationList) {
            let list = try RevocationList(file: try read(file))
            evidence.revocationLists.append(list.der)
        }
        for file in arguments.all(.ocspAnswer) {
            evidence.ocspResponses.append(try read(file, atMost: OCSP.answerLimit))
        }
        return evidence
    }

    /// The verifier that the command line asks for.
    func signatureVerifier(_ arguments: Arguments) throws(ToolkitError) -> XMLSignatureVerifier {
        var policy = SignaturePolicy()
        if let file = arguments.value(.policy) {
            policy = try inFile(file, atMost: 1 << 20) { bytes throws(ToolkitError) in try SignaturePolicy(json: bytes)
            }
        }
        let anchors = try trustAnchors(arguments)
        let collector =
            arguments.has(.fetch) ? EvidenceCollector(anchors: anchors, fetch: try fetch(arguments)) : nil
        return XMLSignatureVerifier(
            anchors: anchors, policy: policy, evidence: try givenEvidence(arguments), collector: collector)
    }

    /// The files that detached signatures are about, by name without folders.
    func contents(_ arguments: Arguments) throws(ToolkitError) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for file in arguments.all(.content) { files[Self.lastName(of: file)] = try read(file) }
        return files
    }

    /// What stands behind the last slash.
    static func lastName(of path: String) -> String { String(path.split(separator: "/").last ?? "") }

    /// The time-stamping authorities of the command line.
    func timestampService(_ arguments: Arguments) throws(ToolkitError) -> TimestampService {
        try timestampService(
            arguments.all(.timestampAuthority), loginFile: arguments.value(.timestampLogin),
            arguments.value(.timestampPolicy).flatMap(TimestampService.Fallback.init(rawValue:)) ?? .fail,
            anchors: try trustAnchors(arguments), fetch: try fetch(arguments))
    }

    /// Time-stamping authorities by their addresses, with the passwords of a file.
    func timestampService(
        _ addresses: [String], loginFile: String?, _ fallback: TimestampService.Fallback, anchors: TrustAnchors?,
        fetch: @escaping Fetch
    ) throws(ToolkitError) -> TimestampService {
        var logins: [String: String] = [:]
        if let file = loginFile {
            let text = String(decoding: try read(file, atMost: 1 << 16), as: UTF8.self)
            for line in text.split(whereSeparator: \.isNewline) {
                guard let blank = line.firstIndex(of: " "), let colon = line[blank...].firstIndex(of: ":") else {
                    throw ToolkitError(
                        .usage, "A line of the --tsa-login file is not a URL, a blank, and user:password.")
                }
                let user = line[line.index(after: blank)..<colon]
                let password = Array(line[line.index(after: colon)...].utf8)
                logins[String(line[..<blank])] = NetworkRequest.basicAuthorization(
                    user: String(user), password: password)
            }
        }
        let authorities = addresses.map { TimestampAuthority(url: $0, authorization: logins[$0]) }
        return TimestampService(
            authorities: authorities, fallback: fallback, anchors: anchors, random: RandomBytes.take, fetch: fetch)
    }
}
