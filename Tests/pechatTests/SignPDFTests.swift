import Diagnostics
import Foundation
import JSONCore
import TestSupport
import Testing

@Suite("pechat sign FILE.pdf", .needsSharedFolder)
struct SignPDFTests {
    @Test("our page with a box in Macedonian passes, stays PDF/A and PDF/UA, and a changed copy fails")
    func signing() throws {
        try Tool.withTemporaryFolder { folder in
            let pdf = "\(folder)/a.pdf"
            let signed = "\(folder)/signed.pdf"
            #expect(try Program.run(["render", SharedFolder.path("samples/four-rates.json"), "-o", pdf]).status == 0)
            #expect(try Program.run(["cert", "make-test", "--out", folder]).status == 0)
            let key = ["--key", "\(folder)/signer.p12", "--password-file", "\(folder)/password.txt"]
            let outcome = try Program.run(
                ["sign", pdf, "--visible", "top-right", "--reason", "Одобрено", "-o", signed] + key)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let verified = try Program.run(["verify", signed, "--trust", "\(folder)/ca.pem", "--json"])
            let root = try JSONDocument(parsing: Array(verified.output.utf8)).root
            #expect(root["pdfSignature"]?["status"]?.string == "passed", "\(verified.output)")
            #expect(root["pdfSignature"]?["modifications"]?.string == "none")
            #expect(root["pdfSignature"]?["level"]?.string == "B-B")
            if Tool.path(of: "qpdf") != nil {
                #expect(try Tool.run("qpdf", ["--check", signed]).status == 0)
            }
            if try Tool.python("import pikepdf").status == 0 {
                let judged = try Tool.run(
                    "python3", ["\(PackageFolder.root)/Tests/Judges/judge-pdf.py", signed])
                #expect(judged.status == 0, "\(judged.output)")
            }
            if Tool.path(of: "pdftotext") != nil {
                let text = try Tool.run("pdftotext", ["-layout", signed, "-"]).output
                #expect(text.contains("Дигитално потпишано од") && text.contains("Причина: Одобрено"))
            }
            let bytes = try Tool.bytes(of: signed)
            try Data(bytes + Array("4 0 obj\n<<>>\nendobj\n".utf8)).write(to: URL(fileURLWithPath: signed))
            let changed = try Program.run(["verify", signed, "--trust", "\(folder)/ca.pem"])
            #expect(changed.status == 1)
        }
    }
}
