import Barcode
import Diagnostics
import PageImage
import PageLayout
import Raster
import TestSupport
import Testing
import Typography

@Suite("Pictures of pages")
struct PageRasterizerTests {
    /// A resolution, and the distance that must not be reached.
    ///
    /// Measured: 0.277 and 0.0018; 0.170 and 0.0007; 0.176 and 0.0005; 0.126 and 0.0010. What differs are edges of
    /// boxes, which poppler moves to whole pixels. Beyond some 250 dpi it moves glyphs to whole columns as well, so that
    /// more differs there (1.35 and 0.0076 at 300).
    struct Limit {
        let dotsPerInch: Int
        let mean: Double
        let share: Double

        func holds(_ distance: Distance) -> Bool { distance.mean < mean && distance.share < share }

        static let usual = Limit(dotsPerInch: 110, mean: 0.21, share: 0.001)
    }
    static let limits = [
        Limit(dotsPerInch: 40, mean: 0.35, share: 0.0025), .usual,
        Limit(dotsPerInch: 150, mean: 0.22, share: 0.001), Limit(dotsPerInch: 200, mean: 0.2, share: 0.0015),
    ]

    static func drawn(_ page: Page, dotsPerInch: Int = 110) throws -> RasterImage {
        try RasterImage(file: PageRasterizer().png(of: page, dotsPerInch: dotsPerInch))
    }

    @Test("are those of pdftoppm but for a little", .needsTool("pdftoppm"), arguments: limits)
    func likePoppler(limit: Limit) throws {
        let page = try Pages.invoice()
        let ours = try Self.drawn(page, dotsPerInch: limit.dotsPerInch)
        let theirs = try Pages.judged(page, dotsPerInch: limit.dotsPerInch)
        #expect(ours.width == theirs.width && ours.height == theirs.height)
        let distance = try Distance(ours, theirs)
        #expect(limit.holds(distance), "\(distance)")
    }

    @Test(
        "are far from pdftoppm's when one text is missing, elsewhere, or of another colour, or a rule is missing",
        .needsTool("pdftoppm"), arguments: ["missing", "moved", "pale", "rule"])
    func faulty(fault: String) throws {
        let page = try Pages.invoice()
        var broken = page
        let index = try #require(
            page.elements.firstIndex {
                if case .text(let run) = $0 { run.text.hasPrefix("Испорака по договор 37") } else { false }
            })
        guard case .text(let run) = page.elements[index] else { return }
        switch fault {
        case "missing": broken.elements.remove(at: index)
        case "moved":
            broken.elements[index] = .text(
                TextRun(
                    size: run.size, color: run.color,
                    origin: Point(x: run.origin.x + .points(2), y: run.origin.y), pieces: run.pieces))
        case "rule": broken.elements.remove(at: 0)
        default:
            let pale = Color(red: 0xA0, green: 0xA0, blue: 0xA0)
            broken.elements[index] = .text(
                TextRun(size: run.size, color: pale, origin: run.origin, pieces: run.pieces))
        }
        let distance = try Distance(Self.drawn(broken), Pages.judged(page, dotsPerInch: 110))
        #expect(!Limit.usual.holds(distance), "\(distance)")
    }

    @Test("a rising text is poppler's, and so are pictures, within a little more", .needsTool("pdftoppm"))
    func slopesAndPictures() throws {
        let shaper = Shaper()
        let bold = try Pages.face("Bold")
        let pale = Color(red: 0xE1, green: 0xE5, blue: 0xEA)
        let text = Pages.text("СТОРНО", bold, shaper, x: 150_000, y: 600_000, size: 90_000, color: pale, slope: .rising)
        var page = Page(size: Pages.paper, elements: [text])
        #expect(try Distance(Self.drawn(page), Pages.judged(page, dotsPerInch: 110)).share < 0.0002)
        // Wrong slopes are seen: the same text on the level.
        let level = Page(
            size: Pages.paper,
            elements: [Pages.text("СТОРНО", bold, shaper, x: 150_000, y: 600_000, size: 90_000, color: pale)])
        #expect(try Distance(Self.drawn(level), Pages.judged(page, dotsPerInch: 110)).mean > 0.5)
        page = Page(
            size: Pages.paper, elements: [Pages.placed(try Pages.logo(), x: 100_000, y: 100_000, width: 200_000)])
        let distance = try Distance(Self.drawn(page), Pages.judged(page, dotsPerInch: 110))
        #expect(distance.mean < 0.2 && distance.share < 0.002, "\(distance)")
        let empty = Page(size: Pages.paper, elements: [])
        #expect(try Distance(Self.drawn(empty), Pages.judged(page, dotsPerInch: 110)).share > 0.01)
    }

    @Test(
        "a payment symbol of 28 mm is read by zbar, from our picture and from the PDF", .needsTool("zbarimg"),
        .needsTool("pdftoppm"), arguments: [110, 150])
    func symbol(dotsPerInch: Int) throws {
        let text = "K:PR|V:01|C:1|R:840000000095584510|N:Čigra doo|I:RSD1025,12|SF:289|S:Фактура 2026-17"
        let symbol = try QRSymbol(encoding: Array(text.utf8))
        let grid = ModuleGrid(
            origin: Point(x: .millimetres(31), y: .millimetres(47)),
            module: Length(millipoints: 79_370 / (symbol.side + 8)), side: symbol.side, modules: symbol.modules,
            color: .black, owner: .artifact)
        let page = Page(size: Pages.paper, elements: [.modules(grid)])
        let ours = try PageRasterizer().png(of: page, dotsPerInch: dotsPerInch)
        let read = { (png: [UInt8]) in
            try Tool.run("zbarimg", ["--quiet", "--raw", "--oneshot", "-Sbinary", "{}"], file: png).output
        }
        #expect(try read(ours) == text)
        #expect(try read(Pages.judged(page, dotsPerInch: dotsPerInch).file) == text)
    }

    @Test("bands make no difference, nor does what was drawn before")
    func bands() throws {
        var page = try Pages.invoice()
        page.elements.append(Pages.placed(try Pages.logo(), x: 20_000, y: 20_000, width: 500_000))
        let rasterizer = PageRasterizer()
        // 5.4 megapixels in three bands, the picture and a line of text across their borders.
        page = Page(size: Size(width: .points(280), height: .points(280)), elements: page.elements)
        let first = try rasterizer.png(of: page, dotsPerInch: 600)
        let whole = try RasterImage(file: first)
        let strip = Page(size: Size(width: page.size.width, height: .points(180)), elements: page.elements)
        let part = try RasterImage(file: PageRasterizer().png(of: strip, dotsPerInch: 600))
        let rows = part.height - 1
        #expect(try whole.pixels().prefix(rows * whole.width * 3) == part.pixels().prefix(rows * part.width * 3))
        _ = try rasterizer.png(of: strip, dotsPerInch: 72)
        #expect(try rasterizer.png(of: page, dotsPerInch: 600) == first)
    }

    /// Edges in thousandths of a point at 72 dpi, and the gray of the pixels from column 10 on.
    static let edges: [(Int, Int, [UInt8])] = [
        (10_000, 2000, [0, 0, 255]), (10_500, 1000, [128, 128, 255]), (10_250, 500, [128, 255]),
        (9_750, 2500, [0, 0, 191, 255]), (10_900, 200, [230, 230, 255]),
    ]

    @Test("boxes cover pixels by their share", arguments: edges)
    func coverage(x: Int, width: Int, grays: [UInt8]) throws {
        let page = Page(
            size: Size(width: .points(20), height: .points(3)), elements: [Pages.box(x, 1000, width, 1000, .black)])
        let image = try Self.drawn(page, dotsPerInch: 72)
        let row = try Array(image.pixels()[image.width * 3..<image.width * 6])
        for (index, gray) in grays.enumerated() {
            #expect(abs(Int(row[(10 + index) * 3]) - Int(gray)) <= 1, "\(index): \(row[(10 + index) * 3])")
        }
        #expect(try image.pixels().prefix(image.width * 3).allSatisfy { $0 == 255 })
    }

    @Test("a picture shrinks without losing a line")
    func shrinking() throws {
        // A dark column among eight; four columns of the file come on one of the page.
        var writer = try PNGWriter(width: 64, height: 64, isGray: true, dotsPerInch: 72)
        try writer.add((0..<64 * 64).map { $0 % 8 == 3 ? 0 : 255 }[...])
        let image = try RasterImage(file: writer.finish())
        let page = Page(
            size: Size(width: .points(20), height: .points(20)),
            elements: [Pages.placed(image, x: 2000, y: 2000, width: 16_000)])
        let pixels = try Self.drawn(page, dotsPerInch: 72).pixels()
        let row = (0..<20).map { pixels[(10 * 20 + $0) * 3] }
        let wanted: [UInt8] = (0..<20).map { $0 % 2 == 0 && (2..<18).contains($0) ? 191 : 255 }
        #expect(row == wanted)
    }

    @Test("a picture that is not opaque lets what is below through", .needsPython("PIL"), .needsTool("pdftoppm"))
    func transparent() throws {
        let file = try Tool.withTemporaryFolder { folder in
            let script =
                "import sys; from PIL import Image; Image.new('RGBA', (8, 8), (200, 0, 0, 128)).save(sys.argv[1])"
            _ = try Tool.python(script, ["\(folder)/a.png"])
            return try Tool.bytes(of: "\(folder)/a.png")
        }
        let page = Page(
            size: Size(width: .points(20), height: .points(20)),
            elements: [
                Pages.box(0, 0, 10_000, 20_000, .black),
                Pages.placed(try RasterImage(file: file), x: 2000, y: 2000, width: 16_000),
            ])
        for image in [try Self.drawn(page, dotsPerInch: 72), try Pages.judged(page, dotsPerInch: 72)] {
            let pixels = try image.pixels()
            for (column, color) in [(5, [100, 0, 0]), (15, [227, 127, 127]), (19, [255, 255, 255])] {
                let start = (10 * 20 + column) * 3
                #expect(zip(pixels[start..<start + 3], color).allSatisfy { abs(Int($0) - $1) <= 1 }, "\(column)")
            }
        }
    }

    @Test("a letter of absurd size takes no memory", arguments: [(300, true), (3000, false)])
    func letter(points: Int, isDrawn: Bool) throws {
        let text = Pages.text("I", try Pages.face("Bold"), Shaper(), x: 0, y: 20_000, size: points * 1000)
        let page = Page(size: Size(width: .points(200), height: .points(20)), elements: [text])
        #expect(try Self.drawn(page, dotsPerInch: 600).pixels().contains(0x1C) == isDrawn)
    }

    @Test("paper of absurd size is refused")
    func paper() {
        let page = Page(size: Size(width: .points(100_000), height: .points(100_000)), elements: [])
        #expect { try PageRasterizer().png(of: page, dotsPerInch: 600) } throws: { error in
            (error as? ToolkitError)?.code == .imagePageTooLarge
        }
    }
}
