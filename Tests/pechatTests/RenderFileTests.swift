import Foundation
import TestSupport
import Testing

@Suite("The file that pechat render writes as it grows")
struct RenderFileTests {
    private static let invoice = "\(PackageFolder.root)/samples/goods/invoice.json"

    @Test("does not appear, and replaces nothing, when a page turns out to be wrong")
    func rejected() throws {
        try Tool.withTemporaryFolder { folder in
            let text = String(decoding: try Tool.bytes(of: Self.invoice), as: UTF8.self)
            let name = try #require(text.firstRange(of: "\"name\": \""))
            let wrong = text.replacingCharacters(in: name.upperBound..<name.upperBound, with: "\u{1F600}")
            try Data(wrong.utf8).write(to: URL(fileURLWithPath: "\(folder)/a.json"))
            try Data("old".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
            let outcome = try Program.run(["render", "\(folder)/a.json", "-o", "\(folder)/a.pdf"])
            #expect(outcome.status == 1 && outcome.errors.contains("page.missingGlyph"))
            #expect(try Tool.bytes(of: "\(folder)/a.pdf") == Array("old".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.json", "a.pdf"])
        }
    }

    @Test("is the same in a file and through a pipe")
    func pipe() throws {
        try Tool.withTemporaryFolder { folder in
            let file = "\(folder)/a.pdf"
            #expect(try Program.run(["render", Self.invoice, "-o", file, "--quiet"]).status == 0)
            let text = try Tool.run(
                "sh", ["-c", "'\(Program.path)' render '\(Self.invoice)' -o - --quiet | cmp - '\(file)'"])
            #expect(text.status == 0, "\(text.output)")
        }
    }
}
