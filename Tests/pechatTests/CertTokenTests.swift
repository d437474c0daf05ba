import Foundation
import JSONCore
import TestSupport
import Testing

/// SoftHSM2 plays the token, in a folder of its own for each test.
@Suite(
    "pechat with keys on tokens", .needsTool("softhsm2-util"), .needsTool("pkcs11-tool"), .needsTool("openssl"),
    .needsTool("python3"))
struct CertTokenTests {
    private static let module = "/usr/lib/softhsm/libsofthsm2.so"

    private struct Token {
        let folder: String
        let pki: LoopbackPKI

        func run(_ name: String, _ arguments: [String]) throws -> Tool.Outcome {
            try Tool.run("env", ["SOFTHSM2_CONF=\(folder)/conf", name] + arguments)
        }

        func pechat(_ arguments: [String]) throws -> Tool.Outcome { try run(Program.path, arguments) }

        func uri(_ path: String, pin: String = "pin") -> String {
            "pkcs11:token=Office;\(path)?module-path=\(CertTokenTests.module)&pin-source=file:\(folder)/\(pin)"
        }
    }

    /// A token with a P-384 key and its certificates, and a key whose certificate is another's.
    private func withToken(_ body: (Token) throws -> Void) throws {
        let pki = try LoopbackPKI.shared()
        try Tool.withTemporaryFolder { folder in
            let token = Token(folder: folder, pki: pki)
            try FileManager.default.createDirectory(atPath: folder + "/tokens", withIntermediateDirectories: true)
            for (name, text) in [
                ("conf", "directories.tokendir = \(folder)/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"),
                ("pin", "648219\n"), ("wrong", "111111\n"),
            ] { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
            let made = try token.run(
                "softhsm2-util",
                ["--init-token", "--free", "--label", "Office", "--pin", "648219", "--so-pin", "12345678"])
            try #require(made.status == 0, "\(made.errors)")
            for (id, key, certificate) in [("01", "seal384", "seal384"), ("02", "seal", "plain-ec")] {
                let imported = try token.run(
                    "softhsm2-util",
                    ["--import", pki.path("\(key).key"), "--token", "Office", "--label", key, "--id", id, "--pin"]
                        + ["648219"])
                try #require(imported.status == 0, "\(imported.errors)")
                try write(certificate, id: id, to: token)
            }
            try write("issuing", id: "aa", to: token)
            try body(token)
        }
    }

    private func write(_ name: String, id: String, to token: Token) throws {
        let der = "\(token.folder)/c.der"
        try #require(
            try Tool.run("openssl", ["x509", "-in", token.pki.path("\(name).pem"), "-outform", "DER", "-out", der])
                .status == 0)
        let written = try token.run(
            "pkcs11-tool",
            ["--module", Self.module, "--token-label", "Office", "--login", "--pin", "648219", "--write-object", der]
                + ["--type", "cert", "--id", id, "--label", name])
        try #require(written.status == 0, "\(written.errors)")
    }

    @Test("cert check and doctor look at the token, its PIN, key, certificate and chain")
    func checking() throws {
        try withToken { token in
            let trust = ["--trust", token.pki.path("root.pem")]
            let good = try token.pechat(["cert", "check", token.uri("object=seal384"), "--json"] + trust)
            #expect(good.status == 0, "\(good.output)\(good.errors)")
            let checks = try JSONDocument(parsing: Array(good.output.utf8)).root["checks"]
            for name in ["format", "password", "privateKey", "pair", "validity", "authority", "chain", "keyUsage"] {
                let check = checks?.elements.first { $0["name"]?.string == name }
                #expect(check?["verdict"]?.string == "passed", "\(name)")
            }
            let revocation = try token.pechat(
                ["cert", "check", token.uri("object=seal384"), "--fetch", "--allow-address", "127.0.0.1"] + trust)
            #expect(revocation.status == 0 && revocation.output.contains("Nothing on the path was revoked."))
            #expect(try token.pechat(["cert", "doctor", token.uri("object=seal384")] + trust).status == 0)
            for (uri, text) in [
                (token.uri("object=seal384", pin: "wrong"), "refused the PIN"),
                (token.uri("object=nothing"), "no such private key"),
                (token.uri("id=%02"), "does not match the certificate"),
                ("pkcs11:token=None?module-path=\(Self.module)&pin-source=file:\(token.folder)/pin", "no such token"),
            ] {
                for command in ["check", "doctor"] {
                    let outcome = try token.pechat(["cert", command, uri])
                    #expect(outcome.status == 4 && outcome.output.contains(text), "\(outcome.output)\(outcome.errors)")
                }
            }
        }
    }

    @Test("a P-384 key signs XML, PDF and JSON on a token, and others agree", .needsTool("xmlsec1"))
    func signing() throws {
        try withToken { token in
            let sample = "\(PackageFolder.root)/samples/goods/invoice.json"
            let built = try token.pechat(
                ["build", sample, "--out", token.folder, "--key", token.uri("object=seal384")])
            #expect(built.status == 0, "\(built.errors)")
            let base = "\(token.folder)/FAK-2026-0418"
            let trust = ["--trust", token.pki.path("root.pem")]
            for file in ["\(base).pdf", "\(base).xml"] {
                #expect(try Program.run(["verify", file] + trust).status == 0)
            }
            let judged = try Tool.run(
                "xmlsec1",
                [
                    "--verify", "--trusted-pem", token.pki.path("root.pem"), "--id-attr:Id",
                    "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", "\(base).xml",
                ])
            #expect(judged.status == 0, "\(judged.errors)")
            if Tool.path(of: "pdfsig") != nil {
                #expect(try Tool.run("pdfsig", ["\(base).pdf"]).output.contains("Signature is Valid."))
            }
            let jws = try token.pechat(
                ["sign", sample, "--format", "jws", "--key", token.uri("object=seal384"), "-o", "\(base).jws"])
            #expect(jws.status == 0, "\(jws.errors)")
            #expect(try Program.run(["verify", "\(base).jws"] + trust).status == 0)
        }
    }
}
