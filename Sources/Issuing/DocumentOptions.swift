public import InvoiceModel

/// What the caller decides about a document, beside what the document says itself.
public struct DocumentOptions: Sendable {
    /// The bundled template; nil takes the document's, else the default.
    public var template: String?
    /// A template that is not bundled; it goes before all names.
    public var ownTemplate: DocumentTemplate?
    /// The language of the page; nil takes the document's.
    public var language: DocumentLanguage?
    /// A second language for the words of the form, beside the first; nil for one language.
    public var secondLanguage: DocumentLanguage?
    /// The e-invoice specification; nil takes the document's.
    public var profile: ProfileName?
    /// Colours, fonts, sizes and logo; nil takes the standard ones.
    public var theme: DocumentTheme?
    /// What is written across the pages; nil for the document that counts.
    public var mark: DocumentMark?
    /// The key to sign the files with; nil leaves them unsigned.
    public var seal: Seal?
    /// BT-1 as the ledger gave it, in place of the document's; nil leaves it to the document.
    var number: String?
    /// Whether a document without a number is accepted, because it gets one when it is issued.
    var isNumberedLater = false
    /// Whether the XML must satisfy the rules of EN 16931 before anything is made.
    ///
    /// What the decoder accepts does, as the tests show; asking costs more than writing the XML.
    public var checksRules: Bool

    /// Takes the caller's wishes; nil leaves the choice to the document.
    public init(
        template: String? = nil, ownTemplate: DocumentTemplate? = nil, language: DocumentLanguage? = nil,
        secondLanguage: DocumentLanguage? = nil, profile: ProfileName? = nil, theme: DocumentTheme? = nil,
        mark: DocumentMark? = nil, seal: Seal? = nil, checksRules: Bool = false
    ) {
        self.template = template
        self.ownTemplate = ownTemplate
        self.language = language
        self.secondLanguage = secondLanguage
        self.profile = profile
        self.theme = theme
        self.mark = mark
        self.seal = seal
        self.checksRules = checksRules
    }

    /// The document with the caller's wishes in place of its own.
    func applied(to invoice: Invoice) -> Invoice {
        var invoice = invoice
        if let template { invoice.template = template }
        if let language { invoice.language = language }
        if let profile { invoice.profile = profile }
        if let number { invoice.number = number }
        return invoice
    }
}

extension DocumentOptions {
    /// The same decisions about a document that has its number (BT-1) from the ledger, whose JSON does not hold it.
    public func numbered(_ number: String) -> DocumentOptions {
        var options = self
        options.number = number
        return options
    }
}
