import Diagnostics
import Foundation
import PDFWriter
import TestSupport
import Testing

@Suite("PDF files that are handed out as they grow")
struct PDFSinkTests {
    private final class Pieces {
        var all: [[UInt8]] = []
    }

    /// A page, streams that do not compress well, and so many small objects.
    static func write(_ writer: consuming PDFWriter, objects: Int, attachment: PDFAttachment? = nil) throws -> [UInt8] {
        try writeWithLast(writer, objects: objects, attachment: attachment).file
    }

    /// The file, and the number of the last small object.
    static func writeWithLast(
        _ writer: consuming PDFWriter, objects: Int, attachment: PDFAttachment? = nil
    ) throws -> (file: [UInt8], last: Int) {
        var writer = writer
        var last = 0
        let tree = writer.reserve()
        let page = try writer.write { page in
            page.raw("<</Type/Page/MediaBox[0 0 100 100]/Resources<<>>/Parent ")
            page.reference(tree)
            page.raw(">>")
        }
        var random = SplitMix(seed: 1)
        for _ in 0..<6 {
            try writer.writeStream(nil, (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        for number in 0..<objects { last = try writer.write { $0.integer(number) }.number }
        try writer.write(tree) { value in
            value.raw("<</Type/Pages/Count 1/Kids[")
            value.reference(page)
            value.raw("]>>")
        }
        let metadata = PDFMetadata(title: "T", language: "mk", created: PDFWriterTests.date)
        let root = try writer.write(
            PDFCatalogue(pages: tree, metadata: metadata, attachments: attachment.map { [$0] } ?? []))
        let information = try writer.writeInformation(metadata)
        return (try writer.finish(root: root, info: information, identifier: [UInt8](1...16)), last)
    }

    @Test("come in several pieces, which are the file", arguments: [10, 70_000])
    func pieces(objects: Int) throws {
        let pieces = Pieces()
        let compressor = PDFCompressor()
        let rest = try Self.write(PDFWriter(compressor: compressor) { pieces.all.append($0) }, objects: objects)
        #expect(rest.isEmpty && pieces.all.count > 2)
        #expect(pieces.all.dropLast().allSatisfy { $0.count < 400_000 })
        #expect(try Self.write(PDFWriter(compressor: compressor), objects: objects) == Array(pieces.all.joined()))
    }

    @Test("are sound in the eyes of qpdf, whether or not the table of objects is long", .needsTool("qpdf"))
    func sound() throws {
        for objects in [10, 70_000] {
            let (file, number) = try Self.writeWithLast(PDFWriter(compressor: PDFCompressor()), objects: objects)
            let verdict = try Tool.run("qpdf", ["--check", "{}"], file: file)
            #expect(verdict.status == 0 && verdict.output.contains("No syntax or stream encoding errors"))
            // The last of the small objects, found through the table.
            let last = try Tool.run("qpdf", ["--show-object=\(number)", "{}"], file: file).output
            #expect(last == "\(objects - 1)\n")
        }
    }

    @Test("stop with what the sink throws")
    func failure() throws {
        let full = ToolkitError(.pdfMemory, "The disk is full.")
        let error = #expect(throws: ToolkitError.self) {
            try Self.write(
                PDFWriter(compressor: PDFCompressor()) { _ throws(ToolkitError) in throw full }, objects: 1)
        }
        #expect(error?.message == full.message)
    }

    @Test(
        "carry files that were compressed piece by piece", .needsTool("pdfdetach"),
        arguments: [[0], [1], [65_536], [200_000, 0, 1, 300_000]])
    func packed(sizes: [Int]) throws {
        var random = SplitMix(seed: 9)
        var packer = try FilePacker()
        var whole: [UInt8] = []
        for size in sizes {
            let piece = (0..<size).map { _ in UInt8.random(in: 0...200, using: &random) }
            try packer.write(piece)
            whole += piece
        }
        let packed = try packer.finish()
        #expect(packed.size == whole.count)
        let attachment = PDFAttachment(
            name: "a.xml", mimeType: "text/xml", description: "", relationship: .alternative, content: .packed(packed),
            modified: PDFWriterTests.date)
        let file = try Self.write(PDFWriter(compressor: PDFCompressor()), objects: 1, attachment: attachment)
        try Tool.withTemporaryFolder { folder in
            _ = try Tool.run("pdfdetach", ["-save", "1", "-o", "\(folder)/a", "{}"], file: file)
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a"))) == whole)
        }
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: file).status == 0)
    }
}
