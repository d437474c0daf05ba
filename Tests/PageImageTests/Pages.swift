import Diagnostics
import PDFExport
import PDFWriter
import PageImage
import PageLayout
import Raster
import TestSupport
import Typography

/// Hand-made pages, and the two ways to a picture of them.
enum Pages {
    static let paper = Size(width: .millimetres(210), height: .millimetres(297))
    static let ink = Color(red: 0x1C, green: 0x20, blue: 0x26)

    static func face(_ style: String) throws -> FontFace {
        try FontFace(bytes: PackageFolder.bytes("fonts/noto-sans/NotoSans-\(style).ttf"))
    }

    /// A line of text with its baseline in thousandths of a point from the upper left corner.
    static func text(
        _ text: String, _ face: FontFace, _ shaper: Shaper, x: Int, y: Int, size: Int = 9000, color: Color = ink,
        slope: TextRun.Slope = .level
    ) -> PageElement {
        let size = Length(millipoints: size)
        var pieces: [TextRun.Piece] = []
        var pen = 0
        for word in shaper.words(of: text, font: TextFont(face: face, language: "mk")) {
            pieces.append(TextRun.Piece(shaped: word.shaped, x: face.length(of: pen, at: size)))
            pen += word.shaped.advance
        }
        let origin = Point(x: Length(millipoints: x), y: Length(millipoints: y))
        return .text(
            TextRun(face: face, size: size, color: color, origin: origin, pieces: pieces, slope: slope))
    }

    static func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ color: Color) -> PageElement {
        .box(
            Box(
                origin: Point(x: Length(millipoints: x), y: Length(millipoints: y)),
                size: Size(width: Length(millipoints: width), height: Length(millipoints: height)), color: color))
    }

    /// A page as full of text as an invoice.
    static func invoice() throws -> Page {
        let shaper = Shaper()
        let regular = try face("Regular")
        let bold = try face("Bold")
        let italic = try face("Italic")
        let blue = Color(red: 0x1B, green: 0x3A, blue: 0x5C)
        var elements = [
            box(48_000, 60_000, 500_000, 1000, blue),
            text("Фактура бр. 2026-000123", bold, shaper, x: 48_000, y: 52_300, size: 20_000, color: blue),
        ]
        for line in 0..<40 {
            let y = 90_000 + line * 16_370
            if line % 2 == 1 {
                elements.append(box(48_000, y - 11_500, 500_000, 16_370, Color(red: 0xF4, green: 0xF6, blue: 0xF8)))
            }
            elements += [
                text("\(line + 1)", regular, shaper, x: 48_000, y: y),
                text("Испорака по договор \(line * 37), Ѓорѓи Ќосев AV To fi", regular, shaper, x: 70_000, y: y),
                text("забелешка: бгдпт", italic, shaper, x: 330_000 + line * 130, y: y, size: 7500),
                text("1.234.567,89", bold, shaper, x: 470_000, y: y),
            ]
        }
        return Page(size: paper, elements: elements)
    }

    /// A picture over a rectangle with its proportions.
    static func placed(_ image: RasterImage, x: Int, y: Int, width: Int) -> PageElement {
        .image(
            PlacedImage(
                image: image, origin: Point(x: Length(millipoints: x), y: Length(millipoints: y)),
                size: Size(
                    width: Length(millipoints: width),
                    height: Length(millipoints: width * image.height / image.width)), owner: .artifact))
    }

    /// A picture with colour, made here.
    static func logo() throws -> RasterImage {
        var rows: [UInt8] = []
        for y in 0..<160 {
            for x in 0..<400 {
                let isInside = (x - 80) * (x - 80) + (y - 80) * (y - 80) < 70 * 70 || (x > 180 && y % 60 > 20)
                rows += isInside ? [UInt8(x / 2), 60, UInt8(y)] : [255, 255, 255]
            }
        }
        var writer = try PNGWriter(width: 400, height: 160, dotsPerInch: 300)
        try writer.add(rows[...])
        return try RasterImage(file: writer.finish())
    }

    static func pdf(_ page: Page) throws -> [UInt8] {
        var exporter = PDFExporter(workspace: PDFWorkspace())
        try exporter.append(page)
        let date = PDFDate(year: 2026, month: 4, day: 14)
        return try exporter.finish(
            metadata: PDFMetadata(title: "Page", author: "", language: "mk", created: date),
            identifier: [UInt8](0..<16))
    }

    /// The same page as poppler draws it from its PDF.
    static func judged(_ page: Page, dotsPerInch: Int) throws -> RasterImage {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Tool.run(
                "pdftoppm", ["-r", "\(dotsPerInch)", "-png", "-singlefile", "{}", "\(folder)/page"],
                file: try pdf(page))
            guard outcome.status == 0 else { throw ToolkitError(.imageUnreadable, outcome.errors) }
            return try RasterImage(file: Tool.bytes(of: "\(folder)/page.png"))
        }
    }
}

/// How far two pictures of one size are from each other.
struct Distance {
    /// The mean difference of a colour value, of 255.
    let mean: Double
    /// The share of pixels that differ by more than 64 in any colour.
    let share: Double

    init(_ left: RasterImage, _ right: RasterImage) throws {
        let first = try left.pixels()
        let second = try right.pixels()
        var sum = 0
        var far = 0
        for pixel in 0..<left.width * left.height {
            var most = 0
            for part in 0..<3 {
                let a = Int(first[pixel * left.channels.rawValue + (left.channels.colors == 3 ? part : 0)])
                let b = Int(second[pixel * right.channels.rawValue + (right.channels.colors == 3 ? part : 0)])
                sum += abs(a - b)
                most = max(most, abs(a - b))
            }
            if most > 64 { far += 1 }
        }
        let count = Double(left.width * left.height)
        mean = Double(sum) / count / 3
        share = Double(far) / count
    }
}
