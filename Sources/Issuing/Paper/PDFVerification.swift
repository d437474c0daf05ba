public import Certificates
public import Diagnostics
import PDFReader
public import Signing
import UBL
import XMLCore

/// What was found out about a PDF and the e-invoice inside of it.
public struct PDFVerification: Sendable {
    /// The words of ETSI EN 319 102-1, here for the file as a whole.
    public enum Status: String, Sendable, Hashable {
        /// The pages state what the XML states, the XML is valid, and its signature, if it has one, passed.
        case passed
        /// Something needed for the verdict is not there.
        case indeterminate
        /// Pages and XML differ, or the XML or its signature is wrong.
        case failed
    }

    /// A file inside of the PDF.
    public struct Attachment: Sendable {
        /// Its name.
        public let name: String
        /// What a person reads about it.
        public let description: String?
        /// The media type.
        public let mimeType: String?
        /// `/AFRelationship`.
        public let relationship: String?
        /// How large it is.
        public let byteCount: Int
        /// The SHA-256 digest in hexadecimal.
        public let sha256: String
        /// Whether it is the e-invoice that was compared.
        public internal(set) var isInvoice = false
    }

    /// The verdict.
    public internal(set) var status = Status.indeterminate
    /// A stable name for the reason, such as `pdf.agrees` or `pdf.noInvoice`.
    public internal(set) var code = "pdf.noInvoice"
    /// One sentence.
    public internal(set) var message = ""
    /// What to do; empty where there is nothing to add.
    public internal(set) var fix = ""
    /// How many pages there are.
    public internal(set) var pageCount = 0
    /// How many states the file has; more than one means that it was changed by appending.
    public internal(set) var revisionCount = 0
    /// Whether the file was damaged and its objects had to be searched for.
    public internal(set) var isRepaired = false
    /// Whether there is a structure tree.
    public internal(set) var isTagged = false
    /// The language that the file says it is in.
    public internal(set) var language: String?
    /// The files inside.
    public internal(set) var attachments: [Attachment] = []
    /// What the schemas say of the XML; nil where there is none.
    public internal(set) var schema: Report?
    /// The verdict on the signature of the XML; nil where it is not signed.
    public internal(set) var signature: SignatureReport?
    /// The verdict on the signatures of the PDF itself, the worst first; nil where it has none.
    public internal(set) var pdfSignature: SignatureReport?
    /// How pages and XML compare; nil where there is nothing to compare.
    public internal(set) var paper: PaperReport?

    /// Whether bytes are to be verified as a PDF: they look like one and do not begin like XML.
    public static func concerns(_ bytes: [UInt8]) -> Bool {
        bytes.first != UInt8(ascii: "<") && PDFDocument.looksLikePDF(bytes)
    }

    /// Whether the file passed.
    public var isValid: Bool { status == .passed }
}

extension Workbench {
    /// Verifies a PDF: whether its pages say what the e-invoice inside of it says, and what that e-invoice is worth.
    ///
    /// - Parameters:
    ///   - pdf: The file, of any origin.
    ///   - verifier: Judges the signature of the XML.
    ///   - pdfVerifier: Judges the signatures of the PDF; nil judges them as those of XML.
    ///   - time: The moment at which certificates must be valid.
    /// - Returns: Everything that was found; a PDF without an e-invoice is a verdict too.
    /// - Throws: `pdf.malformed`, `pdf.encrypted`, `pdf.limit`; what the schemas and the verifier throw.
    public func verify(
        pdf: [UInt8], by verifier: XMLSignatureVerifier, _ pdfVerifier: PDFSignatureVerifier? = nil,
        at time: Timestamp
    ) throws(ToolkitError) -> PDFVerification {
        let document = try PDFDocument(parsing: pdf)
        let pdfVerifier = pdfVerifier ?? PDFSignatureVerifier(judgingBy: verifier)
        var verification = PDFVerification()
        verification.revisionCount = document.revisions.count
        verification.pdfSignature = try pdfVerifier.verify(document, at: time)
        let files = try document.embeddedFiles()
        for file in files {
            verification.attachments.append(
                PDFVerification.Attachment(
                    name: file.name, description: file.description, mimeType: file.mimeType,
                    relationship: file.relationship, byteCount: file.bytes.count,
                    sha256: Digest.hexadecimal(try Digest.sha256(file.bytes))))
        }
        let text = try document.text()
        verification.pageCount = text.pageCount
        verification.isTagged = text.isTagged
        verification.language = text.language
        verification.isRepaired = document.isRepaired
        let invoices = files.indices.filter { Self.isInvoice(files[$0]) }
        guard let chosen = invoices.first, invoices.count == 1 else {
            Self.explainMissing(files, invoices, &verification)
            verification.concludePDFSignature()
            return verification
        }
        verification.attachments[chosen].isInvoice = true
        try judge(files[chosen].bytes, text, by: verifier, at: time, &verification)
        verification.concludePDFSignature()
        if pdfVerifier.trustsAnyone { verification.requireSignature() }
        return verification
    }

    private static func isInvoice(_ file: PDFEmbeddedFile) -> Bool {
        guard looksLikeXML(file), let root = try? XMLDocument(parsing: file.bytes).root else { return false }
        return ["Invoice", "CreditNote"].contains(root.name)
            && root.namespace?.hasPrefix("urn:oasis:names:specification:ubl:schema:xsd:") == true
    }

    private static func looksLikeXML(_ file: PDFEmbeddedFile) -> Bool {
        let first = file.bytes.prefix(64).first {
            ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF, 0].contains($0)
        }
        return first == UInt8(ascii: "<")
    }

    /// Why XML cannot be read; nil where it can.
    private static func fault(in xml: [UInt8]) -> ToolkitError? {
        do throws(ToolkitError) {
            _ = try XMLDocument(parsing: xml)
            return nil
        } catch {
            return error
        }
    }

    private static func explainMissing(
        _ files: [PDFEmbeddedFile], _ invoices: [Int], _ verification: inout PDFVerification
    ) {
        if !invoices.isEmpty {
            verification.status = .failed
            verification.code = "pdf.severalInvoices"
            verification.message = "There are several e-invoices in this PDF, and nothing says which one counts."
            verification.fix = "Ask the sender for a file with one."
        } else if let fault = files.lazy.filter(looksLikeXML).compactMap({ fault(in: $0.bytes) }).first {
            verification.code = "pdf.xmlUnreadable"
            verification.message = "The XML in this PDF cannot be read: \(fault.message)"
            verification.fix = fault.fix
        } else if files.contains(where: looksLikeXML) {
            verification.code = "pdf.otherXML"
            verification.message = "The XML in this PDF is no UBL invoice or credit note."
            verification.fix = "Take it out with `pdfdetach -saveall` and look at it with `pechat validate`."
        } else {
            verification.code = "pdf.noInvoice"
            verification.message = "There is no e-invoice XML in this PDF: there is nothing to compare its pages with."
            verification.fix = "`pechat render` and `build` put the XML into the PDF."
        }
    }

    private func judge(
        _ xml: [UInt8], _ text: PDFText, by verifier: XMLSignatureVerifier, at time: Timestamp,
        _ verification: inout PDFVerification
    ) throws(ToolkitError) {
        let document = try XMLDocument(parsing: xml)
        let schema = try toolkit.validator.report(on: document)
        verification.schema = schema
        let signature = try verifier.verify(xml, at: time)
        if signature.code != "signature.missing" { verification.signature = signature }
        let vocabulary = try toolkit.vocabulary()
        guard let stated = StatedDocument(document) else { return }
        var paper = PaperComparison(stated, PaperReading(text, vocabulary), vocabulary).run()
        paper.language = text.language
        verification.paper = paper
        verification.conclude(isSchemaValid: schema.isAcceptable)
    }
}

extension PDFVerification {
    /// The worst of all that was found decides.
    fileprivate mutating func conclude(isSchemaValid: Bool) {
        if paper?.isFaithful != true {
            status = .failed
            code = "pdf.disagrees"
            message = "The pages do not say what the e-invoice inside says."
            fix = "Do not book it before the sender has explained the disagreements."
        } else if !isSchemaValid {
            status = .failed
            code = "pdf.xmlInvalid"
            message = "The pages say what the e-invoice inside says, but it does not satisfy the UBL schemas."
            fix = "Ask the sender for a valid e-invoice."
        } else if let signature, signature.status != .passed {
            status = signature.status == .failed ? .failed : .indeterminate
            code = signature.code
            message = "The pages say what the e-invoice inside says. Its signature: \(signature.message)"
            fix = signature.fix
        } else {
            status = .passed
            code = "pdf.agrees"
            message = "The pages say what the e-invoice inside says."
        }
    }

    /// The signature of the PDF can only make the verdict worse, or take its place where no e-invoice is inside.
    fileprivate mutating func concludePDFSignature() {
        guard let pdfSignature, status != .failed else { return }
        let isAlone = code == "pdf.noInvoice" || code == "pdf.otherXML"
        guard isAlone || (pdfSignature.status != .passed && (status == .passed || pdfSignature.status == .failed))
        else { return }
        status = Status(rawValue: pdfSignature.status.rawValue) ?? .failed
        code = pdfSignature.code
        message =
            isAlone
            ? "There is no e-invoice in this PDF. Its signature: \(pdfSignature.message)"
            : "The signature of the PDF: \(pdfSignature.message)"
        fix = pdfSignature.fix
    }

    /// Where authorities are named, somebody's signature is expected: taking one off a file must not make it pass.
    fileprivate mutating func requireSignature() {
        guard status == .passed, pdfSignature == nil, signature == nil else { return }
        status = .indeterminate
        code = "signature.missing"
        message = "Pages and e-invoice agree, but neither the PDF nor the e-invoice is signed."
        fix = "Ask the sender for the signed file, or verify without trusted authorities."
    }
}
