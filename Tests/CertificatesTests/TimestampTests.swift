import Certificates
import Diagnostics
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "reads and prints ISO 8601",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("2026-11-21T00:04:28Z", 1_795_219_468, "2026-11-21T00:04:28Z"),
            ("2024-02-29T23:59:59Z", 1_709_251_199, "2024-02-29T23:59:59Z"),
            ("2026-03-01T12:30:00+01:00", 1_772_364_600, "2026-03-01T11:30:00Z"),
            ("2026-03-01T12:30:00.987Z", 1_772_368_200, "2026-03-01T12:30:00Z"),
            ("2026-03-01", 1_772_323_200, "2026-03-01T00:00:00Z"),
            ("1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"),
            ("0001-01-01T00:00:00Z", -62_135_596_800, "0001-01-01T00:00:00Z"),
        ])
    func reading(text: String, seconds: Int, printed: String) throws {
        let time = try Timestamp(text)
        #expect(time.secondsSince1970 == seconds)
        #expect(time.description == printed)
    }

    @Test(
        "refuses what is no time",
        arguments: [
            "", "2026", "2026-13-01", "2023-02-29", "2026-03-01T24:00:00Z", "2026-03-01T12:30:00", "2026-03-01T12:30Z",
            "2026-03-01T12:30:00Zx", "0000-01-01", "2026-3-1", "2026-03-01T12:30:00.Z",
        ])
    func refusing(text: String) {
        let error = #expect(throws: ToolkitError.self) { try Timestamp(text) }
        #expect(error?.code == .timestampMalformed)
    }
}
