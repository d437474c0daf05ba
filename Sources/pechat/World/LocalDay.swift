import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import Synchronization

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

    /// The rules of the zones that were asked for.
    private static let known = Mutex<[String: ZoneRules]>([:])

    /// The rules of a zone, by the database of the system; UTC where it does not know it.
    static func rules(of zone: String) -> ZoneRules {
        known.withLock { known in
            if let rules = known[zone] { return rules }
            let bytes = zone == "UTC" ? nil : try? FileBytes.read("/usr/share/zoneinfo/\(zone)", atMost: 1 << 20)
            let rules = bytes.flatMap(ZoneRules.init(parsing:)) ?? .utc
            known[zone] = rules
            return rules
        }
    }

    /// The day of a moment in a zone; called by many threads.
    static func day(of moment: Timestamp, in zone: String) -> CalendarDate {
        rules(of: zone).time(at: moment)?.day ?? CalendarDate.first
    }
}

extension CalendarDate {
    /// 0001-01-01, for moments that no calendar has.
    fileprivate static var first: CalendarDate {
        guard let day = CalendarDate(dayNumber: 1) else { preconditionFailure("day 1 exists") }
        return day
    }
}
