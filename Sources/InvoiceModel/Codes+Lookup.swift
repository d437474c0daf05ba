extension Currency {
    /// Looks a code up in ISO 4217 as it stands in 2026; nil for a code that is unknown or withdrawn.
    public init?(code: String) {
        self.init(utf8: Array(code.utf8)[...])
    }

    init?(utf8 code: ArraySlice<UInt8>) {
        guard code.count == 3, let position = CodeList.currencies.position(of: code) else { return nil }
        self.code = String(decoding: code, as: UTF8.self)
        minorUnitDigits = Int(CodeList.currencies.byte(position + 3)) - 0x30
    }

    /// Looks a code up as it stood on a day: a withdrawn currency is found for documents of its time.
    public init?(code: String, on day: CalendarDate) {
        if let current = Currency(code: code) {
            self = current
            return
        }
        guard let old = Self.withdrawn.first(where: { $0.code == code }), day <= old.last else { return nil }
        self.code = code
        minorUnitDigits = 2
    }

    /// Currencies that left ISO 4217 lately, each with the last day on which an invoice could name it.
    static let withdrawn: [(code: String, last: CalendarDate)] = [
        ("ANG", CalendarDate(checkedYear: 2025, month: 6, day: 30)),
        ("BGN", CalendarDate(checkedYear: 2025, month: 12, day: 31)),
        ("HRK", CalendarDate(checkedYear: 2022, month: 12, day: 31)),
        ("SLL", CalendarDate(checkedYear: 2024, month: 3, day: 31)),
        ("ZWL", CalendarDate(checkedYear: 2024, month: 8, day: 31)),
    ]

    /// Takes the currency of a received document, whether ISO 4217 knows it or not.
    ///
    /// - Parameters:
    ///   - code: BT-5 as it stands there.
    ///   - places: How many decimal places its amounts have; more than the minor unit where the document has more.
    public init(received code: String, places: Int) {
        self.init(code: code, minorUnitDigits: min(max(places, 0), 12))
    }

    /// How many minor units make one unit: 100 for most.
    public var minorUnitsPerUnit: Int { ExactDecimal.smallPower(minorUnitDigits) }
}

extension UnitCode {
    /// Looks a code up in UN/ECE Recommendation 20 and 21 as EN 16931 takes them; nil for an unknown code.
    public init?(code: String) {
        guard CodeList.units.contains(code) else { return nil }
        self.init(listed: code)
    }

    /// Takes the code of a received document, whether a list knows it or not: what somebody else wrote is shown.
    public init(received code: String) {
        self.init(listed: code)
    }
}

extension VATCategory {
    /// Whether a document must say why no VAT is charged (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
    public var needsReason: Bool {
        switch self {
        case .standard, .zeroRated: false
        case .exempt, .reverseCharge, .intraCommunity, .export, .outOfScope: true
        }
    }

    /// How EN 16931 calls the category in rule names such as `BR-IC-10`.
    public var ruleName: String { self == .intraCommunity ? "IC" : rawValue }

    /// The place in the order of `allCases`.
    public var position: Int {
        switch self {
        case .standard: 0
        case .zeroRated: 1
        case .exempt: 2
        case .reverseCharge: 3
        case .intraCommunity: 4
        case .export: 5
        case .outOfScope: 6
        }
    }
}

extension DocumentKind {
    /// The code of UNTDID 1001 (BT-3).
    public var code: String {
        switch self {
        case .invoice: "380"
        case .creditNote: "381"
        case .debitNote: "383"
        case .advance: "386"
        case .proForma: "325"
        }
    }
}
