import Certificates
import Diagnostics
import PDFReader
import PDFWriter

/// A file with a signature dictionary whose hole is still to be filled.
struct PreparedSignature {
    /// The whole file.
    private(set) var file: [UInt8]
    /// Everything that the signature covers.
    let covered: [UInt8]
    /// `/Contents` with all that fills it; empty before it is filled.
    private(set) var contents: [UInt8] = []
    private let hole: SignatureHole

    /// Appends a signature without its value.
    ///
    /// - Parameters:
    ///   - document: The file to sign.
    ///   - options: What the signature says and where it stands.
    ///   - time: The signing time that is claimed.
    ///   - holeSize: How many bytes the value may have.
    /// - Throws: What the field throws.
    init(
        _ document: PDFDocument, _ options: PDFSignatureOptions, time: Timestamp, holeSize: Int
    ) throws(ToolkitError) {
        let date = "D:" + time.description.filter(\.isNumber) + "Z"
        try self.init(document, options) { syntax, base, lock in
            syntax.raw("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M")
            syntax.text(date)
            for (key, value) in [("Reason", options.reason), ("Location", options.location)] {
                guard let value else { continue }
                syntax.name(key)
                syntax.text(value)
            }
            if let contact = options.contact {
                syntax.raw("/ContactInfo")
                syntax.text(contact)
            }
            if options.certification != nil || lock != nil { syntax.raw("/Reference[") }
            if let certification = options.certification {
                syntax.raw("<</Type/SigRef/TransformMethod/DocMDP/TransformParams")
                syntax.raw("<</Type/TransformParams/V/1.2/P ")
                syntax.integer(certification.rawValue)
                syntax.raw(">>>>")
            }
            if let lock {
                syntax.raw("<</Type/SigRef/TransformMethod/FieldMDP/Data ")
                syntax.object(document.trailer["Root"])
                syntax.raw("/TransformParams<</Type/TransformParams/V/1.2")
                lock.write(to: &syntax)
                syntax.raw(">>>>")
            }
            if options.certification != nil || lock != nil { syntax.raw("]") }
            let hole = SignatureHole(&syntax, base: base, size: holeSize)
            syntax.raw(">>")
            return hole
        }
    }

    /// Appends a document timestamp without its token.
    ///
    /// Source: ETSI EN 319 142-1 §5.4.3.
    init(timestamping document: PDFDocument, holeSize: Int) throws(ToolkitError) {
        try self.init(document, PDFSignatureOptions(), isTimestamp: true) { syntax, base, _ in
            syntax.raw("<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161")
            let hole = SignatureHole(&syntax, base: base, size: holeSize)
            syntax.raw(">>")
            return hole
        }
    }

    private init(
        _ document: PDFDocument, _ options: PDFSignatureOptions, isTimestamp: Bool = false,
        _ dictionary: (inout PDFSyntax, _ base: Int, _ lock: FieldLock?) -> SignatureHole
    ) throws(ToolkitError) {
        var field = try SignatureField(document)
        if !isTimestamp { try field.requirePermission(options) }
        var update = try PDFUpdate(document)
        let value = update.reserve()
        var made: SignatureHole?
        let lock = isTimestamp ? nil : try field.lock(options)
        update.write(value) { syntax, base in made = dictionary(&syntax, base, lock) }
        try field.add(value, options, isTimestamp: isTimestamp, to: &update)
        guard let hole = made else { throw ToolkitError(.pdfUnsignable, "The signature could not be placed.") }
        let identifier = try Digest.sha256(Array(document.bytes.suffix(4096))).prefix(16)
        var file = document.bytes
        file += update.finish(identifier: Array(identifier))
        hole.writeRange(&file)
        self.hole = hole
        covered = hole.covered(file)
        self.file = file
    }

    /// How many bytes the value may have.
    var holeSize: Int { hole.size }

    /// The digest of what the signature covers.
    func digest(_ algorithm: DigestAlgorithm) throws(ToolkitError) -> [UInt8] { try algorithm.digest(of: covered) }

    /// Fills the hole; the value must fit.
    mutating func fill(_ value: [UInt8]) {
        hole.fill(&file, with: value)
        contents = value + [UInt8](repeating: 0, count: hole.size - value.count)
    }
}
