import Diagnostics
import Foundation
import PDFExport
import PDFWriter
import PageLayout
import Raster
import TestSupport
import Testing
import Typography

@Suite("Pictures in PDFs: ISO 19005-3, 6.2.8 and 6.2.10")
struct PictureTests {
    /// A picture that Pillow makes: a gradient in the mode wanted.
    static func image(_ mode: String, _ name: String, _ options: String = "{}", opaque: Bool = false) throws
        -> RasterImage
    {
        let script = """
            import sys
            from PIL import Image
            picture = Image.new("RGBA", (40, 30))
            for x in range(40):
                for y in range(30): picture.putpixel((x, y), (x * 6, y * 8, 99, 255 if \(opaque ? "True" : "x < 20") else y * 8))
            picture.convert("\(mode)").save(sys.argv[1], **\(options))
            """
        return try Tool.withTemporaryFolder { folder in
            let outcome = try Tool.python(script, ["\(folder)/picture.\(name)"])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try RasterImage(file: Tool.bytes(of: "\(folder)/picture.\(name)"))
        }
    }

    static func placed(_ image: RasterImage, owner: StructureID = .artifact) -> PageElement {
        .image(
            PlacedImage(
                image: image, origin: Point(x: .points(100), y: .points(50)),
                size: Size(width: .points(80), height: .points(60)), owner: owner))
    }

    /// What pikepdf finds: dictionaries, and the pixels in hexadecimal.
    static let reading = """
        import sys, hashlib, pikepdf
        document = pikepdf.open(sys.argv[1])
        for page in document.pages:
            print("page", "/Group" in page, page.get("/Group", {}).get("/CS"))
        for object in document.objects:
            if not isinstance(object, pikepdf.Stream) or object.get("/Subtype") != "/Image": continue
            assert not {"/Interpolate", "/Alternates", "/OPI", "/Intent"} & set(object.keys())
            if object.get("/Filter") == "/DCTDecode":
                data = object.read_raw_bytes()
            else:
                data = object.read_bytes()
                assert len(data) == object.Width * object.Height * (3 if object.ColorSpace == "/DeviceRGB" else 1)
            print(object.ColorSpace, object.Filter, "/SMask" in object, object.get("/DecodeParms", {}).get("/ColorTransform"),
                  hashlib.sha256(data).hexdigest())
        """

    static func read(_ pages: [Page]) throws -> [String] {
        try Tool.withTemporaryFolder { folder in
            try Data(Documents.export(pages)).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
            #expect(try Tool.run("qpdf", ["--check", "\(folder)/a.pdf"]).status == 0)
            let outcome = try Tool.python(reading, ["\(folder)/a.pdf"])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return outcome.output.split(separator: "\n").map(String.init)
        }
    }

    static func digest(_ bytes: [UInt8]) throws -> String {
        let outcome = try Tool.run("sha256sum", ["{}"], file: bytes)
        return String(outcome.output.prefix(64))
    }

    static func page(_ elements: PageElement...) -> Page { Page(size: Documents.paper, elements: elements) }

    @Test(
        "a JPEG goes in byte by byte", .needsTool("qpdf"), .needsPython("PIL", "pikepdf"),
        arguments: [
            ("RGB", "{'quality': 90}", "DeviceRGB", "None"), ("RGB", "{'progressive': True}", "DeviceRGB", "None"),
            ("L", "{}", "DeviceGray", "None"), ("RGB", "{'keep_rgb': True}", "DeviceRGB", "0"),
        ])
    func jpeg(mode: String, options: String, space: String, transform: String) throws {
        let image = try Self.image(mode, "jpg", options)
        let found = try Self.read([Self.page(Self.placed(image))])
        #expect(found == ["page False None", "/\(space) /DCTDecode False \(transform) \(try Self.digest(image.file))"])
    }

    @Test(
        "a PNG becomes colours and, where it is not opaque, a soft mask", .needsTool("qpdf"),
        .needsPython("PIL", "pikepdf"),
        arguments: [
            ("RGB", false), ("L", false), ("RGBA", false), ("LA", false), ("RGBA", true), ("P", false),
        ])
    func png(mode: String, opaque: Bool) throws {
        let image = try Self.image(mode, "png", opaque: opaque)
        let pixels = try image.pixels()
        let count = image.channels.rawValue
        let planes = { (range: Range<Int>) in
            stride(from: 0, to: pixels.count, by: count).flatMap {
                pixels[$0 + range.lowerBound..<$0 + range.upperBound]
            }
        }
        let space = image.channels.colors == 3 ? "/DeviceRGB" : "/DeviceGray"
        let isMasked = image.channels.hasAlpha && !opaque
        var expected = ["page \(isMasked ? "True /DeviceRGB" : "False None")"]
        if isMasked {
            expected.append("/DeviceGray /FlateDecode False None \(try Self.digest(planes(count - 1..<count)))")
        }
        expected.append(
            "\(space) /FlateDecode \(isMasked ? "True" : "False") None \(try Self.digest(planes(0..<image.channels.colors)))"
        )
        let found = try Self.read([Self.page(Self.placed(image))])
        #expect(found.sorted() == expected.sorted())
    }

    @Test(
        "a document holds a picture once, however often it is drawn", .needsTool("qpdf"), .needsPython("PIL", "pikepdf")
    )
    func once() throws {
        let image = try Self.image("RGBA", "png")
        let pages = [Self.page(Self.placed(image), Self.placed(image)), Self.page(Self.placed(image)), Self.page()]
        let found = try Self.read(pages)
        #expect(found.count { $0.hasPrefix("page True") } == 2 && found.count { $0.hasPrefix("page False") } == 1)
        #expect(found.count == 5)
        let other = try Self.image("RGBA", "png")
        #expect(try Self.read([Self.page(Self.placed(image), Self.placed(other))]).count == 5)
    }

    @Test("a second document has the same bytes, and nothing is left of the picture in a third", .needsPython("PIL"))
    func again() throws {
        let image = try Self.image("RGB", "png")
        let workspace = PDFWorkspace()
        let first = try Documents.export([Self.page(Self.placed(image))], workspace: workspace)
        #expect(try Documents.export([Self.page(Self.placed(image))], workspace: workspace) == first)
        let empty = try Documents.export([Self.page()], workspace: workspace)
        #expect(try empty == Documents.export([Self.page()]))
    }

    @Test("a figure says what it shows, and where it is", .needsTool("pdfinfo"), .needsPython("PIL", "pikepdf"))
    func figure() throws {
        let root = StructureID(number: 0)
        let page = Page(
            size: Documents.paper, elements: [Self.placed(try Self.image("RGB", "png"), owner: StructureID(number: 1))],
            nodes: [
                StructureNode(kind: .document, parent: .artifact),
                StructureNode(kind: .figure, parent: root, details: .init(alternative: "Вардар ДООЕЛ")),
            ], completeBelow: StructureID(number: 2))
        let bytes = try Documents.export([page])
        #expect(try Tool.run("pdfinfo", ["-struct", "{}"], file: bytes).output.contains("Figure"))
        let script = """
            import sys, pikepdf
            document = pikepdf.open(sys.argv[1])
            figure = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"][0]
            print(figure.Alt, [float(edge) for edge in figure.A.BBox], figure.A.O)
            """
        try Tool.withTemporaryFolder { folder in
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
            let found = try Tool.python(script, ["\(folder)/a.pdf"])
            let height = Double(Documents.paper.height.millipoints) / 1000
            #expect(
                found.output == "Вардар ДООЕЛ [100.0, \(height - 110), 180.0, \(height - 50)] /Layout\n",
                "\(found.errors)")
        }
    }
}
