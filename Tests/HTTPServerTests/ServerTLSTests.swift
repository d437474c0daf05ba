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

    /// Asks on one connection, waits for a file, asks on it again and on a new one; writes what it was answered and shown.
    private static let renewing = """
        import http.client, os, ssl, sys, time
        port, folder = int(sys.argv[1]), sys.argv[2]
        pem = {ssl.PEM_cert_to_DER_cert(open(folder + '/' + name + '.pem').read()): name for name in ('first', 'second')}
        context = ssl._create_unverified_context()
        def connection():
            made = http.client.HTTPSConnection('127.0.0.1', port, context=context, timeout=20)
            made.connect()
            return made
        def ask(connection):
            shown = pem[connection.sock.getpeercert(True)]
            connection.request('GET', '/a')
            print(connection.getresponse().read().decode().strip(), shown, flush=True)
        kept = connection()
        ask(kept)
        open(folder + '/asked', 'w').close()
        while not os.path.exists(folder + '/go'): time.sleep(0.01)
        ask(kept)
        ask(connection())
        """

    @Test("another certificate is shown to new connections, and a wrong one changes nothing", .needsTool("python3"))
    func renewal() throws {
        try Tool.withTemporaryFolder { folder in
            for name in ["first", "second"] { try Self.makeCertificate(name, in: folder) }
            let echo = try EchoServer(tls: Self.tls("first", key: "first", in: folder))
            let client = Process()
            client.executableURL = try URL(fileURLWithPath: #require(Tool.path(of: "python3")))
            client.arguments = ["-c", Self.renewing, "\(echo.port)", folder]
            let output = Pipe()
            client.standardOutput = output
            try client.run()
            defer { client.terminate() }
            try #require(Program.wait { FileManager.default.fileExists(atPath: "\(folder)/asked") })
            try echo.server.renew(Self.tls("second", key: "second", in: folder))
            #expect(throws: (any Error).self) { try echo.server.renew(Self.tls("first", key: "second", in: folder)) }
            try Data().write(to: URL(fileURLWithPath: "\(folder)/go"))
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(said == "GET a 0 first\nGET a 0 first\nGET a 0 second\n")
            #expect(echo.server.stop(within: 5))
            #expect(echo.server.load.connections == 0)
        }
    }

    @Test("a server that ends while its certificate is renewed listens no more")
    func renewalAtTheEnd() throws {
        try Tool.withTemporaryFolder { folder in
            try Self.makeCertificate("server", in: folder)
            let tls = try Self.tls("server", key: "server", in: folder)
            for pause: UInt32 in 0..<5 {
                let echo = try EchoServer(tls: tls)
                DispatchQueue.concurrentPerform(iterations: 2) { index in
                    if index == 0 {
                        #expect(throws: Never.self) { try echo.server.renew(tls) }
                    } else {
                        usleep(pause * 500)
                        #expect(echo.server.stop(within: 5))
                    }
                }
                #expect(throws: Never.self) { try echo.server.renew(tls) }
                #expect(try ask(echo, "/a").status == 7, "refused")
            }
        }
    }
}
