import Certificates
import Diagnostics
import HTTPServer
import JSONCore
import Ledger

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
                answers: [.json("It can.", .reference("Health"))], problems: [503], isQuick: true
            ) { call in
                let problems = call.service.problems(at: call.now)
                return health(problems.isEmpty ? "ready" : "unready", problems)
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
                for key in call.service.keys.keys {
                    guard let certificate = key.signer.chain.first else { continue }
                    text += "cert_not_after_timestamp_seconds{key=\"\(key.name.filter { $0 != "\"" })\"} "
                    text += "\(certificate.notAfter.secondsSince1970)\n"
                }
                return HTTPResponse(type: "text/plain; version=0.0.4; charset=utf-8", Array(text.utf8))
            },
        ]
    }

    private static func health(_ state: String, _ problems: [String] = []) -> HTTPResponse {
        json(problems.isEmpty ? 200 : 503) { writer in
            writer.beginObject()
            writer.member("status", state)
            if !problems.isEmpty {
                writer.key("problems")
                writer.beginArray()
                for problem in problems { writer.string(problem) }
                writer.endArray()
            }
            writer.endObject()
        }
    }
}

extension InvoiceService {
    /// Why work cannot be done now, as codes.
    fileprivate func problems(at now: Timestamp) -> [String] {
        var problems: [String] = []
        for key in keys.keys where keys.reason(key.name) == nil {
            do throws(ToolkitError) { try key.signer.chain.first?.requireValidity(at: now) } catch {
                problems.append(error.code.name)
            }
        }
        do throws(ToolkitError) { _ = try ledger?.ledger.issuers() } catch { problems.append(error.code.name) }
        return problems
    }
}
