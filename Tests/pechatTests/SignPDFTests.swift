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
                ["sign", pdf, "--visible", "auto", "--reason", "Одобрено", "-o", signed] + key)
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

    /// A word of a page with its edges, as poppler sees it; y counts from above.
    private struct Word {
        let text: String
        let left: Double, top: Double, right: Double, bottom: Double
    }

    private static func words(of pdf: String) throws -> [Word] {
        let pattern = /<word xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)">([^<]*)</
        return try Tool.run("pdftotext", ["-bbox", pdf, "-"]).output.matches(of: pattern).compactMap { match in
            guard let left = Double(match.output.1), let top = Double(match.output.2),
                let right = Double(match.output.3), let bottom = Double(match.output.4)
            else { return nil }
            return Word(text: String(match.output.5), left: left, top: top, right: right, bottom: bottom)
        }
    }

    @Test(
        "a box that finds its own place covers no word and stands over the blank of the issuer",
        .needsTool("pdftotext"), arguments: ["classic", "modern", "compact"])
    func blank(template: String) throws {
        try Tool.withTemporaryFolder { folder in
            let pdf = "\(folder)/a.pdf"
            let signed = "\(folder)/signed.pdf"
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            #expect(try Program.run(["render", sample, "--template", template, "-o", pdf]).status == 0)
            #expect(try Program.run(["cert", "make-test", "--out", folder]).status == 0)
            let key = ["--key", "\(folder)/signer.p12", "--password-file", "\(folder)/password.txt"]
            let outcome = try Program.run(["sign", pdf, "--visible", "auto", "-o", signed] + key)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let before = try Self.words(of: pdf)
            let text = String(decoding: try Tool.bytes(of: signed), as: UTF8.self)
            let edges = try #require(text.matches(of: /\/F 132\/Rect\[([-0-9. ]+)\]/).last)
                .output.1.split(separator: " ").compactMap { Double($0) }
            try #require(edges.count == 4 && edges[2] - edges[0] > 100 && edges[3] - edges[1] > 24)
            let (top, bottom) = (841.89 - edges[3], 841.89 - edges[1])
            for word in before {
                let isApart =
                    word.right < edges[0] || word.left > edges[2] || word.bottom < top || word.top > bottom
                #expect(isApart, "the box lies on \(word.text)")
            }
            let label = try #require(before.last { $0.text == "Фактурирал" })
            #expect(label.top - bottom < 20 && label.left >= edges[0] - 1 && label.right <= edges[2] + 1)
            // What is drawn is read: all of its words lie in the box.
            let drawn = try Self.words(of: signed).filter { $0.bottom > top && $0.top < bottom && $0.left > edges[0] }
            #expect(drawn.contains { $0.text == "Дигитално" } && drawn.contains { $0.text == "Датум:" })
        }
    }

    @Test("a place that covers text is refused with a place that does not, and taken when that is wanted")
    func covering() throws {
        try Tool.withTemporaryFolder { folder in
            let pdf = "\(folder)/a.pdf"
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            #expect(try Program.run(["render", sample, "-o", pdf]).status == 0)
            #expect(try Program.run(["cert", "make-test", "--out", folder]).status == 0)
            let signing = [
                "sign", pdf, "--key", "\(folder)/signer.p12", "--password-file", "\(folder)/password.txt", "-o",
                "\(folder)/signed.pdf", "--visible", "top-right",
            ]
            let refused = try Program.run(signing)
            #expect(refused.status == 2 && refused.errors.contains("auto"), "\(refused.errors)")
            #expect(try Program.run(signing + ["--visible-over"]).status == 0)
            let absent = try Program.run(signing + ["--page", "7"])
            #expect(absent.status == 2 && absent.errors.contains("no page 7"), "\(absent.errors)")
        }
    }
}
