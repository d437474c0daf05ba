public import Diagnostics
public import InvoiceModel
public import Tax
public import Typography

/// Lays documents out: a priced invoice and a template become pages of positioned glyphs.
///
/// A value without state of its own; what is expensive (template, labels, faces) is shared between threads, and the
/// shaper belongs to the caller's thread. The same input gives the same pages everywhere, because all arithmetic is in
/// whole thousandths of a point.
public struct PageComposer: Sendable {
    /// The compiled template.
    public let template: Template
    /// The words and formats of the document's language.
    public let catalogue: LabelCatalogue
    /// The faces.
    public let fonts: FontLibrary
    /// The colours.
    public let theme: Theme

    /// Brings together what many documents share.
    public init(template: Template, catalogue: LabelCatalogue, fonts: FontLibrary, theme: Theme = .standard) {
        self.template = template
        self.catalogue = catalogue
        self.fonts = fonts
        self.theme = theme
    }

    /// What the document is called in its language, such as „Книжно одобрение“ for a credit note.
    public func title(of kind: DocumentKind) -> String { catalogue[kind.label] }

    /// Lays one document out; pages go into the sink as they are finished.
    ///
    /// Time grows with the number of lines, memory does not: of a page that is out nothing is kept. Documents of up to
    /// eight pages get "page x of y" at once, longer ones by `PageSink.overlay` at the end.
    ///
    /// - Parameters:
    ///   - priced: The document.
    ///   - shaper: The shaper of this thread; it keeps its words for the next document.
    ///   - sink: Takes the pages in order.
    /// - Returns: Findings about the page, such as characters that no face has; none is an error.
    /// - Throws: `template.wrongKind` when the template is not made for the kind of document; what the sink throws;
    ///   `page.overflow` when a carried sum leaves the range of amounts.
    public func compose<Sink: PageSink>(
        _ priced: PricedInvoice, shaper: Shaper, into sink: inout Sink
    ) throws(ToolkitError) -> Report {
        try checkKind(priced.invoice.kind)
        let composition = Composition(
            priced, template: template, catalogue: catalogue, fonts: fonts, shaper: shaper, theme: theme)
        var flow = PageFlow<Sink>(composition)
        try flow.run(into: &sink)
        return Report(findings: composition.findings.findings)
    }

    /// Checks that the template is made for a kind of document, before anything is drawn.
    ///
    /// - Throws: `template.wrongKind`, with the kinds that the template names in its fix.
    public func checkKind(_ kind: DocumentKind) throws(ToolkitError) {
        guard !template.kinds.contains(kind) else { return }
        let known = DocumentKind.allCases.filter(template.kinds.contains).map(\.rawValue).joined(separator: ", ")
        throw ToolkitError(
            .templateWrongKind, "The template \(template.name) is not made for documents of the kind \(kind.rawValue).",
            fix: "Choose another template, or add \(kind.rawValue) to its for attribute, which says: \(known).")
    }
}

extension ToolkitError.Code {
    /// The template is not made for this kind of document.
    public static let templateWrongKind = Self("template.wrongKind", .rejected)
}
