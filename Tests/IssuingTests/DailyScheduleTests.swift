import Certificates
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("A time of day in a place, once each day")
struct DailyScheduleTests {
    private static let file = "/usr/share/zoneinfo/Europe/Skopje"

    private func zone() throws -> ZoneRules {
        try #require(ZoneRules(file: Array(try Data(contentsOf: URL(fileURLWithPath: Self.file)))))
    }

    /// Time of day, a moment, the next one: plain days, the day in spring that has no 02:30, the one in autumn with two.
    static let cases = [
        ("06:00", "2026-11-29T04:59:59Z", "2026-11-29T05:00:00Z"),
        ("06:00", "2026-11-29T05:00:00Z", "2026-11-30T05:00:00Z"),
        ("02:30", "2027-03-27T12:00:00Z", "2027-03-28T01:30:00Z"),
        ("02:30", "2027-03-28T01:30:00Z", "2027-03-29T00:30:00Z"),
        ("02:30", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        ("02:30", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("00:00", "2026-12-31T22:59:59Z", "2026-12-31T23:00:00Z"),
    ]

    @Test("skipped times are taken once, doubled ones once", .needsFile(file), arguments: cases)
    func next(time: String, moment: String, next: String) throws {
        let schedule = try #require(DailySchedule(time, zone: zone()))
        #expect(try schedule.next(after: Timestamp(moment)).description == next)
    }

    @Test("each day of three years has exactly one moment, at every time of day", .needsFile(file))
    func everyDay() throws {
        for time in ["00:00", "01:59", "02:00", "02:30", "02:59", "03:00", "23:59"] {
            let schedule = try #require(DailySchedule(time, zone: zone()))
            var moment = try Timestamp("2025-12-31T23:30:00Z")
            var day = schedule.day(of: schedule.next(after: moment))
            for _ in 0..<1096 {
                moment = schedule.next(after: moment)
                #expect(schedule.day(of: moment) == day, "\(time) \(moment)")
                day = try #require(day.adding(days: 1))
            }
        }
    }

    @Test("what is no time of day is none", arguments: ["24:00", "6:00", "06:60", "06.00", "", "06:00:00", "-1:00"])
    func refused(text: String) { #expect(DailySchedule(text, zone: .utc) == nil) }
}
