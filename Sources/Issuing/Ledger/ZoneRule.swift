import InvoiceModel

/// A rule for all years, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Source: POSIX.1-2017, 8.3 `TZ`; hours beyond a day as RFC 8536 §3.3.1.
struct ZoneRule: Sendable {
    /// How far the clocks are ahead of UTC without summer time, in seconds.
    let standard: Int
    private let summer: Summer?

    private struct Summer {
        let offset: Int
        let start: Change
        let end: Change
    }

    /// The day of a change and its time by the clocks before it.
    private struct Change {
        enum Day {
            /// Day 1 to 365, never 29 February.
            case julian(Int)
            /// Day 0 to 365, 29 February among them.
            case ordinal(Int)
            /// A weekday (Sunday is 0) of a month: its first to fourth, or its last (5).
            case weekday(month: Int, week: Int, day: Int)
        }
        let day: Day
        let seconds: Int
    }

    /// The number of 1970-01-01 among days that begin with 0001-01-01 as 1.
    static let epoch = 719_163

    /// Whole days, rounded down.
    static func days(in seconds: Int) -> Int { seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400 }

    /// Reads a rule; nil where it is none.
    init?(_ text: String) {
        var rest = Substring(text)
        guard Self.takeName(&rest), let west = Self.takeTime(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard Self.takeName(&rest) else { return nil }
        var offset = standard + 3600
        if let next = rest.first, next != "," {
            guard let west = Self.takeTime(&rest) else { return nil }
            offset = -west
        }
        guard let start = Self.takeChange(&rest), let end = Self.takeChange(&rest), rest.isEmpty else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    /// How far the clocks are ahead of UTC at a moment, in seconds.
    func offset(at seconds: Int) -> Int {
        guard let summer, let day = CalendarDate(dayNumber: Self.days(in: seconds + standard) + Self.epoch) else {
            return standard
        }
        guard let start = Self.moment(of: summer.start, in: day.year, offset: standard),
            let end = Self.moment(of: summer.end, in: day.year, offset: summer.offset)
        else { return standard }
        // South of the equator summer goes over the end of the year.
        let isSummer = start < end ? start..<end ~= seconds : !(end..<start ~= seconds)
        return isSummer ? summer.offset : standard
    }

    private static func moment(of change: Change, in year: Int, offset: Int) -> Int? {
        guard let first = CalendarDate(year: year, month: 1, day: 1)?.dayNumber else { return nil }
        let number: Int
        switch change.day {
        case .ordinal(let day): number = first + day
        case .julian(let day):
            let hasLeapDay = CalendarDate(year: year, month: 2, day: 29) != nil
            number = first + day - 1 + (hasLeapDay && day >= 60 ? 1 : 0)
        case .weekday(let month, let week, let day):
            guard let start = CalendarDate(year: year, month: month, day: 1)?.dayNumber else { return nil }
            // Day 1, 0001-01-01, is a Monday.
            var found = start + (day - start % 7 + 7) % 7 + (week - 1) * 7
            let next = CalendarDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
            while let next, found >= next.dayNumber { found -= 7 }
            number = found
        }
        return (number - epoch) * 86_400 + change.seconds - offset
    }

    /// Three letters and more, or anything in angle brackets.
    private static func takeName(_ rest: inout Substring) -> Bool {
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest[name.endIndex...]
        return name.count >= 3
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private static func takeTime(_ rest: inout Substring) -> Int? {
        var sign = 1
        if let mark = rest.first, mark == "-" || mark == "+" {
            sign = mark == "-" ? -1 : 1
            rest = rest.dropFirst()
        }
        var seconds = 0
        for (index, unit) in [3600, 60, 1].enumerated() {
            if index > 0 {
                guard rest.first == ":" else { break }
                rest = rest.dropFirst()
            }
            guard let number = takeNumber(&rest, through: index == 0 ? 167 : 59) else { return nil }
            seconds += number * unit
        }
        return sign * seconds
    }

    private static func takeNumber(_ rest: inout Substring, through highest: Int) -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count), let number = Int(digits), number <= highest else { return nil }
        rest = rest[digits.endIndex...]
        return number
    }

    /// `,M3.5.0/2`, `,J60` or `,59`; without a time at two o'clock.
    private static func takeChange(_ rest: inout Substring) -> Change? {
        guard rest.first == "," else { return nil }
        rest = rest.dropFirst()
        let day: Change.Day
        switch rest.first {
        case "M":
            rest = rest.dropFirst()
            guard let month = takeNumber(&rest, through: 12), month >= 1, takeDot(&rest),
                let week = takeNumber(&rest, through: 5), week >= 1, takeDot(&rest),
                let weekday = takeNumber(&rest, through: 6)
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        case "J":
            rest = rest.dropFirst()
            guard let number = takeNumber(&rest, through: 365), number >= 1 else { return nil }
            day = .julian(number)
        default:
            guard let number = takeNumber(&rest, through: 365) else { return nil }
            day = .ordinal(number)
        }
        guard rest.first == "/" else { return Change(day: day, seconds: 7200) }
        rest = rest.dropFirst()
        return takeTime(&rest).map { Change(day: day, seconds: $0) }
    }

    private static func takeDot(_ rest: inout Substring) -> Bool {
        guard rest.first == "." else { return false }
        rest = rest.dropFirst()
        return true
    }
}
