import Foundation
import PDFExport
import PDFWriter
import PageLayout
import TestSupport
import Testing
import Typography

@Suite("Long documents")
struct LongDocumentTests {
    /// A title on the first page, a section on each, and a frame of ten lines that all pages but the first share.
    private static func pages(_ count: Int) throws -> [Page] {
        let font = TextFont(face: try Documents.face("Regular"), language: "mk")
        // A new shaper for each page: what is shared must not depend on what a cache remembers.
        var shaper = Shaper()
        func run(_ text: String, y: Int, owner: StructureID) -> PageElement {
            .text(
                TextRun(
                    size: .points(9), color: .black, origin: Point(x: .millimetres(20), y: .millimetres(y)),
                    pieces: .one(TextRun.Piece(shaped: shaper.unbroken(text, font: font), x: .zero)), owner: owner))
        }
        var number: Int32 = 0
        return (0..<count).map { index in
            var nodes: [StructureNode] = []
            var elements: [PageElement] = []
            shaper = Shaper()
            func add(_ kind: StructureNode.Kind, _ text: String?, y: Int) {
                let root = StructureID(number: 0)
                nodes.append(StructureNode(kind: kind, parent: kind == .document ? .artifact : root))
                if let text { elements.append(run(text, y: y, owner: StructureID(number: number))) }
                number += 1
            }
            if index == 0 {
                add(.document, nil, y: 0)
                add(.heading1, "Фактура", y: 20)
            } else {
                for line in 0..<10 { elements.append(run("Рамка \(line)", y: 200 + 5 * line, owner: .artifact)) }
            }
            add(.heading2, "Дел \(index + 1) ", y: 40)
            add(.paragraph, "Текст \(index + 1)", y: 60)
            return Page(
                size: Documents.paper, elements: elements, nodes: nodes, completeBelow: StructureID(number: number))
        }
    }

    /// The bookmarks by nesting, how many streams each page has, and how many different ones the shared pages begin with.
    private static let script = """
        import sys, pikepdf
        with pikepdf.open(sys.argv[1]) as pdf:
            with pdf.open_outline() as outline:
                print([(i.title, [c.title for c in i.children]) for i in outline.root])
            streams = [list(p.Contents) if isinstance(p.Contents, pikepdf.Array) else [p.Contents] for p in pdf.pages]
            print([len(s) for s in streams], len({s[0].objgen for s in streams[2:]}))
        """

    @Test("have bookmarks, and share what their pages repeat; short ones do neither", .needsPython("pikepdf"))
    func bookmarks() throws {
        try Tool.withTemporaryFolder { folder in
            var outputs: [String] = []
            for count in [3, 5] {
                let file = "\(folder)/\(count).pdf"
                try Data(Documents.export(Self.pages(count))).write(to: URL(fileURLWithPath: file))
                outputs.append(try Tool.python(Self.script, [file]).output)
            }
            #expect(outputs[0].hasPrefix("[]\n"))
            #expect(
                outputs[1]
                    == "[('Фактура', ['Дел 1', 'Дел 2', 'Дел 3', 'Дел 4', 'Дел 5'])]\n[1, 1, 2, 2, 2] 1\n",
                "\(outputs[1])")
        }
    }

    @Test("lose no text to the stream that they share", .needsTool("pdftotext"))
    func text() throws {
        let text = try Tool.run("pdftotext", ["-raw", "{}", "-"], file: Documents.export(Self.pages(5))).output
        for page in text.split(separator: "\u{0C}").dropFirst() {
            for line in 0..<10 { #expect(page.contains("Рамка \(line)")) }
        }
        for index in 1...5 { #expect(text.contains("Текст \(index)")) }
    }
}
