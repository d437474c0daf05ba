public import Certificates
public import InvoiceModel

/// A time of day in a place, at which something is done once each day.
///
/// A time that the clocks skip is taken an hour later by their new time, so that no day is left out; of a time that they
/// show twice the first one counts.
public struct DailySchedule: Sendable {
    private let secondOfDay: Int
    private let zone: ZoneRules

    /// Reads a time such as `06:00`; nil where it is none.
    ///
    /// - Parameters:
    ///   - time: Hours and minutes, each of two digits.
    ///   - zone: Whose clocks are meant.
    public init?(_ time: String, zone: ZoneRules) {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        secondOfDay = hour * 3600 + minute * 60
        self.zone = zone
    }

    /// The first moment after another one at which it is time.
    public func next(after moment: Timestamp) -> Timestamp {
        let today = zone.day(of: moment).dayNumber
        // A day and its successor have such a moment after every moment of the day, whatever the clocks do.
        let candidates = (today...today + 2).map(moment(onDay:))
        return candidates.first { $0 > moment } ?? moment.adding(seconds: 86_400)
    }

    /// The day that it is there.
    public func day(of moment: Timestamp) -> CalendarDate { zone.day(of: moment) }

    private func moment(onDay number: Int) -> Timestamp {
        let wall = (number - ZoneRule.epoch) * 86_400 + secondOfDay
        let before = zone.offset(at: Timestamp(secondsSince1970: wall - 86_400))
        let after = zone.offset(at: Timestamp(secondsSince1970: wall + 86_400))
        for offset in [before, after] {
            let candidate = Timestamp(secondsSince1970: wall - offset)
            if zone.offset(at: candidate) == offset { return candidate }
        }
        // The clocks skip it: what they would have shown without the change.
        return Timestamp(secondsSince1970: wall - before)
    }
}
