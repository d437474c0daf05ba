public import Diagnostics

/// A moment in whole seconds of UTC.
///
/// The libraries never read a clock: whoever calls them says what time it is. Leap seconds do not exist on this scale.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    public let secondsSince1970: Int

    /// A moment counted from 1970.
    ///
    /// - Parameter secondsSince1970: Seconds, as the system clock counts them.
    public init(secondsSince1970: Int) {
        self.secondsSince1970 = secondsSince1970
    }

    /// Reads `2026-03-01T12:30:00Z`, an offset such as `+01:00` instead of the `Z`, or a date alone, which means its midnight UTC.
    ///
    /// Fractions of a second are accepted and dropped.
    ///
    /// Source: ISO 8601, RFC 3339 §5.6.
    ///
    /// - Parameter text: Years 0001 to 9999.
    /// - Throws: `timestamp.malformed`.
    public init(_ text: String) throws(ToolkitError) {
        guard let value = Timestamp.parse(Array(text.utf8)) else {
            throw ToolkitError(
                .timestampMalformed, "This is not a date and time.", fix: "Write it as 2026-03-01T12:30:00Z.")
        }
        self.init(secondsSince1970: value)
    }

    /// The moment as `2026-03-01T12:30:00Z`.
    public var description: String {
        let days = Timestamp.floorDivide(secondsSince1970, 86_400)
        let second = secondsSince1970 - days * 86_400
        let (year, month, day) = Timestamp.civil(days)
        return "\(String(year, digits: 4))-\(String(month, digits: 2))-\(String(day, digits: 2))T"
            + "\(String(second / 3600, digits: 2)):\(String(second / 60 % 60, digits: 2)):"
            + "\(String(second % 60, digits: 2))Z"
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    /// The moment so many seconds later, or earlier where the number is negative.
    ///
    /// - Parameter seconds: At most some centuries; an overflow is a programming error.
    /// - Returns: The other moment.
    public func adding(seconds: Int) -> Timestamp { Timestamp(secondsSince1970: secondsSince1970 + seconds) }

    /// Whole days from this moment to another, rounded down; negative where the other came first.
    public func days(until other: Timestamp) -> Int {
        Timestamp.floorDivide(other.secondsSince1970 - secondsSince1970, 86_400)
    }

    /// Seconds since 1970 of a civil date and time, or nil where there is no such date.
    static func seconds(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = daysSince1970(year, month, day)
        guard civil(days) == (year, month, day) else { return nil }
        return days * 86_400 + hour * 3600 + minute * 60 + min(second, 59)
    }

    private static func parse(_ text: [UInt8]) -> Int? {
        func number(_ start: Int, _ length: Int) -> Int? {
            guard start + length <= text.count else { return nil }
            var value = 0
            for byte in text[start..<start + length] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        func holds(_ character: Unicode.Scalar, at index: Int) -> Bool {
            index < text.count && text[index] == UInt8(ascii: character)
        }
        guard let year = number(0, 4), holds("-", at: 4), let month = number(5, 2), holds("-", at: 7),
            let day = number(8, 2)
        else { return nil }
        if text.count == 10 { return seconds(year: year, month: month, day: day, hour: 0, minute: 0, second: 0) }
        guard holds("T", at: 10) || holds(" ", at: 10), let hour = number(11, 2), holds(":", at: 13),
            let minute = number(14, 2), holds(":", at: 16), let second = number(17, 2),
            let local = seconds(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        var index = 19
        if holds(".", at: index) {
            index += 1
            let start = index
            while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
            guard index > start else { return nil }
        }
        if holds("Z", at: index) { return index + 1 == text.count ? local : nil }
        guard holds("+", at: index) || holds("-", at: index), let hours = number(index + 1, 2), hours < 24,
            holds(":", at: index + 3), let minutes = number(index + 4, 2), minutes < 60, index + 6 == text.count
        else { return nil }
        let offset = (hours * 60 + minutes) * 60
        return holds("+", at: index) ? local - offset : local + offset
    }

    /// Days since 1970 of a date of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
