import Foundation
import TestSupport
import Testing

@Suite("The certificate commands", .needsTool("openssl"), .needsTool("python3"))
struct CertCommandTests {
    private let pki: LoopbackPKI

    init() throws { pki = try LoopbackPKI.shared() }

    private func run(_ words: [String]) throws -> Tool.Outcome {
        try Program.run(words.map { $0.replacing("@", with: pki.folder + "/") })
    }

    private static let password = ["--password-file", "@password.txt"]

    @Test(
        "check: each key file has its exit code",
        arguments: [
            ("signer.p12", 0, "passed       Nothing on the path was revoked."),
            ("revoked.p12", 4, "Certificate revoked"), ("expired.p12", 4, "deactivated"),
        ])
    func check(file: String, status: Int32, text: String) throws {
        let outcome = try run(
            ["cert", "check", "@\(file)", "--trust", "@root.pem", "--fetch", "--allow-address", "127.0.0.1"]
                + Self.password)
        #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains(text), "\(outcome.output)")
    }

    @Test("check: nothing is fetched from the own network unless that is allowed, and lists may be given")
    func evidence() throws {
        let closed = try run(["cert", "check", "@signer.p12", "--trust", "@root.pem", "--fetch"] + Self.password)
        #expect(closed.errors.contains("private network"), "\(closed.errors)")
        #expect(closed.output.contains("It is not known whether the certificate was revoked."))
        let given = try run(
            ["cert", "check", "@revoked.p12", "--trust", "@root.pem", "--crl", "@ca.crl", "--crl", "@root.crl.pem"]
                + Self.password)
        #expect(given.status == 4 && given.output.contains("Certificate revoked"), "\(given.output)")
        let none = try run(["cert", "check", "@seal.p12"] + Self.password)
        #expect(none.status == 0 && none.output.contains("Whether the certificate was revoked was not checked."))
    }

    @Test("check: a folder is sorted by what ends first, and Nagios reads one line")
    func folder() throws {
        try Tool.withTemporaryFolder { folder in
            for name in ["signer", "expired", "seal"] {
                try Data(pki.bytes("\(name).p12")).write(to: URL(fileURLWithPath: "\(folder)/\(name).p12"))
            }
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/README"))
            let outcome = try run(["cert", "check", folder, "--json"] + Self.password)
            #expect(outcome.status == 4)
            let list = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
            #expect(list.count == 3)
            #expect((list[0]["file"] as? String)?.hasSuffix("expired.p12") == true)
            #expect(list[0]["state"] as? String == "deactivated")
            let nagios = try run(["cert", "check", folder, "--nagios"] + Self.password)
            #expect(nagios.status == 2 && nagios.output.hasPrefix("CERT CRITICAL - "), "\(nagios.output)")
            #expect(nagios.output.split(separator: "\n").count == 1 && nagios.output.contains("signer.p12'=364;90;30"))
        }
        for (limit, status, word) in [("90d", Int32(0), "OK"), ("400", 1, "WARNING")] {
            let outcome = try run(["cert", "check", "@seal.p12", "--nagios", "--warn", limit] + Self.password)
            #expect(outcome.status == status && outcome.output.hasPrefix("CERT \(word)"), "\(outcome.output)")
        }
        #expect(try run(["cert", "check", "@nothing.p12", "--nagios"]).status == 3)
        #expect(try run(["cert", "check", "@seal.p12", "--warn", "400d"] + Self.password).status == 5)
    }

    @Test("inspect: qualified statements, policies and fingerprints as openssl has them")
    func inspect() throws {
        let outcome = try run(["cert", "inspect", "@signer.pem"])
        let wanted = ["qualified, for esign, key in a qualified device", "0.4.0.194112.1.2", "Ана Потписничка"]
        for text in wanted { #expect(outcome.output.contains(text), "\(outcome.output)") }
        for digest in ["sha256", "sha1"] {
            let judged = try Tool.run(
                "openssl", ["x509", "-in", pki.path("signer.pem"), "-noout", "-fingerprint", "-\(digest)"])
            let value = judged.output.split(separator: "=").last?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "?"
            #expect(outcome.output.contains(value))
        }
    }

    @Test("convert: there and back, and openssl reads both")
    func convert() throws {
        try Tool.withTemporaryFolder { folder in
            let pem = try run(["cert", "convert", "@seal.p12", "-o", "\(folder)/a.pem"] + Self.password)
            #expect(pem.status == 0, "\(pem.errors)")
            let text = String(decoding: try Tool.bytes(of: "\(folder)/a.pem"), as: UTF8.self)
            #expect(text.contains("BEGIN ENCRYPTED PRIVATE KEY"))
            let back = try run(["cert", "convert", "\(folder)/a.pem", "-o", "\(folder)/b.p12"] + Self.password)
            #expect(back.status == 0, "\(back.errors)")
            let judged = try Tool.run(
                "openssl",
                ["pkcs12", "-in", "\(folder)/b.p12", "-info", "-nodes", "-passin", "file:" + pki.path("password.txt")])
            #expect(judged.status == 0 && judged.output.contains("BEGIN PRIVATE KEY"), "\(judged.errors)")
            #expect(judged.errors.contains("AES-256-CBC") && judged.errors.contains("MAC: sha256"), "\(judged.errors)")
            #expect(judged.output.components(separatedBy: "BEGIN CERTIFICATE").count == 4)
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/b.p12")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try run(["cert", "convert", "@seal.p12", "-o", "\(folder)/b.p12"] + Self.password).status == 7)
            #expect(try run(["cert", "convert", "@seal-all.pem", "-o", "\(folder)/c.pem"]).status == 2)
            #expect(try run(["cert", "convert", "@seal-all.pem", "-o", "\(folder)/c.pem", "--plain-key"]).status == 0)
            #expect(try run(["cert", "convert", "@seal-all.pem", "-o", "\(folder)/d.p12"]).status == 4)
            #expect(try run(["cert", "convert", "@ca.crl", "-o", "\(folder)/e.p12"]).status == 4)
        }
    }

    @Test("forecast: what ends before a day")
    func forecast() throws {
        let outcome = try run(
            ["cert", "forecast", "@seal.p12", "@signer-all.pem", "--within", "400d", "--json"] + Self.password)
        #expect(outcome.status == 5, "\(outcome.errors)")
        let list = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
        #expect(list.count == 5)
        #expect(list[0]["endsBefore"] is String && list[4]["endsBefore"] is NSNull)
        #expect(try run(["cert", "forecast", "@seal.p12", "--within", "30d"] + Self.password).status == 0)
        #expect(try run(["cert", "forecast", "@seal.p12"]).status == 2)
    }

    @Test("doctor: names what is to be done, and nothing else")
    func doctor() throws {
        let well = try run(["cert", "doctor", "@seal.p12", "--trust", "@root.pem"] + Self.password)
        #expect(well.status == 0 && well.output.contains("Nothing is to be done."), "\(well.output)")
        let slow = try run(["cert", "doctor", "@seal.p12", "--at", "2020-01-01T00:00:00Z"] + Self.password)
        #expect(slow.status == 4 && slow.output.contains("timedatectl"), "\(slow.output)")
        let revoked = try run(
            ["cert", "doctor", "@revoked.p12", "--trust", "@root.pem", "--crl", "@ca.crl", "--json"] + Self.password)
        #expect(
            revoked.status == 4 && revoked.output.contains(#""name":"revocation","urgent":true"#), "\(revoked.output)")
    }

    @Test("a key at a service signs JSON, and the password for it is never on the command line")
    func remoteKey() throws {
        try Tool.withTemporaryFolder { folder in
            let key = #"{"remote":"\#(pki.url("/sign"))","certificate":"\#(pki.path("seal-all.pem"))"}"#
            try Data(key.utf8).write(to: URL(fileURLWithPath: "\(folder)/key.json"))
            try Data(#"{"износ":"118.00"}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/a.json"))
            let signed = try run(["sign", "\(folder)/a.json", "--key", "\(folder)/key.json", "-o", "\(folder)/a.jws"])
            #expect(signed.status == 0, "\(signed.errors)")
            let verdict = try run(["verify", "\(folder)/a.jws", "--trust", "@root.pem", "--json"])
            #expect(verdict.status == 0 && verdict.output.contains(#""format":"JWS""#), "\(verdict.output)")
            #expect(try run(["verify", "\(folder)/a.jws"]).status == 1)
        }
    }
}

@Suite("Signing many files", .needsTool("openssl"), .needsTool("python3"))
struct SignManyTests {
    @Test("one key signs them all; what cannot be signed does not stop the rest")
    func many() throws {
        let pki = try LoopbackPKI.shared()
        try Tool.withTemporaryFolder { folder in
            var paths: [String] = []
            for index in 0..<40 {
                paths.append("\(folder)/\(index).json")
                try Data((index == 7 ? "{" : #"{"n":\#(index)}"#).utf8).write(to: URL(fileURLWithPath: paths[index]))
            }
            let outcome = try Program.run(
                ["sign", "--stdin-paths", "--key", pki.path("seal-all.pem"), "--out", "\(folder)/out", "--json"],
                input: Array(paths.joined(separator: "\n").utf8))
            #expect(outcome.status == 6, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 40)
            #expect(lines[7].contains("json.malformed") && lines[8].contains(#""output":"#), "\(lines[7])")
            let made = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out")
            #expect(made.count == 39)
            let verdict = try Program.run(["verify", "\(folder)/out/39.jws", "--trust", pki.path("root.pem")])
            #expect(verdict.status == 0, "\(verdict.output)")
            #expect(try Program.run(["sign", paths[0], paths[1], "--key", pki.path("seal-all.pem")]).status == 2)
        }
    }
}
