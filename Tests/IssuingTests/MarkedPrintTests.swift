import Diagnostics
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("Marked prints")
struct MarkedPrintTests {
    private func render(_ mark: DocumentMark?, number: String? = "2026/077") throws -> MakeOutcome {
        let bytes = try PackageFolder.bytes("samples/services/invoice.json")
        var text = String(decoding: bytes, as: UTF8.self)
        if number == nil { text = text.replacing("  \"number\": \"2026/077\",\n", with: "") }
        return try Workbench(Toolkit.bundled()).render(Array(text.utf8), DocumentOptions(mark: mark))
    }

    private func tool(_ name: String, _ arguments: [String], on pdf: [UInt8]) throws -> String {
        try Tool.withTemporaryFolder { folder in
            try Data(pdf).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
            return try Tool.run(name, arguments + ["\(folder)/a.pdf"]).output
        }
    }

    static let titles: [(DocumentMark?, String, String)] = [
        (nil, "Фактура 2026/077\n", "1 embedded"), (.copy, "Фактура 2026/077 – КОПИЈА\n", "1 embedded"),
        (.draft, "Фактура 2026/077 – НАЦРТ\n", "0 embedded"),
        (.void, "Фактура 2026/077 – ПОНИШТЕНО (СТОРНО)\n", "0 embedded"),
    ]
    @Test(
        "say so in their title, and carry an invoice only when they are copies of one", .needsTool("pdfinfo"),
        arguments: titles)
    func title(mark: DocumentMark?, title: String, files: String) throws {
        guard case .made(let pdf, _) = try render(mark) else {
            Issue.record("rejected")
            return
        }
        let info = try tool("pdfinfo", [], on: pdf)
        #expect(info.contains("Title:           \(title)"), "\(info)")
        #expect(info.contains("Subject:") == (mark != nil))
        #expect(try tool("pdfdetach", ["-list"], on: pdf).contains(files))
        #expect(try tool("qpdf", ["--check"], on: pdf).contains("No syntax or stream encoding errors"))
    }

    @Test("differ in their identifier")
    func identifiers() throws {
        let files = try ([nil] + DocumentMark.allCases).map { mark in
            guard case .made(let pdf, _) = try render(mark) else { throw CocoaError(.fileReadUnknown) }
            return String(decoding: pdf.suffix(200), as: UTF8.self)
        }
        #expect(Set(files).count == 4)
    }

    @Test("a draft needs no number, everything else does", arguments: [nil] + DocumentMark.allCases)
    func number(mark: DocumentMark?) throws {
        switch try render(mark, number: nil) {
        case .made: #expect(mark == .draft)
        case .rejected(let findings):
            #expect(mark != .draft && findings.map(\.rule) == ["document.numberMissing"])
        }
    }
}
