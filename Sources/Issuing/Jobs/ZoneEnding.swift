import Certificates
import InvoiceModel

/// The rule of a zone for all time to come, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Source: POSIX.1-2017 §8.3; the days of the week in a month (`M`) alone, which is what the time zone database uses here.
struct ZoneEnding: Sendable {
    private let standard: Int
    private let summer: Summer?

    private struct Summer {
        let offset: Int
        let start, end: Turn
    }

    /// The day and the second on the clock at which the offset changes.
    private struct Turn {
        let month, week, weekday, second: Int

        /// The second of the year's turn on the clock, counted from 1970; nil for a year without calendar.
        func local(in year: Int) -> Int? {
            guard let first = CalendarDate(year: year, month: month, day: 1) else { return nil }
            let next =
                month == 12
                ? CalendarDate(year: year + 1, month: 1, day: 1)
                : CalendarDate(year: year, month: month + 1, day: 1)
            guard let next else { return nil }
            let (start, end) = (first.dayNumber - 719_163, next.dayNumber - 719_163)
            // 1970-01-01 was a Thursday.
            var day = start + (weekday - (start + 4) % 7 + 7) % 7 + (week - 1) * 7
            while day >= end { day -= 7 }
            return day * 86_400 + second
        }
    }

    /// Reads a rule; nil where there is none, or one that is not understood.
    init?(_ text: [UInt8]) {
        var rest = text[...]
        guard Self.name(&rest), let west = Self.time(&rest) else { return nil }
        standard = -west
        if rest.isEmpty {
            summer = nil
            return
        }
        guard Self.name(&rest) else { return nil }
        var offset = standard + 3600
        if rest.first != UInt8(ascii: ",") {
            guard let west = Self.time(&rest) else { return nil }
            offset = -west
        }
        guard let start = Self.turn(&rest), let end = Self.turn(&rest), rest.isEmpty else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    /// Seconds before UTC at a moment after 1970.
    func offset(at seconds: Int) -> Int {
        guard let summer, let day = CalendarDate(dayNumber: (seconds + standard) / 86_400 + 719_163),
            let start = summer.start.local(in: day.year), let end = summer.end.local(in: day.year)
        else { return standard }
        let (from, until) = (start - standard, end - summer.offset)
        let isSummer =
            from < until ? seconds >= from && seconds < until : !(seconds >= until && seconds < from)
        return isSummer ? summer.offset : standard
    }

    private static func name(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let isQuoted = rest.first == UInt8(ascii: "<")
        let name = rest.prefix { byte in
            isQuoted ? byte != UInt8(ascii: ">") : (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        rest = rest.dropFirst(name.count + (isQuoted ? 1 : 0))
        return name.count >= 3
    }

    /// `[+-]hh[:mm[:ss]]` as seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>) -> Int? {
        var sign = 1
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            rest = rest.dropFirst()
        }
        guard var seconds = number(&rest).map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            guard let part = number(&rest) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count <= 3 ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func turn(_ rest: inout ArraySlice<UInt8>) -> Turn? {
        guard rest.starts(with: ",M".utf8) else { return nil }
        rest = rest.dropFirst(2)
        guard let month = number(&rest), 1...12 ~= month, rest.popFirst() == UInt8(ascii: "."),
            let week = number(&rest), 1...5 ~= week, rest.popFirst() == UInt8(ascii: "."),
            let weekday = number(&rest), 0...6 ~= weekday
        else { return nil }
        var second = 7200
        if rest.first == UInt8(ascii: "/") {
            rest = rest.dropFirst()
            guard let time = time(&rest) else { return nil }
            second = time
        }
        return Turn(month: month, week: week, weekday: weekday, second: second)
    }
}
