import Barcode
import Diagnostics
import InvoiceModel
import Tax

/// The payment QR symbol of a document, and what was found while it was made.
///
/// Its standard follows from the currency: NBS IPS for dinars and a Serbian account, EPC069-12 for euros and an IBAN.
/// Unless `payment.qr` says which one, it is made for what is simply due by credit transfer: no credit note, no
/// instalments. What stands in the way is told only where a symbol was asked for.
struct PaymentSymbol: Sendable {
    /// The symbol; nil where there is none.
    let symbol: QRSymbol?
    /// Warnings.
    let findings: [Finding]

    /// Makes the symbol of a document.
    ///
    /// - Parameters:
    ///   - priced: The document.
    ///   - title: What it is called in its language; stands before its number as the purpose.
    init(_ priced: PricedInvoice, title: String) {
        let invoice = priced.invoice
        let wish = invoice.payment?.qr
        guard wish != .off, wish != nil || Self.isDueByTransfer(priced),
            let (payload, version) = Self.payload(priced, title: title)
        else {
            symbol = nil
            findings = []
            return
        }
        guard let text = payload.text else {
            symbol = nil
            findings = wish == nil ? [] : payload.findings
            return
        }
        if let symbol = try? QRSymbol(encoding: Array(text.utf8), largestVersion: version) {
            self.symbol = symbol
            findings = payload.findings
        } else {
            symbol = nil
            findings = [
                Finding(
                    rule: "payment.qrTooLong", severity: .warning, pointer: "/payment/qr",
                    message: "The payment QR code would be larger than its readers take.",
                    fix: "Shorten the reference, or the seller's name and address.")
            ]
        }
    }

    private static func isDueByTransfer(_ priced: PricedInvoice) -> Bool {
        let payment = priced.invoice.payment
        return priced.invoice.kind != .creditNote && priced.totals.payable.minorUnits > 0
            && ["30", "58"].contains(payment?.means ?? "30") && (payment?.terms.count ?? 0) < 2
    }

    private static func payload(
        _ priced: PricedInvoice, title: String
    ) -> (payload: PaymentPayload, largestVersion: Int)? {
        let invoice = priced.invoice
        let seller = invoice.seller
        switch invoice.currency.code {
        case "RSD":
            let candidates = seller.accounts.flatMap { [$0.account, $0.iban].compactMap(\.self) }
            let isAtHome = seller.address.country == "RS"
            guard let account = candidates.first(where: { isSerbian($0, isAtHome: isAtHome) }) ?? candidates.first
            else { return nil }
            let city = [seller.address.postalCode, seller.address.city].compactMap(\.self).joined(separator: " ")
            let buyer = invoice.buyer
            let isBusiness = buyer.taxNumber != nil || buyer.vatNumber != nil || buyer.registrationNumber != nil
            // No payer, no street: the bank asks for what is needed only, since each letter makes the symbol denser.
            let payment = IPSPayment(
                account: account, payee: [seller.name, city], amount: priced.totals.payable,
                code: isBusiness ? .business : .citizen,
                purpose: invoice.number.map { "\(title) \($0)" } ?? title, reference: invoice.payment?.reference)
            return (payment.payload, 40)
        case "EUR":
            guard let account = seller.accounts.first(where: { $0.iban != nil }), let iban = account.iban else {
                return nil
            }
            let payment = EPCPayment(
                iban: iban, bic: account.bic, payee: seller.name, amount: priced.totals.payable,
                reference: invoice.payment?.reference ?? invoice.number.map { "\(title) \($0)" })
            return (payment.payload, EPCPayment.largestVersion)
        default: return nil
        }
    }

    /// Whether an account is a Serbian one; a number of a seller elsewhere must say so by its length or as an IBAN,
    /// for one in a hundred of other countries has the right check digits by chance.
    private static func isSerbian(_ account: String, isAtHome: Bool) -> Bool {
        if account.hasPrefix("RS") { return Identifiers.isIBAN(account.filter { $0 != " " }) }
        return (isAtHome || account.utf8.count >= 18) && Identifiers.serbianAccount(account) != nil
    }
}
