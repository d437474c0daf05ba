import Certificates
public import Diagnostics
import InvoiceModel
import PDFExport
import PDFWriter
public import PageLayout
import Tax
import UBL

extension Workbench {
    /// Draws a document, with its e-invoice inside.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - xml: Its e-invoice; nil for a print that is no invoice, such as a draft.
    ///   - options: What the caller decides.
    ///   - sink: Takes the PDF as it grows; nil leaves it to the result.
    /// - Returns: The PDF, and what was found on its pages; no PDF when that rejects the document. What the sink has by
    ///   then is of no use.
    /// - Throws: What a face throws that cannot be opened; `font.familyUnknown`; what laying out, writing and the sink
    ///   throw.
    func draw(
        _ document: AcceptedDocument, xml: EmbeddedInvoice?, _ options: DocumentOptions, to sink: PDFSink? = nil
    ) throws(ToolkitError) -> (pdf: [UInt8]?, findings: [Finding]) {
        let composer = try composer(for: document.priced.invoice, options)
        var exporter = PDFExporter(workspace: workspace, sink: sink)
        let report = try composer.compose(document.priced, shaper: shaper, into: &exporter)
        guard report.isAcceptable else { return (nil, document.placed(report.findings)) }
        // Given away: a copy that stayed here would double the places of all objects.
        return (
            try complete(consume exporter, of: document, xml: xml, composer, options),
            document.placed(report.findings)
        )
    }

    /// Ends a PDF whose pages are drawn: the e-invoice comes into it, and what the file says about itself.
    ///
    /// - Throws: What writing and the sink throw.
    func complete(
        _ exporter: consuming PDFExporter, of document: AcceptedDocument, xml: EmbeddedInvoice?,
        _ composer: PageComposer, _ options: DocumentOptions
    ) throws(ToolkitError) -> [UInt8] {
        let invoice = document.priced.invoice
        let date = PDFDate(year: invoice.issueDate.year, month: invoice.issueDate.month, day: invoice.issueDate.day)
        let kind = composer.title(of: invoice.kind, received: document.priced.further?.typeCode)
        let name = [kind, document.number].filter { !$0.isEmpty }.joined(separator: " ")
        // A marked print says so wherever the file is shown by its title.
        let title = composer.markText.map { "\(name) – \($0)" } ?? name
        let packed = try packedInvoice(of: document, xml)
        let digest = if let packed { packed.digest } else { try digest(of: document, xml) }
        var attachments: [PDFAttachment] = []
        if let content = xml.flatMap({ xml in packed.map { .packed($0.file) } ?? xml.content }) {
            attachments.append(
                PDFAttachment(
                    name: "\(FileName.stem(for: document.number)).xml", mimeType: "text/xml", description: title,
                    relationship: .alternative, content: content, modified: date))
        }
        return try exporter.finish(
            metadata: PDFMetadata(
                title: title, author: invoice.seller.name, subject: composer.markText ?? "",
                language: invoice.language.rawValue, creator: "Pechat", created: date, archival: .a3a,
                accessibility: .ua1),
            attachments: attachments, outputIntent: try toolkit.outputIntent(),
            identifier: try identifier(of: document, digest: digest, options))
    }

    /// The e-invoice that goes into a PDF.
    enum EmbeddedInvoice {
        /// These bytes.
        case bytes([UInt8])
        /// The document's own, written when the pages are: only for a long document, whose XML is many times its size.
        case own

        var content: PDFAttachment.Content? { if case .bytes(let bytes) = self { .bytes(bytes) } else { nil } }
    }

    /// Writes the XML of a long document straight into its compressed form; nil where it is there already.
    private func packedInvoice(
        of document: AcceptedDocument, _ xml: EmbeddedInvoice?
    ) throws(ToolkitError) -> (file: PackedFile, digest: [UInt8])? {
        guard document.isLong else { return nil }
        if case .bytes = xml { return nil }
        var packer = try FilePacker()
        var digest = try RunningDigest()
        try writer.write(document.priced, number: document.xmlNumber) { piece throws(ToolkitError) in
            try packer.write(piece)
            try digest.add(piece)
        }
        return (try packer.finish(), try digest.finish())
    }

    /// The digest of the XML instead of the XML, which may be large and would be copied.
    private func digest(of document: AcceptedDocument, _ xml: EmbeddedInvoice?) throws(ToolkitError) -> [UInt8] {
        if case .bytes(let bytes) = xml { return try Digest.sha256(bytes) }
        return try Digest.sha256(try eInvoice(of: document))
    }

    /// The file identifier: the XML holds everything that tells documents apart; the page adds how it is drawn.
    private func identifier(
        of document: AcceptedDocument, digest: [UInt8], _ options: DocumentOptions
    ) throws(ToolkitError) -> [UInt8] {
        let invoice = document.priced.invoice
        let look = [
            invoice.template ?? "", invoice.language.rawValue, options.secondLanguage?.rawValue ?? "",
            options.mark?.rawValue ?? "",
        ]
        var content = Array(look.joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
        content += (options.ownTemplate?.digest ?? []) + (options.theme?.digest ?? [])
        content += digest
        return Array(try Digest.sha256(content).prefix(16))
    }

    /// Lays one document out and hands its pages to a sink, for output other than PDF.
    ///
    /// - Returns: Why the document was rejected; nil when its pages are out.
    /// - Throws: As `build`; what the sink throws.
    public func layOut(
        _ bytes: [UInt8], _ options: DocumentOptions, into sink: inout some PageSink
    ) throws(ToolkitError) -> [Finding]? {
        switch try accept(bytes, options) {
        case .rejected(let findings): return findings
        case .accepted(let accepted):
            let priced = accepted.priced
            let report = try composer(for: priced.invoice, options).compose(priced, shaper: shaper, into: &sink)
            return report.isAcceptable ? nil : accepted.findings + accepted.placed(report.findings)
        }
    }

    func composer(
        for invoice: Invoice, _ options: DocumentOptions
    ) throws(ToolkitError) -> PageComposer {
        let theme = options.theme?.theme ?? .standard
        let template: DocumentTemplate
        if let own = options.ownTemplate { template = own } else { template = try toolkit.template(invoice.template) }
        var second: LabelCatalogue?
        if let language = options.secondLanguage, language != invoice.language {
            second = try toolkit.catalogue(language)
        }
        return PageComposer(
            template: try template.template(theme.scale), catalogue: try toolkit.catalogue(invoice.language),
            fonts: try toolkit.fonts().choosing(sans: theme.sansFamily, serif: theme.serifFamily), theme: theme,
            second: second, mark: options.mark)
    }
}
