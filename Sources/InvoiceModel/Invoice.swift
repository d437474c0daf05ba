/// What a document is (BT-3, UNTDID 1001).
public enum DocumentKind: String, Sendable, Hashable, CaseIterable {
    /// Commercial invoice, code 380.
    case invoice
    /// Credit note, code 381.
    case creditNote = "credit-note"
    /// Debit note, code 383.
    case debitNote = "debit-note"
    /// Prepayment invoice, code 386.
    case advance
    /// Pro-forma invoice, code 325: an offer in the form of an invoice, no tax document and no claim.
    case proForma = "pro-forma"
}

/// Whether the prices of the input contain VAT.
public enum PriceMode: String, Sendable, Hashable {
    /// Prices and discounts are without VAT.
    case net
    /// Prices and discounts include VAT; the tax is extracted from them.
    case gross
}

/// The language of labels, words and formats on the page.
public enum DocumentLanguage: String, Sendable, Hashable, CaseIterable {
    /// Macedonian, Cyrillic.
    case macedonian = "mk"
    /// Serbian, Cyrillic.
    case serbianCyrillic = "sr-Cyrl"
    /// Serbian, Latin.
    case serbianLatin = "sr-Latn"
    /// Albanian.
    case albanian = "sq"
    /// Bulgarian.
    case bulgarian = "bg"
    /// Croatian.
    case croatian = "hr"
    /// English.
    case english = "en"
}

/// The e-invoice specification that the XML follows (BT-24).
public enum ProfileName: String, Sendable, Hashable, CaseIterable {
    /// The European norm alone.
    case en16931
    /// Peppol BIS Billing 3.
    case peppolBIS3 = "peppol-bis3"
    /// Serbia, Sistem e-faktura.
    case serbia = "rs-sef"
    /// Croatia, eRačun.
    case croatia = "hr-eracun"
    /// North Macedonia: labels, identifiers and rates; the XML is EN 16931.
    case macedonia = "mk"
}

/// An invoice, credit note, debit note or advance as its issuer wrote it; sums are not part of it.
///
/// Every property holds what the JSON said (DESIGN §2); `Tax` makes a `PricedInvoice` of it.
public struct Invoice: Sendable, Hashable {
    /// BT-3.
    public var kind: DocumentKind
    /// BT-1; nil for a document that gets its number at issue.
    public var number: String?
    /// The series that numbers the document, such as `FAK-{yyyy}-{seq:4}`.
    public var series: String?
    /// BT-2.
    public var issueDate: CalendarDate
    /// The day of supply; BT-72, or BT-7 where a delivery date differs.
    public var supplyDate: CalendarDate?
    /// BT-9.
    public var dueDate: CalendarDate?
    /// BT-5.
    public var currency: Currency
    /// The language of the page.
    public var language: DocumentLanguage
    /// BT-6; nil when it is the invoice currency.
    public var vatCurrency: Currency?
    /// How much of the VAT currency one unit of the invoice currency is worth.
    public var exchangeRate: ExactDecimal?
    /// Which specification the XML follows.
    public var profile: ProfileName
    /// The name of the template; nil for the default.
    public var template: String?
    /// Whether prices contain VAT.
    public var prices: PriceMode
    /// BG-4.
    public var seller: Party
    /// BG-7.
    public var buyer: Party
    /// BT-10 to BT-17 and BG-3.
    public var references: References
    /// BG-13.
    public var delivery: Delivery?
    /// BG-14.
    public var period: Period?
    /// BG-25, at least one.
    public var lines: Lines
    /// BG-20 as given, before they are spread over VAT categories.
    public var discounts: [AllowanceCharge]
    /// BG-21 as given, before they are spread over VAT categories.
    public var charges: [AllowanceCharge]
    /// BG-16 and BT-20.
    public var payment: Payment?
    /// Advances already paid; their sum is BT-113.
    public var prepaid: [Prepayment]
    /// The step to which the payable amount is rounded, such as 1 for whole denars; the difference is BT-114.
    public var payableRounding: ExactDecimal?
    /// BT-22; printed.
    public var notes: [String]
    /// Terms and conditions; printed.
    public var terms: String?
    /// For the issuer alone: must never reach a PDF, an XML, a log or a webhook.
    public var internalNotes: String?
    /// Sums that the issuer expects; they must equal the computed ones.
    public var expectedTotals: ExpectedTotals?

    /// Takes every property as it is; nothing is checked here.
    public init(
        kind: DocumentKind, number: String? = nil, series: String? = nil, issueDate: CalendarDate,
        supplyDate: CalendarDate? = nil, dueDate: CalendarDate? = nil, currency: Currency,
        language: DocumentLanguage, vatCurrency: Currency? = nil, exchangeRate: ExactDecimal? = nil,
        profile: ProfileName = .en16931, template: String? = nil, prices: PriceMode = .net, seller: Party,
        buyer: Party, references: References = References(), delivery: Delivery? = nil, period: Period? = nil,
        lines: Lines = [], discounts: [AllowanceCharge] = [], charges: [AllowanceCharge] = [],
        payment: Payment? = nil, prepaid: [Prepayment] = [], payableRounding: ExactDecimal? = nil,
        notes: [String] = [], terms: String? = nil, internalNotes: String? = nil,
        expectedTotals: ExpectedTotals? = nil
    ) {
        self.kind = kind
        self.number = number
        self.series = series
        self.issueDate = issueDate
        self.supplyDate = supplyDate
        self.dueDate = dueDate
        self.currency = currency
        self.language = language
        self.vatCurrency = vatCurrency
        self.exchangeRate = exchangeRate
        self.profile = profile
        self.template = template
        self.prices = prices
        self.seller = seller
        self.buyer = buyer
        self.references = references
        self.delivery = delivery
        self.period = period
        self.lines = lines
        self.discounts = discounts
        self.charges = charges
        self.payment = payment
        self.prepaid = prepaid
        self.payableRounding = payableRounding
        self.notes = notes
        self.terms = terms
        self.internalNotes = internalNotes
        self.expectedTotals = expectedTotals
    }
}
