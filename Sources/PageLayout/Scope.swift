import InvoiceModel
import Tax

/// A list of a document that a template repeats something for.
enum ItemList: Int, Sendable, Hashable, CaseIterable {
    case lines, lineDiscounts, vat, exemptions, discounts, prepaid, accounts, notes, paymentTerms, invoices
    case legalTexts, further

    /// The name of the case, without asking the runtime for it.
    var name: String {
        switch self {
        case .lines: "lines"
        case .lineDiscounts: "lineDiscounts"
        case .vat: "vat"
        case .exemptions: "exemptions"
        case .discounts: "discounts"
        case .prepaid: "prepaid"
        case .accounts: "accounts"
        case .notes: "notes"
        case .paymentTerms: "paymentTerms"
        case .invoices: "invoices"
        case .legalTexts: "legalTexts"
        case .further: "further"
        }
    }
}

/// One document as fields see it: which position of each list is the current one, and which page.
///
/// Positions instead of copies: a field reads straight from the priced invoice.
final class Scope {
    let priced: PricedInvoice
    let catalogue: LabelCatalogue
    let currency: Currency
    /// The parties as objects: to pass one costs a reference, not a copy of all its texts.
    let seller: Boxed<Party>
    let buyer: Boxed<Party>
    /// The words of the second language; nil for a document in one.
    var second: LabelCatalogue?
    /// Whether a label prints both languages at once: not where the template places the second one itself.
    var printsLabelsInBoth = false
    /// What the print is marked as.
    var mark: DocumentMark?
    /// Only in headers and footers; 0 while not known.
    var page = 0
    var pages = 0
    /// All lines; of a long document the cursor has the current one.
    private let plainLines: [PricedLine]
    private let isPacked: Bool
    private var cursor: PricedLines.Cursor
    /// The current position by `ItemList.rawValue`.
    private var positions = [Int](repeating: 0, count: ItemList.allCases.count)
    /// The positions in `priced.vat` of the rows that have an exemption reason, or must have one.
    private let exempted: [Int]
    /// What the law wants said, beyond the reasons of the rows.
    private let legalLabels: [Label]
    /// Whether the theme has a logo.
    var hasLogo = false
    /// The payment QR symbol, made when a template first asks for it.
    private(set) lazy var payment: PaymentSymbol = {
        isPaymentKnown = true
        return PaymentSymbol(priced, title: catalogue[priced.invoice.kind.label])
    }()
    /// Whether a template asked for the symbol.
    private(set) var isPaymentKnown = false

    init(_ priced: PricedInvoice, catalogue: LabelCatalogue) {
        self.priced = priced
        cursor = PricedLines.Cursor(priced.lines)
        plainLines = cursor.lines
        isPacked = priced.lines.isPacked
        self.catalogue = catalogue
        currency = priced.invoice.currency
        seller = Boxed(priced.invoice.seller)
        buyer = Boxed(priced.invoice.buyer)
        exempted = priced.vat.indices.filter { index in
            let vat = priced.vat[index].vat
            // What somebody else wrote is told as it is: with the code of the reason, without words of the law beside it.
            if priced.further != nil {
                guard vat.reason != nil || vat.reasonCode != nil else { return false }
                return priced.vat.firstIndex {
                    $0.vat.categoryCode == vat.categoryCode && $0.vat.reason == vat.reason
                        && $0.vat.reasonCode == vat.reasonCode
                } == index
            }
            guard vat.reason != nil || vat.category.legalText != nil else { return false }
            return priced.vat.firstIndex { $0.vat.category == vat.category && $0.vat.reason == vat.reason } == index
        }
        var labels: [Label] = []
        if priced.invoice.kind == .proForma, priced.further == nil { labels.append(.proFormaText) }
        if priced.invoice.seller.vatPayer == false { labels.append(.notVATPayerText) }
        legalLabels = labels
    }

    /// The current line: read `lines[lineIndex].x`, which copies nothing but `x`.
    var lines: [PricedLine] { isPacked ? cursor.lines : plainLines }
    var lineIndex: Int { isPacked ? 0 : positions[ItemList.lines.rawValue] }
    var lineDiscount: LineAdjustment { lines[lineIndex].adjustments[positions[ItemList.lineDiscounts.rawValue]] }
    var vat: VATBreakdown { priced.vat[positions[ItemList.vat.rawValue]] }
    var exemption: VATBreakdown { priced.vat[exempted[positions[ItemList.exemptions.rawValue]]] }
    var discount: PricedAdjustment { priced.adjustments[positions[ItemList.discounts.rawValue]] }
    var prepayment: Prepayment { priced.invoice.prepaid[positions[ItemList.prepaid.rawValue]] }
    var account: BankAccount { priced.invoice.seller.accounts[positions[ItemList.accounts.rawValue]] }
    var note: String { priced.invoice.notes[positions[ItemList.notes.rawValue]] }
    var paymentTerm: PaymentTerm? {
        let position = positions[ItemList.paymentTerms.rawValue]
        return priced.invoice.payment.flatMap { $0.terms.indices.contains(position) ? $0.terms[position] : nil }
    }
    var reference: InvoiceReference { priced.invoice.references.invoices[positions[ItemList.invoices.rawValue]] }

    /// The words of a label as the law of the seller's country wants them.
    func text(_ label: Label) -> String {
        label.isLegal ? catalogue.text(label, seller: seller.value.address.country) : catalogue[label]
    }
    /// BT-120 of the current exemption, else what the law says of its category.
    var exemptionReason: FieldValue? {
        let vat = exemption.vat
        if let reason = vat.reason { return .text(reason) }
        return priced.further == nil ? vat.category.legalText.map(FieldValue.sentence) : nil
    }
    var legalText: Label { legalLabels[positions[ItemList.legalTexts.rawValue]] }
    var paymentReference: PaymentReference? { priced.invoice.payment?.reference.map(PaymentReference.init) }
    var furtherTerm: FurtherTerm? {
        let position = positions[ItemList.further.rawValue]
        guard let terms = priced.further?.document, terms.indices.contains(position) else { return nil }
        return terms[position]
    }

    func position(in list: ItemList) -> Int { positions[list.rawValue] }

    /// Makes a position the current one.
    func enter(_ position: Int, of list: ItemList) {
        positions[list.rawValue] = position
        if isPacked, list == .lines { _ = cursor.index(of: position) }
    }

    /// How many items a list has; of line discounts, those of the current line.
    func count(_ list: ItemList) -> Int {
        switch list {
        case .lines: priced.lines.count
        case .lineDiscounts: lines[lineIndex].adjustments.count
        case .vat: priced.vat.count
        case .exemptions: exempted.count
        case .discounts: priced.adjustments.count
        case .prepaid: priced.invoice.prepaid.count
        case .accounts: priced.invoice.seller.accounts.count
        case .notes: priced.invoice.notes.count
        case .paymentTerms: priced.invoice.payment?.terms.count ?? 0
        case .invoices: priced.invoice.references.invoices.count
        case .further: priced.further?.document.count ?? 0
        case .legalTexts: legalLabels.count
        }
    }
}

/// A value that is passed by reference.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
