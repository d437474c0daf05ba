extension String {
    /// A whole number in decimal digits, with zeros in front where it has fewer than wanted, as in dates and numbers of series.
    ///
    /// - Parameters:
    ///   - number: 0 or more; of a number below it the digits alone count.
    ///   - width: The fewest digits, 0 to 19.
    public init(_ number: some FixedWidthInteger, digits width: Int) {
        let digits = String(number.magnitude)
        let missing = width - digits.utf8.count
        self = missing > 0 ? Self.zeros[missing] + digits : digits
    }

    private static let zeros = (0...19).map { String(repeating: "0", count: $0) }
}
