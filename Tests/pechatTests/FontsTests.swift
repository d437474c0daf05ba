import Foundation
import TestSupport
import Testing

@Suite("Characters without a glyph and --fonts")
struct FontsTests {
    private static let symbols = "/usr/share/fonts/truetype/noto/NotoSansSymbols2-Regular.ttf"

    /// The services sample with a check mark in a line, as `in.json` in a folder of its own.
    private static func inFolder(_ body: (String) throws -> Void) throws {
        let sample = try String(contentsOfFile: "\(PackageFolder.root)/samples/services/invoice.json", encoding: .utf8)
        let name = try #require(sample.firstRange(of: "\"name\": \""), "the sample has a name")
        let text = sample.replacingCharacters(in: name, with: "\"name\": \"\u{2713}\u{2713} ")
        try Tool.withTemporaryFolder { folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/in.json"))
            try FileManager.default.createDirectory(
                atPath: "\(folder)/fonts", withIntermediateDirectories: false)
            try body(folder)
        }
    }

    @Test("reject a document, name character and place, and nothing is written", arguments: ["build", "render"])
    func missing(command: String) throws {
        try Self.inFolder { folder in
            let output = command == "build" ? ["--out", "\(folder)/out"] : ["-o", "\(folder)/out.pdf"]
            let outcome = try Tool.run(at: Program.path, [command, "\(folder)/in.json"] + output)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("U+2713") && outcome.errors.contains("/name"), "\(outcome.errors)")
            let left = try FileManager.default.subpathsOfDirectory(atPath: folder)
            #expect(!left.contains { $0.hasSuffix(".pdf") || $0.hasSuffix(".xml") }, "\(left)")
        }
    }

    @Test("reject one document of a batch, not the others")
    func batch() throws {
        try Self.inFolder { folder in
            let good = "\(PackageFolder.root)/samples/services/invoice.json"
            try FileManager.default.createDirectory(atPath: "\(folder)/input", withIntermediateDirectories: false)
            try FileManager.default.copyItem(atPath: good, toPath: "\(folder)/input/a.json")
            try FileManager.default.moveItem(atPath: "\(folder)/in.json", toPath: "\(folder)/input/b.json")
            let outcome = try Tool.run(
                at: Program.path, ["batch", "\(folder)/input", "--out", "\(folder)/out", "--quiet"])
            #expect(outcome.status == 6 && outcome.output.contains("page.missingGlyph"), "\(outcome)")
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out")
            #expect(left.filter { $0.hasSuffix(".pdf") }.count == 1)
        }
    }

    @Test("a folder of fonts brings the glyph", .needsFile(symbols), .needsTool("pdffonts"), .needsTool("pdftotext"))
    func folder() throws {
        try Self.inFolder { folder in
            try FileManager.default.copyItem(atPath: Self.symbols, toPath: "\(folder)/fonts/symbols.TTF")
            try Data("not a font".utf8).write(to: URL(fileURLWithPath: "\(folder)/fonts/LICENSE.txt"))
            let outcome = try Tool.run(
                at: Program.path,
                ["render", "\(folder)/in.json", "-o", "\(folder)/out.pdf", "--fonts", "\(folder)/fonts"])
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(try Tool.run("pdffonts", ["\(folder)/out.pdf"]).output.contains("+NotoSansSymbols2-Regular"))
            #expect(try Tool.run("pdftotext", ["-raw", "\(folder)/out.pdf", "-"]).output.contains("\u{2713}\u{2713} "))
        }
    }

    @Test(
        "right-to-left text is copied from the page as it was written",
        .needsFile("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"), .needsTool("pdftotext"), .needsTool("qpdf"),
        arguments: ["Фирма שלום עולם крај", "שלום עולם", "شركة النور 12,5"])
    func turned(text: String) throws {
        try Self.inFolder { folder in
            let json = try String(contentsOfFile: "\(folder)/in.json", encoding: .utf8)
                .replacingOccurrences(of: "\u{2713}\u{2713} ", with: "\(text) | ")
            try Data(json.utf8).write(to: URL(fileURLWithPath: "\(folder)/in.json"))
            try FileManager.default.copyItem(
                atPath: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", toPath: "\(folder)/fonts/DejaVuSans.ttf")
            let outcome = try Tool.run(
                at: Program.path,
                ["render", "\(folder)/in.json", "-o", "\(folder)/out.pdf", "--fonts", "\(folder)/fonts"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let page = try Tool.run("pdftotext", ["-raw", "\(folder)/out.pdf", "-"]).output
            // Words that stand left of what was read before begin a line of their own in the output.
            let words = page.unicodeScalars.filter { !(0x202A...0x202E).contains($0.value) }
            let read = String(String.UnicodeScalarView(words)).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
            #expect(read.contains("\(text) |"), "\(read.prefix(200).debugDescription)")
            #expect(try Tool.run("qpdf", ["--check", "\(folder)/out.pdf"]).status == 0)
        }
    }

    @Test("a folder that is absent, empty or holds a broken font is an error that names it")
    func unusable() throws {
        try Self.inFolder { folder in
            func render(_ fonts: String) throws -> Tool.Outcome {
                try Tool.run(at: Program.path, ["render", "\(folder)/in.json", "-o", "\(folder)/o", "--fonts", fonts])
            }
            let absent = try render("\(folder)/none")
            #expect(absent.status == 3 && absent.errors.contains("\(folder)/none"), "\(absent.errors)")
            let empty = try render("\(folder)/fonts")
            #expect(empty.status == 2 && empty.errors.contains("no font files"), "\(empty.errors)")
            try Data("no font".utf8).write(to: URL(fileURLWithPath: "\(folder)/fonts/Brand.otf"))
            let broken = try render("\(folder)/fonts")
            #expect(broken.status == 3 && broken.errors.contains("Brand.otf"), "\(broken.errors)")
        }
    }
}
