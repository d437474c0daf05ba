import PageLayout

/// A picture at the size and place that it has in pixels of the page: 16 bits for red, green, blue and alpha, the
/// colours multiplied by alpha.
///
/// Every pixel is the exact mean of what falls on it, so that shrinking loses no line and no module of a symbol grows.
struct ScaledPicture: Sendable {
    /// The rectangle in 65536ths of a pixel of the page.
    struct Frame: Hashable {
        let left: Int, top: Int, right: Int, bottom: Int
        /// Whether it has any area.
        var hasArea: Bool { right > left && bottom > top }
        /// The columns of pixels that it touches.
        var columns: Range<Int> { (left >> 16)..<((right + PixelGrid.one - 1) >> 16) }
        /// The rows of pixels that it touches.
        var rows: Range<Int> { (top >> 16)..<((bottom + PixelGrid.one - 1) >> 16) }
    }

    let left: Int
    let top: Int
    let width: Int
    let height: Int
    private(set) var samples: [UInt16]

    /// Scales.
    ///
    /// - Parameters:
    ///   - frame: Where the picture goes; it has an area.
    ///   - visible: The columns and rows that are wanted of it; more would be too much memory for a large one.
    ///   - sourceWidth: Samples across.
    ///   - sourceHeight: Samples down.
    ///   - row: Writes a row of the source: red, green, blue, alpha, 0 to 65535, colours multiplied by alpha.
    init(
        _ frame: Frame, visible: (columns: Range<Int>, rows: Range<Int>), sourceWidth: Int, sourceHeight: Int,
        row: (Int, inout [UInt32]) -> Void
    ) {
        let across = frame.columns.clamped(to: visible.columns)
        let down = frame.rows.clamped(to: visible.rows)
        left = across.lowerBound
        top = down.lowerBound
        width = across.count
        height = down.count
        let columns = Self.spans(from: frame.left, to: frame.right, pixels: across, of: sourceWidth)
        let rows = Self.spans(from: frame.top, to: frame.bottom, pixels: down, of: sourceHeight)
        samples = [UInt16](repeating: 0, count: width * height * 4)
        var source = [UInt32](repeating: 0, count: sourceWidth * 4)
        var narrow = [UInt64](repeating: 0, count: width * 4)
        var sums = [UInt64](repeating: 0, count: width * 4)
        var loaded = -1
        for (line, span) in rows.enumerated() {
            for index in sums.indices { sums[index] = 0 }
            for position in span.first...span.last {
                if position != loaded {
                    row(position, &source)
                    Self.shrink(source, columns, into: &narrow)
                    loaded = position
                }
                let weight = UInt64(span.weight(of: position))
                for index in sums.indices { sums[index] += narrow[index] * weight }
            }
            let whole = UInt64(span.end - span.start)
            for index in sums.indices {
                samples[line * width * 4 + index] = UInt16(
                    clamping: (sums[index] / whole * UInt64(span.coverage)) >> 16)
            }
        }
    }

    /// What of the source falls on one pixel, in 65536ths of a sample, and how much of the pixel it covers.
    private struct Span {
        let start: Int
        let end: Int
        let coverage: Int
        let first: Int
        let last: Int

        func weight(of position: Int) -> Int { min(end, (position + 1) << 16) - max(start, position << 16) }
    }

    private static func spans(from start: Int, to end: Int, pixels: Range<Int>, of samples: Int) -> [Span] {
        // A picture of sixteen million columns on a page is beyond 64 bits on the way.
        func source(_ distance: Int) -> Int {
            Int(Int128(distance) * Int128(samples) * Int128(PixelGrid.one) / Int128(end - start))
        }
        return pixels.map { pixel in
            let low = max(start, pixel << 16)
            let high = min(end, (pixel + 1) << 16)
            let sourceLow = min(source(low - start), (samples << 16) - 1)
            let sourceHigh = max(source(high - start), sourceLow + 1)
            return Span(
                start: sourceLow, end: sourceHigh, coverage: high - low, first: sourceLow >> 16,
                last: min((sourceHigh - 1) >> 16, samples - 1))
        }
    }

    private static func shrink(_ source: [UInt32], _ columns: [Span], into result: inout [UInt64]) {
        for (column, span) in columns.enumerated() {
            var red: UInt64 = 0
            var green: UInt64 = 0
            var blue: UInt64 = 0
            var alpha: UInt64 = 0
            for position in span.first...span.last {
                let weight = UInt64(span.weight(of: position))
                red += UInt64(source[position * 4]) * weight
                green += UInt64(source[position * 4 + 1]) * weight
                blue += UInt64(source[position * 4 + 2]) * weight
                alpha += UInt64(source[position * 4 + 3]) * weight
            }
            let whole = UInt64(span.end - span.start)
            let share = UInt64(span.coverage)
            result[column * 4] = (red / whole * share) >> 16
            result[column * 4 + 1] = (green / whole * share) >> 16
            result[column * 4 + 2] = (blue / whole * share) >> 16
            result[column * 4 + 3] = (alpha / whole * share) >> 16
        }
    }
}
