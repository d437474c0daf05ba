import Foundation
import Testing

@testable import HTTPServer

@Suite("HTTPServer", .serialized)
struct HTTPServerTests {
    @Test("answers, keeps the connection, and answers again")
    func keepAlive() throws {
        let echo = try EchoServer()
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
        let echo = try EchoServer()
        let answer = try echo.answer(
            to:
                "POST /refused HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 90000\r\nExpect: 100-continue\r\n\r\n"
        )
        #expect(answer.hasPrefix("HTTP/1.1 403"))
        #expect(echo.server.stop(within: 5))
    }

    @Test("a request in flight is answered while the server stops, and new ones find nobody")
    func gracefulStop() throws {
        let echo = try EchoServer()
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
        let echo = try EchoServer { $0.waiting = 1 }
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
        let echo = try EchoServer()
        let answer = try echo.answer(to: get("/stream"))
        for number in 1...3 { #expect(answer.contains("event \(number)\n")) }
        #expect(echo.server.stop(within: 5))
    }
}
