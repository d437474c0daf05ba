public import InvoiceModel

/// An invoice with every sum computed; what the page and the XML are made of.
public struct PricedInvoice: Sendable, Hashable {
    /// What the issuer wrote.
    public let invoice: Invoice
    /// The lines with their nets, in the order of the document.
    public let lines: PricedLines
    /// The document discounts and charges, each with its parts per VAT category; discounts first.
    public let adjustments: [PricedAdjustment]
    /// BG-23: by category in the order of `VATCategory`, then by falling rate.
    public let vat: [VATBreakdown]
    /// BG-22.
    public let totals: Totals
    /// BT-111; nil without a VAT currency.
    public let taxTotalInVATCurrency: Money?
    /// What a received document carries beyond the model; nil for a document that was priced here.
    ///
    /// Where it is there, every sum stands as the document gives it. `Pricing(of: invoice)` computes them anew, and
    /// `invoice.expectedTotals` holds the given ones for it to compare.
    public let further: FurtherTerms?

    /// Takes every property as it is; nothing is computed or checked here.
    public init(
        invoice: Invoice, lines: PricedLines, adjustments: [PricedAdjustment], vat: [VATBreakdown], totals: Totals,
        taxTotalInVATCurrency: Money?, further: FurtherTerms? = nil
    ) {
        self.further = further
        self.invoice = invoice
        self.lines = lines
        self.adjustments = adjustments
        self.vat = vat
        self.totals = totals
        self.taxTotalInVATCurrency = taxTotalInVATCurrency
    }
}

extension PricedInvoice {
    /// The same document without the further terms that say what one of these fields says.
    public func leavingOut(_ fields: Set<String>) -> PricedInvoice {
        guard let further else { return self }
        return PricedInvoice(
            invoice: invoice, lines: lines, adjustments: adjustments, vat: vat, totals: totals,
            taxTotalInVATCurrency: taxTotalInVATCurrency, further: further.without(fields: fields))
    }
}

/// A line with its sums.
public struct PricedLine: Sendable, Hashable {
    /// What the issuer wrote.
    public let line: Line
    /// BT-146: the price without VAT, exact for net prices and to eight places where VAT was extracted.
    public let netPrice: ExactDecimal
    /// Quantity × net price ÷ base, before discounts and charges, rounded to the minor unit.
    public let gross: Money
    /// BG-27 and BG-28 without VAT, discounts first.
    public let adjustments: [LineAdjustment]
    /// BT-131.
    public let net: Money

    /// Takes every property as it is; nothing is computed or checked here.
    public init(line: Line, netPrice: ExactDecimal, gross: Money, adjustments: [LineAdjustment], net: Money) {
        self.line = line
        self.netPrice = netPrice
        self.gross = gross
        self.adjustments = adjustments
        self.net = net
    }
}

/// A discount or charge of a line in figures (BG-27, BG-28).
public struct LineAdjustment: Sendable, Hashable {
    /// What the issuer wrote.
    public let source: AllowanceCharge
    /// Whether it adds to the line.
    public let isCharge: Bool
    /// BT-136, BT-141; not negative for a discount that lowers the price.
    public let amount: Money
    /// BT-137, BT-142: what a percentage was taken of.
    public let base: Money?

    /// Takes every property as it is; nothing is computed or checked here.
    public init(source: AllowanceCharge, isCharge: Bool, amount: Money, base: Money?) {
        self.source = source
        self.isCharge = isCharge
        self.amount = amount
        self.base = base
    }
}

/// A document discount or charge in figures (BG-20, BG-21).
public struct PricedAdjustment: Sendable, Hashable {
    /// What the issuer wrote.
    public let source: AllowanceCharge
    /// Whether it adds to the document.
    public let isCharge: Bool
    /// The whole amount without VAT: the sum of the parts.
    public let amount: Money
    /// One part for each VAT category that it falls on; EN 16931 wants one BG-20 or BG-21 each.
    public let parts: [Part]

    /// The share of one VAT category.
    public struct Part: Sendable, Hashable {
        /// BT-95, BT-96; BT-102, BT-103.
        public let vat: VATTreatment
        /// BT-92, BT-99.
        public let amount: Money
        /// BT-93, BT-100: what a percentage was taken of.
        public let base: Money?

        /// Takes every property as it is; nothing is computed or checked here.
        public init(vat: VATTreatment, amount: Money, base: Money?) {
            self.vat = vat
            self.amount = amount
            self.base = base
        }
    }

    /// Takes every property as it is; nothing is computed or checked here.
    public init(source: AllowanceCharge, isCharge: Bool, amount: Money, parts: [Part]) {
        self.source = source
        self.isCharge = isCharge
        self.amount = amount
        self.parts = parts
    }
}

/// One row of the VAT breakdown (BG-23).
public struct VATBreakdown: Sendable, Hashable {
    /// BT-118, BT-119, BT-120 and BT-121.
    public let vat: VATTreatment
    /// BT-116.
    public let taxable: Money
    /// BT-117.
    public let tax: Money

    /// Takes every property as it is; nothing is computed or checked here.
    public init(vat: VATTreatment, taxable: Money, tax: Money) {
        self.vat = vat
        self.taxable = taxable
        self.tax = tax
    }
}

/// The sums of the document (BG-22).
public struct Totals: Sendable, Hashable {
    /// BT-106.
    public let lineTotal: Money
    /// BT-107.
    public let allowanceTotal: Money
    /// BT-108.
    public let chargeTotal: Money
    /// BT-109.
    public let taxExclusive: Money
    /// BT-110.
    public let taxTotal: Money
    /// BT-112.
    public let taxInclusive: Money
    /// BT-113.
    public let prepaid: Money
    /// BT-114.
    public let rounding: Money
    /// BT-115.
    public let payable: Money

    /// Takes every property as it is; nothing is computed or checked here.
    public init(
        lineTotal: Money, allowanceTotal: Money, chargeTotal: Money, taxExclusive: Money, taxTotal: Money,
        taxInclusive: Money, prepaid: Money, rounding: Money, payable: Money
    ) {
        self.lineTotal = lineTotal
        self.allowanceTotal = allowanceTotal
        self.chargeTotal = chargeTotal
        self.taxExclusive = taxExclusive
        self.taxTotal = taxTotal
        self.taxInclusive = taxInclusive
        self.prepaid = prepaid
        self.rounding = rounding
        self.payable = payable
    }
}
