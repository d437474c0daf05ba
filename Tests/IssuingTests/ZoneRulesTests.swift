import Certificates
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("ZoneRules: the clock of a place", .needsFile("/usr/share/zoneinfo/Europe/Skopje"), .needsTool("date"))
struct ZoneRulesTests {
    /// Moments around turns of the clock, before the first transition, and after the last one that the file lists.
    static let moments = [
        "1850-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z",
        "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-12-31T22:59:59Z", "2026-12-31T23:00:00Z",
        "2037-12-31T23:00:00Z", "2044-03-27T00:59:59Z", "2044-03-27T01:00:00Z", "2044-10-30T00:59:59Z",
        "2044-10-30T01:00:00Z", "2099-07-01T12:00:00Z",
    ]

    @Test(
        "each moment is what date(1) says",
        arguments: ["Europe/Skopje", "Europe/Belgrade", "America/New_York", "Australia/Sydney", "Asia/Kathmandu"])
    func likeDate(zone: String) throws {
        let rules = try #require(ZoneRules(parsing: Tool.bytes(of: "/usr/share/zoneinfo/\(zone)")))
        for text in Self.moments {
            let moment = try Timestamp(text)
            let said = try Tool.run("env", ["TZ=\(zone)", "date", "-d", "@\(moment.secondsSince1970)", "+%F %H %M %S"])
            let words = said.output.split(whereSeparator: \.isWhitespace).map(String.init)
            let time = try #require(rules.time(at: moment))
            let clock = try words.dropFirst().map { try #require(Int($0)) }
            #expect(time.day.description == words[0], "\(zone) \(text)")
            #expect(time.second == clock[0] * 3600 + clock[1] * 60 + clock[2], "\(zone) \(text)")
        }
    }

    @Test("what is no file of zones is refused, whatever is cut off")
    func malformed() throws {
        let bytes = try Tool.bytes(of: "/usr/share/zoneinfo/Europe/Skopje")
        #expect(ZoneRules(parsing: []) == nil && ZoneRules(parsing: Array("TZif2".utf8)) == nil)
        for size in stride(from: 0, to: bytes.count - 60, by: 7) {
            #expect(ZoneRules(parsing: Array(bytes[..<size])) == nil, "\(size)")
        }
    }
}
