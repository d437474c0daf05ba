import Diagnostics
import HTTPServer
import JSONCore

extension Routes {
    /// Whether the service lives, is ready, and how it does.
    static var operations: [Route] {
        [
            Route(
                "GET", "/health/live", operation: "isLive", tag: "operations", summary: "Whether the process answers",
                access: .open, answers: [.json("It does.", .reference("Health"))], isQuick: true
            ) { _ in health("live") },
            Route(
                "GET", "/health/ready", operation: "isReady", tag: "operations",
                summary: "Whether work can be done: keys and stores are usable", access: .open,
                answers: [
                    .json("It can.", .reference("Health")), .json("It cannot.", .reference("Health"), status: 503),
                ], isQuick: true
            ) { call in
                let checks = call.service.environment.readiness(call.now)
                let isReady = checks.values.allSatisfy(\.self)
                return health(isReady ? "ready" : "not ready", isReady ? 200 : 503, checks)
            },
            Route(
                "GET", "/metrics", operation: "getMetrics", tag: "operations",
                summary: "Counters and gauges in the text format of Prometheus", access: .open,
                answers: [RouteAnswer(200, "The metrics.", [("text/plain", .string())])], isQuick: true
            ) { call in
                var text = call.service.metrics.text()
                if let load = call.service.environment.load() {
                    for (name, value) in [
                        ("connections", load.connections), ("requests_in_flight", load.requests),
                        ("requests_waiting", load.waiting),
                    ] {
                        text += "# TYPE pechat_http_\(name) gauge\npechat_http_\(name) \(value)\n"
                    }
                    text += "# TYPE pechat_http_slow_connections_closed_total counter\n"
                    text += "pechat_http_slow_connections_closed_total \(load.reaped)\n"
                }
                text += call.service.environment.gauges()
                return HTTPResponse(type: "text/plain; version=0.0.4; charset=utf-8", Array(text.utf8))
            },
        ]
    }

    private static func health(_ state: String, _ status: Int = 200, _ checks: [String: Bool] = [:]) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("status", state)
        writer.key("checks")
        writer.beginObject()
        for check in checks.sorted(by: { $0.key < $1.key }) { writer.member(check.key, check.value) }
        writer.endObject()
        writer.endObject()
        return HTTPResponse(status, type: "application/json", writer.bytes)
    }
}
