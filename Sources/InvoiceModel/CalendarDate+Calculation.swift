import Diagnostics

extension CalendarDate: CustomStringConvertible {
    /// Takes a day that exists; nil for 30 February and for years outside 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard 1...9999 ~= year, 1...12 ~= month, day >= 1, day <= Self.days(in: month, of: year) else { return nil }
        self.init(checkedYear: year, month: month, day: day)
    }

    /// Reads `2026-11-20` (ISO 8601, the long form only); nil for anything else and for days that do not exist.
    public init?(iso text: String) {
        self.init(utf8: Array(text.utf8)[...])
    }

    init?(utf8 text: ArraySlice<UInt8>) {
        guard text.count == 10 else { return nil }
        var parts = [0, 0, 0]
        var part = 0
        for (index, byte) in text.enumerated() {
            if index == 4 || index == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
                part += 1
            } else {
                guard 0x30...0x39 ~= byte else { return nil }
                parts[part] = parts[part] * 10 + Int(byte) - 0x30
            }
        }
        self.init(year: parts[0], month: parts[1], day: parts[2])
    }

    /// The day in ISO 8601: `2026-11-20`.
    public var description: String {
        String(year, digits: 4) + "-" + String(month, digits: 2) + "-" + String(day, digits: 2)
    }

    /// How many days a month has.
    public static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The number of the day, counted from 1 for 0001-01-01.
    public var dayNumber: Int {
        let before = year - 1
        var number = before * 365 + before / 4 - before / 100 + before / 400
        for earlier in 1..<month { number += Self.days(in: earlier, of: year) }
        return number + day
    }

    /// The day with this number; nil outside the years 1 to 9999.
    public init?(dayNumber: Int) {
        guard 1...3_652_059 ~= dayNumber else { return nil }
        var year = max(1, dayNumber / 366)
        while CalendarDate(checkedYear: year + 1, month: 1, day: 1).dayNumber <= dayNumber { year += 1 }
        var rest = dayNumber - CalendarDate(checkedYear: year, month: 1, day: 1).dayNumber
        var month = 1
        while rest >= Self.days(in: month, of: year) {
            rest -= Self.days(in: month, of: year)
            month += 1
        }
        self.init(checkedYear: year, month: month, day: rest + 1)
    }

    /// The day that lies so many days later, or earlier for a negative count; nil outside the years 1 to 9999.
    public func adding(days: Int) -> CalendarDate? {
        let (sum, overflow) = dayNumber.addingReportingOverflow(days)
        return overflow ? nil : CalendarDate(dayNumber: sum)
    }

    /// How many days later this day is than another; negative when it is earlier.
    public func days(since other: CalendarDate) -> Int { dayNumber - other.dayNumber }
}
