import InvoiceModel
import Tax

/// A list of a document that a template repeats something for.
enum ItemList: Int, Sendable, Hashable, CaseIterable {
    case lines, lineDiscounts, vat, exemptions, discounts, prepaid, accounts, notes, paymentTerms, invoices
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
    /// Only in headers and footers; 0 while not known.
    var page = 0
    var pages = 0
    /// The current position by `ItemList.rawValue`.
    private var positions = [Int](repeating: 0, count: ItemList.allCases.count)
    /// The positions in `priced.vat` of the rows that have an exemption reason.
    private let exempted: [Int]

    init(_ priced: PricedInvoice, catalogue: LabelCatalogue) {
        self.priced = priced
        self.catalogue = catalogue
        currency = priced.invoice.currency
        seller = Boxed(priced.invoice.seller)
        buyer = Boxed(priced.invoice.buyer)
        exempted = priced.vat.indices.filter { index in
            let vat = priced.vat[index].vat
            guard vat.reason != nil else { return false }
            return priced.vat.firstIndex { $0.vat.category == vat.category && $0.vat.reason == vat.reason } == index
        }
    }

    /// The current line: read `priced.lines[lineIndex].x`, which copies nothing but `x`.
    var lineIndex: Int { positions[ItemList.lines.rawValue] }
    var lineDiscount: LineAdjustment { priced.lines[lineIndex].adjustments[positions[ItemList.lineDiscounts.rawValue]] }
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

    func position(in list: ItemList) -> Int { positions[list.rawValue] }

    /// Makes a position the current one.
    func enter(_ position: Int, of list: ItemList) { positions[list.rawValue] = position }

    /// How many items a list has; of line discounts, those of the current line.
    func count(_ list: ItemList) -> Int {
        switch list {
        case .lines: priced.lines.count
        case .lineDiscounts: priced.lines[lineIndex].adjustments.count
        case .vat: priced.vat.count
        case .exemptions: exempted.count
        case .discounts: priced.adjustments.count
        case .prepaid: priced.invoice.prepaid.count
        case .accounts: priced.invoice.seller.accounts.count
        case .notes: priced.invoice.notes.count
        case .paymentTerms: priced.invoice.payment?.terms.count ?? 0
        case .invoices: priced.invoice.references.invoices.count
        }
    }
}

/// A value that is passed by reference.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
