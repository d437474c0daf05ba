import PageLayout
import Typography

/// A band of a page in sRGB, three bytes a pixel, on white paper.
struct Canvas {
    let width: Int
    /// The first row of the band on the page.
    let top: Int
    let height: Int
    private(set) var pixels: [UInt8]

    init(width: Int, top: Int, height: Int) {
        self.width = width
        self.top = top
        self.height = height
        pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    var bottom: Int { top + height }
    /// The columns and rows of the page that are on it.
    var visible: (columns: Range<Int>, rows: Range<Int>) { (0..<width, top..<bottom) }

    /// Fills a rectangle; edges within a pixel cover it by the exact share.
    mutating func fill(_ box: Box, _ grid: PixelGrid) {
        let left = grid.fixed(box.origin.x)
        let top = grid.fixed(box.origin.y)
        let right = grid.fixed(box.origin.x + box.size.width)
        let bottom = grid.fixed(box.origin.y + box.size.height)
        let one = PixelGrid.one
        let firstRow = max(top >> 16, self.top)
        let endRow = min((bottom + one - 1) >> 16, self.bottom)
        let firstColumn = max(left >> 16, 0)
        let endColumn = min((right + one - 1) >> 16, width)
        guard firstRow < endRow, firstColumn < endColumn else { return }
        for row in firstRow..<endRow {
            let down = min(bottom, (row + 1) << 16) - max(top, row << 16)
            var index = ((row - self.top) * width + firstColumn) * 3
            for column in firstColumn..<endColumn {
                let across = min(right, (column + 1) << 16) - max(left, column << 16)
                blend(box.color, share: (across * down) >> 16, at: index)
                index += 3
            }
        }
    }

    /// Lays a colour over a pixel; 65536 is opaque.
    @inline(__always)
    mutating func blend(_ color: Color, share: Int, at index: Int) {
        guard share > 0 else { return }
        pixels[index] = Self.mix(pixels[index], color.red, share)
        pixels[index + 1] = Self.mix(pixels[index + 1], color.green, share)
        pixels[index + 2] = Self.mix(pixels[index + 2], color.blue, share)
    }

    @inline(__always)
    private static func mix(_ under: UInt8, _ over: UInt8, _ share: Int) -> UInt8 {
        let under = Int(under)
        return UInt8(truncatingIfNeeded: under + ((Int(over) - under) * share + 0x8000) >> 16)
    }

    /// Lays a glyph's coverage over the band.
    ///
    /// - Parameters:
    ///   - glyph: The coverage.
    ///   - x: The column of the page where its origin is.
    ///   - y: The row of the page where its baseline is.
    ///   - color: What the glyph is filled with.
    mutating func draw(_ glyph: GlyphBitmap, x: Int, y: Int, _ color: Color) {
        let left = x + glyph.left
        let top = y - glyph.top
        let firstRow = max(top, self.top)
        let endRow = min(top + glyph.height, bottom)
        let firstColumn = max(left, 0)
        let endColumn = min(left + glyph.width, width)
        guard firstRow < endRow, firstColumn < endColumn else { return }
        for row in firstRow..<endRow {
            var source = (row - top) * glyph.width + firstColumn - left
            var index = ((row - self.top) * width + firstColumn) * 3
            for _ in firstColumn..<endColumn {
                let coverage = Int(glyph.coverage[source])
                // 255 becomes 65536.
                if coverage > 0 { blend(color, share: coverage * 257 + (coverage >> 7), at: index) }
                source += 1
                index += 3
            }
        }
    }

    /// Lays a picture over the band that was brought to the size of the page before.
    mutating func draw(_ picture: ScaledPicture) {
        let firstRow = max(picture.top, top)
        let endRow = min(picture.top + picture.height, bottom)
        let firstColumn = max(picture.left, 0)
        let endColumn = min(picture.left + picture.width, width)
        guard firstRow < endRow, firstColumn < endColumn else { return }
        for row in firstRow..<endRow {
            var source = ((row - picture.top) * picture.width + firstColumn - picture.left) * 4
            var index = ((row - top) * width + firstColumn) * 3
            for _ in firstColumn..<endColumn {
                let rest = 65_535 - Int(picture.samples[source + 3])
                for part in 0..<3 {
                    let value = Int(picture.samples[source + part]) + Int(pixels[index + part]) * 257 * rest / 65_535
                    pixels[index + part] = UInt8(clamping: (value + 128) / 257)
                }
                source += 4
                index += 3
            }
        }
    }
}
