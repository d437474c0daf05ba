/// A set of Unicode scalars: what one atom of a regular expression matches.
///
/// XML Schema Part 2, F.1: ranges, general categories, complement and subtraction. The answer for ASCII is
/// worked out once, since that is what nearly all texts of an invoice are made of.
struct ScalarSet: Sendable, Hashable {
    private var ranges: [ClosedRange<UInt32>]
    private let categories: UInt32
    private let isComplement: Bool
    private let ignoresCase: Bool
    private let subtracted: [ScalarSet]
    private var asciiLow: UInt64 = 0
    private var asciiHigh: UInt64 = 0

    /// Describes a set.
    ///
    /// - Parameters:
    ///   - ranges: In any order; they may overlap.
    ///   - categories: A bit for each general category; see `GeneralCategory`.
    ///   - isComplement: Whether it is all the others.
    ///   - ignoresCase: Whether the ranges also match what differs in case only (flag `i`); categories never do.
    ///   - subtracted: What is taken away at the end, as in `[a-z-[aeiou]]`.
    init(
        ranges: [ClosedRange<UInt32>], categories: UInt32 = 0, isComplement: Bool = false, ignoresCase: Bool = false,
        subtracting subtracted: ScalarSet? = nil
    ) {
        self.ranges = Self.merged(ranges)
        self.categories = categories
        self.isComplement = isComplement
        self.ignoresCase = ignoresCase
        self.subtracted = subtracted.map { [$0] } ?? []
        for value in 0..<UInt32(128) where decides(value) {
            if value < 64 { asciiLow |= 1 << value } else { asciiHigh |= 1 << (value - 64) }
        }
    }

    /// Whether a scalar is in the set.
    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return asciiLow >> scalar & 1 == 1 }
        if scalar < 128 { return asciiHigh >> (scalar - 64) & 1 == 1 }
        return decides(scalar)
    }

    private func decides(_ scalar: UInt32) -> Bool {
        var isIn = Self.finds(scalar, in: ranges)
        if !isIn, categories != 0 { isIn = GeneralCategory.bit(of: scalar) & categories != 0 }
        if !isIn, ignoresCase { isIn = LetterCase.variants(of: scalar).contains { Self.finds($0, in: ranges) } }
        guard isIn != isComplement else { return false }
        return !subtracted.contains { $0.contains(scalar) }
    }

    private static func finds(_ scalar: UInt32, in ranges: [ClosedRange<UInt32>]) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= scalar
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// The ranges between sorted ranges: what `\S` is to `\s`.
    static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in merged(ranges) {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= lastScalar { gaps.append(next...lastScalar) }
        return gaps
    }

    static let lastScalar: UInt32 = 0x10FFFF
}

/// The scalars that differ from another in case only.
enum LetterCase {
    /// The simple mappings of a scalar, one and two steps away; none for most.
    static func variants(of scalar: UInt32) -> [UInt32] {
        guard let properties = Unicode.Scalar(scalar)?.properties else { return [] }
        var found: [UInt32] = []
        for mapped in [properties.lowercaseMapping, properties.uppercaseMapping] {
            guard let one = single(mapped), one != scalar else { continue }
            found.append(one)
            guard let back = Unicode.Scalar(one)?.properties else { continue }
            for again in [back.lowercaseMapping, back.uppercaseMapping] {
                if let two = single(again), two != scalar, !found.contains(two) { found.append(two) }
            }
        }
        return found + (odd[scalar] ?? [])
    }

    private static func single(_ text: String) -> UInt32? {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { return nil }
        return first.value
    }

    /// Letters that several letters map to, so that the way back cannot be read from the mapping: k and the
    /// kelvin sign, s and the long s, å and the angstrom sign, and some of Greek.
    private static let odd: [UInt32: [UInt32]] = [
        0x4B: [0x212A], 0x6B: [0x212A], 0x53: [0x17F], 0x73: [0x17F], 0xC5: [0x212B], 0xE5: [0x212B],
        0x3A9: [0x2126], 0x3C9: [0x2126], 0x39C: [0xB5], 0x3BC: [0xB5], 0x3A3: [0x3C2], 0x3C3: [0x3C2],
    ]
}
