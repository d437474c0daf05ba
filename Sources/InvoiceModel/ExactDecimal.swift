/// A decimal number without any loss: coefficient × 10^-scale.
///
/// Quantities, prices and percentages are carried like this from the JSON text to the XML text; money is `Money`.
public struct ExactDecimal: Sendable, Hashable {
    /// All digits as one whole number.
    public let coefficient: Int128
    /// How many of the digits stand behind the decimal point, 0 and up.
    public let scale: Int

    /// Takes digits and the number of places as they are; `12.50` keeps its two places.
    public init(coefficient: Int128, scale: Int) {
        precondition(scale >= 0, "a scale counts decimal places")
        self.coefficient = coefficient
        self.scale = scale
    }
}
