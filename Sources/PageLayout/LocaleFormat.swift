public import InvoiceModel

/// How one language writes numbers, amounts and dates.
///
/// The rules come from a label catalogue, never from the system: two invoicing projects saw `mk-MK` fall back to
/// American numbers (facts/mk-efaktura.md §5.2). Everything is appended as UTF-8, because a page asks hundreds of times.
public final class LocaleFormat: Sendable {
    /// A piece of a date pattern.
    enum DatePart: Sendable, Hashable {
        case day, dayPadded, month, monthPadded, monthName, monthShort, year
        case literal([UInt8])
    }

    /// Between whole and decimal places.
    let decimalMark: [UInt8]
    /// Between groups of three digits.
    let groupMark: [UInt8]
    /// The usual way to write a day.
    let date: [DatePart]
    /// A day with the month in words.
    let longDate: [DatePart]
    /// Whether the currency stands in front of the amount.
    let currencyFirst: Bool
    /// What stands for a currency code; the code itself where the language has nothing shorter.
    let currencySymbols: [String: [UInt8]]
    /// The months in full, from January, in the form that follows a day.
    let months: [[UInt8]]
    /// The months short.
    let shortMonths: [[UInt8]]

    init(
        decimalMark: [UInt8], groupMark: [UInt8], date: [DatePart], longDate: [DatePart], currencyFirst: Bool,
        currencySymbols: [String: [UInt8]], months: [[UInt8]], shortMonths: [[UInt8]]
    ) {
        self.decimalMark = decimalMark
        self.groupMark = groupMark
        self.date = date
        self.longDate = longDate
        self.currencyFirst = currencyFirst
        self.currencySymbols = currencySymbols
        self.months = months
        self.shortMonths = shortMonths
    }

    /// U+00A0, which no line break may replace.
    static let noBreakSpace: [UInt8] = [0xC2, 0xA0]
    private static let minus = UInt8(ascii: "-")

    /// Appends an amount with all places of its currency: `2.500,00`.
    public func append(_ money: Money, places: Int, to text: inout [UInt8]) {
        append(coefficient: Int128(money.minorUnits), scale: places, keeping: places, to: &text)
    }

    /// Appends an amount with its currency: `2.500,00 ден.`, `EUR 2,500.00`.
    public func append(_ money: Money, in currency: Currency, to text: inout [UInt8]) {
        let symbol = currencySymbols[currency.code] ?? Array(currency.code.utf8)
        if currencyFirst {
            text += symbol
            text += Self.noBreakSpace
        }
        append(money, places: currency.minorUnitDigits, to: &text)
        if !currencyFirst {
            text += Self.noBreakSpace
            text += symbol
        }
    }

    /// Appends a number without zeros at its end, but with at least so many places: a quantity `391,4`, a price `38,50`.
    public func append(_ number: ExactDecimal, atLeast places: Int = 0, to text: inout [UInt8]) {
        append(coefficient: number.coefficient, scale: number.scale, keeping: places, to: &text)
    }

    /// Appends a rate with its sign: `18 %`.
    public func append(_ rate: Rate, to text: inout [UInt8]) {
        append(coefficient: Int128(rate.basisPoints), scale: 2, keeping: 0, to: &text)
        text += Self.noBreakSpace
        text.append(UInt8(ascii: "%"))
    }

    /// Appends a day: `20.11.2026`, or `20 ноември 2026` when long.
    public func append(_ day: CalendarDate, long: Bool = false, to text: inout [UInt8]) {
        for part in long ? longDate : date {
            switch part {
            case .day: append(whole: UInt64(day.day), minimumDigits: 1, to: &text)
            case .dayPadded: append(whole: UInt64(day.day), minimumDigits: 2, to: &text)
            case .month: append(whole: UInt64(day.month), minimumDigits: 1, to: &text)
            case .monthPadded: append(whole: UInt64(day.month), minimumDigits: 2, to: &text)
            case .monthName: text += months[day.month - 1]
            case .monthShort: text += shortMonths[day.month - 1]
            case .year: append(whole: UInt64(day.year), minimumDigits: 4, to: &text)
            case .literal(let bytes): text += bytes
            }
        }
    }

    /// Appends a whole number without groups, as in a line number.
    func append(whole: UInt64, minimumDigits: Int, to text: inout [UInt8]) {
        let start = text.count
        var rest = whole
        repeat {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0 || text.count - start < minimumDigits
        // In place: to reverse a slice copies it.
        var first = start
        var last = text.count - 1
        while first < last {
            text.swapAt(first, last)
            first += 1
            last -= 1
        }
    }

    /// Appends coefficient × 10^-scale, grouped, with the zeros at its end cut down to `places`.
    private func append(coefficient: Int128, scale: Int, keeping places: Int, to text: inout [UInt8]) {
        if coefficient < 0 { text.append(Self.minus) }
        let magnitude = coefficient.magnitude
        if let small = UInt64(exactly: magnitude) {
            append(magnitude: small, scale: scale, keeping: places, to: &text)
        } else {
            append(magnitude: magnitude, scale: scale, keeping: places, to: &text)
        }
    }

    private func append<Digits: UnsignedInteger & FixedWidthInteger>(
        magnitude: Digits, scale: Int, keeping places: Int, to text: inout [UInt8]
    ) {
        var rest = magnitude
        var scale = scale
        while scale > places, rest % 10 == 0 {
            rest /= 10
            scale -= 1
        }
        // From the last digit to the first, on the stack; 39 digits are the most that there are.
        var digits = InlineArray<40, UInt8>(repeating: 0x30)
        var count = 0
        repeat {
            digits[count] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        // At least one digit before the mark: 0,05.
        let first = max(count - 1, scale)
        let shown = max(places, scale)
        let capacity = first + 1 + shown - scale + decimalMark.count + (first - scale) / 3 * groupMark.count
        text.append(addingCapacity: capacity) { output in
            for index in stride(from: first, through: scale, by: -1) {
                output.append(index < count ? digits[index] : 0x30)
                if index > scale, (index - scale) % 3 == 0 { for byte in groupMark { output.append(byte) } }
            }
            guard shown > 0 else { return }
            for byte in decimalMark { output.append(byte) }
            for index in stride(from: scale - 1, through: 0, by: -1) {
                output.append(index < count ? digits[index] : 0x30)
            }
            for _ in scale..<shown { output.append(0x30) }
        }
    }
}

extension LocaleFormat.DatePart {
    /// Reads a pattern of `d`, `dd`, `M`, `MM`, `MMM`, `MMMM`, `yyyy` and literal text; nil when a letter means nothing.
    static func parts(of pattern: String) -> [LocaleFormat.DatePart]? {
        var parts: [LocaleFormat.DatePart] = []
        var literal: [UInt8] = []
        let bytes = Array(pattern.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            var end = index + 1
            while end < bytes.count, bytes[end] == byte { end += 1 }
            let part: LocaleFormat.DatePart?
            switch (byte, end - index) {
            case (UInt8(ascii: "d"), 1): part = .day
            case (UInt8(ascii: "d"), 2): part = .dayPadded
            case (UInt8(ascii: "M"), 1): part = .month
            case (UInt8(ascii: "M"), 2): part = .monthPadded
            case (UInt8(ascii: "M"), 3): part = .monthShort
            case (UInt8(ascii: "M"), 4): part = .monthName
            case (UInt8(ascii: "y"), 4): part = .year
            case (UInt8(ascii: "d"), _), (UInt8(ascii: "M"), _), (UInt8(ascii: "y"), _): return nil
            default:
                literal += bytes[index..<end]
                index = end
                continue
            }
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = []
            if let part { parts.append(part) }
            index = end
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }
}
