import Foundation
import TestSupport
import Testing

@Suite("pechat serve, asked by curl", .needsTool("curl"))
struct ServeProgramTests {
    @Test("starts with a configuration, says what the command says, and ends by SIGTERM")
    func whole() throws {
        try Tool.withTemporaryFolder { folder in
            func path(_ name: String) -> String { "\(folder)/\(name)" }
            #expect(try Program.run(["cert", "make-test", "--out", path("keys")]).status == 0)
            let made = try Program.run(
                ["serve", "key", "create", "shop", "--role", "finance", "--keys", path("access.json")])
            let secret = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(made.status == 0 && secret.hasPrefix("pk_"))
            #expect(try !String(contentsOfFile: path("access.json"), encoding: .utf8).contains(secret))
            try Data(
                """
                {"listen": ["unix:\(path("s"))"], "accessKeys": "\(path("access.json"))", "audit": "\(path("audit"))",
                 "trust": ["\(path("keys/ca.pem"))"], "keys": [{"name": "seal", "key": "\(path("keys/signer.p12"))",
                 "passwordFile": "\(path("keys/password.txt"))"}]}
                """.utf8
            ).write(to: URL(fileURLWithPath: path("config.json")))
            let process = try Program.start(["serve", "--config", path("config.json")], output: path("out"))
            defer { process.terminate() }
            let socket = ["-s", "--unix-socket", path("s"), "-H", "Authorization: Bearer \(secret)"]
            #expect(
                Program.wait {
                    (try? Tool.run("curl", socket + ["http://x/health/ready"]).output.contains("ready")) ?? false
                })
            let invoice = "\(PackageFolder.root)/samples/services/invoice.json"
            let type = ["-H", "Content-Type: application/json", "--data-binary", "@\(invoice)"]
            let xml = try Tool.run("curl", socket + type + ["http://x/v1/xml", "-o", path("d.xml")])
            #expect(xml.status == 0)
            #expect(try Program.run(["xml", invoice]).output == String(contentsOfFile: path("d.xml"), encoding: .utf8))
            let form = ["-F", "file=@\(invoice)", "-F", "check=true", "http://x/v1/xml", "-o", path("f.xml")]
            #expect(try Tool.run("curl", socket + form).status == 0)
            #expect(try Tool.bytes(of: path("f.xml")) == Tool.bytes(of: path("d.xml")))
            _ = try Tool.run(
                "curl",
                socket + ["-F", "file=@\(path("d.xml"))", "-F", "level=B-B", "http://x/v1/sign", "-o", path("t.xml")])
            #expect(try Program.run(["verify", path("t.xml"), "--trust", path("keys/ca.pem")]).status == 0)
            let sign = [
                "-H", "Content-Type: application/xml", "--data-binary", "@\(path("d.xml"))", "-o", path("s.xml"),
            ]
            _ = try Tool.run("curl", socket + sign + ["http://x/v1/sign"])
            let verify = try Program.run(["verify", path("s.xml"), "--trust", path("keys/ca.pem")])
            #expect(verify.status == 0, "\(verify.output)")
            #expect(try String(contentsOfFile: path("audit"), encoding: .utf8).contains("\"event\":\"signature\""))
            process.terminate()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
        }
    }

    @Test("does not listen where others can reach it while nobody has a key")
    func noKeys() throws {
        let outcome = try Program.run(["serve", "--listen", "0.0.0.0:0"])
        #expect(outcome.status == 2 && outcome.errors.contains("serve key create"))
    }
}
