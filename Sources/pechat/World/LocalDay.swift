import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import Synchronization

/// The day that it is in a place, by the zone files of the system.
enum LocalDay {
    /// The capitals' zones of the countries whose sellers issue here; everything else has its day by UTC.
    private static let zones = [
        "AL": "Europe/Tirane", "AT": "Europe/Vienna", "BA": "Europe/Sarajevo", "BG": "Europe/Sofia",
        "DE": "Europe/Berlin", "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest",
        "IT": "Europe/Rome", "ME": "Europe/Podgorica", "MK": "Europe/Skopje", "RO": "Europe/Bucharest",
        "RS": "Europe/Belgrade", "SI": "Europe/Ljubljana", "TR": "Europe/Istanbul", "XK": "Europe/Belgrade",
    ]

    /// The rules of these zones for a system without zone files; they hold for dates of this century.
    private static let rules: [Set<String>: String] = [
        ["BG", "GR", "RO"]: "EET-2EEST,M3.5.0/3,M10.5.0/4", ["TR"]: "<+03>-3",
        ["AL", "AT", "BA", "DE", "HR", "HU", "IT", "ME", "MK", "RS", "SI", "XK"]: "CET-1CEST,M3.5.0,M10.5.0/3",
    ]

    /// The clocks of a country's capital (ISO 3166-1 alpha-2).
    static func zone(of country: String) -> ZoneRules {
        guard let name = zones[country] else { return .utc }
        if let zone = file(name) { return zone }
        let rule = rules.first { $0.key.contains(country) }?.value
        return rule.flatMap(ZoneRules.init(rule:)) ?? .utc
    }

    /// The clocks of a zone that the user names.
    ///
    /// - Throws: `usage` where the system does not know it.
    static func zone(named name: String) throws(ToolkitError) -> ZoneRules {
        if name == "UTC" { return .utc }
        let isName = !name.isEmpty && !name.hasPrefix("/") && !name.contains("..")
        guard isName, let zone = file(name) else {
            throw ToolkitError(.usage, "There is no time zone of this name.", fix: "Name one such as Europe/Skopje.")
        }
        return zone
    }

    /// The zones that were asked for, as the files of the system have them.
    private static let known = Mutex<[String: ZoneRules]>([:])

    private static func file(_ name: String) -> ZoneRules? {
        known.withLock { known in
            if let zone = known[name] { return zone }
            guard let bytes = try? FileBytes.read("/usr/share/zoneinfo/\(name)", atMost: 1 << 20),
                let zone = ZoneRules(file: bytes)
            else { return nil }
            known[name] = zone
            return zone
        }
    }
}
