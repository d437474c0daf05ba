import Foundation
import JSONCore
import TestSupport
import Testing

@Suite("pechat sign FILE.pdf with timestamps", .needsTool("openssl"), .needsTool("python3"))
struct SignPDFLevelTests {
    private let pki: LoopbackPKI
    private let network: [String]

    init() throws {
        pki = try LoopbackPKI.shared()
        network = ["--tsa", pki.url("/tsa"), "--trust", pki.path("root.pem"), "--allow-address", "127.0.0.1"]
    }

    private var key: [String] { ["--key", pki.path("signer.p12"), "--password-file", pki.path("password.txt")] }

    private func sign(_ file: String, to output: String, _ options: [String]) throws -> Tool.Outcome {
        try Program.run(["sign", file, "-o", output] + network + options)
    }

    private func verdict(_ file: String) throws -> JSONValue? {
        let verified = try Program.run(["verify", file, "--trust", pki.path("root.pem"), "--json"])
        return try JSONDocument(parsing: Array(verified.output.utf8)).root["pdfSignature"]
    }

    /// Whether pyHanko accepts all signatures and timestamps of a file, and how many there are.
    private func pyHanko(_ file: String) throws -> (count: Int, good: Int) {
        let judge = "\(PackageFolder.root)/Tests/Judges/judge-signed-pdf.py"
        let outcome = try Tool.run("python3", [judge, pki.path("root.pem"), file])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return (outcome.output.ranges(of: "\"field\"").count, outcome.output.ranges(of: "\"bottomLine\": true").count)
    }

    @Test(
        "a tagged page keeps PDF/UA and PDF/A on every level, with a later signature and a renewed timestamp",
        .needsPython("pikepdf", "pyhanko"))
    func accessible() throws {
        try Tool.withTemporaryFolder { folder in
            let names = ["a", "lta", "renewed", "again", "second"].map { "\(folder)/\($0).pdf" }
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            #expect(try Program.run(["render", sample, "-o", names[0]]).status == 0)
            let steps = [key + ["--level", "B-LTA", "--visible", "auto"], ["--renew"], ["--renew"], key]
            for (index, options) in steps.enumerated() {
                let outcome = try sign(names[index], to: names[index + 1], options)
                #expect(outcome.status == 0, "\(outcome.errors)")
                let bytes = try Tool.bytes(of: names[index + 1])
                #expect(bytes.starts(with: try Tool.bytes(of: names[index])))
                let judged = try Tool.run(
                    "python3", ["\(PackageFolder.root)/Tests/Judges/judge-pdf.py", names[index + 1]])
                #expect(judged.status == 0, "\(names[index + 1]): \(judged.output)")
                let own = try verdict(names[index + 1])
                #expect(own?["status"]?.string == "passed", "\(names[index + 1])")
                if index < 3 { #expect(own?["level"]?.string == "B-LTA") }
                let (count, good) = try pyHanko(names[index + 1])
                #expect(count == index + 2 && good == count, "\(names[index + 1]): \(good) of \(count)")
            }
            // The field of the first timestamp is in the structure.
            let text = String(decoding: try Tool.bytes(of: names[1]), as: UTF8.self)
            #expect(text.ranges(of: "/S/Form").count == 2)
            #expect(text.contains("/T(Timestamp1)"))
        }
    }

    @Test("an archived XML signature is renewed too, and a broken or missing one is not")
    func renewal() throws {
        try Tool.withTemporaryFolder { folder in
            let names = ["a", "lta", "renewed"].map { "\(folder)/\($0).xml" }
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            #expect(try Program.run(["xml", sample, "-o", names[0]]).status == 0)
            let signed = try sign(names[0], to: names[1], key + ["--level", "B-LTA"])
            #expect(signed.status == 0, "\(signed.errors)")
            let renewed = try sign(names[1], to: names[2], ["--renew"])
            #expect(renewed.status == 0, "\(renewed.errors)")
            let verified = try Program.run(["verify", names[2], "--trust", pki.path("root.pem"), "--json"])
            #expect(verified.status == 0 && verified.output.contains("\"level\":\"B-LTA\""), "\(verified.output)")
            let text = String(decoding: try Tool.bytes(of: names[2]), as: UTF8.self)
            #expect(text.ranges(of: "<xades141:ArchiveTimeStamp").count == 2)
            #expect(try sign(names[0], to: names[2], ["--renew"]).status == 1)
            let pdf = "\(folder)/a.pdf"
            #expect(try Program.run(["render", sample, "-o", pdf]).status == 0)
            #expect(try sign(pdf, to: names[2], ["--renew"]).status == 1)
            let withKey = try sign(pdf, to: names[2], key + ["--renew"])
            #expect(withKey.status == 2 && withKey.errors.contains("takes no key"))
            let sealed = "\(folder)/s.pdf"
            #expect(try sign(pdf, to: sealed, key).status == 0)
            var bytes = try Tool.bytes(of: sealed)
            bytes[bytes.count / 3] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: sealed))
            #expect(try sign(sealed, to: names[2], ["--renew"]).status == 1)
        }
    }
}
