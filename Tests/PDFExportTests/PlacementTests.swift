import Foundation
import PDFExport
import PDFWriter
import PageLayout
import TestSupport
import Testing
import Typography

@Suite("Where things stand on the page")
struct PlacementTests {
    /// Units per em: a round one, and one in which no width is a whole thousandth.
    @Test(
        "each word of a long line begins where layout put it, to 0.02 pt", .needsTool("pdftotext"),
        arguments: [1000, 2048])
    func words(unitsPerEm: Int) throws {
        var bytes = try Documents.bytes("Regular")
        let head = try #require(Documents.table("head", of: bytes)).lowerBound
        bytes[head + 18] = UInt8(unitsPerEm >> 8)
        bytes[head + 19] = UInt8(unitsPerEm & 0xFF)
        let font = TextFont(face: try FontFace(bytes: bytes), language: "mk")
        let size = Length(millipoints: 8700)
        let shaper = Shaper()
        let words = (0..<24).map { "AVAТ\($0)" }
        var pieces: [TextRun.Piece] = []
        var starts: [Double] = []
        var pen = Length.zero
        for (index, word) in words.enumerated() {
            let shaped = shaper.unbroken(word + " ", font: font)
            if index % 5 == 4 { pen += .points(3) }  // a gap that only a jump can make
            pieces.append(TextRun.Piece(shaped: shaped, x: pen))
            starts.append(20 + Double(pen.millipoints) / 1000)
            pen += shaped.width(at: size)
        }
        let run = TextRun(
            face: font.face, size: size, color: .black, origin: Point(x: .points(20), y: .points(100)), pieces: pieces)
        let page = Page(size: Size(width: .points(2000), height: .points(200)), elements: [.text(run)])
        let boxes = try Tool.run("pdftotext", ["-bbox", "{}", "-"], file: Documents.export([page])).output
        let found = boxes.matches(of: /xMin="([0-9.]+)"[^>]*>([^<]+)</).map { (Double($0.1) ?? 0, String($0.2)) }
        #expect(found.map(\.1) == words)
        for (place, start) in zip(found, starts) { #expect(abs(place.0 - start) < 0.02, "\(place.1)") }
    }

    @Test("rectangles fill exactly their pixels", .needsTool("pdftoppm"))
    func boxes() throws {
        let red = Color(red: 255, green: 0, blue: 0)
        let box = Box(
            origin: Point(x: .points(10), y: .points(20)), size: Size(width: .points(30), height: .points(5)),
            color: red)
        let page = Page(size: Size(width: .points(100), height: .points(60)), elements: [.box(box)])
        let bitmap = try Tool.withTemporaryFolder { folder in
            let options = ["-r", "72", "-aa", "no", "-aaVector", "no", "-singlefile", "{}", "\(folder)/page"]
            let outcome = try Tool.run("pdftoppm", options, file: Documents.export([page]))
            #expect(outcome.status == 0)
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/page.ppm")))
        }
        let pixels = bitmap.suffix(100 * 60 * 3)
        let first = pixels.startIndex
        for y in 0..<60 {
            for x in 0..<100 {
                let isInside = (10..<40).contains(x) && (20..<25).contains(y)
                let pixel = Array(pixels[(first + 3 * (100 * y + x))..<(first + 3 * (100 * y + x) + 3)])
                #expect(pixel == (isInside ? [255, 0, 0] : [255, 255, 255]), "\(x), \(y)")
            }
        }
    }
}
