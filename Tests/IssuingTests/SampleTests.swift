import Foundation
import Issuing
import JSONCore
import PageLayout
import TestSupport
import Testing

/// Keeps the pages.
private struct Pages: PageSink {
    var pages: [Page] = []
    mutating func append(_ page: Page) { pages.append(page) }
    mutating func overlay(_ elements: [PageElement], onPage index: Int) { pages[index].elements += elements }
}

@Suite("The samples, stage by stage")
struct SampleTests {
    static let names: [String] = {
        let folder = "\(PackageFolder.root)/samples"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }()
    /// One for each test, so that it is gone when leaks are looked for.
    private let toolkit = Toolkit.bundled()

    private func document(_ name: String) throws -> BuiltDocument {
        let json = try PackageFolder.bytes("samples/\(name)/invoice.json")
        switch try Workbench(toolkit).build(json, DocumentOptions()) {
        case .built(let document): return document
        case .rejected(let findings):
            Issue.record("\(name) is rejected: \(findings)")
            throw CocoaError(.fileReadCorruptFile)
        }
    }

    @Test("there are samples of every kind of business")
    func count() { #expect(Self.names.count >= 8) }

    @Test("give the same totals and findings", arguments: names)
    func totals(name: String) throws {
        let report = try JSONDocument(parsing: try document(name).report()).root
        for (key, file) in [("totals", "totals.json"), ("findings", "findings.json")] {
            var writer = JSONWriter(.indented(2))
            writer.value(try #require(report[key]))
            expectGolden(String(decoding: writer.bytes, as: UTF8.self) + "\n", "\(name)/\(file)")
        }
    }

    @Test("give the same e-invoice", arguments: names)
    func eInvoice(name: String) throws {
        expectGolden(String(decoding: try document(name).xml, as: UTF8.self), "\(name)/invoice.ubl.xml")
    }

    @Test("give the same pages", arguments: names)
    func pages(name: String) throws {
        var sink = Pages()
        let json = try PackageFolder.bytes("samples/\(name)/invoice.json")
        #expect(try Workbench(toolkit).layOut(json, DocumentOptions(), into: &sink) == nil)
        expectGolden(sink.pages.map(\.dump).joined(), "\(name)/pages.txt")
    }

    @Test("give a PDF in which poppler reads the same text", .needsTool("pdftotext"), arguments: names)
    func pdfText(name: String) throws {
        let document = try document(name)
        let text = try Tool.withTemporaryFolder { folder in
            try Data(document.pdf).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
            return try Tool.run("pdftotext", ["-raw", "\(folder)/a.pdf", "-"]).output
        }
        expectGolden(text, "\(name)/pdf.txt")
    }
}
