public import Diagnostics

extension ToolkitError.Code {
    /// An amount left the range of its type.
    public static let moneyOverflow = Self("money.overflow", .rejected)
}

extension ToolkitError {
    /// An amount left the range of its type.
    static var moneyOverflow: ToolkitError {
        ToolkitError(
            .moneyOverflow, "An amount is too large to be computed exactly.",
            fix: "Check quantities and prices; amounts reach to about 90 billion million units.")
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// The most digits that are read, before and behind the point together.
    public static let maximumDigits = 30
    /// The most digits behind the point that are read.
    public static let maximumScale = 18
    /// Zero.
    public static let zero = ExactDecimal(coefficient: 0, scale: 0)
    /// A hundred, what percentages are divided by.
    public static let hundred = ExactDecimal(coefficient: 100, scale: 0)

    /// Takes a whole number.
    public init(_ whole: Int) { self.init(coefficient: Int128(whole), scale: 0) }

    /// Reads digits with at most one point, such as `-12.50`; nil for anything else and beyond the digit limits.
    public init?(_ text: String) {
        self.init(utf8: Array(text.utf8)[...])
    }

    /// Reads digits with at most one point from UTF-8; no exponent, no plus, no blank, a digit on both sides of a point.
    public init?(utf8 text: ArraySlice<UInt8>) {
        var index = text.startIndex
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { index += 1 }
        guard text.endIndex - index <= Self.maximumDigits + 1 else { return nil }
        // Up to 18 digits fit into 64 bits, which is what nearly every text has.
        var low: UInt64 = 0
        var high: Int128 = 0
        var digits = 0
        var scale = -1
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: ".") {
                guard scale < 0, digits > 0 else { return nil }
                scale = 0
                continue
            }
            guard 0x30...0x39 ~= byte else { return nil }
            if digits < 18 {
                low = low * 10 + UInt64(byte - 0x30)
            } else {
                if digits == 18 { high = Int128(low) }
                high = high * 10 + Int128(byte - 0x30)
            }
            digits += 1
            if scale >= 0 { scale += 1 }
        }
        guard digits > 0, digits <= Self.maximumDigits, scale != 0, scale <= Self.maximumScale else { return nil }
        let magnitude = digits <= 18 ? Int128(low) : high
        self.init(coefficient: isNegative ? -magnitude : magnitude, scale: max(scale, 0))
    }

    /// Digits and point as an XML or JSON text has them: `12.50`, never an exponent.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text of the number, as `description` gives it, to bytes; made for writers of many numbers.
    public func append(to bytes: inout [UInt8]) {
        if coefficient < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = coefficient.magnitude
        // Digits come from the right; 64 bits at a time, because divisions of 128 bits are slow.
        repeat {
            let (quotient, chunk) =
                rest <= UInt128(UInt64.max)
                ? (0, rest) : rest.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
            var digits = UInt64(truncatingIfNeeded: chunk)
            var count = 0
            while digits > 0 || quotient > 0 && count < 19 {
                bytes.append(UInt8(ascii: "0") + UInt8(digits % 10))
                digits /= 10
                count += 1
                appendPoint(to: &bytes, after: bytes.count - start)
            }
            rest = quotient
        } while rest > 0
        while bytes.count - start < (scale > 0 ? scale + 2 : 1) {
            bytes.append(UInt8(ascii: "0"))
            appendPoint(to: &bytes, after: bytes.count - start)
        }
        // In place: to reverse a slice copies it.
        var first = start
        var last = bytes.count - 1
        while first < last {
            bytes.swapAt(first, last)
            first += 1
            last -= 1
        }
    }

    /// Sets the point once all decimals stand, while the digits are still in reverse.
    private func appendPoint(to bytes: inout [UInt8], after count: Int) {
        if scale > 0, count == scale { bytes.append(UInt8(ascii: ".")) }
    }

    /// Whether the number is below zero.
    public var isNegative: Bool { coefficient < 0 }
    /// Whether the number is zero.
    public var isZero: Bool { coefficient == 0 }

    /// The same number without zeros at its end, but with at least so many places.
    public func trimmed(toAtLeast places: Int = 0) -> ExactDecimal {
        var coefficient = coefficient
        var scale = scale
        while scale > places, coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        return ExactDecimal(coefficient: coefficient, scale: scale)
    }

    /// The number rounded to so many places, half away from zero; more places than it has change nothing.
    public func rounded(to places: Int) -> ExactDecimal {
        guard scale > places else { return self }
        guard let divisor = Self.power(scale - places) else { return ExactDecimal(coefficient: 0, scale: places) }
        return ExactDecimal(coefficient: Self.quotient(coefficient, divisor), scale: places)
    }

    /// The exact product; nil where it leaves 128 bits.
    public func multiplied(by other: ExactDecimal) -> ExactDecimal? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        return overflow ? nil : ExactDecimal(coefficient: product, scale: scale + other.scale)
    }

    /// Ten to a power that fits 64 bits.
    static func smallPower(_ exponent: Int) -> Int {
        var result = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    /// Ten to a power; nil beyond 128 bits.
    static func power(_ exponent: Int) -> Int128? {
        guard exponent >= 0, exponent <= 38 else { return nil }
        if exponent <= 18 { return Int128(smallPower(exponent)) }
        return Int128(smallPower(18)) * Int128(smallPower(min(exponent - 18, 18)))
            * Int128(smallPower(max(exponent - 36, 0)))
    }

    /// The quotient rounded half away from zero to a whole number; the divisor must not be zero.
    static func quotient(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        if let small = Int64(exactly: dividend), let by = Int64(exactly: divisor), small != .min, by != .min {
            let (quotient, rest) = small.quotientAndRemainder(dividingBy: by)
            guard rest.magnitude >= by.magnitude - rest.magnitude else { return Int128(quotient) }
            return Int128(quotient) + ((small < 0) == (by < 0) ? 1 : -1)
        }
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        guard rest.magnitude >= divisor.magnitude - rest.magnitude else { return quotient }
        return quotient + ((dividend < 0) == (divisor < 0) ? 1 : -1)
    }

    /// `factors` multiplied, over `divisors` multiplied, times 10^shift: rounded once, half away from zero.
    ///
    /// - Returns: Nil where an intermediate result leaves 127 bits and a sign, or a divisor is zero.
    static func ratio(_ factors: [Int128], over divisors: [Int128], shift: Int) -> Int128? {
        var numerator: Int128 = 1
        var denominator: Int128 = 1
        for factor in factors {
            let (product, overflow) = numerator.multipliedReportingOverflow(by: factor)
            if overflow { return nil }
            numerator = product
        }
        for divisor in divisors {
            let (product, overflow) = denominator.multipliedReportingOverflow(by: divisor)
            if overflow || product == 0 { return nil }
            denominator = product
        }
        guard let power = power(abs(shift)) else { return numerator == 0 ? 0 : nil }
        let (scaled, overflow) = (shift >= 0 ? numerator : denominator).multipliedReportingOverflow(by: power)
        if overflow { return numerator == 0 ? 0 : nil }
        let (dividend, divisor) = shift >= 0 ? (scaled, denominator) : (numerator, scaled)
        // The one dividend whose quotient by -1 leaves the range.
        return dividend == .min ? nil : quotient(dividend, divisor)
    }
}

extension ExactDecimal {
    /// The number times a fraction, rounded half away from zero to so many places; nil where it leaves 128 bits.
    public func dividing(by divisor: Int, times factor: Int, places: Int) -> ExactDecimal? {
        let value = Self.ratio([coefficient, Int128(factor)], over: [Int128(divisor)], shift: places - scale)
        return value.map { ExactDecimal(coefficient: $0, scale: places) }
    }
}
