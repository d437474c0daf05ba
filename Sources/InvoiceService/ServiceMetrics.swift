import Synchronization

/// What is counted, for Prometheus.
public final class ServiceMetrics: Sendable {
    /// The upper bounds of the classes of duration, in microseconds.
    private static let bounds = [1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000]

    private struct Series: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Counts {
        var requests: [Series: Int] = [:]
        var classes = [Int](repeating: 0, count: ServiceMetrics.bounds.count)
        var duration = 0
        var total = 0
        var received = 0
        var signatures: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())

    func count(_ record: RequestRecord, status: Int) {
        let method = RouteTable.methods.contains(record.method) ? record.method : "other"
        let series = Series(route: record.route ?? "none", method: method, status: status)
        counts.withLock { counts in
            counts.requests[series, default: 0] += 1
            counts.total += 1
            counts.duration += record.microseconds
            counts.received += record.received
            for (index, bound) in Self.bounds.enumerated() where record.microseconds <= bound {
                counts.classes[index] += 1
            }
        }
    }

    /// Counts a signature of a key.
    func countSignature(of key: String) { counts.withLock { $0.signatures[key, default: 0] += 1 } }

    /// The text format of Prometheus; the caller adds gauges of its own.
    func text() -> String {
        let counts = counts.withLock { $0 }
        var lines = ["# TYPE pechat_http_requests_total counter"]
        for (series, count) in counts.requests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            lines.append(
                "pechat_http_requests_total{method=\"\(series.method)\",route=\"\(series.route)\","
                    + "status=\"\(series.status)\"} \(count)")
        }
        lines.append("# TYPE pechat_http_request_duration_seconds histogram")
        for (bound, count) in zip(Self.bounds, counts.classes) {
            lines.append("pechat_http_request_duration_seconds_bucket{le=\"\(Self.seconds(bound))\"} \(count)")
        }
        lines.append("pechat_http_request_duration_seconds_bucket{le=\"+Inf\"} \(counts.total)")
        lines.append("pechat_http_request_duration_seconds_sum \(Self.seconds(counts.duration))")
        lines.append("pechat_http_request_duration_seconds_count \(counts.total)")
        lines.append("# TYPE pechat_http_received_bytes_total counter")
        lines.append("pechat_http_received_bytes_total \(counts.received)")
        lines.append("# TYPE pechat_signatures_total counter")
        for (key, count) in counts.signatures.sorted(by: { $0.key < $1.key }) {
            lines.append("pechat_signatures_total{key=\"\(key)\"} \(count)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func seconds(_ microseconds: Int) -> String {
        "\(microseconds / 1_000_000).\(String(microseconds % 1_000_000 + 1_000_000).dropFirst())"
    }
}
