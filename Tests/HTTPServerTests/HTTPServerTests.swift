import Foundation
import Testing

@testable import HTTPServer

/// A server that echoes, for one test.
private struct Echo {
    let server: HTTPServer
    let port: Int

    init(_ change: (inout HTTPLimits) -> Void = { _ in }) throws {
        var limits = HTTPLimits()
        limits.workers = 2
        change(&limits)
        server = try HTTPServer(
            limits: limits,
            screen: { request in
                request.path == ["refused"]
                    ? .answer(HTTPResponse(403, type: "text/plain", Array("no".utf8)))
                    : .accept(bodyLimit: 100_000)
            },
            refusal: { status, _ in HTTPResponse(status, type: "text/plain", Array("limit".utf8)) },
            makeHandler: {
                { request in
                    switch request.path?.first {
                    case "slow":
                        usleep(600_000)
                        return HTTPResponse(type: "text/plain", Array("slowly".utf8))
                    case "injection":
                        return HTTPResponse(
                            200, type: "text/plain", Array("x".utf8), fields: [("X-A", "b\r\nX-Evil: 1")])
                    case "stream":
                        guard let stream = try? HTTPStream() else { return HTTPResponse(500) }
                        Thread.detachNewThread {
                            for number in 1...3 {
                                _ = stream.write(Array("event \(number)\n".utf8))
                                usleep(50_000)
                            }
                            stream.end()
                        }
                        return HTTPResponse(type: "text/event-stream", stream: stream)
                    default:
                        let path = request.path?.joined(separator: "|") ?? "-"
                        return HTTPResponse(
                            type: "text/plain", Array("\(request.method) \(path) \(request.body.count)\n".utf8))
                    }
                }
            })
        let socket = try ListeningSocket("127.0.0.1:0")
        port = Int(socket.name.split(separator: ":").last ?? "") ?? 0
        try server.listen(on: socket)
    }

    /// Sends one request and reads until the server hangs up.
    func answer(to text: String) throws -> String {
        let client = try RawClient(port: port)
        client.send(text)
        return client.receive()
    }
}

private func get(_ target: String) -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
}

@Suite("HTTPServer", .serialized)
struct HTTPServerTests {
    @Test("answers, keeps the connection, and answers again")
    func keepAlive() throws {
        let echo = try Echo()
        let client = try RawClient(port: echo.port)
        for _ in 1...3 {
            client.send("POST /a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            #expect(client.receive(until: "POST a|b 5\n").hasPrefix("HTTP/1.1 200"))
        }
        #expect(echo.server.load.connections == 1)
        #expect(echo.server.stop(within: 5))
    }

    /// Paths and what they are cut into; nil for what nobody may ask for.
    static let paths: [(String, [String]?)] = [
        ("/v1/a%2Fb", ["v1", "a/b"]), ("/%D0%A4/1", ["Ф", "1"]), ("/../etc/passwd", nil), ("/a/%2e%2e/b", nil),
        ("/a%00b", nil), ("/a%zz", nil), ("/%ff", nil), ("//a", ["", "a"]), ("*", nil), ("/a\\..\\b", ["a\\..\\b"]),
    ]

    @Test("a path is cut first and decoded once; dot segments and controls are refused", arguments: paths)
    func path(target: String, segments: [String]?) {
        #expect(HTTPRequest(method: "GET", target: target).path == segments)
    }

    @Test("what is refused by its head is answered before any content")
    func screening() throws {
        let echo = try Echo()
        let answer = try echo.answer(
            to:
                "POST /refused HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 90000\r\nExpect: 100-continue\r\n\r\n"
        )
        #expect(answer.hasPrefix("HTTP/1.1 403"))
        #expect(echo.server.stop(within: 5))
    }

    @Test("content above the limit is 413, announced or in chunks")
    func bodyLimit() throws {
        let echo = try Echo()
        let announced = try echo.answer(
            to: "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100001\r\n\r\n")
        #expect(announced.hasPrefix("HTTP/1.1 413"))
        let client = try RawClient(port: echo.port)
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
        for _ in 1...4 { client.send(chunk) }
        client.send("0\r\n\r\n")
        #expect(client.receive().hasPrefix("HTTP/1.1 413"))
        let fitting = try echo.answer(
            to:
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        )
        #expect(fitting.hasSuffix("POST a 3\n"))
        #expect(echo.server.stop(within: 5))
    }

    @Test("an endless upload is hung up on")
    func endless() throws {
        let echo = try Echo()
        let client = try RawClient(port: echo.port)
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array(("100000\r\n" + String(repeating: "a", count: 1 << 20) + "\r\n").utf8)
        var sent = 0
        while sent < 64, client.send(chunk) { sent += 1 }
        #expect(sent < 64)
        #expect(echo.server.stop(within: 5))
    }

    @Test("a head that is too long is 431, and garbage ends the connection")
    func badHeads() throws {
        let echo = try Echo()
        let long = try echo.answer(
            to: "GET / HTTP/1.1\r\nHost: x\r\nX-A: \(String(repeating: "a", count: 60_000))\r\n\r\n")
        #expect(long.hasPrefix("HTTP/1.1 431") || long.isEmpty)
        for garbage in [
            "\0\0\0\0\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        ] {
            let client = try RawClient(port: echo.port)
            client.send(garbage)
            client.finishSending()
            #expect(!client.receive().hasPrefix("HTTP/1.1 200"))
        }
        #expect(try echo.answer(to: get("/alive")).hasSuffix("GET alive 0\n"))
        #expect(echo.server.stop(within: 5))
    }

    @Test("a client that drips its head is hung up on, and so is one that drips its content")
    func slowLoris() throws {
        let echo = try Echo {
            $0.headSeconds = 1
            $0.bodySeconds = 1
        }
        for start in [
            "GET /", "GET / HTTP/1.1\r\nHost: x\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
        ] {
            let client = try RawClient(port: echo.port)
            client.send(start)
            let began = Date()
            var isOpen = true
            while isOpen, Date().timeIntervalSince(began) < 8 {
                usleep(200_000)
                isOpen = client.send("a")
            }
            #expect(!isOpen)
        }
        #expect(echo.server.load.reaped >= 3)
        #expect(echo.server.stop(within: 5))
    }

    @Test("a client that ends its half still gets its answer, and one that is gone harms nobody")
    func halfClosed() throws {
        let echo = try Echo()
        let client = try RawClient(port: echo.port)
        client.send(get("/slow"))
        client.finishSending()
        let answer = client.receive()
        #expect(answer.isEmpty || answer.hasSuffix("slowly"))
        for _ in 1...6 { try RawClient(port: echo.port).send(get("/slow")) }
        #expect(try echo.answer(to: get("/alive")).hasSuffix("GET alive 0\n"))
        #expect(echo.server.stop(within: 20))
    }

    @Test("a request in flight is answered while the server stops, and new ones find nobody")
    func gracefulStop() throws {
        let echo = try Echo()
        let client = try RawClient(port: echo.port)
        client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        usleep(200_000)
        let server = echo.server
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread { if server.stop(within: 10) { stopped.signal() } }
        while server.isListening { usleep(1000) }
        let answer = client.receive()
        #expect(answer.hasSuffix("slowly"))
        #expect(answer.contains("Connection: close"))
        #expect(stopped.wait(timeout: .now() + 10) == .success)
        #expect(throws: (any Error).self) { try RawClient(port: echo.port) }
    }

    @Test("a full line is 503, and fields cannot be smuggled into an answer")
    func busyAndInjection() throws {
        let echo = try Echo { $0.waiting = 1 }
        let clients = try (1...8).map { _ in try RawClient(port: echo.port) }
        for client in clients { client.send(get("/slow")) }
        let answers = clients.map { $0.receive() }
        #expect(answers.contains { $0.hasPrefix("HTTP/1.1 503") })
        #expect(answers.contains { $0.hasSuffix("slowly") })
        let injected = try echo.answer(to: get("/injection"))
        #expect(injected.contains("X-A: b\r\n") && !injected.contains("X-Evil"))
        #expect(echo.server.stop(within: 10))
    }

    @Test("an answer may come bit by bit")
    func streams() throws {
        let echo = try Echo()
        let answer = try echo.answer(to: get("/stream"))
        for number in 1...3 { #expect(answer.contains("event \(number)\n")) }
        #expect(echo.server.stop(within: 5))
    }
}
