import Diagnostics

/// A value of `xs:date`, `xs:dateTime` or `xs:time` with its time zone, if it has one.
///
/// A value without a time zone is compared as if it were in UTC, which is the implicit time zone here.
struct DateValue: Sendable, Hashable {
    enum Kind: UInt8, Sendable { case date, dateTime, time }

    let kind: Kind
    /// Days since 1970-01-01, in the value's own time zone; 0 for a time.
    let day: Int64
    /// Nanoseconds since midnight; 0 for a date.
    let nanoseconds: Int64
    /// Minutes east of UTC; `Int16.min` for none.
    let zone: Int16

    /// Reads the lexical form without white space around it.
    ///
    /// - Throws: `FORG0001`.
    init(_ text: Span<UInt8>, as kind: Kind) throws(XPathError) {
        // The longest that is ever valid is far shorter.
        guard text.count <= 64 else { throw .cast }
        var reader = Reader(text: text.indices.map { text[$0] })
        self.kind = kind
        var day: Int64 = 0
        var time: Int64 = 0
        if kind != .time { day = try reader.date() }
        if kind == .dateTime { try reader.expect(UInt8(ascii: "T")) }
        if kind != .date { time = try reader.time() }
        if time == Self.dayLength {
            time = 0
            if kind == .dateTime { day += 1 }
        }
        zone = try reader.zone()
        guard reader.index == text.count else { throw .cast }
        self.day = day
        nanoseconds = time
    }

    init(kind: Kind, day: Int64, nanoseconds: Int64, zone: Int16) {
        self.kind = kind
        self.day = day
        self.nanoseconds = nanoseconds
        self.zone = zone
    }

    /// The date or the time of a date and time.
    func converted(to kind: Kind) throws(XPathError) -> DateValue {
        switch (self.kind, kind) {
        case (.dateTime, .date): DateValue(kind: .date, day: day, nanoseconds: 0, zone: zone)
        case (.dateTime, .time): DateValue(kind: .time, day: 0, nanoseconds: nanoseconds, zone: zone)
        case (.date, .dateTime): DateValue(kind: .dateTime, day: day, nanoseconds: 0, zone: zone)
        case _ where self.kind == kind: self
        default: throw .type
        }
    }

    static let dayLength: Int64 = 86_400_000_000_000

    /// -1, 0 or 1, by the moment at which both begin.
    static func order(_ left: DateValue, _ right: DateValue) -> Int {
        let (a, b) = (left.moment, right.moment)
        return a.day != b.day ? (a.day < b.day ? -1 : 1) : a.time < b.time ? -1 : a.time == b.time ? 0 : 1
    }

    private var moment: (day: Int64, time: Int64) {
        let time = nanoseconds - (zone == .min ? 0 : Int64(zone) * 60_000_000_000)
        if time < 0 { return (day - 1, time + Self.dayLength) }
        return time >= Self.dayLength ? (day + 1, time - Self.dayLength) : (day, time)
    }

    /// Year, month and day of the month (proleptic Gregorian calendar).
    var civil: (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (
            yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    /// Days since 1970-01-01 of a valid date.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension DateValue: CustomStringConvertible {
    /// The canonical form.
    var description: String {
        var text = ""
        if kind != .time {
            let date = civil
            text += date.year < 0 ? "-" : ""
            text += String(abs(date.year), digits: 4)
            text += "-\(String(date.month, digits: 2))-\(String(date.day, digits: 2))"
        }
        if kind == .dateTime { text += "T" }
        if kind != .date {
            let seconds = nanoseconds / 1_000_000_000
            text += "\(String(seconds / 3600, digits: 2)):\(String(seconds / 60 % 60, digits: 2)):"
            text += String(seconds % 60, digits: 2)
            let fraction = nanoseconds % 1_000_000_000
            if fraction > 0 {
                text += "." + String(fraction, digits: 9)
                while text.hasSuffix("0") { text.removeLast() }
            }
        }
        guard zone != .min else { return text }
        guard zone != 0 else { return text + "Z" }
        let minutes = Int64(zone.magnitude)
        return text + (zone < 0 ? "-" : "+") + "\(String(minutes / 60, digits: 2)):\(String(minutes % 60, digits: 2))"
    }
}

/// Reads the parts of a date and a time (XML Schema 1.1, Part 2, 3.3.7 to 3.3.9).
private struct Reader {
    let text: [UInt8]
    var index = 0

    private var next: UInt8? { index < text.count ? text[index] : nil }

    mutating func expect(_ byte: UInt8) throws(XPathError) {
        guard next == byte else { throw .cast }
        index += 1
    }

    private mutating func digits(_ count: Int) throws(XPathError) -> Int64 {
        guard index + count <= text.count else { throw .cast }
        var value: Int64 = 0
        for _ in 0..<count {
            let byte = text[index]
            guard byte >= 48, byte <= 57 else { throw .cast }
            value = value * 10 + Int64(byte - 48)
            index += 1
        }
        return value
    }

    mutating func date() throws(XPathError) -> Int64 {
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var width = 0
        while index + width < text.count, text[index + width] != UInt8(ascii: "-") { width += 1 }
        guard width >= 4, width <= 9, width == 4 || text[index] != UInt8(ascii: "0") else { throw .cast }
        let year = try digits(width) * (isNegative ? -1 : 1)
        try expect(UInt8(ascii: "-"))
        let month = try digits(2)
        try expect(UInt8(ascii: "-"))
        let day = try digits(2)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard (1...12).contains(month), day >= 1 else { throw .cast }
        let length: Int64 = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        guard day <= length else { throw .cast }
        return DateValue.days(year: year, month: month, day: day)
    }

    mutating func time() throws(XPathError) -> Int64 {
        let hours = try digits(2)
        try expect(UInt8(ascii: ":"))
        let minutes = try digits(2)
        try expect(UInt8(ascii: ":"))
        let seconds = try digits(2)
        var nanoseconds: Int64 = 0
        if next == UInt8(ascii: ".") {
            index += 1
            var unit: Int64 = 100_000_000
            let start = index
            while let byte = next, byte >= 48, byte <= 57 {
                nanoseconds += Int64(byte - 48) * unit
                unit /= 10
                index += 1
            }
            guard index > start else { throw .cast }
        }
        let isMidnight = hours == 24 && minutes == 0 && seconds == 0 && nanoseconds == 0
        guard hours < 24 || isMidnight, minutes < 60, seconds < 60 else { throw .cast }
        return (hours * 3600 + minutes * 60 + seconds) * 1_000_000_000 + nanoseconds
    }

    mutating func zone() throws(XPathError) -> Int16 {
        guard let sign = next else { return .min }
        index += 1
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw .cast }
        let hours = try digits(2)
        try expect(UInt8(ascii: ":"))
        let minutes = try digits(2)
        guard minutes < 60, hours < 14 || (hours == 14 && minutes == 0) else { throw .cast }
        return Int16(hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
