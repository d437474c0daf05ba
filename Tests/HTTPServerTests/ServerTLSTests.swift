import Foundation
import HTTPServer
import TestSupport
import Testing

/// TLS, asked by curl with certificates of the openssl command.
@Suite("ServerTLS", .needsTool("curl"), .needsTool("openssl"))
struct ServerTLSTests {
    /// Makes NAME.pem and NAME.key, certified by itself.
    private static func makeCertificate(_ name: String, in folder: String) throws {
        let made = try Tool.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
            ])
        try #require(made.status == 0, "\(made.errors)")
    }

    private static func tls(_ name: String, key: String, clients: String? = nil, in folder: String) throws -> ServerTLS
    {
        func file(_ name: String) throws -> [UInt8] { try Tool.bytes(of: "\(folder)/\(name)") }
        return try ServerTLS(
            certificate: file("\(name).pem"), key: file("\(key).key"),
            clientAuthorities: clients.map { try file("\($0).pem") })
    }

    private func ask(_ echo: EchoServer, _ target: String, _ options: [String] = []) throws -> Tool.Outcome {
        try Tool.run("curl", ["-sS", "--insecure"] + options + ["https://127.0.0.1:\(echo.port)\(target)"])
    }

    @Test("answers over TLS, not over an old version, and not in plain words")
    func encrypted() throws {
        try Tool.withTemporaryFolder { folder in
            try Self.makeCertificate("server", in: folder)
            let echo = try EchoServer(tls: Self.tls("server", key: "server", in: folder))
            let answer = try ask(echo, "/a")
            #expect(answer.output == "GET a 0\n", "\(answer.errors)")
            #expect(try ask(echo, "/a", ["--tls-max", "1.1", "--ciphers", "ALL:@SECLEVEL=0"]).status != 0)
            #expect(try !echo.answer(to: get("/a")).contains("200"))
            #expect(echo.server.stop(within: 5))
        }
    }

    @Test("a certificate of a known authority is trusted, that of a stranger is not, and nobody needs one")
    func mutual() throws {
        try Tool.withTemporaryFolder { folder in
            for name in ["server", "client", "stranger"] { try Self.makeCertificate(name, in: folder) }
            let echo = try EchoServer(tls: Self.tls("server", key: "server", clients: "client", in: folder))
            func kind(_ name: String) throws -> String {
                try ask(echo, "/certificate", ["--cert", "\(folder)/\(name).pem", "--key", "\(folder)/\(name).key"])
                    .output
            }
            #expect(try kind("client") == "trusted")
            #expect(try kind("stranger") != "trusted")
            #expect(try ask(echo, "/certificate").output == "none")
            #expect(echo.server.stop(within: 5))
        }
    }

    @Test("a key that does not fit is told at the start")
    func wrongKey() throws {
        try Tool.withTemporaryFolder { folder in
            for name in ["server", "other"] { try Self.makeCertificate(name, in: folder) }
            #expect(throws: (any Error).self) {
                try EchoServer(tls: Self.tls("server", key: "other", in: folder))
            }
        }
    }
}
