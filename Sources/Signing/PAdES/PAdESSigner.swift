public import Certificates
public import Diagnostics
import PDFReader
import PDFWriter

/// Signs PDF files by appending: PAdES, levels B-B to B-LTA.
///
/// What was there before stays byte for byte, so earlier signatures stay valid. With timestamps, several authorities are
/// asked in their order; what happens when none answers is the service's policy. Sources: ETSI EN 319 142-1 §5 and §6,
/// ISO 32000-1, 12.8.
///
/// One value serves any number of documents on any number of threads.
public final class PAdESSigner: Sendable {
    private let signer: CMSSigner
    private let chain: [Certificate]
    private let timestamps: TimestampService?
    private let collector: EvidenceCollector?
    private let extender: PAdESExtender?

    /// Prepares a signer.
    ///
    /// - Parameters:
    ///   - signer: Holds the key.
    ///   - algorithm: One of the signer's; its first by default.
    ///   - timestamps: The time-stamping authorities; needed from B-T on.
    ///   - collector: Gathers the evidence; needed from B-LT on.
    /// - Throws: `key.unsuitable`.
    public init(
        _ signer: any Signer, algorithm: SignatureAlgorithm? = nil, timestamps: TimestampService? = nil,
        collector: EvidenceCollector? = nil
    ) throws(ToolkitError) {
        self.signer = try CMSSigner(signer, algorithm: algorithm)
        chain = signer.chain
        self.timestamps = timestamps
        self.collector = collector
        extender = timestamps.map { PAdESExtender(timestamps: $0, collector: collector) }
    }

    /// How the key signs.
    public var algorithm: SignatureAlgorithm { signer.algorithm }

    /// Signs a file.
    ///
    /// - Parameters:
    ///   - pdf: Any PDF that is not encrypted and whose cross-reference is in order; signed files too.
    ///   - level: How much is added for later verification.
    ///   - options: What the signature says and where it stands.
    ///   - time: The signing time that is claimed; the certificate must be valid then.
    /// - Returns: The signed file; its bytes are final.
    /// - Throws: `pdf.*`; `key.expired`, `key.notYetValid`; `timestamp.*` and `evidence.incomplete` where the policy is
    ///   to fail; what the signer throws.
    public func sign(
        _ pdf: [UInt8], level: SignatureLevel = .bB, options: PDFSignatureOptions = PDFSignatureOptions(),
        at time: Timestamp
    ) throws(ToolkitError) -> SignedPDF {
        try signer.certificate.requireValidity(at: time)
        guard level == .bB || timestamps != nil, level <= .bT || collector != nil else {
            throw ToolkitError(
                .signatureLevel, "Level \(level.rawValue) takes a time-stamping authority.",
                fix: "Name one, or sign on level B-B.")
        }
        let document = try PDFDocument(parsing: pdf)
        var options = options
        // A lock of all fields would lock the one for the timestamp as well.
        options.keepsTimestampField = level == .bLTA && options.lock == nil
        var result = try signBasic(document, level, options, time)
        guard result.level == .bT, level > .bT, let extender else { return result }
        do throws(ToolkitError) {
            let authority = result.tokens.last
            result.bytes = try extender.withEvidence(
                for: [signer.certificate] + (authority.map { [$0.signer] } ?? []),
                through: chain + (authority?.certificates ?? []), about: result.contents, result.bytes, at: time)
            result.level = .bLT
            if level == .bLTA {
                let stamped = try extender.stamped(result.bytes)
                result.bytes = stamped.bytes
                result.tokens.append(stamped.token)
                result.level = .bLTA
            }
        } catch {
            guard timestamps?.fallback == .degrade else { throw error }
            result.degradation = error
        }
        return result
    }

    // MARK: - The signature

    private func signBasic(
        _ document: PDFDocument, _ level: SignatureLevel, _ options: PDFSignatureOptions, _ time: Timestamp
    ) throws(ToolkitError) -> SignedPDF {
        let wantsToken = level > .bB
        while true {
            let expected = wantsToken ? extender?.tokenSize : nil
            var prepared = try PreparedSignature(
                document, options, time: time, holeSize: signer.messageSize(timestampBytes: expected))
            let signature = try signer.sign(digest: prepared.digest(signer.algorithm.digest))
            var token: TimestampToken?
            var degradation: ToolkitError?
            if wantsToken, let timestamps {
                do throws(ToolkitError) {
                    token = try timestamps.token(of: signature.value)
                } catch {
                    guard timestamps.fallback == .degrade else { throw error }
                    degradation = error
                }
            }
            if let token, let expected, token.der.count > expected {
                // Once more, with room for a token of the size that the authority makes.
                extender?.note(token)
                continue
            }
            let message = signature.message(timestamp: token)
            prepared.fill(message)
            return SignedPDF(
                bytes: prepared.file, level: token == nil ? .bB : .bT, degradation: degradation,
                contents: prepared.contents, tokens: token.map { [$0] } ?? [])
        }
    }
}

/// A signed file.
public struct SignedPDF: Sendable {
    /// The file.
    public internal(set) var bytes: [UInt8]
    /// The level that was reached.
    public internal(set) var level: SignatureLevel
    /// Why the level is lower than was asked for; nil where it is not.
    public internal(set) var degradation: ToolkitError?
    /// `/Contents` of the signature with all that fills it.
    var contents: [UInt8]
    /// The timestamps in it.
    public internal(set) var tokens: [TimestampToken]
}

extension ToolkitError.Code {
    /// The level takes something that was not given.
    public static let signatureLevel = Self("signature.level", .usage)
    /// Evidence for long-term verification could not be got.
    public static let evidenceIncomplete = Self("evidence.incomplete", .later)
}
