import Diagnostics
import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// A server whose answer tells what came: the method, the number of bytes; `/slow` takes a second.
private func makeServer(_ change: (inout HTTPLimits) -> Void = { _ in }) throws -> (server: HTTPServer, port: String) {
    var limits = HTTPLimits()
    limits.workers = 2
    change(&limits)
    let server = try HTTPServer(
        limits: limits, screen: { _ in .accept(bodyLimit: 100_000) },
        refusal: { status, _ in HTTPResponse(status, type: "text/plain", Array("refused".utf8)) },
        makeHandler: {
            { request in
                if request.target == "/slow" { usleep(1_000_000) }
                return HTTPResponse(type: "text/plain", Array("\(request.method) \(request.body.count)".utf8))
            }
        })
    let socket = try ListeningSocket("127.0.0.1:0")
    let port = String(socket.name.split(separator: ":")[1])
    try server.listen(on: socket)
    return (server, port)
}

/// What the clients below have in common.
private let client = """
    import socket, sys, time
    port = int(sys.argv[1])
    def connect(timeout=10):
        s = socket.create_connection(("127.0.0.1", port), timeout)
        return s
    def read(s):
        data = b""
        try:
            while True:
                part = s.recv(65536)
                if not part: break
                data += part
        except (ConnectionResetError, BrokenPipeError): pass
        return data
    def ask(head, body=b""):
        s = connect()
        try: s.sendall(head.encode("latin-1") + body)
        except (ConnectionResetError, BrokenPipeError): pass
        return read(s)
    def lives():
        return b"GET 0" in ask("GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")

    """

private func run(_ script: String, _ port: String) throws -> String {
    let outcome = try Tool.python(client + script, [port])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
}

@Suite("The HTTP server bears with every client", .needsTool("python3"))
struct HostileClientTests {
    @Test("two requests on one connection, and one whose client has closed its half, are answered")
    func keepAlive() throws {
        let (server, port) = try makeServer()
        defer { _ = server.stop(within: 5) }
        let script = """
            s = connect()
            for n in (3, 5):
                s.sendall(b"POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %d\\r\\n\\r\\n" % n + b"a" * n)
                print(s.recv(65536).split(b"\\r\\n\\r\\n")[1].decode())
            s.close()
            s = connect()
            s.sendall(b"POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 4\\r\\n\\r\\nabcd")
            s.shutdown(socket.SHUT_WR)
            print(read(s).split(b"\\r\\n\\r\\n")[1].decode())
            """
        #expect(try run(script, port) == "POST 3\nPOST 5\nPOST 4")
    }

    @Test("content beyond the limit is refused with 413, announced or in chunks, and a large head with 431")
    func tooLarge() throws {
        let (server, port) = try makeServer()
        defer { _ = server.stop(within: 5) }
        let script = """
            print(ask("POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 100001\\r\\n\\r\\n")[9:12].decode())
            chunk = b"4000\\r\\n" + b"a" * 0x4000 + b"\\r\\n"
            head = "POST / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n"
            print(ask(head, chunk * 7 + b"0\\r\\n\\r\\n")[9:12].decode())
            print(ask(head, chunk * 6 + b"0\\r\\n\\r\\n").split(b"\\r\\n\\r\\n")[1].decode())
            print(ask("GET / HTTP/1.1\\r\\nHost: x\\r\\nX: " + "a" * 40000 + "\\r\\n\\r\\n")[9:12].decode())
            print(lives())
            """
        #expect(try run(script, port) == "413\n413\nPOST 98304\n431\nTrue")
    }

    @Test("a head that drips and content that stalls are cut off, however the client keeps sending")
    func dripping() throws {
        let (server, port) = try makeServer {
            $0.headSeconds = 1
            $0.bodySeconds = 1
        }
        defer { _ = server.stop(within: 5) }
        let script = """
            def drip(start, more):
                s = connect(0.3)
                s.sendall(start)
                began = time.time()
                while time.time() - began < 8:
                    try:
                        s.sendall(more)
                        if s.recv(1) == b"": break
                    except TimeoutError: pass
                    except OSError: break
                return time.time() - began < 5
            print(drip(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n", b"A: b\\r\\n"))
            print(drip(b"POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 99\\r\\n\\r\\n", b"a"))
            print(lives())
            """
        #expect(try run(script, port) == "True\nTrue\nTrue")
        #expect(server.load.reaped == 2)
    }

    @Test("garbage, broken chunks and more connections than are taken leave it alive")
    func garbage() throws {
        let (server, port) = try makeServer { $0.connections = 50 }
        defer { _ = server.stop(within: 5) }
        let script = """
            import random
            random.seed(7)
            for n in range(40):
                s = connect(0.05)
                try:
                    s.sendall(bytes(random.randrange(256) for _ in range(200)) + b"\\r\\n\\r\\n")
                    s.recv(100)
                except OSError: pass
                s.close()
            ask("POST / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n", b"zz\\r\\nq\\r\\n")
            many = [connect() for _ in range(200)]
            for s in many: s.close()
            time.sleep(0.5)
            print(lives())
            """
        #expect(try run(script, port) == "True")
    }

    @Test("a stop lets the request that is there be answered, and takes no other")
    func drains() throws {
        let (server, port) = try makeServer()
        let answer = Mutex("")
        let thread = Thread {
            let script =
                "print(ask('GET /slow HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n')[9:12].decode())"
            let text = (try? Tool.python(client + script, [port]).output) ?? ""
            answer.withLock { $0 = text.trimmingCharacters(in: .whitespacesAndNewlines) }
        }
        thread.start()
        #expect(Program.wait { server.load.requests == 1 })
        #expect(server.stop(within: 5))
        #expect(Program.wait { answer.withLock { !$0.isEmpty } })
        #expect(answer.withLock { $0 } == "200")
        let refused = try Tool.python(client + "connect()", [port])
        #expect(refused.status != 0 && refused.errors.contains("ConnectionRefusedError"))
    }

    @Test("a socket file that a dead server left is replaced, and one in use is not")
    func unixSocket() throws {
        try Tool.withTemporaryFolder { folder in
            let address = "unix:\(folder)/s"
            let first = try ListeningSocket(address)
            #expect(throws: ToolkitError.self) { _ = try ListeningSocket(address) }
            _ = consume first
            _ = try ListeningSocket(address)
        }
    }

    /// Targets and their segments; nil for what nobody serves.
    static let targets: [(String, [String]?)] = [
        ("/v1/render?x=1", ["v1", "render"]), ("/a%2Fb", ["a/b"]), ("/../etc/passwd", nil), ("/a/%2e%2E/b", nil),
        ("/%00", nil), ("/%ff", nil), ("/%4", nil), ("*", nil), ("http://x/", nil), ("/a//b", ["a", "", "b"]),
    ]
    @Test("paths are decoded once, and tricks lead nowhere", arguments: targets)
    func paths(target: String, segments: [String]?) {
        #expect(HTTPRequest(method: "GET", target: target).path == segments)
    }
}
