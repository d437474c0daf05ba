public import InvoiceModel

/// A document that was validated and computed and lacks nothing but its number.
public struct IssuableDocument: Sendable, Hashable {
    /// Where the number comes from.
    public enum Numbering: Sendable, Hashable {
        /// The next number of a series.
        case series(SeriesTemplate)
        /// A number that was given elsewhere; allowed by the caller.
        case given(String)
        /// The next number of a series, given by the system that kept the series before; the ledger goes on from it.
        case imported(String, SeriesTemplate)
    }

    /// The VAT of one category (BG-23), for the reports.
    public struct Tax: Sendable, Hashable {
        /// BT-118.
        public let category: String
        /// BT-119 in basis points; -1 where the category has none.
        public let rate: Int
        /// BT-116.
        public let taxable: Money
        /// BT-117.
        public let tax: Money

        /// Takes every property as it is.
        public init(category: String, rate: Int, taxable: Money, tax: Money) {
            self.category = category
            self.rate = rate
            self.taxable = taxable
            self.tax = tax
        }
    }

    /// A part of the payable amount with its day.
    public struct Instalment: Sendable, Hashable {
        /// The day on which it is due.
        public let due: CalendarDate
        /// Minor units of the document's currency.
        public let amount: Money

        /// Takes every property as it is.
        public init(due: CalendarDate, amount: Money) {
            self.due = due
            self.amount = amount
        }
    }

    /// What was paid before on an advance invoice and is taken off what is payable (BT-113).
    public struct Prepayment: Sendable, Hashable {
        /// The number of the advance invoice.
        public let number: String
        /// How much, VAT included.
        public let amount: Money

        /// Takes every property as it is.
        public init(number: String, amount: Money) {
            self.number = number
            self.amount = amount
        }
    }

    /// BT-3.
    public let kind: DocumentKind
    /// Where BT-1 comes from.
    public let numbering: Numbering
    /// BT-2.
    public let issueDate: CalendarDate
    /// BT-9.
    public let dueDate: CalendarDate?
    /// BT-5.
    public let currency: String
    /// Who owes: the buyer's tax number, else its register number, else its name.
    public let customer: String
    /// BT-109.
    public let net: Money
    /// BT-110.
    public let tax: Money
    /// BT-115.
    public let payable: Money
    /// The VAT breakdown.
    public let taxes: [Tax]
    /// When which part is due; empty where everything is due on the due date.
    public let instalments: [Instalment]
    /// The number of the invoice that a credit or debit note corrects (BT-25); nil for other documents.
    public let corrects: String?
    /// The advances that it takes off; those without a number of their own are not among them.
    public let prepayments: [Prepayment]
    /// The invoice JSON as it came.
    public let content: [UInt8]

    /// Takes every property as it is.
    public init(
        kind: DocumentKind, numbering: Numbering, issueDate: CalendarDate, dueDate: CalendarDate?, currency: String,
        customer: String, net: Money, tax: Money, payable: Money, taxes: [Tax] = [], instalments: [Instalment] = [],
        corrects: String? = nil, prepayments: [Prepayment] = [], content: [UInt8]
    ) {
        self.kind = kind
        self.numbering = numbering
        self.issueDate = issueDate
        self.dueDate = dueDate
        self.currency = currency
        self.customer = customer
        self.net = net
        self.tax = tax
        self.payable = payable
        self.taxes = taxes
        self.instalments = instalments
        self.corrects = corrects
        self.prepayments = prepayments
        self.content = content
    }
}
