/// A distance on the page, exact to a thousandth of a point.
///
/// Whole numbers keep layout free of rounding that depends on the order of additions, and make the bytes of a
/// PDF the same on every machine.
public struct Length: Sendable, Hashable, Comparable {
    /// Thousandths of a point; a point is 1/72 inch.
    public let millipoints: Int

    /// Takes thousandths of a point.
    public init(millipoints: Int) {
        self.millipoints = millipoints
    }

    /// No distance.
    public static let zero = Length(millipoints: 0)
    /// A distance in points.
    public static func points(_ points: Int) -> Length { Length(millipoints: points * 1000) }
    /// A distance in whole millimetres, rounded to the nearest thousandth of a point.
    public static func millimetres(_ millimetres: Int) -> Length {
        Length(millipoints: (millimetres * 720_000 + 127 * millimetres.signum()) / 254)
    }

    /// Orders by size.
    public static func < (left: Length, right: Length) -> Bool { left.millipoints < right.millipoints }
    /// Adds.
    public static func + (left: Length, right: Length) -> Length {
        Length(millipoints: left.millipoints + right.millipoints)
    }
    /// Subtracts.
    public static func - (left: Length, right: Length) -> Length {
        Length(millipoints: left.millipoints - right.millipoints)
    }
    /// Adds in place.
    public static func += (left: inout Length, right: Length) { left = left + right }
    /// Subtracts in place.
    public static func -= (left: inout Length, right: Length) { left = left - right }
}
