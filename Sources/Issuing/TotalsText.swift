import InvoiceModel
import JSONCore
import Tax

/// The sums of a document as decimal text, under the names that the input's `totals` have.
struct TotalsText {
    private let priced: PricedInvoice

    init(_ priced: PricedInvoice) { self.priced = priced }

    /// BT-115.
    var payable: String { text(priced.totals.payable) }

    func write(to writer: inout JSONWriter) {
        let totals = priced.totals
        writer.beginObject()
        for (name, amount) in [
            ("lineTotal", totals.lineTotal), ("allowanceTotal", totals.allowanceTotal),
            ("chargeTotal", totals.chargeTotal), ("taxExclusive", totals.taxExclusive), ("taxTotal", totals.taxTotal),
            ("taxInclusive", totals.taxInclusive), ("prepaid", totals.prepaid), ("rounding", totals.rounding),
            ("payable", totals.payable),
        ] { writer.member(name, text(amount)) }
        writer.key("vat")
        writer.beginArray()
        for row in priced.vat {
            writer.beginObject()
            writer.member("category", row.vat.category.rawValue)
            writer.member("rate", row.vat.rate.description)
            writer.member("taxable", text(row.taxable))
            writer.member("tax", text(row.tax))
            writer.endObject()
        }
        writer.endArray()
        writer.key("lineNets")
        writer.beginArray()
        for line in priced.lines { writer.string(text(line.net)) }
        writer.endArray()
        if let vatCurrency = priced.invoice.vatCurrency, let tax = priced.taxTotalInVATCurrency {
            writer.member("taxTotalInVatCurrency", tax.text(in: vatCurrency))
        }
        writer.endObject()
    }

    private func text(_ amount: Money) -> String { amount.text(in: priced.invoice.currency) }
}
