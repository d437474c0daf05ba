/// One position of the document (BG-25).
public struct Line: Sendable, Hashable {
    /// BT-126; the position's number in the document where the input gives none.
    public var id: String
    /// BG-31.
    public var item: Item
    /// BT-129.
    public var quantity: ExactDecimal
    /// BT-130, a UN/ECE Recommendation 20 code.
    public var unit: UnitCode
    /// BT-146, or the price with VAT where the document's prices are gross.
    public var price: ExactDecimal
    /// BT-149: how many units the price is for; nil means one.
    public var priceBase: ExactDecimal?
    /// BG-27.
    public var discounts: [AllowanceCharge]
    /// BG-28.
    public var charges: [AllowanceCharge]
    /// BG-30.
    public var vat: VATTreatment
    /// BG-26.
    public var period: Period?
    /// BT-127.
    public var note: String?

    /// Takes every property as it is; nothing is checked here.
    public init(
        id: String, item: Item, quantity: ExactDecimal, unit: UnitCode, price: ExactDecimal,
        priceBase: ExactDecimal? = nil, discounts: [AllowanceCharge] = [], charges: [AllowanceCharge] = [],
        vat: VATTreatment, period: Period? = nil, note: String? = nil
    ) {
        self.id = id
        self.item = item
        self.quantity = quantity
        self.unit = unit
        self.price = price
        self.priceBase = priceBase
        self.discounts = discounts
        self.charges = charges
        self.vat = vat
        self.period = period
        self.note = note
    }
}

/// What is sold (BG-31).
public struct Item: Sendable, Hashable {
    /// BT-153.
    public var name: String
    /// BT-154.
    public var description: String?
    /// BT-155, the seller's code.
    public var code: String?
    /// BT-157, a GTIN.
    public var gtin: String?
    /// BT-158.
    public var classification: Classification?
    /// BT-159, ISO 3166-1 alpha-2.
    public var origin: String?

    /// Takes every property as it is; nothing is checked here.
    public init(
        name: String, description: String? = nil, code: String? = nil, gtin: String? = nil,
        classification: Classification? = nil, origin: String? = nil
    ) {
        self.name = name
        self.description = description
        self.code = code
        self.gtin = gtin
        self.classification = classification
        self.origin = origin
    }
}

/// A code of a classification list (BT-158).
public struct Classification: Sendable, Hashable {
    /// The code.
    public var code: String
    /// The UNTDID 7143 code of the list, such as `CG` for KPD.
    public var list: String
    /// The version of the list.
    public var version: String?

    /// Takes every property as it is; nothing is checked here.
    public init(code: String, list: String, version: String? = nil) {
        self.code = code
        self.list = list
        self.version = version
    }
}

/// How a supply is taxed (BT-151, BT-152, BT-120, BT-121).
public struct VATTreatment: Sendable, Hashable {
    /// The category code of UNTDID 5305 that EN 16931 allows.
    public var category: VATCategory
    /// The rate; zero for every category but `standard`, and absent in the XML for `outOfScope`.
    public var rate: Rate
    /// BT-120.
    public var reason: String?
    /// BT-121, a VATEX code.
    public var reasonCode: String?
    /// What a received document says where `category` and `rate` cannot; nil in every document that is made here.
    public var received: ReceivedTax?

    /// Takes every property as it is; nothing is checked here.
    public init(
        category: VATCategory, rate: Rate, reason: String? = nil, reasonCode: String? = nil,
        received: ReceivedTax? = nil
    ) {
        self.category = category
        self.rate = rate
        self.reason = reason
        self.reasonCode = reasonCode
        self.received = received
    }
}

/// A VAT category (UNTDID 5305 as restricted by EN 16931).
public enum VATCategory: String, Sendable, Hashable, CaseIterable {
    /// Taxed with a rate above zero.
    case standard = "S"
    /// Taxed at zero percent.
    case zeroRated = "Z"
    /// Exempt.
    case exempt = "E"
    /// Reverse charge.
    case reverseCharge = "AE"
    /// Supply within the Union.
    case intraCommunity = "K"
    /// Export outside the Union.
    case export = "G"
    /// Outside the scope of VAT.
    case outOfScope = "O"
}

/// A discount or a charge as given (BG-20, BG-21, BG-27, BG-28): a percentage or an amount.
public struct AllowanceCharge: Sendable, Hashable {
    /// How much.
    public enum Value: Sendable, Hashable {
        /// Percent of the base (BT-94, BT-101, BT-138, BT-143); of the natural base where `base` is nil.
        case percent(ExactDecimal)
        /// An amount in the document's currency (BT-92, BT-99, BT-136, BT-141).
        case amount(Money)
    }

    /// How much.
    public var value: Value
    /// What a percentage is taken of (BT-93, BT-100, BT-137, BT-142).
    public var base: Money?
    /// BT-97, BT-104, BT-139, BT-144.
    public var reason: String?
    /// UNTDID 5189 for discounts, 7161 for charges.
    public var code: String?
    /// The category that the amount belongs to; nil: spread over all.
    ///
    /// It has a meaning at document level only.
    public var vat: VATTreatment?

    /// Takes every property as it is; nothing is checked here.
    public init(
        value: Value, base: Money? = nil, reason: String? = nil, code: String? = nil, vat: VATTreatment? = nil
    ) {
        self.value = value
        self.base = base
        self.reason = reason
        self.code = code
        self.vat = vat
    }
}
