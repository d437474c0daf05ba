/// The member states, whose VAT laws all stand on Directive 2006/112/EC.
enum EuropeanUnion {
    private static let members: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV",
        "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    /// Whether a country, by its ISO 3166-1 code, is a member state.
    static func contains(_ country: String) -> Bool { members.contains(country) }
}
