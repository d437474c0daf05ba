import Foundation
import PDFExport
import PDFWriter
import PageLayout
import Testing
import Typography

@Suite("PDF export")
struct PDFExporterTests {
    /// Two pages with both weights, an italic, rectangles, colours, marks, a ligature and an overlay.
    static func sample(_ workspace: PDFWorkspace = PDFWorkspace()) throws -> [UInt8] {
        let shaper = Shaper()
        let regular = TextFont(face: try Documents.face("Regular"), language: "mk")
        let bold = TextFont(face: try Documents.face("Bold"), language: "mk")
        let italic = TextFont(face: try Documents.face("Italic"), language: "mk")
        let red = Color(red: 160, green: 20, blue: 30)
        let first = Page(
            size: Documents.paper,
            elements: [
                .box(
                    Box(
                        origin: Point(x: .millimetres(16), y: .millimetres(18)),
                        size: Size(width: .millimetres(178), height: .points(1)), color: red)),
                Documents.text("Фактура бр. 2026-000123", bold, shaper, x: 16, y: 30, size: .points(16), color: red),
                Documents.text("AV To Ѓорѓи Ќосев, ѓевреци: 1.234.567,89 ден.", regular, shaper, x: 16, y: 40),
                Documents.text("office fi ffi е\u{301}\u{325} Љ\u{301} x\u{AD}y", regular, shaper, x: 16, y: 50),
                Documents.text("Забелешка: испорака по договор, бгдпт", italic, shaper, x: 16, y: 60),
            ])
        let second = Page(
            size: Documents.paper, elements: [Documents.text("Втора страница (2)\\", regular, shaper, x: 16, y: 30)])
        let foot = Documents.text("Страна 1/2", regular, shaper, x: 16, y: 290)
        return try Documents.export([first, second], overlays: [(0, [foot])], workspace: workspace)
    }

    @Test("qpdf finds nothing to complain about")
    func valid() throws {
        let file = try Documents.save(Self.sample())
        print(file.path)
        for (program, arguments) in [("qpdf", ["--check", file.path]), ("pdftotext", ["-raw", file.path, "-"]), ("pdffonts", [file.path]), ("pdfinfo", [file.path])] {
            print(try Documents.run(program, arguments)?.output ?? "")
        }
    }
}
