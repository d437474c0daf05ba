/// A word or phrase of the form, as opposed to the document: the catalogues have it in every language.
public enum Label: String, Sendable, Hashable, CaseIterable {
    // Titles
    case invoice
    case creditNote = "credit-note"
    case debitNote = "debit-note"
    case advance
    case proForma = "pro-forma"
    // Parties
    case seller, buyer
    case taxNumber = "tax-number"
    case vatNumber = "vat-number"
    case registrationNumber = "registration-number"
    case address, phone, email, contact
    // Facts of the document
    case number
    case placeAndDate = "place-and-date"
    case issuePlace = "issue-place"
    case issueDate = "issue-date"
    case supplyDate = "supply-date"
    case dueDate = "due-date"
    case period, order, contract, project
    case deliveryNote = "delivery-note"
    case buyerReference = "buyer-reference"
    case deliveredTo = "delivered-to"
    case toInvoice = "to-invoice"
    case dated
    case exchangeRate = "exchange-rate"
    // Lines
    case lineNumber = "line-number"
    case code, description, unit, quantity, price
    case priceWithVAT = "price-with-vat"
    case discount
    case vatRate = "vat-rate"
    case net
    case lineDiscount = "line-discount"
    case lineCharge = "line-charge"
    case perUnits = "per-units"
    case carried, brought
    // VAT
    case vatRecap = "vat-recap"
    case rate, taxable
    case tax
    case standardRated = "standard-rated"
    case zeroRated = "zero-rated"
    case exempt
    case reverseCharge = "reverse-charge"
    case intraCommunity = "intra-community"
    case export
    case outOfScope = "out-of-scope"
    case taxInOtherCurrency = "tax-in-other-currency"
    // Sums
    case lineTotal = "line-total"
    case discounts, charges
    case taxExclusive = "tax-exclusive"
    case taxTotal = "tax-total"
    case taxInclusive = "tax-inclusive"
    case prepaid, rounding, payable, credited, total, remaining
    case inWords = "in-words"
    // Payment
    case prepayments
    case amount, date, days, currency
    case paymentDetails = "payment-details"
    case payee, account, iban, bic, bank, reference
    case referenceModel = "reference-model"
    case scanToPay = "scan-to-pay"
    case paymentMeans = "payment-means"
    case cash
    case creditTransfer = "credit-transfer"
    case card, clearing
    case paymentTerms = "payment-terms"
    // The end
    case notes, terms
    case reverseChargeText = "reverse-charge-text"
    case exemptText = "exempt-text"
    case intraCommunityText = "intra-community-text"
    case exportText = "export-text"
    case outOfScopeText = "out-of-scope-text"
    case notVATPayerText = "not-vat-payer-text"
    case proFormaText = "pro-forma-text"
    case issuedBy = "issued-by"
    case receivedBy = "received-by"
    case authorisedPerson = "authorised-person"
    case signature
    case stamp
    case page
    case of
    // Marks across the page
    case markDraft = "mark-draft"
    case markVoid = "mark-void"
    case markCopy = "mark-copy"
    // Received documents
    case furtherInformation = "further-information"

    /// The place in a catalogue's list.
    ///
    /// A case without a payload is stored as its place among the cases; a test compares both.
    var index: Int { Int(unsafe unsafeBitCast(self, to: UInt8.self)) }

    /// Whether the words depend on the law of the seller's country; a catalogue gives them once for each country that
    /// it knows, once for the EU and once for all others.
    var isLegal: Bool {
        switch self {
        case .reverseChargeText, .intraCommunityText, .exportText, .notVATPayerText: true
        default: false
        }
    }

    /// Finds the name of a means of payment by its UNTDID 4461 code (BT-81); nil for codes that are too rare to have one.
    public init?(paymentMeans code: String) {
        switch code {
        case "10": self = .cash
        case "30", "58": self = .creditTransfer
        case "48", "54", "55": self = .card
        case "97": self = .clearing
        default: return nil
        }
    }
}
