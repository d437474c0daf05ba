public import Diagnostics
public import PageLayout
import Raster
import Typography

/// Draws pages as PNG: thumbnails, attachments of mails, and what an operator looks at.
///
/// One per worker thread; it keeps the glyphs that it drew for the next page. A page is drawn in bands, so that its
/// memory stays below some 8 MB at any resolution. Glyphs stand on whole rows and quarters of columns, are not hinted
/// and cover pixels by area, as in poppler's pictures. The same page gives the same bytes with the same libraries.
public final class PageRasterizer {
    /// The resolutions that make sense, in dots per inch.
    public static let resolutions = 10...600
    /// How many pixels of a page are in memory at a time.
    static let bandPixels = 2 << 20

    private var glyphs: GlyphRasterizer?
    /// The last picture that was scaled, and for which rows: the logo of one page is that of the next.
    private var scaled: (image: RasterImage, frame: ScaledPicture.Frame, rows: Range<Int>, picture: ScaledPicture)?
    /// The last picture that was decoded, until the page is done.
    private var decoded: (image: RasterImage, pixels: [UInt8])?

    /// Makes a rasterizer without memory yet.
    public init() {}

    /// Draws a page.
    ///
    /// - Parameters:
    ///   - page: What layout gave.
    ///   - overlay: What it drew on the page later, on top.
    ///   - dotsPerInch: The resolution, within `resolutions`.
    /// - Returns: A PNG in sRGB on white.
    /// - Throws: `image.memory`; `image.font`; `image.pageTooLarge` for paper beyond 100 megapixels.
    public func png(
        of page: Page, overlay: [PageElement] = [], dotsPerInch: Int
    ) throws(ToolkitError) -> [UInt8] {
        precondition(Self.resolutions.contains(dotsPerInch), "the resolution is one that makes sense")
        let grid = PixelGrid(dotsPerInch: dotsPerInch)
        let width = grid.count(page.size.width)
        let height = grid.count(page.size.height)
        guard width <= 30_000, height <= 30_000, width * height <= 100_000_000 else {
            throw ToolkitError(
                .imagePageTooLarge, "The paper is too large for a picture of this resolution.",
                fix: "Choose fewer dots per inch.")
        }
        var writer = try PNGWriter(width: width, height: height, dotsPerInch: dotsPerInch)
        let bandHeight = min(max(Self.bandPixels / width, 16), height)
        defer { decoded = nil }
        var top = 0
        while top < height {
            var canvas = Canvas(width: width, top: top, height: min(bandHeight, height - top))
            for elements in [page.elements, overlay] {
                // Boxes and the marks among them lie beneath everything, as in the PDF.
                for element in elements {
                    switch element {
                    case .box(let box): canvas.fill(box, grid)
                    case .text(let run) where run.slope == .rising: try draw(run, on: &canvas, grid)
                    default: continue
                    }
                }
                for element in elements { try draw(element, on: &canvas, grid) }
            }
            try writer.add(canvas.pixels[...])
            top += canvas.height
        }
        return try writer.finish()
    }

    private func draw(_ element: PageElement, on canvas: inout Canvas, _ grid: PixelGrid) throws(ToolkitError) {
        switch element {
        case .box: return
        case .text(let run): if run.slope == .level { try draw(run, on: &canvas, grid) }
        case .modules(let symbol):
            let side = Length(millipoints: symbol.module.millipoints * symbol.side)
            let frame = Self.frame(symbol.origin, Size(width: side, height: side), grid)
            guard Self.isVisible(frame, on: canvas) else { return }
            canvas.draw(Self.scaled(symbol, to: frame, canvas.visible))
        case .image(let placed):
            let frame = Self.frame(placed.origin, placed.size, grid)
            guard Self.isVisible(frame, on: canvas) else { return }
            canvas.draw(try scaled(placed.image, to: frame, canvas.visible))
        }
    }

    // MARK: - Text

    private func draw(_ run: TextRun, on canvas: inout Canvas, _ grid: PixelGrid) throws(ToolkitError) {
        guard run.size > .zero else { return }
        let metrics = run.face.metrics
        let reach = grid.fixed(
            max(metrics.bounds.top, -metrics.bounds.bottom, metrics.unitsPerEm), size: run.size,
            unitsPerEm: metrics.unitsPerEm)
        let x = grid.fixed(run.origin.x)
        let y = grid.fixed(run.origin.y)
        if run.slope == .level {
            // Marks may be stacked above the tallest letter.
            guard (y + 2 * reach) >> 16 >= canvas.top, (y - 2 * reach) >> 16 < canvas.bottom else { return }
        }
        let glyphs = try rasterizer()
        let face = try glyphs.number(of: run.face)
        let size = Int32(clamping: (run.size.millipoints * grid.dotsPerInch * 64 + 36_000) / 72_000)
        for piece in run.pieces {
            let start = grid.fixed(piece.x)
            var units = 0
            for glyph in piece.shaped.glyphs {
                let along =
                    start
                    + grid.fixed(units + Int(glyph.xOffset), size: run.size, unitsPerEm: metrics.unitsPerEm)
                let above = grid.fixed(Int(glyph.yOffset), size: run.size, unitsPerEm: metrics.unitsPerEm)
                units += Int(glyph.advance)
                let pen = Self.pen(x, y, along: along, above: above, run.slope)
                let isRising = run.slope == .rising
                let key = GlyphRasterizer.Key(
                    face: face, glyph: glyph.id, isRising: isRising, quarterX: UInt8((pen.x >> 14) & 3),
                    quarterY: isRising ? UInt8((pen.y >> 14) & 3) : 0, size: size)
                canvas.draw(try glyphs.bitmap(key), x: pen.x >> 16, y: pen.y >> 16, run.color)
            }
        }
    }

    /// Where a glyph's origin is, after a way along the baseline and away from it.
    private static func pen(
        _ x: Int, _ y: Int, along: Int, above: Int, _ slope: TextRun.Slope
    ) -> (x: Int, y: Int) {
        switch slope {
        case .level: return (x + along, y - above)
        case .rising:
            let cosine = 46_341
            return (x + ((along - above) * cosine) >> 16, y - ((along + above) * cosine) >> 16)
        }
    }

    private func rasterizer() throws(ToolkitError) -> GlyphRasterizer {
        if let glyphs { return glyphs }
        let made = try GlyphRasterizer()
        glyphs = made
        return made
    }

    // MARK: - Pictures

    private static func frame(_ origin: Point, _ size: Size, _ grid: PixelGrid) -> ScaledPicture.Frame {
        ScaledPicture.Frame(
            left: grid.fixed(origin.x), top: grid.fixed(origin.y), right: grid.fixed(origin.x + size.width),
            bottom: grid.fixed(origin.y + size.height))
    }

    /// Whether a picture meets the band; what is far larger than any paper is drawn by no layout.
    private static func isVisible(_ frame: ScaledPicture.Frame, on canvas: Canvas) -> Bool {
        frame.hasArea && frame.bottom >> 16 >= canvas.top && frame.top >> 16 < canvas.bottom
            && frame.right >> 16 >= 0 && frame.left >> 16 < canvas.width
            && frame.right - frame.left <= 30_000 << 16 && frame.bottom - frame.top <= 30_000 << 16
    }

    private static func scaled(
        _ symbol: ModuleGrid, to frame: ScaledPicture.Frame, _ visible: (columns: Range<Int>, rows: Range<Int>)
    ) -> ScaledPicture {
        let dark = [symbol.color.red, symbol.color.green, symbol.color.blue, 255].map { UInt32($0) * 257 }
        return ScaledPicture(
            frame, visible: visible, sourceWidth: symbol.side, sourceHeight: symbol.side
        ) { row, samples in
            for column in 0..<symbol.side {
                let isDark = symbol.modules[row * symbol.side + column]
                for part in 0..<4 { samples[column * 4 + part] = isDark ? dark[part] : 0 }
            }
        }
    }

    private func scaled(
        _ image: RasterImage, to frame: ScaledPicture.Frame, _ visible: (columns: Range<Int>, rows: Range<Int>)
    ) throws(ToolkitError) -> ScaledPicture {
        if let scaled, scaled.image == image, scaled.frame == frame, scaled.rows == visible.rows {
            return scaled.picture
        }
        if decoded?.image != image { decoded = (image, try image.pixels()) }
        let pixels = decoded?.pixels ?? []
        let channels = image.channels.rawValue
        let picture = ScaledPicture(
            frame, visible: visible, sourceWidth: image.width, sourceHeight: image.height
        ) { row, samples in
            var source = row * image.width * channels
            for column in 0..<image.width {
                let alpha = image.channels.hasAlpha ? UInt32(pixels[source + channels - 1]) : 255
                for part in 0..<3 {
                    let value = UInt32(pixels[source + (image.channels.colors == 3 ? part : 0)])
                    samples[column * 4 + part] = value * 257 * alpha / 255
                }
                samples[column * 4 + 3] = alpha * 257
                source += channels
            }
        }
        scaled = (image, frame, visible.rows, picture)
        return picture
    }
}

@available(*, unavailable)
extension PageRasterizer: Sendable {}  // it holds FreeType's objects of one worker

extension ToolkitError.Code {
    /// A picture of a page would have too many pixels.
    public static let imagePageTooLarge = Self("image.pageTooLarge", .rejected)
}
