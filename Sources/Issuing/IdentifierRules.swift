import Diagnostics
import InvoiceModel

/// Which numbers of seller and buyer the VAT categories of a document demand.
///
/// Neither party can be judged alone: what it needs depends on the lines. A document that lacks them is refused by
/// every receiver that checks EN 16931, and by the tax office.
/// Source: EN 16931-1:2017, BR-S-02, BR-Z-02, BR-E-02, BR-AE-02, BR-IC-02 and BR-G-02; the rules 03 and 04 of each
/// category say the same of discounts and charges, which have no categories that the lines do not have.
enum IdentifierRules {
    /// What is missing, one finding for each party; none where all is there.
    static func findings(in invoice: Invoice) -> [Finding] {
        var used = invoice.lines.categories
        used.formUnion((invoice.discounts + invoice.charges).compactMap { $0.vat?.category })
        let categories = VATCategory.allCases.filter(used.contains)
        let seller = categories.first { !identifies(seller: invoice.seller, in: $0) }
        let buyer = categories.first { !identifies(buyer: invoice.buyer, in: $0) }
        return [
            seller.map { category in
                Finding(
                    rule: "BR-\(category.ruleName)-02", pointer: "/seller", term: "BT-31",
                    message: "Category \(category.rawValue) needs a tax number of the seller.",
                    fix: needsVATNumber(category) ? "Add \"vatNumber\"." : "Add \"vatNumber\" or \"taxNumber\".")
            },
            buyer.map { category in
                Finding(
                    rule: "BR-\(category.ruleName)-02", pointer: "/buyer", term: "BT-48",
                    message: "Category \(category.rawValue) needs a number of the buyer.",
                    fix: needsVATNumber(category)
                        ? "Add \"vatNumber\"." : "Add \"vatNumber\" or \"registrationNumber\".")
            },
        ].compactMap(\.self)
    }

    private static func identifies(seller: Party, in category: VATCategory) -> Bool {
        category == .outOfScope || seller.vatNumber != nil || (seller.taxNumber != nil && !needsVATNumber(category))
    }

    private static func identifies(buyer: Party, in category: VATCategory) -> Bool {
        switch category {
        case .reverseCharge: buyer.vatNumber != nil || buyer.registrationNumber != nil
        case .intraCommunity: buyer.vatNumber != nil
        default: true
        }
    }

    /// Whether a national tax number does not do.
    private static func needsVATNumber(_ category: VATCategory) -> Bool {
        category == .intraCommunity || category == .export
    }
}
