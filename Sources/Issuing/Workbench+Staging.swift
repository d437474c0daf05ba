import Diagnostics
import InvoiceModel
import PDFExport
import PDFWriter
import PageLayout
import Tax

/// Pages that wait until their file is written, as long as they are few.
struct KeptPages: PageSink {
    private enum Step {
        case page(Page)
        case overlay([PageElement], onPage: Int)
    }

    /// More pages than this are not kept; a page can take some hundred KB.
    private static let most = 8
    private var steps: [Step] = []
    private var count = 0

    /// Whether all pages are here.
    var isWhole: Bool { count <= Self.most }

    mutating func append(_ page: Page) {
        count += 1
        if isWhole { steps.append(.page(page)) } else { steps = [] }
    }

    mutating func overlay(_ elements: [PageElement], onPage index: Int) {
        if isWhole { steps.append(.overlay(elements, onPage: index)) }
    }

    /// Hands the pages on as they came.
    ///
    /// - Throws: What the sink throws.
    func replay(into sink: inout some PageSink) throws(ToolkitError) {
        for step in steps {
            switch step {
            case .page(let page): try sink.append(page)
            case .overlay(let elements, let page): try sink.overlay(elements, onPage: page)
            }
        }
    }
}

/// A document under a number, checked and laid out: nothing speaks against it, and it lacks signatures and files only.
struct StagedDocument {
    let accepted: Workbench.AcceptedDocument
    /// The e-invoice, not signed.
    let xml: [UInt8]
    let drawing: Drawing
    /// Warnings and notes.
    let findings: [Finding]

    /// BT-1 as it is drawn.
    var number: String { accepted.number }

    /// How far the PDF is.
    enum Drawing {
        /// The pages, for a file that is written once the XML in it is final.
        case pages(KeptPages)
        /// The file with the unsigned XML: of a document whose pages are too many to be kept.
        case file([UInt8])
    }
}

extension Workbench {
    /// A staged document, or why not.
    enum Staging {
        case staged(StagedDocument)
        case rejected([Finding])
    }

    /// Does everything to a document that can speak against it, under the number that it is to get.
    ///
    /// The schema is asked before anything is signed; a signature stands in a slot of its own, whatever the document says.
    ///
    /// - Parameters:
    ///   - document: The document, whatever number it has.
    ///   - json: What it was read from.
    ///   - number: BT-1.
    ///   - options: What the caller decides; the seal is left for `finish`.
    /// - Returns: The document as far as it goes without its number being certain, or every finding that speaks against it.
    /// - Throws: As `build`.
    func stage(
        _ document: AcceptedDocument, from json: [UInt8], as number: String, _ options: DocumentOptions
    ) throws(ToolkitError) -> Staging {
        let accepted = document.numbered(number)
        guard let xml = try eInvoice(of: accepted, atMost: Self.invoiceLimit) else {
            return .rejected(accepted.findings + [Self.tooLarge])
        }
        let found = try accepted.findings + ruleFindings(on: xml, of: accepted, from: json, options)
        guard Report(findings: found).isAcceptable else { return .rejected(found) }
        try requireSchemaValidity(of: xml, accepted.priced.invoice.kind)
        if !accepted.isLong {
            var pages = KeptPages()
            let report = try composer(for: accepted.priced.invoice, options)
                .compose(accepted.priced, shaper: shaper, into: &pages)
            let findings = found + accepted.placed(report.findings)
            guard report.isAcceptable else { return .rejected(findings) }
            if pages.isWhole {
                return .staged(
                    StagedDocument(accepted: accepted, xml: xml, drawing: .pages(pages), findings: findings))
            }
        }
        let (pdf, drawn) = try draw(accepted, xml: .bytes(xml), options)
        guard let pdf else { return .rejected(found + drawn) }
        return .staged(
            StagedDocument(accepted: accepted, xml: xml, drawing: .file(pdf), findings: found + drawn))
    }

    /// Signs a document where there is a seal, and writes its files.
    ///
    /// - Throws: What the key throws; `pdf.*`.
    func finish(_ document: StagedDocument, _ options: DocumentOptions) throws(ToolkitError) -> BuiltDocument {
        let xml = try options.seal?.sign(xml: document.xml) ?? document.xml
        var pdf: [UInt8]
        switch document.drawing {
        case .file(let bytes) where options.seal == nil: pdf = bytes
        case .file:
            guard let bytes = try draw(document.accepted, xml: .bytes(xml), options).pdf else {
                throw ToolkitError(.filesRejected, "The pages of a document are not what they were a moment ago.")
            }
            pdf = bytes
        case .pages(let pages):
            var exporter = PDFExporter(workspace: workspace)
            try pages.replay(into: &exporter)
            let composer = try composer(for: document.accepted.priced.invoice, options)
            pdf = try complete(consume exporter, of: document.accepted, xml: .bytes(xml), composer, options)
        }
        if let seal = options.seal { pdf = try seal.sign(pdf: pdf) }
        return BuiltDocument(
            priced: document.accepted.priced, number: document.number, pdf: pdf, xml: xml,
            findings: document.findings, seal: options.seal)
    }
}

extension Workbench.AcceptedDocument {
    /// The same document with its number; nothing that was computed depends on it.
    fileprivate func numbered(_ number: String) -> Self {
        var invoice = priced.invoice
        invoice.number = number
        let numbered = PricedInvoice(
            invoice: invoice, lines: priced.lines, adjustments: priced.adjustments, vat: priced.vat,
            totals: priced.totals, taxTotalInVATCurrency: priced.taxTotalInVATCurrency, further: priced.further)
        return Self(priced: numbered, number: number, findings: findings, received: received)
    }
}
