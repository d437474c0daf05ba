import Diagnostics

/// A moment with the offset of its clock, as PDF and XMP write it.
public struct PDFDate: Sendable, Hashable {
    /// The calendar's and the clock's numbers.
    public let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
    /// How far the clock is ahead of UTC, in minutes.
    public let offsetMinutes: Int

    /// Takes the numbers; they are written as given.
    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, offsetMinutes: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.offsetMinutes = offsetMinutes
    }

    /// `D:20260414093000+02'00'` (ISO 32000-1, 7.9.4).
    var pdf: String {
        let rest = [month, day, hour, minute, second].map { String($0, digits: 2) }.joined()
        let date = "D:" + String(year, digits: 4) + rest
        guard offsetMinutes != 0 else { return date + "Z" }
        let offset = Int(offsetMinutes.magnitude)
        let sign = offsetMinutes < 0 ? "-" : "+"
        return date + sign + String(offset / 60, digits: 2) + "'" + String(offset % 60, digits: 2) + "'"
    }

    /// `2026-04-14T09:30:00+02:00` (ISO 8601, as XMP wants it).
    var xmp: String {
        let date = String(year, digits: 4) + "-" + String(month, digits: 2) + "-" + String(day, digits: 2)
        let time = String(hour, digits: 2) + ":" + String(minute, digits: 2) + ":" + String(second, digits: 2)
        guard offsetMinutes != 0 else { return date + "T" + time + "Z" }
        let offset = Int(offsetMinutes.magnitude)
        let sign = offsetMinutes < 0 ? "-" : "+"
        return date + "T" + time + sign + String(offset / 60, digits: 2) + ":" + String(offset % 60, digits: 2)
    }
}
