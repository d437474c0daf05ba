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
}

/// A preceding invoice (BG-3).
public struct InvoiceReference: Sendable, Hashable {
    /// BT-25.
    public var number: String
    /// BT-26.
    public var issueDate: CalendarDate?
}

/// Where and when goods arrive (BG-13).
public struct Delivery: Sendable, Hashable {
    /// BT-72.
    public var date: CalendarDate?
    /// BT-70.
    public var name: String?
    /// BG-15.
    public var address: Address?
}

/// A span of days, both included (BG-14, BG-26).
public struct Period: Sendable, Hashable {
    /// BT-73, BT-134.
    public var start: CalendarDate?
    /// BT-74, BT-135.
    public var end: CalendarDate?
}

/// How and when to pay (BG-16, BT-20).
public struct Payment: Sendable, Hashable {
    /// BT-81, a UNTDID 4461 code.
    public var means: String
    /// Instalments; one of 100 % is the plain case.
    public var terms: [PaymentTerm]
    /// BT-83.
    public var reference: String?
    /// The payment QR code to print.
    public var qr: PaymentQR?
}

/// A payment QR code standard.
public enum PaymentQR: String, Sendable, Hashable {
    /// NBS IPS, Serbia, in dinars.
    case ips
    /// EPC069-12, SEPA, in euros.
    case epc
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
}

/// An advance that was paid before.
public struct Prepayment: Sendable, Hashable {
    /// The number of the advance invoice.
    public var number: String?
    /// When it was paid.
    public var date: CalendarDate?
    /// How much, VAT included.
    public var amount: Money
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
}
