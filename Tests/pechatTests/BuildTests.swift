import Foundation
import JSONCore
import TestSupport
import Testing

@Suite("pechat build: JSON in; PDF, signed XML and report out")
struct BuildTests {
    @Test(
        "makes what other programs accept", .needsSharedFolder, .needsTool("xmlsec1"), .needsTool("qpdf"),
        arguments: [[], ["--ec"]])
    func fourRates(kind: [String]) throws {
        try Tool.withTemporaryFolder { folder in
            #expect(try Program.run(["cert", "make-test", "--out", "\(folder)/key"] + kind).status == 0)
            let built = try Program.run([
                "build", SharedFolder.path("samples/four-rates.json"), "--out", "\(folder)/out", "--key",
                "\(folder)/key/signer.p12", "--password-file", "\(folder)/key/password.txt",
            ])
            #expect(built.status == 0, "\(built.errors)")
            let base = "\(folder)/out/FAK-2026-0002"
            try Self.expectAmounts(in: "\(base).pdf")
            let schema = "\(PackageFolder.root)/schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
            #expect(try Tool.run("xmllint", ["--noout", "--nonet", "--schema", schema, "\(base).xml"]).status == 0)
            let properties = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"
            let seal = try Tool.run(
                "xmlsec1",
                ["--verify", "--trusted-pem", "\(folder)/key/ca.pem", "--id-attr:Id", properties, "\(base).xml"])
            #expect(seal.status == 0, "\(seal.errors)")
            #expect(try Tool.run("qpdf", ["--check", "\(base).pdf"]).status == 0)
            #expect(try Tool.run("pdfdetach", ["-saveall", "-o", folder, "\(base).pdf"]).status == 0)
            let attached = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/FAK-2026-0002.xml"))
            #expect(try attached == Data(contentsOf: URL(fileURLWithPath: "\(base).xml")))
            let verified = try Program.run(["verify", "\(base).xml", "--trust", "\(folder)/key/ca.pem", "--json"])
            #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
            #expect(verified.output.contains("\"status\":\"passed\""))
            let whole = try Program.run(["verify", "\(base).pdf", "--trust", "\(folder)/key/ca.pem", "--json"])
            let root = try JSONDocument(parsing: Array(whole.output.utf8)).root
            #expect(whole.status == 0 && root["pdfSignature"]?["status"]?.string == "passed", "\(whole.output)")
            #expect(root["pdfSignature"]?["level"]?.string == "B-B")
            let report = try JSONDocument(parsing: Tool.bytes(of: "\(base).report.json")).root
            let files = report["signatures"]?.elements.compactMap { $0["file"]?.string }
            #expect(files == ["FAK-2026-0002.pdf", "FAK-2026-0002.xml"])
            if Tool.path(of: "pdfsig") != nil {
                let seen = try Tool.run("pdfsig", ["\(base).pdf"]).output
                #expect(seen.contains("Signature is Valid.") && seen.contains("Total document signed"), "\(seen)")
            }
            if try Tool.python("import pyhanko").status == 0 {
                let judge = "\(PackageFolder.root)/Tests/Judges/judge-signed-pdf.py"
                let verdict = try Tool.run("python3", [judge, "\(folder)/key/ca.pem", "\(base).pdf"]).output
                #expect(verdict.contains("\"bottomLine\": true") && verdict.contains("ENTIRE_FILE"), "\(verdict)")
            }
        }
    }

    @Test(
        "signs what --sign names, and nothing without a key", .needsTool("pdfdetach"),
        arguments: ["xml", "pdf", "both"])
    func target(name: String) throws {
        try Tool.withTemporaryFolder { folder in
            #expect(try Program.run(["cert", "make-test", "--out", folder, "--ec"]).status == 0)
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            let key = ["--key", "\(folder)/signer.p12", "--password-file", "\(folder)/password.txt"]
            let line = Array(try String(contentsOfFile: sample, encoding: .utf8).filter { $0 != "\n" }.utf8)
            let built = try Program.run(["batch", "-", "--out", folder, "--sign", name] + key, input: line)
            #expect(built.status == 0, "\(built.errors)")
            let base = "\(folder)/FAK-2026-0418"
            let pdf = String(decoding: try Tool.bytes(of: "\(base).pdf"), as: UTF8.self)
            let xml = String(decoding: try Tool.bytes(of: "\(base).xml"), as: UTF8.self)
            #expect(pdf.contains("/ETSI.CAdES.detached") == (name != "xml"))
            #expect(xml.contains("SignatureValue") == (name != "pdf"))
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            #expect(try Tool.run("pdfdetach", ["-saveall", "-o", "\(folder)/in", "\(base).pdf"]).status == 0)
            #expect(try Tool.bytes(of: "\(folder)/in/FAK-2026-0418.xml") == Tool.bytes(of: "\(base).xml"))
            for file in ["pdf", "xml"] where name == file || name == "both" {
                let verified = try Program.run(["verify", "\(base).\(file)", "--trust", "\(folder)/ca.pem"])
                #expect(verified.status == 0, "\(file): \(verified.output)")
            }
            let unsigned = try Program.run(["build", sample, "--out", "\(folder)/in", "--sign", name])
            #expect(unsigned.status == 2)
        }
    }

    /// Every amount of the expected file in Macedonian form.
    private static func expectAmounts(in pdf: String) throws {
        let text = try Tool.run("pdftotext", ["-raw", pdf, "-"]).output
        let expected =
            try JSONSerialization.jsonObject(
                with: Data(SharedFolder.bytes("samples/four-rates.expected.json"))) as? [String: Any]
        var amounts = (expected ?? [:]).values.compactMap { $0 as? String } + (expected?["lineNets"] as? [String] ?? [])
        for row in expected?["vat"] as? [[String: String]] ?? [] {
            amounts += [row["taxable"] ?? "", row["tax"] ?? ""]
        }
        #expect(amounts.count > 15)
        for amount in amounts where amount != "0.00" {
            #expect(text.contains(macedonian(amount)), "\(amount) is not on the page")
        }
    }

    /// `1234.50` as `1.234,50`.
    private static func macedonian(_ amount: String) -> String {
        let parts = amount.split(separator: ".")
        var whole = String(parts[0])
        var at = whole.count - 3
        while at > 0 {
            whole.insert(".", at: whole.index(whole.startIndex, offsetBy: at))
            at -= 3
        }
        return "\(whole),\(parts[1])"
    }

    static let samples = SharedFolder.names(in: "samples", suffix: ".json").filter { !$0.contains("expected") }

    @Test("gives exactly the expected totals", .needsSharedFolder, arguments: samples)
    func totals(name: String) throws {
        try Tool.withTemporaryFolder { folder in
            let built = try Program.run(["build", SharedFolder.path("samples/\(name)"), "--out", folder, "--json"])
            #expect(built.status == 0, "\(built.errors)")
            let report = try JSONSerialization.jsonObject(with: Data(built.output.utf8)) as? [String: Any]
            let expected = try JSONSerialization.jsonObject(
                with: Data(SharedFolder.bytes("samples/\(name.replacing(".json", with: ".expected.json"))")))
            #expect(report?["totals"] as? NSDictionary == expected as? NSDictionary)
        }
    }

    @Test("names every mistake of the bad samples", .needsSharedFolder)
    func mistakes() throws {
        let expected = try JSONSerialization.jsonObject(with: Data(SharedFolder.bytes("samples/bad/expected.json")))
        for row in expected as? [[String: String]] ?? [] {
            let file = row["file"] ?? ""
            try Tool.withTemporaryFolder { folder in
                let outcome = try Program.run(
                    ["build", SharedFolder.path("samples/bad/\(file)"), "--out", folder, "--json"])
                #expect(outcome.status == 1, "\(file)")
                let errors = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
                let pointers = (errors?["errors"] as? [[String: Any]] ?? []).compactMap { $0["pointer"] as? String }
                #expect(pointers.contains(row["pointer"] ?? "?"), "\(file): \(pointers)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            }
        }
        for file in ["empty.json", "not-json.json"] {
            let outcome = try Program.run(["build", SharedFolder.path("samples/bad/\(file)")])
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains(":1:"), "\(outcome.errors)")
        }
    }

    @Test("internal notes reach no file")
    func internalNotes() throws {
        try Tool.withTemporaryFolder { folder in
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            let secret = "доцни со плаќање"
            #expect(try String(contentsOfFile: sample, encoding: .utf8).contains(secret))
            let built = try Program.run(["build", sample, "--out", folder, "--json"])
            #expect(built.status == 0)
            let text = try Tool.run("pdftotext", ["\(folder)/FAK-2026-0418.pdf", "-"]).output
            let xml = try String(contentsOfFile: "\(folder)/FAK-2026-0418.xml", encoding: .utf8)
            for output in [built.output, built.errors, text, xml] { #expect(!output.contains(secret)) }
        }
    }

    @Test("the same input gives the same PDF bytes")
    func deterministic() throws {
        try Tool.withTemporaryFolder { folder in
            let sample = "\(PackageFolder.root)/samples/services/invoice.json"
            for name in ["a", "b"] {
                #expect(try Program.run(["render", sample, "-o", "\(folder)/\(name).pdf"]).status == 0)
            }
            let files = try ["a", "b"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).pdf")) }
            #expect(files[0] == files[1])
        }
    }

    @Test("two documents whose numbers give one file name keep both")
    func collision() throws {
        try Tool.withTemporaryFolder { folder in
            let sample = try String(
                contentsOfFile: "\(PackageFolder.root)/samples/services/invoice.json", encoding: .utf8)
            for number in ["2026/077", "2026-077", "2026/077"] {
                let input = sample.replacing("\"2026/077\"", with: "\"\(number)\"")
                #expect(try Program.run(["build", "-", "--out", folder], input: Array(input.utf8)).status == 0)
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(
                files == ["pdf", "report.json", "xml"].flatMap { ["2026-077-2.\($0)", "2026-077.\($0)"] }.sorted())
            #expect(try String(contentsOfFile: "\(folder)/2026-077.xml", encoding: .utf8).contains(">2026/077<"))
        }
    }

    @Test("a folder that cannot be written is an error of the disk and leaves nothing")
    func unwritable() throws {
        let sample = "\(PackageFolder.root)/samples/services/invoice.json"
        let outcome = try Program.run(["build", sample, "--out", "/proc/pechat"])
        #expect(outcome.status == 74)
        #expect(outcome.errors.contains("cannot be written"))
        #expect(try Program.run(["build", "/no/such/file.json"]).status == 3)
    }
}
