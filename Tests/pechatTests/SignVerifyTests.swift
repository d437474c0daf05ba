import Foundation
import TestSupport
import Testing

@Suite("pechat sign and verify: XML signatures of all levels", .needsTool("openssl"), .needsTool("python3"))
struct SignVerifyTests {
    @Test("signs to B-LTA with the second authority, verifies by policy, and writes out what was signed")
    func longTerm() throws {
        let pki = try LoopbackPKI.shared()
        try Tool.withTemporaryFolder { folder in
            let (xml, signed, covered) = ("\(folder)/d.xml", "\(folder)/s.xml", "\(folder)/c.xml")
            try Data("<order><total>1</total></order>".utf8).write(to: URL(fileURLWithPath: xml))
            try Data(#"{"minimumLevel": "B-LTA", "revocation": "ifAvailable"}"#.utf8).write(
                to: URL(fileURLWithPath: "\(folder)/policy.json"))
            let key = ["--key", pki.path("signer.p12"), "--password-file", pki.path("password.txt")]
            let network = ["--trust", pki.path("root.pem"), "--allow-address", "127.0.0.1"]
            let level = ["--level", "B-LTA", "--tsa", pki.url("/500"), "--tsa", pki.url("/tsa")]
            let sign = try Program.run(
                ["sign", xml, "--packaging", "enveloped", "-o", signed] + key + network + level)
            #expect(sign.status == 0, "\(sign.errors)")
            let verify = try Program.run(
                ["verify", signed, "--policy", "\(folder)/policy.json", "--covered", covered, "--json"] + network)
            #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
            for part in [
                #""level":"B-LTA""#, #""intact":true"#, #""trusted":true"#, #""kind":"archive""#, #""good":true"#,
            ] {
                #expect(verify.output.replacing(": ", with: ":").contains(part), "\(part) in \(verify.output)")
            }
            #expect(try Tool.bytes(of: covered) == Tool.bytes(of: xml))
        }
    }

    @Test("falls back to B-B where that is allowed, and says so; a detached signature needs its file")
    func fallback() throws {
        let pki = try LoopbackPKI.shared()
        try Tool.withTemporaryFolder { folder in
            let (file, signed) = ("\(folder)/data.bin", "\(folder)/s.xml")
            try Data([0, 1, 2]).write(to: URL(fileURLWithPath: file))
            let key = ["--key", pki.path("seal.p12"), "--password-file", pki.path("password.txt")]
            let base = ["sign", file, "--packaging", "detached", "-o", signed, "--level", "B-T"] + key
            let none = try Program.run(base)
            #expect(none.status == 2 && none.errors.contains("--tsa"))
            let broken = base + ["--tsa", pki.url("/garbage")]
            #expect(try Program.run(broken).status == 75)
            let degraded = try Program.run(broken + ["--tsa-policy", "degrade"])
            #expect(degraded.status == 0 && degraded.errors.contains("B-B"), "\(degraded.errors)")
            let trust = ["--trust", pki.path("root.pem")]
            #expect(try Program.run(["verify", signed] + trust).output.contains("SIGNED_DATA_NOT_FOUND"))
            let good = try Program.run(["verify", signed, "--content", file] + trust)
            #expect(good.status == 0 && good.output.contains("the file data.bin"), "\(good.output)")
            let listed = try Program.run(
                ["verify", signed, "--content", file, "--crl", pki.path("ca.crl"), "--crl", pki.path("root.crl")]
                    + trust)
            #expect(listed.status == 0 && listed.output.contains("not revoked, says a revocation list"))
            let fetched = try Program.run(
                ["verify", signed, "--content", file, "--fetch", "--allow-address", "127.0.0.1"] + trust)
            #expect(
                fetched.status == 0 && fetched.output.contains("not revoked, says an OCSP answer"), "\(fetched.output)")
        }
    }
}
