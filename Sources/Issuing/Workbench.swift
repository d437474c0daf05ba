import CMalloc
import Certificates
public import Diagnostics
import InvoiceModel
import PDFExport
public import PDFWriter
import PageImage
import Tax
import Typography
import UBL
import XMLCore

/// The tools of one worker thread: it makes documents one after the other and reuses its memory.
public final class Workbench {
    let toolkit: Toolkit
    let shaper = Shaper()
    let workspace = PDFWorkspace()
    let rasterizer = PageRasterizer()
    var writer = UBLWriter()

    /// Sets a workbench up; the first document prepares what it needs.
    public init(_ toolkit: Toolkit) {
        self.toolkit = toolkit
    }

    /// Makes all files of one document: validated XML and a PDF with that XML inside, both signed where there is a seal.
    ///
    /// - Parameters:
    ///   - json: The invoice JSON, at most 16 MiB.
    ///   - options: What the caller decides.
    /// - Returns: The files, or every finding that speaks against making them.
    /// - Throws: `json.*` when the input cannot be read; what the key throws; `template.*`.
    public func build(_ json: [UInt8], _ options: DocumentOptions) throws(ToolkitError) -> BuildOutcome {
        switch try price(json, options) {
        case .rejected(let findings): return .rejected(findings)
        case .accepted(let accepted):
            guard var xml = try writer.bytes(of: accepted.priced, atMost: Self.invoiceLimit) else {
                return .rejected(accepted.findings + [Self.tooLarge])
            }
            let found = try accepted.findings + ruleFindings(on: xml, of: accepted, from: json, options)
            guard Report(findings: found).isAcceptable else { return .rejected(found) }
            if let seal = options.seal { xml = try seal.sign(xml: xml) }
            try requireSchemaValidity(of: xml, accepted.priced.invoice.kind)
            let (drawing, drawn) = try draw(accepted, xml: .bytes(xml), options)
            guard var pdf = drawing else { return .rejected(found + drawn) }
            if let seal = options.seal { pdf = try seal.sign(pdf: pdf) }
            return .built(
                BuiltDocument(
                    priced: accepted.priced, number: accepted.number, pdf: pdf, xml: xml,
                    findings: found + drawn, seal: options.seal))
        }
    }

    /// Draws the PDF of one document: of invoice JSON with the unsigned XML inside, of a UBL document with its own bytes.
    ///
    /// A print that is marked as draft or void has no XML inside.
    ///
    /// - Parameters:
    ///   - bytes: JSON or XML; the first character that is not blank tells which.
    ///   - options: What the caller decides; profile and seal do not touch XML that was received.
    /// - Returns: The PDF, or the findings that speak against it.
    /// - Throws: As `build`; of XML, `xml.*`, and `ubl.notUBL` for other documents than UBL 2.1.
    public func render(_ bytes: [UInt8], _ options: DocumentOptions) throws(ToolkitError) -> MakeOutcome {
        let (pdf, findings) = try render(bytes, options, into: nil)
        return pdf.map { .made($0, findings) } ?? .rejected(findings)
    }

    /// Draws the PDF of one document as `render(_:_:)`, and hands it out as it grows.
    ///
    /// Of a long document neither the input, which ends here, nor the XML nor the PDF is ever in memory as a whole.
    ///
    /// - Parameters:
    ///   - bytes: JSON or XML; the first character that is not blank tells which.
    ///   - options: What the caller decides; profile and seal do not touch XML that was received.
    ///   - sink: Takes the PDF piece by piece. When the document is rejected or an error thrown, what it has is of no use.
    /// - Returns: Whether the PDF is complete, and what was found.
    /// - Throws: As `render(_:_:)`; what the sink throws.
    public func render(
        _ bytes: consuming [UInt8], _ options: DocumentOptions,
        to sink: @escaping PDFSink
    ) throws(ToolkitError) -> WriteOutcome {
        let isLong = bytes.count > Self.longInput
        let (pdf, findings) = try render(bytes, options, into: sink)
        // The C library keeps what was freed for the next document, which hardly ever needs as much.
        if isLong { malloc_trim(0) }
        return pdf == nil ? .rejected(findings) : .written(findings)
    }

    /// After inputs of so many bytes the memory goes back to the system.
    private static let longInput = 1 << 20

    private func render(
        _ bytes: consuming [UInt8], _ options: DocumentOptions, into sink: PDFSink?
    ) throws(ToolkitError) -> (pdf: [UInt8]?, findings: [Finding]) {
        switch try accept(bytes, options) {
        case .rejected(let findings): return (nil, findings)
        case .accepted(let accepted):
            // What is not issued or does not count any more must not be read as an invoice by a machine.
            let isInvoice = options.mark != .draft && options.mark != .void
            var xml: EmbeddedInvoice?
            if isInvoice { xml = accepted.isLong ? .own : .bytes(try eInvoice(of: accepted)) }
            let (pdf, drawn) = try draw(accepted, xml: xml, options, to: sink)
            return (pdf, accepted.findings + drawn)
        }
    }

    /// Writes the unsigned e-invoice of one document, checked against the schemas.
    ///
    /// - Throws: As `build`.
    public func xml(_ json: [UInt8], _ options: DocumentOptions) throws(ToolkitError) -> MakeOutcome {
        switch try price(json, options) {
        case .rejected(let findings): return .rejected(findings)
        case .accepted(let accepted):
            guard let xml = try writer.bytes(of: accepted.priced, atMost: Self.invoiceLimit) else {
                return .rejected(accepted.findings + [Self.tooLarge])
            }
            let found = try accepted.findings + ruleFindings(on: xml, of: accepted, from: json, options)
            guard Report(findings: found).isAcceptable else { return .rejected(found) }
            try requireSchemaValidity(of: xml, accepted.priced.invoice.kind)
            return .made(xml, found)
        }
    }

    /// The unsigned e-invoice of a document; a draft without a number has a dash for one, and keeps it to itself.
    ///
    /// That of a document that was received is its own XML, byte for byte.
    func eInvoice(of document: AcceptedDocument) throws(ToolkitError) -> [UInt8] {
        if let received = document.received { return received }
        return try writer.bytes(of: document.priced, number: document.xmlNumber)
    }

    /// The e-invoice as `eInvoice(of:)`; nil where it is larger than a limit.
    func eInvoice(of document: AcceptedDocument, atMost limit: Int) throws(ToolkitError) -> [UInt8]? {
        if let received = document.received { return received.count <= limit ? received : nil }
        return try writer.bytes(of: document.priced, number: document.xmlNumber, atMost: limit)
    }

    /// A document that was decoded and computed, or why not.
    enum Acceptance {
        case accepted(AcceptedDocument)
        case rejected([Finding])
    }

    /// A document that may be made.
    struct AcceptedDocument {
        let priced: PricedInvoice
        /// BT-1; empty for a draft that has none yet.
        let number: String
        /// Warnings and notes.
        let findings: [Finding]
        /// The XML that the document came in, if it did.
        var received: [UInt8]?

        /// BT-1 in the XML, which cannot be without.
        var xmlNumber: String { number.isEmpty ? "-" : number }
        /// Whether its XML is written piece by piece, because it is large.
        var isLong: Bool { received == nil && priced.invoice.lines.isPacked }
    }

    /// Decodes and computes, with all findings of both.
    ///
    /// The text ends here: of what it said, the lines are packed by then.
    func price(_ json: consuming [UInt8], _ options: DocumentOptions) throws(ToolkitError) -> Acceptance {
        guard Self.firstCharacter(of: json) != UInt8(ascii: "<") else {
            throw ToolkitError(
                .inputIsXML, "This is XML; an invoice in JSON is expected here.",
                fix: "`pechat schema print` shows the JSON; `render`, `validate`, `sign` and `verify` take XML.")
        }
        let decoded = try InvoiceDecoder.decode(json)
        guard let invoice = decoded.invoice else { return .rejected(decoded.report.findings) }
        let wanted = options.applied(to: invoice)
        let pricing = Pricing(of: wanted)
        var missing = IdentifierRules.findings(in: invoice) + ProfileRules.findings(in: wanted)
        // A draft has no number yet where numbers are given at issue.
        if wanted.number == nil, options.mark != .draft, !options.isNumberedLater {
            missing.append(
                Finding(
                    rule: "document.numberMissing", pointer: "/number", term: "BT-1",
                    message: "A document needs its number before it is made.",
                    fix: "Give `number`, or let `pechat issue` give the next one of a series."))
        }
        let findings = decoded.report.findings + decoded.locating(pricing.report.findings + missing)
        guard let priced = pricing.priced, missing.isEmpty else { return .rejected(findings) }
        return .accepted(AcceptedDocument(priced: priced, number: wanted.number ?? "", findings: findings))
    }

    /// The first byte that is neither blank nor part of a byte order mark; of UTF-16, which JSON cannot be in, `<`.
    static func firstCharacter(of bytes: [UInt8]) -> UInt8? {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { return UInt8(ascii: "<") }
        return bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF, 0].contains($0) }
    }

    /// An e-invoice that nobody could read back is not made; the signature needs a little room as well.
    static let invoiceLimit = XMLLimits.standard.bytes - (64 << 10)

    /// What speaks against a document whose e-invoice is larger than `invoiceLimit`.
    static let tooLarge = Finding(
        rule: "document.tooLarge", pointer: "/lines", term: "BG-25",
        message: "The e-invoice XML of so many lines is larger than \(XMLLimits.standard.bytes >> 20) MiB.",
        fix: "Split the document into several; `render` draws it all the same.")

    /// Our own XML must be valid whatever the input was; if it is not, nothing leaves the house.
    func requireSchemaValidity(of xml: [UInt8], _ kind: DocumentKind) throws(ToolkitError) {
        let report = try toolkit.validator.report(on: xml, of: kind)
        guard let finding = report.findings.first(where: { $0.severity == .error }) else { return }
        throw ToolkitError(
            .schemaViolated, "The XML that was made does not satisfy its schema: \(finding.message)",
            fix: "Please report the input; nothing was written.", facts: ["path": finding.pointer])
    }
}

@available(*, unavailable)
extension Workbench: Sendable {}  // one thread at a time: shaper, workspace and writer are its memory

extension ToolkitError.Code {
    /// XML was given where JSON is expected.
    static let inputIsXML = Self("input.isXML", .unreadable)
    /// The XML that was made is not valid: a defect of this toolkit.
    static let schemaViolated = Self("ubl.schemaViolated", .defect)
}
