public import Certificates
public import Diagnostics

/// The verdict on a signature, and what it rests on.
///
/// Source: ETSI EN 319 102-1 §5.1.
public struct SignatureReport: Sendable, Hashable {
    /// The three verdicts; only one of them means that the signature may be relied on.
    public enum Status: String, Sendable, Hashable {
        /// Intact, by the certificate it names, and that certificate leads to an authority the caller trusts.
        case passed
        /// Neither: something is missing that would decide it.
        case indeterminate
        /// The document or the signature was changed, or never was what it pretends to be.
        case failed
    }

    /// Why a signature did not pass, in the words of the standard.
    public enum SubIndication: String, Sendable, Hashable {
        /// The document or the signature has a form that is not accepted.
        case formatFailure = "FORMAT_FAILURE"
        /// Signed content was changed.
        case hashFailure = "HASH_FAILURE"
        /// The signature value does not belong to the signing certificate.
        case signatureCryptoFailure = "SIG_CRYPTO_FAILURE"
        /// The signature breaks a rule about what a signature must hold.
        case signatureConstraintsFailure = "SIG_CONSTRAINTS_FAILURE"
        /// The certificate, or one above it, breaks a rule.
        case chainConstraintsFailure = "CHAIN_CONSTRAINTS_FAILURE"
        /// An algorithm or a key is too weak or not known.
        case cryptoConstraintsFailure = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
        /// The certificate that the signature names is not there.
        case noSigningCertificate = "NO_SIGNING_CERTIFICATE_FOUND"
        /// No path leads to an authority that the caller trusts.
        case noCertificateChain = "NO_CERTIFICATE_CHAIN_FOUND"
        /// The certificate has expired, and nothing proves that the signature is older.
        case outOfBounds = "OUT_OF_BOUNDS_NO_POE"
        /// The certificate is not valid yet.
        case notYetValid = "NOT_YET_VALID"
    }

    /// Whether the signed bytes are those that were signed, whoever signed them.
    public enum Integrity: String, Sendable, Hashable {
        /// The digests and the signature value are right.
        case passed
        /// They are not, or it did not come to looking at them.
        case failed
    }

    /// What was signed.
    public struct Covered: Sendable, Hashable {
        /// The signed form of the document: what a reader may rely on, in UTF-8.
        public let canonical: [UInt8]
        /// Whether that is the whole document but for the signature itself.
        public let isWholeDocument: Bool
        /// The SHA-256 digest of `canonical` in hexadecimal.
        public let digest: String

        /// The length of the signed form.
        public var byteCount: Int { canonical.count }
    }

    /// The verdict.
    public internal(set) var status = Status.indeterminate
    /// Why it did not pass; nil where it did.
    public internal(set) var subIndication: SubIndication?
    /// Whether the signed bytes are intact.
    public internal(set) var integrity = Integrity.failed
    /// A stable name of the outcome, such as `signature.hashMismatch`; `signature.valid` where it passed.
    public internal(set) var code = "signature.valid"
    /// One sentence that says what was found.
    public internal(set) var message = ""
    /// What to do about it; empty where there is nothing to do.
    public internal(set) var fix = ""
    /// Where in the document the trouble is, when that is known.
    public internal(set) var place: SourcePlace?
    /// `XAdES`; nil where no signature of that form was found.
    public internal(set) var format: String?
    /// `B-B` where all that the baseline level asks for is there, else `BES`; nil without a signature.
    public internal(set) var level: String?
    /// The certificate that the signature names; nil where it was not found.
    ///
    /// It is not trusted by being here.
    public internal(set) var signer: Certificate?
    /// The certificate, the authorities above it and the anchor; empty where no path was found.
    public internal(set) var path: [Certificate] = []
    /// When the signer claims to have signed; nothing proves it.
    public internal(set) var claimedSigningTime: Timestamp?
    /// What was signed; nil where the bytes are not intact.
    public internal(set) var covered: Covered?
    /// The moment for which the verdict holds.
    public let validationTime: Timestamp
    /// What a person should know besides, each with a rule such as `signature.comments`.
    public internal(set) var warnings: [Finding] = []

    init(at time: Timestamp) { validationTime = time }

    /// Whether the signature may be relied on: the status is `passed`.
    public var isValid: Bool { status == .passed }

    /// The report for people, several lines.
    public var text: String {
        var lines = ["\(status.rawValue)\(subIndication.map { " (\($0.rawValue))" } ?? ""): \(message)"]
        if let place { lines.append("  line \(place.line)\(place.column.map { ", column \($0)" } ?? "")") }
        if !fix.isEmpty { lines.append("  \(fix)") }
        if let format { lines.append("format: \(format)\(level.map { " \($0)" } ?? "")") }
        lines.append("integrity: \(integrity.rawValue)")
        if let signer {
            lines.append("signer: \(signer.subject)")
            lines.append("issuer: \(signer.issuer)")
            lines.append("certificate: \(signer.serialNumber), valid \(signer.notBefore) to \(signer.notAfter)")
            lines.append("fingerprint: \(signer.fingerprintText)")
        }
        if let claimedSigningTime { lines.append("claimed signing time: \(claimedSigningTime)") }
        if let covered {
            let extent = covered.isWholeDocument ? "the whole document" : "a part of the document"
            lines.append("signed: \(extent), \(covered.byteCount) bytes, SHA-256 \(covered.digest)")
        }
        for warning in warnings { lines.append("warning: \(warning.message)") }
        return lines.joined(separator: "\n")
    }

    mutating func warn(_ rule: String, _ message: String, fix: String = "", at element: SourcePlace? = nil) {
        warnings.append(
            Finding(rule: rule, severity: .warning, pointer: "", place: element, message: message, fix: fix))
    }
}

/// Why a verification stops.
enum VerificationStop: Error {
    /// The signature is not accepted: a verdict.
    case verdict(SignatureFault)
    /// The verification itself failed.
    case failure(ToolkitError)
}

/// A verdict other than "passed".
struct SignatureFault {
    let status: SignatureReport.Status
    let subIndication: SignatureReport.SubIndication
    let code: String
    let message: String
    var fix = ""
    var place: SourcePlace?
}

extension VerificationStop {
    static func failed(
        _ subIndication: SignatureReport.SubIndication, _ code: String, _ message: String, fix: String = "",
        at place: SourcePlace? = nil
    ) -> Self {
        .verdict(
            SignatureFault(
                status: .failed, subIndication: subIndication, code: code, message: message, fix: fix, place: place))
    }

    static func indeterminate(
        _ subIndication: SignatureReport.SubIndication, _ code: String, _ message: String, fix: String = "",
        at place: SourcePlace? = nil
    ) -> Self {
        .verdict(
            SignatureFault(
                status: .indeterminate, subIndication: subIndication, code: code, message: message, fix: fix,
                place: place))
    }
}
