import Diagnostics
import Foundation
import JSONCore
import TestSupport
import Testing

@Suite("pechat verify FILE.pdf", .needsSharedFolder)
struct VerifyPDFTests {
    @Test("passes our own page, as text and as JSON with every key that the help names")
    func passes() throws {
        try Tool.withTemporaryFolder { folder in
            let pdf = "\(folder)/a.pdf"
            #expect(try Program.run(["render", SharedFolder.path("samples/four-rates.json"), "-o", pdf]).status == 0)
            let text = try Program.run(["verify", pdf])
            #expect(text.status == 0)
            #expect(text.output.hasPrefix("passed: "))
            #expect(text.output.contains("signature: none"))
            let json = try Program.run(["verify", "--json", pdf])
            #expect(json.status == 0)
            let root = try JSONDocument(parsing: Array(json.output.utf8)).root
            #expect(root["status"]?.string == "passed")
            #expect(root["attachments"]?[0]?["isInvoice"]?.bool == true)
            let help = try Program.run(["verify", "--help"]).output
            let keys = json.output.matches(of: /"([a-zA-Z0-9]+)":/).map { String($0.output.1) }
            #expect(keys.count > 20)
            for key in keys where !help.contains(key) { Issue.record("the help does not name \(key)") }
        }
    }

    @Test("a file without any signature does not pass where authorities are named")
    func unsigned() throws {
        try Tool.withTemporaryFolder { folder in
            let pdf = "\(folder)/a.pdf"
            #expect(try Program.run(["cert", "make-test", "--out", folder]).status == 0)
            #expect(try Program.run(["render", SharedFolder.path("samples/four-rates.json"), "-o", pdf]).status == 0)
            let verdict = try Program.run(["verify", pdf, "--trust", "\(folder)/ca.pem", "--json"])
            #expect(verdict.status == 1)
            let root = try JSONDocument(parsing: Array(verdict.output.utf8)).root
            #expect(root["status"]?.string == "indeterminate")
            #expect(root["code"]?.string == "signature.missing")
        }
    }

    @Test("says what it cannot compare, and refuses what it cannot read")
    func others() throws {
        let fixture = "\(PackageFolder.root)/Tests/PDFReaderTests/Fixtures/reportlab.pdf"
        let bare = try Program.run(["verify", fixture])
        #expect(bare.status == 1)
        #expect(bare.output.hasPrefix("indeterminate: There is no e-invoice XML in this PDF"))
        let broken = try Program.run(["verify", "-", "--json"], input: Array("%PDF-1.7\nnothing".utf8))
        #expect(broken.status == 3)
        #expect(broken.output.contains("pdf.malformed"))
        let xml = try Program.run(["verify", "-"], input: Array("<a/>".utf8))
        #expect(xml.status == 1)
        #expect(xml.output.hasPrefix("failed (FORMAT_FAILURE)"))
    }
}
