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
    /// The words of a second language, printed beside those of the first; nil for a document in one.
    public let second: LabelCatalogue?
    /// The faces.
    public let fonts: FontLibrary
    /// The colours.
    public let theme: Theme
    /// What is written across every page; nil for the document that counts.
    public let mark: DocumentMark?

    /// Brings together what many documents share, and the mark that one print of them gets.
    public init(
        template: Template, catalogue: LabelCatalogue, fonts: FontLibrary, theme: Theme = .standard,
        second: LabelCatalogue? = nil, mark: DocumentMark? = nil
    ) {
        self.template = template
        self.catalogue = catalogue
        self.fonts = fonts
        self.theme = theme
        self.second = second
        self.mark = mark
    }

    /// What the document is called in its language, such as „Книжно одобрение“ for a credit note.
    ///
    /// - Parameters:
    ///   - kind: The kind of the document.
    ///   - received: The code of a received document where the kind does not tell it (`FurtherTerms.typeCode`).
    /// - Returns: The title; for a code that has none, that of the kind with the code behind it.
    public func title(of kind: DocumentKind, received: String? = nil) -> String {
        catalogue.title(of: kind, received: received)
    }

    /// What is written across the pages, such as „НАЦРТ“; nil without a mark.
    public var markText: String? { mark.map { catalogue[$0.label] } }

    /// Lays one document out; pages go into the sink as they are finished.
    ///
    /// Time grows with the number of lines, memory does not: of a page that is out nothing is kept. Documents of up to
    /// 32 pages get "page x of y" at once, longer ones by `PageSink.overlay` at the end.
    ///
    /// - Parameters:
    ///   - priced: The document.
    ///   - shaper: The shaper of this thread; it keeps its words for the next document.
    ///   - sink: Takes the pages in order.
    /// - Returns: Findings about the page. A character that no face has is an error: the pages must not be used then,
    ///   because a document for the tax office must not lose one (and ISO 19005-3, 6.2.11.8 forbids its box).
    /// - Throws: `template.wrongKind` when the template is not made for the kind of document; what the sink throws;
    ///   what a face throws that cannot be opened; `page.overflow` when a carried sum leaves the range of amounts.
    public func compose<Sink: PageSink>(
        _ priced: PricedInvoice, shaper: Shaper, into sink: inout Sink
    ) throws(ToolkitError) -> Report {
        try checkKind(priced.invoice.kind)
        let priced = priced.leavingOut(template.printedFields)
        var composition = Composition(
            priced, template: template, catalogue: catalogue, fonts: try fonts.fonts(for: catalogue.language),
            shaper: shaper, theme: theme)
        composition.scope.mark = mark
        composition.scope.second = second
        composition.scope.printsLabelsInBoth = second != nil && !template.placesSecondLanguage
        if let second { composition.secondFonts = try fonts.fonts(for: second.language) }
        var flow = PageFlow<Sink>(composition)
        try flow.run(into: &sink)
        if let failure = flow.composition.failure { throw failure }
        return Report(findings: flow.composition.allFindings)
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
