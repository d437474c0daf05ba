import Certificates
import Diagnostics
import PDFReader

/// A PDF with signatures: its newest state, and what it brings along as evidence.
struct SignedFile {
    let document: PDFDocument
    let evidence: Evidence

    /// More changes after a signature than an honest file has.
    private static let revisionLimit = 100

    /// What a signature covers, and what became of the file afterwards.
    ///
    /// - Throws: The verdict where the signed bytes are not a state of this file, or what follows them is not a
    ///   well-formed change.
    func coverage(of signature: EmbeddedSignature) throws(VerificationStop) -> PDFCoverage {
        let bytes = document.bytes
        guard !document.isRepaired else {
            throw Self.refused("The cross-reference of the PDF is damaged; readers may see different documents.")
        }
        // Where nothing was appended the file itself is what was signed; it is read already.
        let signed = signature.end == bytes.count ? document : try Self.open(Array(bytes[..<signature.end]))
        guard !signed.isRepaired, let newest = signed.revisions.last, newest.range.upperBound <= signature.end,
            bytes[newest.range.upperBound..<signature.end].allSatisfy(Self.isBlank),
            bytes[newest.range].suffix(7).contains(UInt8(ascii: "%"))
        else { throw Self.refused("The signed bytes are not a complete PDF.") }
        // The value must be the one that this state of the file has, under the same number.
        let value = try signed.judged { document throws(ToolkitError) in try document.range(of: signature.holder) }
        guard let value, value.contains(signature.hole.lowerBound) else {
            throw Self.refused("The signature is not part of the document that it covers.")
        }
        let certification = try signed.judged { document throws(ToolkitError) in
            try signature.dictionary.certificationLevel(document)
        }
        let others = try signed.judged { document throws(ToolkitError) in try document.certification()?.permissions }
        let locks = try signed.judged { document throws(ToolkitError) in try SignatureLocks(signature, in: document) }
        let certified = certification ?? others
        let rest = bytes[signature.end...]
        var coverage = PDFCoverage(
            extent: rest.allSatisfy(Self.isBlank) ? .entireFile : .entireRevision, field: signature.name,
            byteCount: signature.end, changes: PDFChanges(),
            certification: [certified, locks.permissions].compactMap(\.self).min(),
            reason: signature.dictionary["Reason"].text)
        guard coverage.extent == .entireRevision else { return coverage }
        try requireSoundRevisions(after: newest)
        coverage.changes = try document.judged { document throws(ToolkitError) in
            try RevisionReview.changes(
                from: signed, to: document, isCertified: certified != nil, locks: locks.fields)
        }
        let later = document.revisions.filter { $0.range.lowerBound >= newest.range.upperBound }
        coverage.changes.revisions = later.count
        return coverage
    }

    /// Follows the changes that came after a state of the file: each must lead back to it and hold nothing besides.
    private func requireSoundRevisions(after newest: PDFRevision) throws(VerificationStop) {
        let revisions = document.revisions
        guard let start = revisions.firstIndex(where: { $0.crossReference == newest.crossReference }),
            revisions[start].range.lowerBound < newest.range.upperBound, start + 1 < revisions.count
        else { throw Self.refused("What was appended does not lead back to what was signed.") }
        guard revisions.count - start <= Self.revisionLimit else {
            throw Self.refused("The PDF was changed too often after signing.")
        }
        for revision in revisions[(start + 1)...] {
            let isLast = revision == revisions.last
            let end = isLast ? document.bytes.count : revision.range.upperBound
            let state = isLast ? document : try Self.open(Array(document.bytes[..<end]))
            guard !state.isRepaired else { throw Self.refused("What was appended has a damaged cross-reference.") }
            switch try state.judged({ state throws(ToolkitError) in try state.flawInNewestRevision() }) {
            case nil: continue
            case .unlistedObject:
                throw Self.refused("An object was appended that no cross-reference speaks of.")
            case .foreignBytes, .trailingBytes:
                throw Self.refused("Bytes were appended that belong to no PDF object.")
            }
        }
    }

    private static func open(_ bytes: [UInt8]) throws(VerificationStop) -> PDFDocument {
        do throws(ToolkitError) { return try PDFDocument(parsing: bytes) } catch { throw .unreadable(error) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x0A, 0x0D, 0x09, 0x0C, 0].contains(byte) }

    private static func refused(_ message: String) -> VerificationStop {
        .failed(
            .formatFailure, "signature.changedLater", message, fix: "Ask the sender for the document as it was signed.")
    }
}
