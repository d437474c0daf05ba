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
        /// The certificate was revoked before the signature can have been made.
        case revoked = "REVOKED"
        /// The certificate was revoked, and nothing proves that the signature is older.
        case revokedNoPOE = "REVOKED_NO_POE"
        /// An authority was revoked, and nothing proves that the signature is older.
        case revokedCANoPOE = "REVOKED_CA_NO_POE"
        /// Whether the certificate was revoked is not known now.
        case tryLater = "TRY_LATER"
        /// What was signed is not at hand.
        case signedDataNotFound = "SIGNED_DATA_NOT_FOUND"
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
        /// How much of what there is was signed.
        public enum Extent: String, Sendable, Hashable {
            /// The document, but for signatures.
            case document
            /// What the signature itself envelops.
            case object
            /// A file beside the signature.
            case file
            /// A part of the document.
            case part
        }

        /// The signed form of the document: what a reader may rely on, in UTF-8 where it is XML.
        public let canonical: [UInt8]
        /// How much that is.
        public let extent: Extent
        /// The name of the file, or the path to the part; empty for all of the document.
        public let name: String
        /// Whether nothing but signatures is left out.
        public var isWholeDocument: Bool { extent != .part }
        /// The SHA-256 digest of `canonical` in hexadecimal.
        public let digest: String

        init(canonical: [UInt8], extent: Extent, name: String = "", digest: String) {
            self.canonical = canonical
            self.extent = extent
            self.name = name
            self.digest = digest
        }

        init(canonical: [UInt8], isWholeDocument: Bool, digest: String) {
            self.init(canonical: canonical, extent: isWholeDocument ? .document : .part, digest: digest)
        }

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
    /// `XAdES`, `XMLDSig`, `PAdES` or `PDF`; nil where no signature of a known form was found.
    public internal(set) var format: String?
    /// `B-B`, `B-T`, `B-LT` or `B-LTA` where all that the baseline level asks for is there and was verified, else `BES`;
    /// nil without a signature, and for forms without levels.
    public internal(set) var level: String?
    /// The certificate that the signature names; nil where it was not found.
    ///
    /// It is not trusted by being here.
    public internal(set) var signer: Certificate?
    /// The certificate, the authorities above it and the anchor; empty where no path was found.
    public internal(set) var path: [Certificate] = []
    /// When the signer claims to have signed; nothing proves it.
    public internal(set) var claimedSigningTime: Timestamp?
    /// The earliest moment at which the signature is proved to have existed: that of a trusted timestamp, else the
    /// moment of this verification.
    ///
    /// Source: ETSI EN 319 102-1 §5.5.
    public internal(set) var bestSignatureTime: Timestamp
    /// The timestamps that the signature carries, in the order of the file.
    public internal(set) var timestamps: [TimestampReport] = []
    /// Whether the certificate was revoked at the best signature time; nil where that was not looked at.
    public internal(set) var revocation: RevocationStatus?
    /// What was signed; nil where the bytes are not intact.
    public internal(set) var covered: Covered? {
        get { coveredParts.first }
        set { coveredParts = newValue.map { [$0] } ?? [] }
    }
    /// All that was signed, in the order of the signature; most signatures cover one thing.
    public internal(set) var coveredParts: [Covered] = []
    /// How much of a PDF the signature covers and what was changed afterwards; nil for other documents.
    public internal(set) var pdf: PDFCoverage?
    /// The other signatures of the document; this one is the worst of them.
    public internal(set) var others: [SignatureReport] = []
    /// The moment for which the verdict holds.
    public let validationTime: Timestamp
    /// What a person should know besides, each with a rule such as `signature.comments`.
    public internal(set) var warnings: [Finding] = []

    init(at time: Timestamp) {
        validationTime = time
        bestSignatureTime = time
    }

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
        for timestamp in timestamps { lines.append(timestamp.text) }
        if bestSignatureTime != validationTime { lines.append("proved to exist at: \(bestSignatureTime)") }
        if let revocation { lines.append("revocation: \(revocation.text)") }
        for covered in coveredParts {
            let extent =
                switch covered.extent {
                case .document: "the whole document"
                case .object: "what the signature envelops"
                case .file: "the file \(covered.name)"
                case .part: "a part of the document, \(covered.name)"
                }
            lines.append("signed: \(extent), \(covered.byteCount) bytes, SHA-256 \(covered.digest)")
        }
        if let pdf { lines += pdf.lines }
        for warning in warnings { lines.append("warning: \(warning.message)") }
        for other in others { lines += ["another signature:", other.text] }
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
