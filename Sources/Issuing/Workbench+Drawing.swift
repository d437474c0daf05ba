import Certificates
public import Diagnostics
import InvoiceModel
import PDFExport
import PDFWriter
public import PageLayout
import Tax

extension Workbench {
    /// Draws a document, with its e-invoice inside.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - xml: Its e-invoice; nil for a print that is no invoice, such as a draft.
    ///   - options: What the caller decides.
    /// - Returns: The PDF, and what was found on its pages; no PDF when that rejects the document.
    /// - Throws: What a face throws that cannot be opened; `font.familyUnknown`; what laying out and writing throw.
    func draw(
        _ document: AcceptedDocument, xml: [UInt8]?, _ options: DocumentOptions
    ) throws(ToolkitError) -> (pdf: [UInt8]?, findings: [Finding]) {
        let composer = try composer(for: document.priced.invoice, options)
        var exporter = PDFExporter(workspace: workspace)
        let report = try composer.compose(document.priced, shaper: shaper, into: &exporter)
        guard report.isAcceptable else { return (nil, document.placed(report.findings)) }
        let invoice = document.priced.invoice
        let date = PDFDate(year: invoice.issueDate.year, month: invoice.issueDate.month, day: invoice.issueDate.day)
        let kind = composer.title(of: invoice.kind, received: document.priced.further?.typeCode)
        let name = [kind, document.number].filter { !$0.isEmpty }.joined(separator: " ")
        // A marked print says so wherever the file is shown by its title.
        let title = composer.markText.map { "\(name) – \($0)" } ?? name
        let attachments = xml.map { xml in
            [
                PDFAttachment(
                    name: "\(FileName.stem(for: document.number)).xml", mimeType: "text/xml", description: title,
                    relationship: .alternative, bytes: xml, modified: date)
            ]
        }
        let pdf = try exporter.finish(
            metadata: PDFMetadata(
                title: title, author: invoice.seller.name, subject: composer.markText ?? "",
                language: invoice.language.rawValue, creator: "Pechat", created: date, archival: .a3a,
                accessibility: .ua1),
            attachments: attachments ?? [], outputIntent: try toolkit.outputIntent(),
            identifier: try identifier(of: document, xml: xml, options))
        return (pdf, document.placed(report.findings))
    }

    /// The file identifier: the XML holds everything that tells documents apart; the page adds how it is drawn.
    private func identifier(
        of document: AcceptedDocument, xml: [UInt8]?, _ options: DocumentOptions
    ) throws(ToolkitError) -> [UInt8] {
        let invoice = document.priced.invoice
        let look = [
            invoice.template ?? "", invoice.language.rawValue, options.secondLanguage?.rawValue ?? "",
            options.mark?.rawValue ?? "",
        ]
        var content = Array(look.joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
        content += (options.ownTemplate?.digest ?? []) + (options.theme?.digest ?? [])
        // The digest of the XML instead of the XML, which may be large and would be copied.
        if let xml {
            content += try Digest.sha256(xml)
        } else {
            content += try Digest.sha256(try eInvoice(of: document))
        }
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
