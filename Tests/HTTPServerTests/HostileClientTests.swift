import Foundation
import TestSupport
import Testing

@testable import HTTPServer

@Suite("HTTPServer bears with every client", .serialized)
struct HostileClientTests {
    @Test("content above the limit is 413, announced or in chunks")
    func bodyLimit() throws {
        let echo = try EchoServer()
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
        let echo = try EchoServer()
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
        let echo = try EchoServer()
        let long = try echo.answer(
            to: "GET / HTTP/1.1\r\nHost: x\r\nX-A: \(String(repeating: "a", count: 60_000))\r\n\r\n")
        #expect(long.hasPrefix("HTTP/1.1 431") || long.isEmpty)
        for garbage in [
            "\0\0\0\0\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        ] {
            let client = try RawClient(port: echo.port, patience: 1)
            client.send(garbage)
            client.finishSending()
            #expect(!client.receive().hasPrefix("HTTP/1.1 200"))
        }
        #expect(try echo.answer(to: get("/alive")).hasSuffix("GET alive 0\n"))
        #expect(echo.server.stop(within: 5))
    }

    @Test("a client that drips its head is hung up on, and so is one that drips its content")
    func slowLoris() throws {
        let echo = try EchoServer {
            $0.headSeconds = 1
            $0.bodySeconds = 1
        }
        for start in [
            "GET /", "GET / HTTP/1.1\r\nHost: x\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
        ] {
            let client = try RawClient(port: echo.port, patience: 1)
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
        let echo = try EchoServer()
        let client = try RawClient(port: echo.port)
        client.send(get("/slow"))
        client.finishSending()
        let answer = client.receive()
        #expect(answer.isEmpty || answer.hasSuffix("slowly"))
        for _ in 1...6 { try RawClient(port: echo.port).send(get("/slow")) }
        #expect(try echo.answer(to: get("/alive")).hasSuffix("GET alive 0\n"))
        #expect(echo.server.stop(within: 20))
    }

    @Test("bytes by chance, broken chunks and more connections than it takes leave it alive")
    func garbage() throws {
        let echo = try EchoServer { $0.connections = 50 }
        var random = SplitMix(seed: 7)
        for _ in 1...40 {
            let client = try RawClient(port: echo.port)
            client.send((1...200).map { _ in UInt8.random(in: 0...255, using: &random) } + Array("\r\n\r\n".utf8))
            client.finishSending()
            #expect(!client.receive().hasPrefix("HTTP/1.1 200"))
        }
        let broken = try echo.answer(
            to: "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nq\r\n",
            patience: 1)
        #expect(broken.hasPrefix("HTTP/1.1 400"))
        var many = try (1...200).map { _ in try RawClient(port: echo.port) }
        #expect(Program.wait { echo.server.load.connections == 50 })
        many.removeAll()
        #expect(Program.wait { (try? echo.answer(to: get("/alive")).hasSuffix("GET alive 0\n")) ?? false })
        #expect(echo.server.stop(within: 5))
    }
}
