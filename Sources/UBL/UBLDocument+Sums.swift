import InvoiceModel
import Tax

/// BG-20 to BG-23: document discounts and charges, VAT breakdown, totals.
extension UBLDocument {
    func writeAdjustments(_ xml: inout XMLOutput) {
        for adjustment in priced.adjustments {
            for part in adjustment.parts {
                writeAdjustment(adjustment.source, adjustment.isCharge, part.amount, part.base, part.vat, &xml)
            }
        }
    }

    /// Writes a discount or charge of the document, which has a VAT category, or of a line, which has none.
    func writeAdjustment(
        _ source: AllowanceCharge, _ isCharge: Bool, _ amount: Money, _ base: Money?, _ vat: VATTreatment?,
        _ xml: inout XMLOutput
    ) {
        xml.element("cac:AllowanceCharge") { xml in
            xml.constant("cbc:ChargeIndicator", isCharge ? "true" : "false")
            if let code = source.code {
                xml.text("cbc:AllowanceChargeReasonCode", code)
            } else if source.reason.map(XMLOutput.isBlank) ?? true {
                xml.constant("cbc:AllowanceChargeReasonCode", isCharge ? "ABK" : "95")
            }
            xml.text("cbc:AllowanceChargeReason", source.reason)
            if case .percent(let percent) = source.value, base != nil {
                xml.number("cbc:MultiplierFactorNumeric", percent.trimmed())
            }
            xml.amount("cbc:Amount", amount, invoice.currency)
            if let base { xml.amount("cbc:BaseAmount", base, invoice.currency) }
            if let vat { writeCategory("cac:TaxCategory", vat, &xml) }
        }
    }

    /// Writes a VAT category; its reason belongs to the breakdown alone.
    func writeCategory(
        _ element: StaticString, _ vat: VATTreatment, withReason: Bool = false, _ xml: inout XMLOutput
    ) {
        xml.element(element) { xml in
            xml.text("cbc:ID", vat.category.rawValue)
            if vat.category != .outOfScope { xml.number("cbc:Percent", vat.rate.percent) }
            if withReason {
                let code = vat.reasonCode ?? (vat.reason.map(XMLOutput.isBlank) ?? true ? vat.category.ownReason : nil)
                xml.text("cbc:TaxExemptionReasonCode", code)
                xml.text("cbc:TaxExemptionReason", vat.reason)
            }
            xml.element("cac:TaxScheme") { $0.constant("cbc:ID", "VAT") }
        }
    }

    func writeTax(_ xml: inout XMLOutput) {
        xml.element("cac:TaxTotal") { xml in
            xml.amount("cbc:TaxAmount", priced.totals.taxTotal, invoice.currency)
            for row in priced.vat {
                xml.element("cac:TaxSubtotal") { xml in
                    xml.amount("cbc:TaxableAmount", row.taxable, invoice.currency)
                    xml.amount("cbc:TaxAmount", row.tax, invoice.currency)
                    // BR-S-10, BR-Z-10: a taxed supply has no reason to be exempt.
                    let isTaxed = row.vat.category == .standard || row.vat.category == .zeroRated
                    writeCategory("cac:TaxCategory", row.vat, withReason: !isTaxed, &xml)
                }
            }
        }
        if let currency = vatCurrency, let tax = priced.taxTotalInVATCurrency {
            xml.element("cac:TaxTotal") { $0.amount("cbc:TaxAmount", tax, currency) }
        }
    }

    func writeTotals(_ xml: inout XMLOutput) {
        let totals = priced.totals
        let currency = invoice.currency
        xml.element("cac:LegalMonetaryTotal") { xml in
            xml.amount("cbc:LineExtensionAmount", totals.lineTotal, currency)
            xml.amount("cbc:TaxExclusiveAmount", totals.taxExclusive, currency)
            xml.amount("cbc:TaxInclusiveAmount", totals.taxInclusive, currency)
            if priced.adjustments.contains(where: { !$0.isCharge }) {
                xml.amount("cbc:AllowanceTotalAmount", totals.allowanceTotal, currency)
            }
            if priced.adjustments.contains(where: \.isCharge) {
                xml.amount("cbc:ChargeTotalAmount", totals.chargeTotal, currency)
            }
            if totals.prepaid != .zero { xml.amount("cbc:PrepaidAmount", totals.prepaid, currency) }
            if totals.rounding != .zero { xml.amount("cbc:PayableRoundingAmount", totals.rounding, currency) }
            xml.amount("cbc:PayableAmount", totals.payable, currency)
        }
    }
}

extension VATCategory {
    /// The VATEX code that says no more than the category itself; nil where the category needs a reason of its own.
    fileprivate var ownReason: String? {
        switch self {
        case .reverseCharge: "VATEX-EU-AE"
        case .intraCommunity: "VATEX-EU-IC"
        case .export: "VATEX-EU-G"
        case .outOfScope: "VATEX-EU-O"
        case .standard, .zeroRated, .exempt: nil
        }
    }
}
