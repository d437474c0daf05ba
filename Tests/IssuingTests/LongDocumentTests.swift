import Certificates
import Diagnostics
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("Long documents")
struct LongDocumentTests {
    /// An invoice of so many lines that they are packed and its XML is written piece by piece.
    static func json(lines: Int) -> [UInt8] {
        let head = #"""
            {"kind":"invoice","number":"1","issueDate":"2026-11-20","language":"mk","seller":{"name":"а","taxNumber":
            "4030995135699","address":{"city":"Скопје","country":"MK"}},"buyer":{"name":"б","address":{"country":"MK"}},"lines":[
            """#
        let body = (0..<lines).map { line in
            #"{"item":{"name":"Ставка број \#(line)"},"quantity":\#(line % 9 + 1),"unit":"H87","price":"\#(line).50","#
                + (line % 3 == 0 ? #""discounts":[{"percent":"5","reason":"Рабат"}],"# : "")
                + #""vat":{"category":"S","rate":"\#(line % 2 == 0 ? 18 : 5)"}}"#
        }
        return Array((head + body.joined(separator: ",\n") + "]}").utf8)
    }

    private final class Pieces {
        var all: [[UInt8]] = []
    }

    static func render(_ json: [UInt8], _ bench: Workbench, _ options: DocumentOptions = .init()) throws -> [[UInt8]] {
        let pieces = Pieces()
        guard case .written(let findings) = try bench.render(json, options, to: { pieces.all.append($0) }) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        #expect(findings.isEmpty)
        return pieces.all
    }

    @Test(
        "go out in pieces, with the XML that they have as files of their own", .needsTool("qpdf"),
        .needsTool("pdfdetach"))
    func pieces() throws {
        let json = Self.json(lines: Lines.packingCount)
        let bench = Workbench(Toolkit.bundled())
        let pieces = try Self.render(json, bench)
        let pdf = Array(pieces.joined())
        #expect(pieces.count > 2)
        // What waits for the sink stays a small part of the document.
        #expect(pieces.allSatisfy { $0.count < 192 << 10 } && pdf.count > 320 << 10)
        guard case .made(let whole, _) = try bench.render(json, DocumentOptions()),
            case .made(let xml, _) = try bench.xml(json, DocumentOptions())
        else { throw CocoaError(.fileReadCorruptFile) }
        #expect(whole == pdf)
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: pdf).status == 0)
        try Tool.withTemporaryFolder { folder in
            _ = try Tool.run("pdfdetach", ["-save", "1", "-o", "\(folder)/a", "{}"], file: pdf)
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a"))) == xml)
        }
    }

    @Test("look like those that are not packed, line by line", .needsTool("pdftotext"))
    func sameLines() throws {
        let bench = Workbench(Toolkit.bundled())
        func rows(_ count: Int) throws -> Set<String> {
            let pdf = Array(try Self.render(Self.json(lines: count), bench, DocumentOptions(mark: .draft)).joined())
            let text = try Tool.run("pdftotext", ["-raw", "{}", "-"], file: pdf).output
            return Set(text.split(separator: "\n").map(String.init).filter { $0.contains("Ставка") })
        }
        let short = try rows(Lines.packingCount - 1)
        let long = try rows(Lines.packingCount)
        #expect(short.count >= Lines.packingCount - 1)
        #expect(long.subtracting(short).count <= 1 && short.subtracting(long).isEmpty)
    }

    @Test("with two lines of one id are told so, although their lines are packed")
    func duplicateID() throws {
        func findings(_ id: Int) throws -> [String] {
            let json = String(decoding: Self.json(lines: Lines.packingCount), as: UTF8.self)
                .replacing(#"{"item":{"name":"Ставка број 1999""#, with: #"{"id":"\#(id)","item":{"name":"х""#)
            return try InvoiceDecoder.decode(Array(json.utf8)).report.findings.map { "\($0.rule) \($0.pointer)" }
        }
        #expect(try findings(Lines.packingCount) == [])
        #expect(try findings(9999) == [])
        #expect(try findings(5) == ["line.duplicateID /lines/1999/id"])
    }

    @Test("have a running digest that is the digest")
    func digest() throws {
        let bytes = Self.json(lines: 100)
        var digest = try RunningDigest()
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            try digest.add(Array(bytes[start..<min(start + 1000, bytes.count)]))
        }
        #expect(try digest.finish() == Digest.sha256(bytes))
    }
}
