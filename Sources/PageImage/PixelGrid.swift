import Typography

/// Converts distances on the page to pixels in fixed point, 16 binary places, the same everywhere.
struct PixelGrid {
    /// One pixel.
    static let one = 1 << 16

    let dotsPerInch: Int

    /// A distance in 65536ths of a pixel, rounded down.
    func fixed(_ length: Length) -> Int {
        let product = length.millipoints * dotsPerInch * Self.one
        let quotient = product / 72_000
        return product < 0 && quotient * 72_000 != product ? quotient - 1 : quotient
    }

    /// A distance in font units at a size, in 65536ths of a pixel.
    func fixed(_ units: Int, size: Length, unitsPerEm: Int) -> Int {
        units * size.millipoints / 1000 * (dotsPerInch * Self.one) / (72 * unitsPerEm)
    }

    /// The number of pixels that a length of paper needs.
    func count(_ length: Length) -> Int { max((fixed(length) + Self.one - 1) >> 16, 1) }
}
