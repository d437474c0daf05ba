/// An amount in the minor unit of a currency that the context names: cents, deni, paras.
public struct Money: Sendable, Hashable {
    /// The amount in minor units; credit is negative.
    public let minorUnits: Int

    /// Takes an amount in minor units.
    public init(minorUnits: Int) {
        self.minorUnits = minorUnits
    }

    /// Nothing.
    public static let zero = Money(minorUnits: 0)
}

/// A VAT rate (BT-119, BT-152), exact to a hundredth of a percent.
public struct Rate: Sendable, Hashable {
    /// The rate in hundredths of a percent; 18 % is 1800.
    public let basisPoints: Int

    /// Takes a rate in basis points.
    public init(basisPoints: Int) {
        self.basisPoints = basisPoints
    }
}
