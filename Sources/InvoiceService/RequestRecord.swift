import Certificates
import HTTPServer
import JSONCore

/// What the log and the metrics know of a request: nothing that a document says.
struct RequestRecord {
    /// The path with its braces, never the path itself: a number of a document is nobody's business.
    var route: String?
    let method: String
    var principal: String?
    let requestID: String
    let trace: TraceContext
    let received: Int
    var code: String?
    var microseconds: Int

    /// One line of the log.
    func line(at now: Timestamp, _ response: HTTPResponse) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", now.description)
        writer.member("level", response.status >= 500 ? "error" : "info")
        writer.member("event", "request")
        writer.member("method", RouteTable.methods.contains(method) ? method : "other")
        writer.member("route", orNull: route)
        writer.member("status", response.status)
        writer.member("code", code)
        writer.key("milliseconds")
        writer.number("\(microseconds / 1000).\(String(microseconds % 1000 + 1000).dropFirst())")
        writer.member("received", received)
        if case .bytes(let bytes) = response.body { writer.member("sent", bytes.count) }
        writer.member("caller", principal)
        writer.member("requestId", requestID)
        writer.member("traceId", trace.traceID)
        writer.endObject()
        return writer.bytes
    }
}
