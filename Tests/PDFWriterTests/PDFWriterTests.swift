import Foundation
import PDFWriter
import TestSupport
import Testing

@Suite("PDF files")
struct PDFWriterTests {
    static let date = PDFDate(year: 2026, month: 4, day: 14, hour: 9, minute: 5, offsetMinutes: -210)

    /// Empty pages, with more objects than one object stream holds and a number that is never used.
    static func file(pages count: Int, attachments: [PDFAttachment] = [], title: String = "T") throws -> [UInt8] {
        var writer = PDFWriter(compressor: PDFCompressor())
        _ = writer.reserve()
        let tree = writer.reserve()
        var kids: [PDFReference] = []
        for _ in 0..<count {
            kids.append(
                try writer.write { page in
                    page.raw("<</Type/Page/MediaBox[0 0 100 100]/Resources<<>>/Parent ")
                    page.reference(tree)
                    page.raw(">>")
                })
        }
        try writer.write(tree) { value in
            value.raw("<</Type/Pages/Count ")
            value.integer(count)
            value.raw("/Kids[")
            for kid in kids {
                value.reference(kid)
                value.byte(0x20)
            }
            value.raw("]>>")
        }
        let metadata = PDFMetadata(
            title: title, author: "A & B <C>", keywords: ["x", "y"], language: "mk", created: date,
            archival: PDFMetadata.ArchivalLevel(part: 3, conformance: "B"))
        let root = try writer.write(PDFCatalogue(pages: tree, metadata: metadata, attachments: attachments))
        let information = try writer.writeInformation(metadata)
        return try writer.finish(root: root, info: information, identifier: [UInt8](1...16))
    }

    @Test("are sound in the eyes of qpdf", .needsTool("qpdf"), arguments: [1, 199, 200, 950])
    func sound(pages: Int) throws {
        let file = try Self.file(pages: pages)
        let verdict = try Tool.run("qpdf", ["--check", "{}"], file: file)
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.contains("No syntax or stream encoding errors"))
        #expect(try Tool.run("qpdf", ["--show-npages", "{}"], file: file).output == "\(pages)\n")
    }

    @Test("say who made them and when, in the dictionary and in XMP", .needsTool("pdfinfo"), .needsTool("xmllint"))
    func information() throws {
        let file = try Self.file(pages: 1, title: "Фактура & „1“")
        let facts = try Tool.run("pdfinfo", ["-isodates", "{}"], file: file).output
        #expect(facts.contains("Title:           Фактура & „1“"))
        #expect(facts.contains("Author:          A & B <C>"))
        #expect(facts.contains("CreationDate:    2026-04-14T09:05:00-03:30"))
        let packet = try Tool.run("pdfinfo", ["-meta", "{}"], file: file).output
        #expect(packet.contains("<rdf:li xml:lang=\"x-default\">Фактура &amp; „1“</rdf:li>"))
        #expect(packet.contains("<xmp:CreateDate>2026-04-14T09:05:00-03:30</xmp:CreateDate>"))
        #expect(packet.contains("<pdfaid:part>3</pdfaid:part>") && packet.contains("A &amp; B &lt;C&gt;"))
        let verdict = try Tool.run("xmllint", ["--noout", "-"], input: Array(packet.utf8))
        #expect(verdict.status == 0, "\(verdict.errors)")
    }

    @Test(
        "give back their attachments byte for byte, whatever the names",
        .needsTool("qpdf"), .needsTool("pdfdetach"))
    func attachments() throws {
        let xml = Array("<?xml version=\"1.0\"?><a>Ж</a>".utf8)
        let noise = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }
        let attachments = [
            PDFAttachment(
                name: "фактура.xml", mimeType: "text/xml", description: "е-фактура", relationship: .alternative,
                bytes: xml, modified: Self.date, checkSum: [UInt8](0..<16)),
            PDFAttachment(
                name: "a (1).bin", mimeType: "application/octet-stream", description: "", relationship: .supplement,
                bytes: noise, modified: Self.date),
            PDFAttachment(
                name: "empty.txt", mimeType: "text/plain", description: "", relationship: .data, bytes: [],
                modified: Self.date),
        ]
        let file = try Self.file(pages: 1, attachments: attachments)
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: file).status == 0)
        let list = try Tool.run("pdfdetach", ["-list", "{}"], file: file).output
        #expect(list.contains("3 embedded files") && list.contains("фактура.xml"))
        try Tool.withTemporaryFolder { folder in
            // The name tree is sorted by bytes, and names in UTF-16 begin with 0xFE.
            for (number, attachment) in zip(1..., [attachments[1], attachments[2], attachments[0]]) {
                let target = "\(folder)/\(number)"
                _ = try Tool.run("pdfdetach", ["-save", "\(number)", "-o", target, "{}"], file: file)
                let copy = [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
                guard case .bytes(let bytes) = attachment.content else { continue }
                #expect(copy == bytes, "\(attachment.name)")
            }
        }
        let plain = try Tool.run("qpdf", ["--qdf", "--object-streams=disable", "{}", "-"], file: file).output
        #expect(plain.contains("/AFRelationship /Alternative") && plain.contains("/Subtype /text#2fxml"))
        #expect(plain.contains("/AF ["))
    }

    @Test("carry the colour profile unchanged, also in the second document of a worker", .needsTool("qpdf"))
    func outputIntent() throws {
        let profile = (0..<3000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let compressor = PDFCompressor()
        let metadata = PDFMetadata(title: "T", language: "mk", created: Self.date)
        var files: [[UInt8]] = []
        for _ in 0..<2 {
            var writer = PDFWriter(compressor: compressor)
            let tree = try writer.write { $0.raw("<</Type/Pages/Count 0/Kids[]>>") }
            let intent = PDFOutputIntent(name: "sRGB IEC61966-2.1", profile: profile)
            let root = try writer.write(PDFCatalogue(pages: tree, metadata: metadata, outputIntent: intent))
            files.append(try writer.finish(root: root, info: nil, identifier: [UInt8](0..<16)))
        }
        #expect(files[0] == files[1])
        try Tool.withTemporaryFolder { folder in
            let copy = "\(folder)/profile"
            let script = "qpdf --show-object=3 --filtered-stream-data \"$0\" > '\(copy)'"
            let outcome = try Tool.run("sh", ["-c", script, "{}"], file: files[1])
            let stream = [UInt8](try Data(contentsOf: URL(fileURLWithPath: copy)))
            #expect(outcome.status == 0 && stream == profile)
        }
    }

    @Test("are the same each time")
    func deterministic() throws {
        #expect(try Self.file(pages: 300) == Self.file(pages: 300))
    }
}
