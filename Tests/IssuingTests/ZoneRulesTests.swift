import Certificates
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("RFC 8536: the day in a place")
struct ZoneRulesTests {
    private static let folder = "/usr/share/zoneinfo"

    private func zone(_ name: String) throws -> ZoneRules {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)"))
        return try #require(ZoneRules(file: Array(bytes)))
    }

    static let zones = [
        "Europe/Skopje", "Europe/Belgrade", "Europe/Sofia", "Europe/Istanbul", "Europe/Dublin", "America/New_York",
        "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran", "Asia/Kathmandu",
        "Pacific/Apia", "America/Nuuk", "Etc/GMT+12",
    ]

    @Test(
        "offsets are those of Python's zoneinfo from 1900 to 2150", .needsTool("python3"),
        .needsFile("\(folder)/Europe/Skopje"), arguments: zones)
    func judged(name: String) throws {
        var random = SplitMix(seed: 8536)
        var moments = (0..<400).map { _ in Int.random(in: -2_208_988_800...5_680_281_600, using: &random) }
        // Around every change of these years, and around new years.
        for year in 2024...2040 {
            for day in ["03-25", "03-31", "04-05", "09-28", "10-27", "11-03", "12-31"] {
                let start = try Timestamp("\(year)-\(day)T00:00:00Z").secondsSince1970
                moments += stride(from: start - 86_400, to: start + 172_800, by: 3600).map { $0 - 1 }
            }
        }
        let program = """
            import datetime, sys, zoneinfo
            zone = zoneinfo.ZoneInfo(sys.argv[1])
            start = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            for word in sys.stdin.read().split():
                local = (start + datetime.timedelta(seconds=int(word))).astimezone(zone)
                print(int(local.utcoffset().total_seconds()), local.date())
            """
        let input = Array(moments.map(String.init).joined(separator: " ").utf8)
        let judge = try Tool.run("python3", ["-c", program, name], input: input)
        let expected = judge.output.split(separator: "\n").map(String.init)
        #expect(expected.count == moments.count, "\(judge.errors)")
        let zone = try zone(name)
        let found = moments.map { seconds in
            let moment = Timestamp(secondsSince1970: seconds)
            return "\(zone.offset(at: moment)) \(zone.day(of: moment))"
        }
        let wrong = zip(moments, zip(found, expected)).filter { $0.1.0 != $0.1.1 }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    /// The second before a change and the change itself: winter time ends and begins at 01:00 UTC.
    static let changes: [(String, Int)] = [
        ("2026-03-29T00:59:59Z", 3600), ("2026-03-29T01:00:00Z", 7200), ("2026-10-25T00:59:59Z", 7200),
        ("2026-10-25T01:00:00Z", 3600), ("2099-03-29T00:59:59Z", 3600), ("2099-03-29T01:00:00Z", 7200),
    ]

    @Test(
        "Skopje and Belgrade change their clocks in the night of Sunday", .needsFile("\(folder)/Europe/Skopje"),
        arguments: ["Europe/Skopje", "Europe/Belgrade"], changes)
    func clocks(name: String, change: (moment: String, offset: Int)) throws {
        let moment = try Timestamp(change.moment)
        #expect(try zone(name).offset(at: moment) == change.offset)
        #expect(try #require(ZoneRules(rule: "CET-1CEST,M3.5.0,M10.5.0/3")).offset(at: moment) == change.offset)
    }

    @Test("midnight in Skopje is 22:00 UTC in summer and 23:00 in winter")
    func midnight() throws {
        let zone = try #require(ZoneRules(rule: "CET-1CEST,M3.5.0,M10.5.0/3"))
        let days = [
            ("2026-07-31T21:59:59Z", "2026-07-31"), ("2026-07-31T22:00:00Z", "2026-08-01"),
            ("2026-12-31T22:59:59Z", "2026-12-31"), ("2026-12-31T23:00:00Z", "2027-01-01"),
            ("2026-03-28T22:59:59Z", "2026-03-28"), ("2026-03-28T23:00:00Z", "2026-03-29"),
        ]
        for (moment, day) in days { #expect(try zone.day(of: Timestamp(moment)).description == day) }
        #expect(ZoneRules.utc.day(of: try Timestamp("2026-12-31T23:59:59Z")).description == "2026-12-31")
    }

    @Test(
        "a rule that is none is refused",
        arguments: [
            "", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
            "CET-168", "CET-1CEST,M3.5.0,M10.5.0/3x", "<+03-3", "CET-1:60", "CET-1CEST,J0,J365", "CET-1CEST,366,1",
        ])
    func malformedRules(text: String) { #expect(ZoneRules(rule: text) == nil) }

    @Test("a file that is cut off or of another kind is refused", .needsFile("\(folder)/Europe/Skopje"))
    func malformedFiles() throws {
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/Europe/Skopje")))
        for count in 0..<bytes.count { #expect(ZoneRules(file: Array(bytes[..<count])) == nil) }
        // Every byte changed once: refused or read, never a crash.
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xFF
            if let zone = ZoneRules(file: changed) { _ = zone.day(of: Timestamp(secondsSince1970: 1_800_000_000)) }
        }
    }
}
