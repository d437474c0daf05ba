import PDFWriter
import TestSupport
import Testing

@Suite("Outlines, ISO 32000-1, 12.3.3")
struct PDFOutlineTests {
    /// Two empty pages with an outline.
    static func file(_ titles: [(title: String, level: Int)]) throws -> [UInt8] {
        var writer = PDFWriter(compressor: PDFCompressor())
        let tree = writer.reserve()
        let page = try writer.write { page in
            page.raw("<</Type/Page/MediaBox[0 0 100 100]/Resources<<>>/Parent ")
            page.reference(tree)
            page.raw(">>")
        }
        try writer.write(tree) { value in
            value.raw("<</Type/Pages/Count 1/Kids[")
            value.reference(page)
            value.raw("]>>")
        }
        let entries = titles.enumerated().map { index, entry in
            PDFOutline.Entry(title: entry.title, page: page, top: 1000 * index + 500, level: entry.level)
        }
        let outline = try writer.write(PDFOutline(entries: entries))
        let metadata = PDFMetadata(title: "T", language: "mk", created: PDFWriterTests.date)
        let root = try writer.write(PDFCatalogue(pages: tree, metadata: metadata, outline: outline))
        return try writer.finish(root: root, info: nil, identifier: [UInt8](0..<16))
    }

    /// Prints the outline as pikepdf reads it, and walks all links of the dictionaries.
    static let reader = """
        import pikepdf, sys
        pdf = pikepdf.open(sys.argv[1])
        print(pdf.Root.get('/PageMode'), '/Outlines' in pdf.Root)
        def walk(items, depth):
            for item in items:
                print('  ' * depth + item.title, item.destination[3])
                walk(item.children, depth + 1)
        def check(node):
            kids, kid, before = [], node.get('/First'), None
            while kid is not None:
                assert kid.Parent.objgen == node.objgen
                assert (kid.get('/Prev').objgen if before else kid.get('/Prev')) == (before.objgen if before else None)
                check(kid); kids.append(kid); before, kid = kid, kid.get('/Next')
            assert (node.get('/Last').objgen if kids else node.get('/Last')) == (kids[-1].objgen if kids else None)
            assert abs(int(node.get('/Count', 0))) == len(kids)
        if '/Outlines' in pdf.Root:
            check(pdf.Root.Outlines)
            with pdf.open_outline() as outline: walk(outline.root, 0)
        """

    @Test("nest their entries and lead to their places", .needsPython("pikepdf"))
    func nested() throws {
        let file = try Self.file([("Фактура 7", 0), ("Ставки", 1), ("Дел 2", 2), ("Вкупно", 1), ("Прилог", 0)])
        let verdict = try Tool.run("python3", ["-c", Self.reader, "{}"], file: file)
        #expect(
            verdict.output == """
                /UseOutlines True
                Фактура 7 0.5
                  Ставки 1.5
                    Дел 2 2.5
                  Вкупно 3.5
                Прилог 4.5

                """, "\(verdict.errors)")
    }

    @Test("raise an entry that skips levels, and take none as none", .needsPython("pikepdf"))
    func skipping() throws {
        let skipping = try Self.file([("a", 3), ("b", 5), ("c", -1)])
        let verdict = try Tool.run("python3", ["-c", Self.reader, "{}"], file: skipping)
        #expect(verdict.output == "/UseOutlines True\na 0.5\n  b 1.5\nc 2.5\n", "\(verdict.errors)")
        let none = try Tool.run("python3", ["-c", Self.reader, "{}"], file: Self.file([]))
        #expect(none.output == "None False\n", "\(none.errors)")
    }
}
