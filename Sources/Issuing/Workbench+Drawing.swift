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
    /// - Returns: The PDF, and what was found on its pages.
    func draw(_ document: AcceptedDocument, xml: [UInt8]) throws(ToolkitError) -> ([UInt8], [Finding]) {
        let composer = try composer(for: document.priced.invoice)
        var exporter = PDFExporter(workspace: workspace)
        let report = try composer.compose(document.priced, shaper: shaper, into: &exporter)
        let invoice = document.priced.invoice
        let date = PDFDate(year: invoice.issueDate.year, month: invoice.issueDate.month, day: invoice.issueDate.day)
        let title = "\(composer.title(of: invoice.kind)) \(document.number)"
        let attachment = PDFAttachment(
            name: "\(FileName.stem(for: document.number)).xml", mimeType: "text/xml", description: title,
            relationship: .alternative, bytes: xml, modified: date)
        // The XML holds everything that tells documents apart; the page adds template and language.
        let kind = Array("\(invoice.template ?? "")\n\(invoice.language.rawValue)\n".utf8)
        let identifier = Array(try Digest.sha256(kind + xml).prefix(16))
        let pdf = try exporter.finish(
            metadata: PDFMetadata(
                title: title, author: invoice.seller.name, language: invoice.language.rawValue, creator: "Pechat",
                created: date),
            attachments: [attachment], identifier: identifier)
        return (pdf, report.findings)
    }

    /// Lays one document out and hands its pages to a sink, for output other than PDF.
    ///
    /// - Returns: Why the document was rejected; nil when its pages are out.
    /// - Throws: As `build`; what the sink throws.
    public func layOut(
        _ json: [UInt8], _ options: DocumentOptions, into sink: inout some PageSink
    ) throws(ToolkitError) -> [Finding]? {
        switch try price(json, options) {
        case .rejected(let findings): return findings
        case .accepted(let accepted):
            let priced = accepted.priced
            _ = try composer(for: priced.invoice).compose(priced, shaper: shaper, into: &sink)
            return nil
        }
    }

    private func composer(for invoice: Invoice) throws(ToolkitError) -> PageComposer {
        PageComposer(
            template: try toolkit.template(invoice.template), catalogue: try toolkit.catalogue(invoice.language),
            fonts: try toolkit.fonts())
    }
}
