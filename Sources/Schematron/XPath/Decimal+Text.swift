extension Decimal {
    /// Reads the lexical form of `xs:decimal` without white space around it.
    ///
    /// - Parameters:
    ///   - text: The digits, a sign before and a point among them allowed.
    ///   - isInteger: Whether a point is refused, as in `xs:integer`.
    /// - Throws: `FORG0001` for what is no decimal; `FOCA0001` for more than 38 digits before the point.
    init(_ text: Span<UInt8>, isInteger: Bool = false) throws(XPathError) {
        var index = 0
        var isNegative = false
        if !text.isEmpty, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var small: Int = 0
        var digits = 0
        var scale = 0
        var hasPoint = false
        let first = index
        // Eighteen digits fit an Int whatever they are; that is every amount of every invoice.
        while index < text.count, index - first < 18 {
            let byte = text[index]
            if byte >= 48, byte <= 57 {
                small = small &* 10 &+ Int(byte &- 48)
                digits += 1
                if hasPoint { scale += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint, !isInteger {
                hasPoint = true
            } else {
                throw .cast
            }
            index += 1
        }
        var mantissa = Int128(small)
        while index < text.count {
            let byte = text[index]
            if byte >= 48, byte <= 57 {
                digits += 1
                let (tens, tooLarge) = mantissa.multipliedReportingOverflow(by: 10)
                let (next, overflow) = tens.addingReportingOverflow(Int128(byte &- 48))
                if !tooLarge, !overflow, scale < Self.maxScale {
                    mantissa = next
                    if hasPoint { scale += 1 }
                } else if !hasPoint {
                    throw .tooLarge
                }
            } else if byte == UInt8(ascii: "."), !hasPoint, !isInteger {
                hasPoint = true
            } else {
                throw .cast
            }
            index += 1
        }
        guard digits > 0 else { throw .cast }
        self.init(mantissa: isNegative ? -mantissa : mantissa, scale: scale)
    }

    /// The value of a double, exact to 34 digits.
    ///
    /// - Throws: `FOCA0002` for infinity and for what is no number; `FOCA0001` beyond 38 digits.
    init(_ double: Double) throws(XPathError) {
        guard double.isFinite else { throw .notANumber }
        guard double != 0 else {
            self = .zero
            return
        }
        // double = significand · 2^exponent
        var significand = UInt128(double.significandBitPattern)
        var exponent = Int(double.exponentBitPattern) - 1075
        if double.exponentBitPattern == 0 { exponent += 1 } else { significand |= 1 << 52 }
        guard exponent < 0 else {
            guard exponent <= 73, let mantissa = Int128(exactly: significand << UInt128(exponent)) else {
                throw .tooLarge
            }
            self.init(mantissa: double < 0 ? -mantissa : mantissa)
            return
        }
        let lost = max(0, -exponent - 120)
        significand = lost >= 64 ? 0 : significand >> UInt128(lost)
        let bits = UInt128(-exponent - lost)
        var mantissa = Int128(significand >> bits)
        var fraction = significand & ((1 << bits) - 1)
        var scale = 0
        let enough = Self.power(33)
        while fraction != 0, mantissa < enough, scale < Self.maxScale {
            fraction *= 10
            mantissa = mantissa * 10 + Int128(fraction >> bits)
            fraction &= (1 << bits) - 1
            scale += 1
        }
        self.init(mantissa: double < 0 ? -mantissa : mantissa, scale: scale)
    }

    /// The nearest double.
    var double: Double {
        if scale <= 22, mantissa.magnitude < 1 << 53 {
            // Both are exact, so the one division rounds correctly.
            var power = 1.0
            for _ in 0..<scale { power *= 10 }
            return Double(Int64(truncatingIfNeeded: mantissa)) / power
        }
        return Double(description) ?? 0
    }
}

extension Decimal: CustomStringConvertible {
    /// The canonical form of XPath: no zeros at the end, no point without digits behind it.
    var description: String {
        let value = shortened
        guard value.scale > 0 else { return value.mantissa.description }
        var digits = value.mantissa.magnitude.description
        if digits.utf8.count <= value.scale {
            digits = String(repeating: "0", count: value.scale + 1 - digits.utf8.count) + digits
        }
        let point = digits.utf8.index(digits.endIndex, offsetBy: -value.scale)
        return "\(value.isNegative ? "-" : "")\(digits[..<point]).\(digits[point...])"
    }
}
