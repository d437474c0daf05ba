import Certificates
import JSONCore

/// What the header of a JSON Web Signature says, as far as it is listened to.
///
/// Keys that a header brings along or points at (`jwk`, `jku`, `x5u`, `kid`) are never used: the signer's certificate
/// comes from `x5c` and counts only if it leads to a trusted authority. Source: RFC 7515 §4.1.
struct JWSHeader {
    let algorithm: SignatureAlgorithm
    /// The signer's certificate first.
    let certificates: [Certificate]
    let claimedSigningTime: Timestamp?

    /// Certificates beyond this number are no chain.
    private static let chainLimit = 10
    /// Parameters that are understood although they may be called critical.
    private static let understood = ["sigT"]
    /// Parameters of the standard, which must not be called critical.
    private static let standard = [
        "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
    ]

    init(_ bytes: [UInt8], _ cache: SignerCache) throws(VerificationStop) {
        guard let document = try? JSONDocument(parsing: bytes), document.root.kind == .object else {
            throw Self.malformed("The header of the signature is not a JSON object.")
        }
        var values: [String: JSONValue] = [:]
        for member in document.root.members {
            if let name = member.key.string { values[name] = member.value }
        }
        try Self.checkCritical(values)
        algorithm = try Self.algorithm(values["alg"])
        certificates = try Self.certificates(values["x5c"], cache)
        if let thumbprint = values["x5t#S256"] {
            guard let text = thumbprint.string, Base64.decodeURL(Array(text.utf8)[...]) == certificates[0].fingerprint
            else {
                throw .indeterminate(
                    .noSigningCertificate, "signature.certificateMismatch",
                    "The signature names another certificate than the one beside it.",
                    fix: "Ask the sender for the document as it was signed.")
            }
        }
        claimedSigningTime =
            values["iat"]?.integer.map(Timestamp.init(secondsSince1970:))
            ?? values["sigT"]?.string.flatMap { try? Timestamp($0) }
    }

    /// Source: RFC 7515 §4.1.11.
    private static func checkCritical(_ values: [String: JSONValue]) throws(VerificationStop) {
        if values["b64"] != nil { throw unknown("The payload is not in Base64, which is not accepted.") }
        guard let critical = values["crit"] else { return }
        guard critical.kind == .array, critical.count > 0 else { throw malformed("`crit` is not a list of names.") }
        var seen: Set<String> = []
        for element in critical.elements {
            guard let name = element.string, values[name] != nil, !standard.contains(name), seen.insert(name).inserted
            else { throw malformed("`crit` names what is not there, or what it must not.") }
            guard understood.contains(name) else {
                throw unknown("The signature demands that something be understood which is not known here.")
            }
        }
    }

    private static func algorithm(_ value: JSONValue?) throws(VerificationStop) -> SignatureAlgorithm {
        guard let name = value?.string else { throw malformed("The header names no algorithm.") }
        guard name.lowercased() != "none" else {
            throw .failed(
                .formatFailure, "signature.none", "There is no signature: the header says so.",
                fix: "Ask the sender to sign the document.")
        }
        guard let algorithm = JWSAlgorithm.named(name) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.algorithm",
                "The signature is made with an algorithm that is not accepted.",
                fix: "Ask the sender to sign with RS256 or ES256.")
        }
        return algorithm
    }

    private static func certificates(
        _ value: JSONValue?, _ cache: SignerCache
    ) throws(VerificationStop) -> [Certificate] {
        guard let value else {
            throw .indeterminate(
                .noSigningCertificate, "signature.noSigningCertificate",
                "No certificate stands in the header of the signature.",
                fix: "Ask the sender for a signature with its certificates (x5c).")
        }
        guard value.kind == .array, (1...chainLimit).contains(value.count) else {
            throw malformed("`x5c` is not a list of certificates.")
        }
        var certificates: [Certificate] = []
        for element in value.elements {
            guard let text = element.string, let der = Base64.decode(text.utf8), let next = cache.certificate(der)
            else { throw malformed("A certificate in the header cannot be read.") }
            certificates.append(next)
        }
        return certificates
    }

    static func malformed(_ message: String) -> VerificationStop {
        .failed(
            .formatFailure, "signature.malformed", message, fix: "Ask the sender for the document as it was signed.")
    }

    private static func unknown(_ message: String) -> VerificationStop {
        .indeterminate(
            .signatureConstraintsFailure, "signature.critical", message,
            fix: "Ask the sender for a signature with the plain header of RFC 7515.")
    }
}
