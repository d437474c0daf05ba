public import Diagnostics

extension Money: Comparable {
    /// Orders amounts of one currency.
    public static func < (left: Money, right: Money) -> Bool { left.minorUnits < right.minorUnits }

    /// The sum of two amounts of one currency.
    ///
    /// - Throws: `money.overflow` beyond 64 bits.
    public func adding(_ other: Money) throws(ToolkitError) -> Money {
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        if overflow { throw .moneyOverflow }
        return Money(minorUnits: sum)
    }

    /// This amount less another of the same currency.
    ///
    /// - Throws: `money.overflow` beyond 64 bits.
    public func subtracting(_ other: Money) throws(ToolkitError) -> Money {
        let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        if overflow { throw .moneyOverflow }
        return Money(minorUnits: difference)
    }

    /// The same amount with the other sign.
    ///
    /// - Throws: `money.overflow` for the one number that has no counterpart.
    public func negated() throws(ToolkitError) -> Money { try Money.zero.subtracting(self) }

    /// The amount times a fraction, rounded once, half away from zero, to the minor unit.
    ///
    /// - Throws: `money.overflow` beyond 64 bits; so does a denominator of zero.
    public func scaled(by numerator: Int, over denominator: Int) throws(ToolkitError) -> Money {
        try Money(
            exactly: ExactDecimal.ratio([Int128(minorUnits), Int128(numerator)], over: [Int128(denominator)], shift: 0))
    }

    /// A percentage of the amount, rounded half away from zero to the minor unit (BT-92 from BT-93 and BT-94).
    ///
    /// - Throws: `money.overflow` beyond 64 bits.
    public func percent(_ percent: ExactDecimal) throws(ToolkitError) -> Money {
        let share = ExactDecimal.ratio(
            [Int128(minorUnits), percent.coefficient], over: [], shift: -percent.scale - 2)
        return try Money(exactly: share)
    }

    /// The VAT of a taxable amount (BT-117 from BT-116 and BT-119): BR-CO-17, half away from zero.
    ///
    /// - Throws: `money.overflow` beyond 64 bits.
    public func vat(at rate: Rate) throws(ToolkitError) -> Money { try scaled(by: rate.basisPoints, over: 10_000) }

    /// The VAT that an amount contains, `round(G·r/(100+r))` half away from zero.
    ///
    /// - Throws: `money.overflow` beyond 64 bits.
    public func vatContained(at rate: Rate) throws(ToolkitError) -> Money {
        try scaled(by: rate.basisPoints, over: 10_000 + rate.basisPoints)
    }

    /// The amount without the VAT that it contains, rounded half away from zero.
    ///
    /// - Throws: `money.overflow` beyond 64 bits.
    public func withoutVAT(at rate: Rate) throws(ToolkitError) -> Money {
        try scaled(by: 10_000, over: 10_000 + rate.basisPoints)
    }

    /// Quantity × price ÷ base, rounded once, half away from zero, to the minor unit (BT-131 before discounts).
    ///
    /// - Parameters:
    ///   - quantity: BT-129.
    ///   - price: BT-146.
    ///   - base: BT-149; nil means one.
    ///   - currency: Tells how many places the amount has.
    /// - Throws: `money.overflow` beyond 64 bits; so does a base of zero.
    public init(
        quantity: ExactDecimal, price: ExactDecimal, base: ExactDecimal?, in currency: Currency
    ) throws(ToolkitError) {
        func product(_ quantity: ExactDecimal, _ price: ExactDecimal) -> Int128? {
            ExactDecimal.ratio(
                [quantity.coefficient, price.coefficient], over: base.map { [$0.coefficient] } ?? [],
                shift: currency.minorUnitDigits + (base?.scale ?? 0) - quantity.scale - price.scale)
        }
        try self.init(exactly: product(quantity, price) ?? product(quantity.trimmed(), price.trimmed()))
    }

    init(exactly value: Int128?) throws(ToolkitError) {
        guard let value, let units = Int(exactly: value) else { throw .moneyOverflow }
        self.init(minorUnits: units)
    }

    /// Takes a decimal amount; nil where it has more places than the currency, or is too large.
    public init?(_ decimal: ExactDecimal, in currency: Currency) {
        guard decimal.scale <= currency.minorUnitDigits,
            let power = ExactDecimal.power(currency.minorUnitDigits - decimal.scale)
        else { return nil }
        let (product, overflow) = decimal.coefficient.multipliedReportingOverflow(by: power)
        guard !overflow, let units = Int(exactly: product) else { return nil }
        self.init(minorUnits: units)
    }

    /// The amount in units of the currency, with all its places: 12.50.
    public func decimal(in currency: Currency) -> ExactDecimal {
        ExactDecimal(coefficient: Int128(minorUnits), scale: currency.minorUnitDigits)
    }

    /// Digits and point as an XML text has them: `12.50`.
    public func text(in currency: Currency) -> String { decimal(in: currency).description }
}

extension Rate: Comparable, CustomStringConvertible {
    /// Zero percent.
    public static let zero = Rate(basisPoints: 0)

    /// Orders rates by size.
    public static func < (left: Rate, right: Rate) -> Bool { left.basisPoints < right.basisPoints }

    /// Takes a percentage from 0 to 100 with at most two places that are not zero; nil for any other.
    public init?(percent: ExactDecimal) {
        let exact = percent.trimmed()
        guard exact.scale <= 2, let factor = ExactDecimal.power(2 - exact.scale),
            0...10_000 ~= exact.coefficient, exact.coefficient * factor <= 10_000
        else { return nil }
        self.init(basisPoints: Int(exact.coefficient * factor))
    }

    /// The percentage without surplus zeros: 18, 5.5.
    public var percent: ExactDecimal { ExactDecimal(coefficient: Int128(basisPoints), scale: 2).trimmed() }

    /// The percentage as text without a sign: `18`, `5.5`.
    public var description: String { percent.description }
}
