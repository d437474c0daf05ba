/// A currency of ISO 4217.
public struct Currency: Sendable, Hashable {
    /// The three letters.
    public let code: String
    /// How many decimal places an amount has: 2 for most, 0 for JPY, 3 for BHD.
    public let minorUnitDigits: Int
}

/// A unit of measure: a code of UN/ECE Recommendation 20 or 21 (BT-130).
public struct UnitCode: Sendable, Hashable {
    /// The code, such as `HUR` or `H87`.
    public let code: String

    /// Takes a code that was looked up before.
    init(listed code: String) {
        self.code = code
    }
}

/// A day of the Gregorian calendar, without a time or zone.
public struct CalendarDate: Sendable, Hashable, Comparable {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, 1 to 31.
    public let day: Int

    /// Takes a day that is known to exist.
    init(checkedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Orders days in time.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
