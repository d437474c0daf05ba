import Foundation

@testable import HTTPServer

/// A server that echoes, for one test; `/slow` takes 0.6 s, `/stream` answers in three steps, `/refused` is refused by its head,
/// `/certificate` says what the client showed.
struct EchoServer {
    let server: HTTPServer
    let port: Int

    init(tls: ServerTLS? = nil, _ change: (inout HTTPLimits) -> Void = { _ in }) throws {
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
                    case "certificate":
                        let kind = request.certificate.map { $0.isTrusted ? "trusted" : "unknown" } ?? "none"
                        return HTTPResponse(type: "text/plain", Array(kind.utf8))
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
        try server.listen(on: socket, tls: tls)
    }

    /// Sends one request and reads until the server hangs up.
    func answer(to text: String, patience: Int = 5) throws -> String {
        let client = try RawClient(port: port, patience: patience)
        client.send(text)
        return client.receive()
    }
}

/// A request that ends its connection.
func get(_ target: String) -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
}
