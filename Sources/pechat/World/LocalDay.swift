import Certificates
import Diagnostics
import Glibc
import InvoiceModel

/// The day that it is in a place, by the zone rules of the system.
enum LocalDay {
    /// The capitals' zones of the countries whose sellers issue here; everything else has its day by UTC.
    private static let zones = [
        "AL": "Europe/Tirane", "AT": "Europe/Vienna", "BA": "Europe/Sarajevo", "BG": "Europe/Sofia",
        "DE": "Europe/Berlin", "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest",
        "IT": "Europe/Rome", "ME": "Europe/Podgorica", "MK": "Europe/Skopje", "RO": "Europe/Bucharest",
        "RS": "Europe/Belgrade", "SI": "Europe/Ljubljana", "TR": "Europe/Istanbul", "XK": "Europe/Belgrade",
    ]

    /// The zone of a country (ISO 3166-1 alpha-2).
    static func zone(of country: String) -> String { zones[country] ?? "UTC" }

    /// Makes sure that the system knows a zone.
    ///
    /// - Throws: `usage`.
    static func check(_ zone: String) throws(ToolkitError) {
        let isName = !zone.isEmpty && !zone.hasPrefix("/") && !zone.contains("..")
        let isKnown =
            isName
            && (try? FileBytes.read("/usr/share/zoneinfo/\(zone)", atMost: 1 << 20))?.starts(with: "TZif".utf8) == true
        guard zone == "UTC" || isKnown else {
            throw ToolkitError(.usage, "There is no time zone of this name.", fix: "Name one such as Europe/Skopje.")
        }
    }

    /// The day of a moment in a zone.
    ///
    /// The C library keeps one zone for the process, so the zone is set, asked and never read by anything else here.
    static func day(of moment: Timestamp, in zone: String) -> CalendarDate {
        unsafe setenv("TZ", zone, 1)
        tzset()
        var seconds = time_t(moment.secondsSince1970)
        var parts = unsafe tm()
        unsafe localtime_r(&seconds, &parts)
        return unsafe CalendarDate(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
            ?? CalendarDate.first
    }
}

extension CalendarDate {
    /// 0001-01-01, for moments that no calendar has.
    fileprivate static var first: CalendarDate {
        guard let day = CalendarDate(dayNumber: 1) else { preconditionFailure("day 1 exists") }
        return day
    }
}
