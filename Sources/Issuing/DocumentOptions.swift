public import InvoiceModel

/// What the caller decides about a document, beside what the document says itself.
public struct DocumentOptions: Sendable {
    /// The template; nil takes the document's, else the default.
    public var template: String?
    /// The language of the page; nil takes the document's.
    public var language: DocumentLanguage?
    /// The e-invoice specification; nil takes the document's.
    public var profile: ProfileName?
    /// The key to sign the XML with; nil leaves it unsigned.
    public var seal: Seal?

    /// Takes the caller's wishes; nil leaves the choice to the document.
    public init(
        template: String? = nil, language: DocumentLanguage? = nil, profile: ProfileName? = nil, seal: Seal? = nil
    ) {
        self.template = template
        self.language = language
        self.profile = profile
        self.seal = seal
    }

    /// The document with the caller's wishes in place of its own.
    func applied(to invoice: Invoice) -> Invoice {
        var invoice = invoice
        if let template { invoice.template = template }
        if let language { invoice.language = language }
        if let profile { invoice.profile = profile }
        return invoice
    }
}
