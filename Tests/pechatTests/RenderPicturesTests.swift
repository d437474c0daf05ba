import Foundation
import TestSupport
import Testing

@Suite("pechat render --format png")
struct RenderPicturesTests {
    /// Width, height and resolution of every PNG in a folder, by name.
    private static func pictures(in folder: String) throws -> [String: String] {
        var result: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".png") {
            let text = try Tool.run("file", ["-b", "\(folder)/\(name)"]).output
            result[name] = text.split(separator: ",").dropFirst().first.map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return result
    }

    private static let invoice = "\(PackageFolder.root)/samples/serbian/invoice.json"
    private static let long = "\(PackageFolder.root)/samples/long/invoice.json"

    @Test("one page is the file that was named, several are numbered", .needsTool("file"))
    func names() throws {
        try Tool.withTemporaryFolder { folder in
            #expect(try Program.run(["render", Self.invoice, "-o", "\(folder)/one.png"]).status == 0)
            #expect(try Self.pictures(in: folder) == ["one.png": "910 x 1287"])
            let drawn = try Program.run(["render", Self.long, "-o", "\(folder)/many.png", "--dpi", "30"])
            #expect(drawn.status == 0, "\(drawn.errors)")
            let many = try Self.pictures(in: folder).filter { $0.key.hasPrefix("many") }
            #expect(many.count > 1 && Set(many.values) == ["249 x 351"])
            for number in 1...many.count { #expect(many["many-\(number).png"] != nil) }
            // One of them alone, and the same.
            #expect(
                try Program.run(["render", Self.long, "-o", "\(folder)/two.png", "--dpi", "30", "--page", "2"]).status
                    == 0)
            #expect(try Tool.bytes(of: "\(folder)/two.png") == Tool.bytes(of: "\(folder)/many-2.png"))
        }
    }

    @Test("a long document has its number of pages on every picture", .needsSharedFolder, .needsTool("pdftoppm"))
    func overlays() throws {
        try Tool.withTemporaryFolder { folder in
            let input = SharedFolder.path("samples/five-hundred-lines.json")
            #expect(try Program.run(["render", input, "-o", "\(folder)/a.pdf", "--quiet"]).status == 0)
            #expect(try Program.run(["render", input, "-o", "\(folder)/a.png", "--page", "3", "--quiet"]).status == 0)
            let poppler = ["-r", "110", "-f", "3", "-l", "3", "-png", "-singlefile", "\(folder)/a.pdf", "\(folder)/b"]
            #expect(try Tool.run("pdftoppm", poppler).status == 0)
            // The foot of the page, where "3 of 24" stands, letter by letter.
            let script = """
                import sys
                from PIL import Image, ImageChops
                a, b = (Image.open(name).convert("L").crop((0, 1215, 910, 1250)) for name in sys.argv[1:])
                far = sum(ImageChops.difference(a, b).histogram()[64:])
                dark = sum(b.histogram()[:128])
                print(far < 20 and dark > 300)
                """
            let verdict = try Tool.python(script, ["\(folder)/a.png", "\(folder)/b.png"])
            #expect(verdict.output == "True\n", "\(verdict.errors)")
        }
    }

    @Test("standard output takes one page", .needsTool("file"))
    func standardOutput() throws {
        let all = try Program.run(["render", Self.long, "--format", "png", "-o", "-"])
        #expect(all.status == 2 && all.errors.contains("--page") && all.output.isEmpty)
        let first = try Program.run(["render", Self.long, "--format", "png", "-o", "-", "--page", "1"])
        #expect(first.status == 0 && first.output.contains("PNG"))
    }

    /// Arguments behind `render FILE`, and a word of the message.
    static let mistakes = [
        (["--dpi", "110"], "--format png"), (["--page", "1", "-o", "x.pdf"], "--format png"),
        (["--format", "png", "--dpi", "9"], "10 to 600"), (["--format", "png", "--dpi", "601"], "10 to 600"),
        (["--format", "png", "--page", "0"], "--page"), (["--format", "png", "--page", "99"], "It has"),
        (["--format", "jpg"], "pdf, png"),
    ]

    @Test("what makes no sense is refused with a fix, and nothing is written", arguments: mistakes)
    func refused(arguments: [String], word: String) throws {
        try Tool.withTemporaryFolder { folder in
            let input = "\(folder)/invoice.json"
            try FileManager.default.copyItem(atPath: Self.invoice, toPath: input)
            let outcome = try Program.run(["render", input] + arguments.map { $0 == "x.pdf" ? "\(folder)/x.pdf" : $0 })
            #expect(outcome.status == 2 && outcome.errors.contains(word), "\(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["invoice.json"])
        }
    }

    @Test("a rejected document gives no picture")
    func rejected() throws {
        try Tool.withTemporaryFolder { folder in
            let path = "\(folder)/bad.json"
            try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
            let outcome = try Program.run(["render", path, "-o", "\(folder)/bad.png", "--json"])
            #expect(outcome.status == 1)
            #expect(try Self.pictures(in: folder).isEmpty)
        }
    }
}
