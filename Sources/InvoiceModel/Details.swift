/// References to other documents.
public struct References: Sendable, Hashable {
    /// BT-13.
    public var order: String?
    /// BT-12.
    public var contract: String?
    /// BT-11.
    public var project: String?
    /// BT-16, the despatch advice.
    public var delivery: String?
    /// BT-10.
    public var buyer: String?
    /// BG-3.
    public var invoices: [InvoiceReference]

    /// Takes every property as it is; nothing is checked here.
    public init(
        order: String? = nil, contract: String? = nil, project: String? = nil, delivery: String? = nil,
        buyer: String? = nil, invoices: [InvoiceReference] = []
    ) {
        self.order = order
        self.contract = contract
        self.project = project
        self.delivery = delivery
        self.buyer = buyer
        self.invoices = invoices
    }
}

/// A preceding invoice (BG-3).
public struct InvoiceReference: Sendable, Hashable {
    /// BT-25.
    public var number: String
    /// BT-26.
    public var issueDate: CalendarDate?

    /// Takes every property as it is; nothing is checked here.
    public init(number: String, issueDate: CalendarDate? = nil) {
        self.number = number
        self.issueDate = issueDate
    }
}

/// Where and when goods arrive (BG-13).
public struct Delivery: Sendable, Hashable {
    /// BT-72.
    public var date: CalendarDate?
    /// BT-70.
    public var name: String?
    /// BG-15.
    public var address: Address?

    /// Takes every property as it is; nothing is checked here.
    public init(date: CalendarDate? = nil, name: String? = nil, address: Address? = nil) {
        self.date = date
        self.name = name
        self.address = address
    }
}

/// A span of days, both included (BG-14, BG-26).
public struct Period: Sendable, Hashable {
    /// BT-73, BT-134.
    public var start: CalendarDate?
    /// BT-74, BT-135.
    public var end: CalendarDate?

    /// Takes every property as it is; nothing is checked here.
    public init(start: CalendarDate? = nil, end: CalendarDate? = nil) {
        self.start = start
        self.end = end
    }
}

/// How and when to pay (BG-16, BT-20).
public struct Payment: Sendable, Hashable {
    /// BT-81, a UNTDID 4461 code.
    public var means: String
    /// Instalments; one of 100 % is the plain case.
    public var terms: [PaymentTerm]
    /// BT-83.
    public var reference: String?
    /// The payment QR code to print; nil prints the one that currency and account allow.
    public var qr: PaymentQR?

    /// Takes every property as it is; nothing is checked here.
    public init(means: String, terms: [PaymentTerm] = [], reference: String? = nil, qr: PaymentQR? = nil) {
        self.means = means
        self.terms = terms
        self.reference = reference
        self.qr = qr
    }
}

/// A payment QR code standard.
public enum PaymentQR: String, Sendable, Hashable {
    /// NBS IPS, Serbia, in dinars.
    case ips
    /// EPC069-12, SEPA, in euros.
    case epc
    /// None, even where the currency and the account allow one.
    case off = "none"
}

/// One instalment.
public struct PaymentTerm: Sendable, Hashable {
    /// How much of the payable amount: percent or an amount.
    public var value: AllowanceCharge.Value
    /// Days after the issue date; nil when a date is given or nothing is said.
    public var days: Int?
    /// The day itself.
    public var date: CalendarDate?
    /// BT-20 in words.
    public var text: String?

    /// Takes every property as it is; nothing is checked here.
    public init(value: AllowanceCharge.Value, days: Int? = nil, date: CalendarDate? = nil, text: String? = nil) {
        self.value = value
        self.days = days
        self.date = date
        self.text = text
    }
}

/// An advance that was paid before.
public struct Prepayment: Sendable, Hashable {
    /// The number of the advance invoice.
    public var number: String?
    /// When it was paid.
    public var date: CalendarDate?
    /// How much, VAT included.
    public var amount: Money

    /// Takes every property as it is; nothing is checked here.
    public init(number: String? = nil, date: CalendarDate? = nil, amount: Money) {
        self.number = number
        self.date = date
        self.amount = amount
    }
}

/// Sums that the issuer expects (BT-106 to BT-115); nil where the input says nothing.
public struct ExpectedTotals: Sendable, Hashable {
    /// BT-106.
    public var lineTotal: Money?
    /// BT-107.
    public var allowanceTotal: Money?
    /// BT-108.
    public var chargeTotal: Money?
    /// BT-109.
    public var taxExclusive: Money?
    /// BT-110.
    public var taxTotal: Money?
    /// BT-112.
    public var taxInclusive: Money?
    /// BT-113.
    public var prepaid: Money?
    /// BT-114.
    public var rounding: Money?
    /// BT-115.
    public var payable: Money?
    /// BT-111, in the VAT currency.
    public var taxTotalInVATCurrency: Money?
    /// BG-23, every row; nil where the input says nothing.
    public var vat: [ExpectedVAT]?
    /// BT-131 of every line; nil where the input says nothing.
    public var lineNets: [Money]?

    /// Takes every property as it is; nothing is checked here.
    public init(
        lineTotal: Money? = nil, allowanceTotal: Money? = nil, chargeTotal: Money? = nil,
        taxExclusive: Money? = nil, taxTotal: Money? = nil, taxInclusive: Money? = nil, prepaid: Money? = nil,
        rounding: Money? = nil, payable: Money? = nil, taxTotalInVATCurrency: Money? = nil,
        vat: [ExpectedVAT]? = nil, lineNets: [Money]? = nil
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
        self.taxTotalInVATCurrency = taxTotalInVATCurrency
        self.vat = vat
        self.lineNets = lineNets
    }
}

/// A row of the VAT breakdown that the issuer expects (BG-23).
public struct ExpectedVAT: Sendable, Hashable {
    /// BT-118.
    public var category: VATCategory
    /// BT-119.
    public var rate: Rate
    /// BT-116; nil where the input says nothing.
    public var taxable: Money?
    /// BT-117; nil where the input says nothing.
    public var tax: Money?

    /// Takes every property as it is; nothing is checked here.
    public init(category: VATCategory, rate: Rate, taxable: Money? = nil, tax: Money? = nil) {
        self.category = category
        self.rate = rate
        self.taxable = taxable
        self.tax = tax
    }
}
