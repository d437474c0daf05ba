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

    @Test("SIGHUP takes the TLS certificate again; a wrong one leaves the former", .needsTool("openssl"))
    func renewsCertificate() throws {
        try Tool.withTemporaryFolder { folder in
            func make(_ name: String) throws {
                let key = [
                    "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(folder)/key.pem",
                ]
                let made = try Tool.run(
                    "openssl",
                    ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", "\(folder)/cert.pem"] + key)
                try #require(made.status == 0, "\(made.errors)")
            }
            try make("first")
            try Data(
                """
                {"listen": ["127.0.0.1:0"], "tls": {"certificate": "\(folder)/cert.pem", "key": "\(folder)/key.pem"}}
                """.utf8
            ).write(to: URL(fileURLWithPath: "\(folder)/config.json"))
            let log = "\(folder)/log"
            let process = try Program.start(
                ["serve", "--config", "\(folder)/config.json"], output: "\(folder)/out", errors: log)
            defer { process.terminate() }
            func said(_ words: String) -> Bool {
                ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").contains(words)
            }
            try #require(Program.wait { said("\"listening\"") })
            let address = try #require(
                try String(contentsOfFile: log, encoding: .utf8).firstMatch(of: /127\.0\.0\.1:[0-9]+/)?.output)
            func shown() throws -> String {
                let asked = try Tool.run(
                    "curl", ["-sv", "--insecure", "https://\(address)/health/live", "-o", "\(folder)/live"])
                #expect(asked.status == 0)
                return ["first", "second"].filter { asked.errors.contains("CN=\($0)") }.joined()
            }
            #expect(try shown() == "first")
            try make("second")
            kill(process.processIdentifier, SIGHUP)
            #expect(Program.wait { said("TLS certificate read again") })
            #expect(try shown() == "second")
            try Data("no certificate".utf8).write(to: URL(fileURLWithPath: "\(folder)/cert.pem"))
            kill(process.processIdentifier, SIGHUP)
            #expect(Program.wait { said("TLS certificate not read") })
            #expect(try shown() == "second")
        }
    }

    @Test("does not listen where others can reach it while nobody has a key")
    func noKeys() throws {
        let outcome = try Program.run(["serve", "--listen", "0.0.0.0:0"])
        #expect(outcome.status == 2 && outcome.errors.contains("serve key create"))
    }
}
