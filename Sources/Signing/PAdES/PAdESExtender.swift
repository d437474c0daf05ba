public import Certificates
public import Diagnostics
import PDFReader
import Synchronization

/// Adds to signatures of PDF files what keeps them verifiable: evidence, and timestamps over the whole document.
///
/// Nothing of what was there is changed. When the certificate of the last timestamp is about to end, or its algorithm to
/// weaken, another one over all of that renews it. Source: ETSI EN 319 142-1 §5.4.
public final class PAdESExtender: Sendable {
    private let timestamps: TimestampService
    private let collector: EvidenceCollector?
    /// How large the timestamps of the service were so far, so that holes are made large enough at once.
    private let largestToken = Mutex(PAdESExtender.firstTokenSize)

    /// A guess before the first timestamp: most have 4 to 8 KB.
    private static let firstTokenSize = 8192

    /// Prepares an extender; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - timestamps: Where timestamps come from.
    ///   - collector: Where evidence comes from.
    public init(timestamps: TimestampService, collector: EvidenceCollector? = nil) {
        self.timestamps = timestamps
        self.collector = collector
    }

    /// How many bytes the next timestamp is expected to have.
    var tokenSize: Int { largestToken.withLock(\.self) }

    /// Learns how large timestamps are.
    func note(_ token: TimestampToken) { largestToken.withLock { $0 = max($0, token.der.count + 256) } }

    /// Renews the protection of a signed file: evidence about its signers and timestamps, and a timestamp over it all.
    ///
    /// - Parameters:
    ///   - pdf: A file with signatures or timestamps, all of them intact.
    ///   - now: The time at which the evidence must be fresh.
    /// - Returns: The file on level B-LTA; its bytes are final.
    /// - Throws: `signature.nothingToExtend` where there is none, or one is broken; `evidence.incomplete`, `timestamp.*`;
    ///   `pdf.*`.
    public func renew(_ pdf: [UInt8], at now: Timestamp) throws(ToolkitError) -> SignedPDF {
        let document = try PDFDocument(parsing: pdf)
        guard let report = try PDFSignatureVerifier(anchors: timestamps.anchors).verify(document, at: now),
            ([report] + report.others).allSatisfy({ $0.integrity == .passed })
        else {
            throw ToolkitError(
                .signatureNothingToExtend, "The PDF has no signature, or one that is broken.",
                fix: "Sign the document first.")
        }
        var subjects: [Certificate] = []
        var helpers: [Certificate] = []
        var newest: EmbeddedSignature?
        for field in try PDFForm(document).signed(in: document) {
            guard let signature = try? EmbeddedSignature(field, in: document) else { continue }
            if signature.end > newest?.end ?? 0 { newest = signature }
            var tokens: [TimestampToken] = []
            if signature.form == DocumentTimestamp.form {
                tokens += [signature.token].compactMap(\.self)
            } else {
                let message = try DetachedSignature(filled: signature.contents)
                subjects.append(message.signer)
                helpers += message.otherCertificates
                for der in message.timestamps { tokens.append(try TimestampToken(der: der)) }
            }
            subjects += tokens.map(\.signer)
            helpers += tokens.flatMap(\.certificates)
        }
        guard let newest else { throw ToolkitError(.signatureNothingToExtend, "The PDF has no signature.") }
        let evidenced = try withEvidence(
            for: subjects, through: helpers + (timestamps.anchors?.certificates ?? []), about: newest.contents, pdf,
            at: now)
        let stamped = try stamped(evidenced)
        return SignedPDF(
            bytes: stamped.bytes, level: .bLTA, degradation: nil, contents: newest.contents, tokens: [stamped.token])
    }

    /// Adds what proves that certificates were not revoked.
    ///
    /// Nobody answers for certificates that have ended; what was to be known of them must be in the file already.
    func withEvidence(
        for certificates: [Certificate], through others: [Certificate], about contents: [UInt8], _ pdf: [UInt8],
        at now: Timestamp
    ) throws(ToolkitError) -> [UInt8] {
        guard let collector else {
            throw ToolkitError(
                .evidenceIncomplete, "There is no way to get revocation evidence.",
                fix: "Allow access to the network.")
        }
        let gathered = try collector.collect(for: certificates, through: others, now: now)
        let gaps = gathered.gaps.filter { $0.certificate.isValid(at: now) }
        guard gaps.isEmpty else {
            throw ToolkitError(
                .evidenceIncomplete,
                "The proof that a certificate was not revoked could not be fetched for \(gaps.count) of them.",
                fix: "Try again later, or sign on level B-T.", cause: gathered.lastError)
        }
        return try EvidenceStore.append(gathered.evidence, about: contents, to: pdf)
    }

    /// Adds a timestamp over the whole document.
    func stamped(_ pdf: [UInt8]) throws(ToolkitError) -> (bytes: [UInt8], token: TimestampToken) {
        let document = try PDFDocument(parsing: pdf)
        while true {
            var prepared = try PreparedSignature(timestamping: document, holeSize: tokenSize)
            let token = try timestamps.token(of: prepared.covered)
            guard token.der.count <= prepared.holeSize else {
                note(token)
                continue
            }
            prepared.fill(token.der)
            return (prepared.file, token)
        }
    }
}

extension EmbeddedSignature {
    /// The timestamp of a document timestamp; nil where it cannot be read.
    var token: TimestampToken? {
        var der = contents
        while der.last == 0 { der.removeLast() }
        // A token may itself end in zeros.
        for _ in 0..<5 {
            if let token = try? TimestampToken(der: der) { return token }
            guard der.count < contents.count else { return nil }
            der.append(0)
        }
        return nil
    }
}
