/// An exact `xs:decimal`: an integer of at most 38 digits over a power of ten.
///
/// Sums and products are exact as long as they fit. Where they do not, fractional digits are dropped from the end,
/// rounded half to even, as the recommendation allows (Functions and Operators, 6.2); a value whose integer part does
/// not fit is `FOAR0002`.
struct Decimal: Sendable, Hashable {
    var mantissa: Int128
    /// The number of fractional digits, 0 to 38.
    var scale: Int

    init(mantissa: Int128, scale: Int = 0) {
        self.mantissa = mantissa
        self.scale = scale
    }

    init(_ integer: Int) {
        self.init(mantissa: Int128(integer))
    }

    static let zero = Decimal(mantissa: 0)
    static let maxScale = 38

    /// The powers of ten up to 38.
    private static let powers: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 0..<38 { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()

    @inline(__always) static func power(_ exponent: Int) -> Int128 { powers[exponent] }

    // MARK: - Comparison

    /// -1, 0 or 1.
    static func order(_ left: Decimal, _ right: Decimal) -> Int {
        var a = left.mantissa
        var b = right.mantissa
        if left.scale != right.scale {
            let gap = left.scale - right.scale
            let (product, overflow) =
                gap < 0
                ? a.multipliedReportingOverflow(by: power(-gap)) : b.multipliedReportingOverflow(by: power(gap))
            // What does not fit any more is further from zero than anything that does.
            if overflow { return gap < 0 ? a.signum128 : -b.signum128 }
            if gap < 0 { a = product } else { b = product }
        }
        return a < b ? -1 : a == b ? 0 : 1
    }

    var isZero: Bool { mantissa == 0 }
    var isNegative: Bool { mantissa < 0 }

    // MARK: - Arithmetic

    static func sum(_ left: Decimal, _ right: Decimal) throws(XPathError) -> Decimal {
        guard left.scale != right.scale else {
            let (sum, overflow) = left.mantissa.addingReportingOverflow(right.mantissa)
            if !overflow { return Decimal(mantissa: sum, scale: left.scale) }
            guard left.scale > 0 else { throw .overflow }
            return try sum_(left.dropping(1), right.dropping(1))
        }
        return left.scale < right.scale ? try sum_(left, right) : try sum_(right, left)
    }

    /// The sum of numbers of which the second has no fewer fractional digits.
    private static func sum_(_ coarse: Decimal, _ fine: Decimal) throws(XPathError) -> Decimal {
        var fine = fine
        while true {
            let (aligned, tooLarge) = coarse.mantissa.multipliedReportingOverflow(by: power(fine.scale - coarse.scale))
            if !tooLarge {
                let (sum, overflow) = aligned.addingReportingOverflow(fine.mantissa)
                if !overflow { return Decimal(mantissa: sum, scale: fine.scale) }
            }
            guard fine.scale > coarse.scale else { throw .overflow }
            fine = fine.dropping(1)
        }
    }

    static func difference(_ left: Decimal, _ right: Decimal) throws(XPathError) -> Decimal {
        try sum(left, right.negated())
    }

    func negated() throws(XPathError) -> Decimal {
        guard mantissa != .min else { throw .overflow }
        return Decimal(mantissa: -mantissa, scale: scale)
    }

    static func product(_ left: Decimal, _ right: Decimal) throws(XPathError) -> Decimal {
        let scale = left.scale + right.scale
        let (product, overflow) = left.mantissa.multipliedReportingOverflow(by: right.mantissa)
        if !overflow {
            let exact = Decimal(mantissa: product, scale: scale)
            return scale <= maxScale ? exact : exact.dropping(scale - maxScale)
        }
        let wide = left.mantissa.magnitude.multipliedFullWidth(by: right.mantissa.magnitude)
        return try narrowed(wide, scale: scale, isNegative: left.isNegative != right.isNegative)
    }

    /// A product of 256 bits with as many fractional digits as fit.
    private static func narrowed(
        _ wide: (high: UInt128, low: UInt128), scale: Int, isNegative: Bool
    ) throws(XPathError) -> Decimal {
        for drop in max(1, scale - maxScale)...38 where drop <= scale {
            let divisor = power(drop).magnitude
            guard wide.high < divisor else { continue }
            let (quotient, remainder) = divisor.dividingFullWidth(wide)
            guard let mantissa = Int128(exactly: quotient.roundedEven(remainder, of: divisor)) else { continue }
            return Decimal(mantissa: isNegative ? -mantissa : mantissa, scale: scale - drop)
        }
        throw .overflow
    }

    /// The quotient with 18 fractional digits, or as many as an operand has, rounded half down as Saxon does.
    static func quotient(_ left: Decimal, _ right: Decimal) throws(XPathError) -> Decimal {
        guard !right.isZero else { throw .divisionByZero }
        var scale = max(18, left.scale, right.scale)
        let divisor = right.mantissa.magnitude
        while scale >= 0 {
            let shift = scale - left.scale + right.scale
            scale -= 1
            guard shift <= 38 else { continue }
            var numerator = left.mantissa.magnitude
            var high: UInt128 = 0
            if shift >= 0 {
                (high, numerator) = numerator.multipliedFullWidth(by: power(shift).magnitude)
            } else {
                numerator = Decimal(mantissa: left.mantissa).dropping(-shift).mantissa.magnitude
            }
            var (quotient, remainder): (UInt128, UInt128)
            if high == 0 {
                (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: divisor)
            } else {
                guard high < divisor else { continue }
                (quotient, remainder) = divisor.dividingFullWidth((high, numerator))
            }
            if remainder > divisor - remainder { quotient &+= 1 }
            guard let mantissa = Int128(exactly: quotient) else { continue }
            let sign: Int128 = left.isNegative != right.isNegative ? -1 : 1
            return Decimal(mantissa: sign * mantissa, scale: scale + 1).shortened
        }
        throw .overflow
    }

    /// The whole part of the quotient, towards zero: `idiv`.
    static func wholeQuotient(_ left: Decimal, _ right: Decimal) throws(XPathError) -> Decimal {
        guard !right.isZero else { throw .divisionByZero }
        let (a, b) = try aligned(left, right)
        let (quotient, overflow) = a.dividedReportingOverflow(by: b)
        guard !overflow else { throw .overflow }
        return Decimal(mantissa: quotient)
    }

    /// What is left over by `idiv`, with the sign of the dividend: `mod`.
    static func remainder(_ left: Decimal, _ right: Decimal) throws(XPathError) -> Decimal {
        guard !right.isZero else { throw .divisionByZero }
        let (a, b) = try aligned(left, right)
        return Decimal(mantissa: b == -1 ? 0 : a % b, scale: max(left.scale, right.scale))
    }

    private static func aligned(_ left: Decimal, _ right: Decimal) throws(XPathError) -> (Int128, Int128) {
        let scale = max(left.scale, right.scale)
        let (a, first) = left.mantissa.multipliedReportingOverflow(by: power(scale - left.scale))
        let (b, second) = right.mantissa.multipliedReportingOverflow(by: power(scale - right.scale))
        if first || second { throw .overflow }
        return (a, b)
    }

    // MARK: - Rounding

    /// The largest integer that is not greater.
    var floor: Decimal {
        let unit = Self.power(scale)
        let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: unit)
        return Decimal(mantissa: remainder < 0 ? quotient - 1 : quotient)
    }

    /// The smallest integer that is not smaller.
    var ceiling: Decimal {
        let unit = Self.power(scale)
        let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: unit)
        return Decimal(mantissa: remainder > 0 ? quotient + 1 : quotient)
    }

    /// The nearest integer, the one towards positive infinity of two: `fn:round`.
    var rounded: Decimal {
        guard scale > 0 else { return self }
        let unit = Self.power(scale)
        var (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: unit)
        if remainder < 0 {
            quotient -= 1
            remainder += unit
        }
        return Decimal(mantissa: remainder >= unit - remainder ? quotient + 1 : quotient)
    }

    /// The nearest value with so many fractional digits, half towards positive infinity.
    func rounded(to digits: Int) -> Decimal {
        guard digits < scale else { return self }
        let drop = scale - digits
        guard drop <= Self.maxScale else { return .zero }
        let moved = Decimal(mantissa: mantissa, scale: drop).rounded
        guard digits < 0 else { return Decimal(mantissa: moved.mantissa, scale: digits) }
        let (whole, overflow) = moved.mantissa.multipliedReportingOverflow(by: Self.power(min(-digits, 38)))
        return overflow ? self : Decimal(mantissa: whole)
    }

    /// The nearest value with so many fractional digits, half to even: `fn:round-half-to-even`.
    func roundedHalfEven(to digits: Int) -> Decimal {
        guard digits < scale else { return self }
        let drop = scale - digits
        guard drop <= Self.maxScale else { return .zero }
        let moved = Decimal(mantissa: mantissa, scale: drop).dropping(drop)
        guard digits < 0 else { return Decimal(mantissa: moved.mantissa, scale: digits) }
        let (whole, overflow) = moved.mantissa.multipliedReportingOverflow(by: Self.power(min(-digits, 38)))
        return overflow ? self : Decimal(mantissa: whole)
    }

    /// The value with fewer fractional digits, half to even.
    private func dropping(_ count: Int) -> Decimal {
        guard count <= 38 else { return Decimal(mantissa: 0, scale: max(0, scale - count)) }
        let divisor = Self.power(count).magnitude
        let (quotient, remainder) = mantissa.magnitude.quotientAndRemainder(dividingBy: divisor)
        let rounded = Int128(truncatingIfNeeded: quotient.roundedEven(remainder, of: divisor))
        return Decimal(mantissa: mantissa < 0 ? -rounded : rounded, scale: scale - count)
    }

    /// The same value without zeros at its end.
    var shortened: Decimal {
        guard scale > 0 else { return self }
        guard mantissa != 0 else { return .zero }
        var result = self
        while result.scale > 0 {
            let (quotient, remainder) = result.mantissa.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            result = Decimal(mantissa: quotient, scale: result.scale - 1)
        }
        return result
    }
}

extension Int128 {
    fileprivate var signum128: Int { self < 0 ? -1 : self == 0 ? 0 : 1 }
}

extension UInt128 {
    /// A quotient, one more where the remainder asks for it, half to even.
    fileprivate func roundedEven(_ remainder: UInt128, of divisor: UInt128) -> UInt128 {
        let rest = divisor - remainder
        return remainder > rest || (remainder == rest && self & 1 == 1) ? self + 1 : self
    }
}
