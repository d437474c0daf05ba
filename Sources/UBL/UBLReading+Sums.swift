import Diagnostics
import InvoiceModel
import Tax
import XMLCore

/// BG-20 to BG-23, as they are given.
extension UBLReading {
    mutating func readAdjustments() -> [PricedAdjustment] {
        let read = all(root, "AllowanceCharge").compactMap { element -> PricedAdjustment? in
            let category = first(element, "TaxCategory")
            let vat = category.map { readTax($0) }
            guard let (source, isCharge, amount, base) = readAdjustment(element, vat) else { return nil }
            return PricedAdjustment(
                source: source, isCharge: isCharge, amount: amount,
                parts: [
                    PricedAdjustment.Part(
                        vat: vat ?? VATTreatment(category: .standard, rate: .zero), amount: amount, base: base)
                ])
        }
        return read.filter { !$0.isCharge } + read.filter(\.isCharge)
    }

    /// A discount or charge of the document or of a line; nil, with a finding, where it has no amount.
    mutating func readAdjustment(
        _ element: XMLElement, _ vat: VATTreatment?
    ) -> (source: AllowanceCharge, isCharge: Bool, amount: Money, base: Money?)? {
        let indicator = text(element, "ChargeIndicator")
        guard let amount = amount(element, "Amount", "BT-92") else { return nil }
        let base = amountIfGiven(element, "BaseAmount")
        var source = AllowanceCharge(value: .amount(amount), base: base, vat: vat)
        // Without its base a percentage stays a term of its own.
        if base != nil, let percent = number(element, "MultiplierFactorNumeric") { source.value = .percent(percent) }
        source.code = text(element, "AllowanceChargeReasonCode")
        source.reason = text(element, "AllowanceChargeReason")
        return (source, indicator == "true" || indicator == "1", amount, base)
    }

    private mutating func amountIfGiven(_ parent: XMLElement, _ path: String) -> Money? {
        leaf(parent, path) == nil ? nil : amount(parent, path)
    }

    /// A VAT category with its rate and reason.
    mutating func readTax(_ element: XMLElement) -> VATTreatment {
        let code = text(element, "ID") ?? ""
        let percent = leaf(element, "Percent").flatMap { ExactDecimal(xml: $0.text.trimmedXML)?.trimmed() }
        if percent != nil { _ = text(element, "Percent") }
        let category = VATCategory(rawValue: code)
        let rate = percent.flatMap { Rate(percent: $0) }
        var treatment = VATTreatment(category: category ?? VATCategory(received: code), rate: rate ?? .zero)
        let isPlain = category != nil && (rate != nil || percent == nil && category != .standard)
        if !isPlain { treatment.received = ReceivedTax(code: code, percent: percent) }
        treatment.reason = text(element, "TaxExemptionReason")
        treatment.reasonCode = text(element, "TaxExemptionReasonCode")
        if let scheme = leaf(element, "TaxScheme/ID"), scheme.text.trimmedXML == "VAT" || isVATLike(code) {
            take(scheme)
        }
        return treatment
    }

    /// IGIC and IPSI have a scheme of their own name, which their category tells already.
    private func isVATLike(_ code: String) -> Bool { code == "L" || code == "M" }

    /// BT-6.
    mutating func readVATCurrency() -> Currency? {
        guard let code = text(root, "TaxCurrencyCode"), code != currency.code else { return nil }
        return Self.currency(code, placesOf: root)
    }

    /// A page names BT-6 beside its sum only.
    mutating func tellVATCurrency(_ sum: Money?) {
        guard sum ?? .zero == .zero, let leaf = leaf(root, "TaxCurrencyCode") else { return }
        put(FurtherTerm(id: "BT-6", value: .text(leaf.text.trimmedXML)), at: leaf)
    }

    /// The TaxTotal with BT-110 and BG-23.
    private var taxTotal: XMLElement? {
        let all = all(root, "TaxTotal")
        return all.first { first($0, "TaxSubtotal") != nil } ?? all.first { isInDocumentCurrency($0) }
    }

    private func isInDocumentCurrency(_ total: XMLElement) -> Bool {
        leaf(total, "TaxAmount")?.attribute("currencyID") ?? currency.code == currency.code
    }

    mutating func readBreakdown() -> [VATBreakdown] {
        guard let total = taxTotal else { return [] }
        return all(total, "TaxSubtotal").compactMap { element in
            let vat = first(element, "TaxCategory").map { readTax($0) }
            guard let taxable = amount(element, "TaxableAmount", "BT-116"),
                let tax = amount(element, "TaxAmount", "BT-117")
            else { return nil }
            return VATBreakdown(vat: vat ?? VATTreatment(category: .standard, rate: .zero), taxable: taxable, tax: tax)
        }
    }

    /// BT-111.
    mutating func taxTotalInVATCurrency(_ currency: Currency?) -> Money? {
        guard let currency else { return nil }
        let used = taxTotal
        let element = all(root, "TaxTotal").filter { $0 != used }.compactMap { leaf($0, "TaxAmount") }.first {
            $0.attribute("currencyID") == currency.code
        }
        guard let element, let number = ExactDecimal(xml: element.text.trimmedXML),
            let money = Money(number.trimmed(), in: currency)
        else { return nil }
        take(element, withAttributes: true)
        return money
    }

    /// Sums that a page leaves out because they follow from others become terms where they do not follow.
    ///
    /// Pages tell the sum of the lines beside discounts and charges only, the total with VAT beside advances and
    /// rounding only, and discounts and charges one by one.
    mutating func tell(_ totals: Totals, beside adjustments: [PricedAdjustment]) {
        let discounts = adjustments.filter { !$0.isCharge }
        let charges = adjustments.filter(\.isCharge)
        func isOne(_ sum: Money, _ list: [PricedAdjustment]) -> Bool {
            list.isEmpty ? sum == .zero : list.count == 1 && list[0].amount == sum
        }
        let hidesLines = totals.allowanceTotal == .zero && totals.chargeTotal == .zero
        let hidesInclusive = totals.prepaid == .zero && totals.rounding == .zero
        let sums = [
            ("LineExtensionAmount", "BT-106", hidesLines && totals.lineTotal != totals.taxExclusive),
            ("AllowanceTotalAmount", "BT-107", !isOne(totals.allowanceTotal, discounts)),
            ("ChargeTotalAmount", "BT-108", !isOne(totals.chargeTotal, charges)),
            ("TaxInclusiveAmount", "BT-112", hidesInclusive && totals.taxInclusive != totals.payable),
        ]
        for (name, id, isHidden) in sums where isHidden {
            guard let leaf = leaf(root, "LegalMonetaryTotal/\(name)") else { continue }
            put(FurtherTerm(id: id, value: Self.value(of: leaf)), at: leaf)
        }
    }

    /// BG-22; nil where a sum is missing that is never left out.
    mutating func readTotals() -> Totals? {
        guard let element = first(root, "LegalMonetaryTotal") else {
            missing("BG-22", "LegalMonetaryTotal", in: root)
            return nil
        }
        let tax = taxTotal.flatMap { leaf($0, "TaxAmount") }.flatMap { money(of: $0, "BT-110") }
        let lineTotal = amount(element, "LineExtensionAmount", "BT-106")
        let exclusive = amount(element, "TaxExclusiveAmount", "BT-109")
        let inclusive = amount(element, "TaxInclusiveAmount", "BT-112")
        let payable = amount(element, "PayableAmount", "BT-115")
        guard let lineTotal, let exclusive, let inclusive, let payable else { return nil }
        return Totals(
            lineTotal: lineTotal, allowanceTotal: amountIfGiven(element, "AllowanceTotalAmount") ?? .zero,
            chargeTotal: amountIfGiven(element, "ChargeTotalAmount") ?? .zero, taxExclusive: exclusive,
            taxTotal: tax ?? .zero, taxInclusive: inclusive, prepaid: amountIfGiven(element, "PrepaidAmount") ?? .zero,
            rounding: amountIfGiven(element, "PayableRoundingAmount") ?? .zero, payable: payable)
    }
}

extension VATCategory {
    /// The category that a code outside of the seven is computed like: IGIC, IPSI and split payment have rates.
    fileprivate init(received code: String) {
        switch code {
        case "L", "M", "B": self = .standard
        case "R", "E1", "SS": self = .exempt
        default: self = .outOfScope
        }
    }
}
