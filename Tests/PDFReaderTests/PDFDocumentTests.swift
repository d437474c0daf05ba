import Diagnostics
import PDFReader
import TestSupport
import Testing

@Suite("ISO 32000-1, 7.5: the structure of files")
struct PDFDocumentTests {
    private static func words(_ bytes: [UInt8]) throws -> [String] {
        try PDFDocument(parsing: bytes).text().blocks().map(\.text)
    }

    private static func code(_ bytes: [UInt8], limits: PDFLimits = .standard) -> String? {
        do throws(ToolkitError) {
            _ = try PDFDocument(parsing: bytes, limits: limits).text()
            return nil
        } catch {
            return error.code.name
        }
    }

    @Test("a file with a table is read from its end")
    func table() throws {
        var file = PDFBuilder.page("BT /F1 10 Tf 10 50 Td (Hello) Tj ET")
        file.end()
        let document = try PDFDocument(parsing: file.bytes)
        #expect(try document.text().blocks().map(\.text) == ["Hello"])
        #expect(!document.isRepaired)
        #expect(document.revisions.map(\.range) == [0..<file.count])
        #expect(try document.pages().count == 1)
        let range = try #require(try document.range(of: PDFObjectID(number: 5)))
        #expect(String(decoding: file.bytes[range], as: UTF8.self).hasPrefix("5 0 obj"))
        #expect(String(decoding: file.bytes[range], as: UTF8.self).hasSuffix("endobj"))
    }

    @Test("what is appended takes the place of what was there, and each state can be opened by itself")
    func revisions() throws {
        var file = PDFBuilder.page("BT /F1 10 Tf 10 50 Td (old) Tj ET")
        let first = file.end()
        let firstEnd = file.count
        file.stream(4, "BT /F1 10 Tf 10 50 Td (new) Tj ET")
        file.object(9, "null")
        file.end(previous: first)
        let document = try PDFDocument(parsing: file.bytes)
        #expect(try Self.words(file.bytes) == ["new"])
        #expect(document.revisions.map(\.range) == [0..<firstEnd, firstEnd..<file.count])
        #expect(document.revisions.map(\.objects) == [[0, 1, 2, 3, 4, 5], [4, 9]])
        #expect(try Self.words(Array(file.bytes[..<document.revisions[0].range.upperBound])) == ["old"])
    }

    @Test("a freed object is gone, and a reference with another generation leads nowhere")
    func freed() throws {
        var file = PDFBuilder.page("BT /F1 10 Tf (x) Tj ET")
        let first = file.end()
        let start = file.count
        file.raw("xref\n4 1\n0000000000 00001 f \ntrailer\n<</Root 1 0 R/Prev \(first)>>\nstartxref\n\(start)\n%%EOF\n")
        #expect(try PDFDocument(parsing: file.bytes).object(PDFObjectID(number: 4)).isNull)
        #expect(try Self.words(file.bytes).isEmpty)
        #expect(try PDFDocument(parsing: file.bytes).object(PDFObjectID(number: 5, generation: 3)).isNull)
        #expect(try !PDFDocument(parsing: file.bytes).object(PDFObjectID(number: 5)).isNull)
    }

    @Test("sections that lead to each other in a circle are read once")
    func circle() throws {
        var file = PDFBuilder.page("BT /F1 10 Tf (x) Tj ET")
        let place = file.count
        file.end(trailer: "/Prev \(place)")
        #expect(try Self.words(file.bytes) == ["x"])
        var other = PDFBuilder.page("BT /F1 10 Tf (x) Tj ET")
        let first = other.end()
        other.object(8, "null")
        other.end(previous: first)
        let looped = other.text.replacing("/Root 1 0 R>>", with: "/Root 1 0 R/Prev \(first)>>")
        #expect(Self.code(Array(looped.utf8)) == nil)
    }

    /// What is done to a good file, and whether its text is still found.
    static let damages: [(name: String, damage: @Sendable (String) -> String)] = [
        ("the place of the table is wrong", { $0.replacing("startxref\n", with: "startxref\n7") }),
        ("there is no end", { String($0.prefix(upTo: $0.firstRange(of: "xref")?.lowerBound ?? $0.startIndex)) }),
        ("every object has moved", { $0.replacing("%PDF-1.7\n", with: "%PDF-1.7\n% some more bytes\n") }),
        ("one entry is wrong", { $0.replacing("4 1\n00", with: "4 1\n11") }),
        ("the table is cut", { $0.replacing(" 00000 n", with: " 00000 ") }),
        ("bytes come before the header", { "mail header\n" + $0 }),
        ("the length of the content is wrong", { $0.replacing("/Length 3", with: "/Length 9") }),
        ("the length of the content is far away", { $0.replacing("/Length 3", with: "/Length 9999999999999999993") }),
        ("the trailer names no root", { $0.replacing("/Root", with: "/Rood") }),
    ]

    @Test("a damaged file is read where that is unambiguous", arguments: damages.indices)
    func repair(index: Int) throws {
        var file = PDFBuilder.page("BT /F1 10 Tf 10 50 Td (Hello) Tj ET")
        file.end()
        let bytes = Array(Self.damages[index].damage(file.text).utf8)
        #expect(bytes != file.bytes)
        #expect(try Self.words(bytes) == ["Hello"], "\(Self.damages[index].name)")
    }

    @Test("an encrypted file is refused, with its own code")
    func encrypted() throws {
        var file = PDFBuilder.page("BT /F1 10 Tf (x) Tj ET")
        file.end(trailer: "/Encrypt<</Filter/Standard>>")
        #expect(Self.code(file.bytes) == "pdf.encrypted")
        // Also where the table is damaged and the trailer has to be searched for.
        #expect(Self.code(Array(file.text.replacing("startxref\n", with: "startxref\n7").utf8)) == "pdf.encrypted")
    }

    @Test(
        "what is no PDF is malformed",
        arguments: ["", "%PDF-1.7", "<xml/>", "%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj"])
    func malformed(text: String) {
        #expect(Self.code(Array(text.utf8)) == "pdf.malformed")
    }

    @Test("a fault names the byte")
    func place() throws {
        do throws(ToolkitError) {
            _ = try PDFDocument(parsing: Array("<xml/>".utf8))
            Issue.record("it was accepted")
        } catch {
            #expect(error.message.contains("at byte 0"))
            #expect(error.facts["offset"] == "0")
        }
    }

    /// Limits that are lower than what a small file needs.
    static let lowLimits: [PDFLimits] = {
        let changes: [(inout PDFLimits) -> Void] = [
            { $0.fileBytes = 100 }, { $0.objects = 3 }, { $0.nesting = 1 }, { $0.unpackedBytes = 1 },
            { $0.parsedBytes = 100 }, { $0.pages = 0 }, { $0.fragments = 1 },
        ]
        return changes.map { change in
            var limits = PDFLimits.standard
            change(&limits)
            return limits
        }
    }()

    @Test("every limit holds", arguments: lowLimits)
    func limits(limits: PDFLimits) throws {
        var file = PDFBuilder.page("BT /F1 10 Tf (x) Tj 0 -20 Td (y) Tj ET") { file in
            file.object(3, "<</Type/Page/Parent 2 0 R/Contents[4 0 R 6 0 R]/Resources<</Font<</F1 5 0 R>>>>>>")
            file.stream(6, "4254>", entries: "/Filter/ASCIIHexDecode")
        }
        file.end()
        #expect(Self.code(file.bytes) == nil)
        #expect(Self.code(file.bytes, limits: limits) == "pdf.limit")
    }

    @Test("brackets without end are a limit, not a crash")
    func nesting() throws {
        for bracket in ["[", "<</A "] {
            var file = PDFBuilder.page("")
            file.object(1, "<</Type/Catalog/Pages 2 0 R/X \(String(repeating: bracket, count: 100_000))")
            file.end()
            #expect(Self.code(file.bytes) == "pdf.limit")
        }
    }
}
