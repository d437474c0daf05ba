import Foundation
import TestSupport

/// A receiver of webhooks on this machine; it ends with the test process.
final class WebhookReceiver {
    private let log: String
    private let server: PythonServer

    /// One request that came.
    struct Message {
        let path: String
        let headers: [String: String]
        let body: String
        var id: String { headers["webhook-id"] ?? "" }
        var type: String { object["type"] as? String ?? "" }
        var data: [String: Any] { object["data"] as? [String: Any] ?? [:] }
        private var object: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        }
    }

    /// Starts it, with TLS where it is given the PEM files of certificate and key.
    init(in folder: String, certificate: (String, String)? = nil) throws {
        log = "\(folder)/received"
        server = try PythonServer("webhook-receiver.py", [log] + (certificate.map { ["tls", $0.0, $0.1] } ?? []))
    }

    var port: Int { server.port }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// What came so far, in order.
    func messages(at path: String? = nil) -> [Message] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let entry = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any],
                let headers = entry["headers"] as? [String: String], let target = entry["path"] as? String,
                let body = (entry["body"] as? String).flatMap({ Data(base64Encoded: $0) })
            else { return nil }
            return Message(path: target, headers: headers, body: String(decoding: body, as: UTF8.self))
        }.filter { path == nil || $0.path == path }
    }

    /// How many messages the library `standardwebhooks` lets pass under each of some secrets; nil where it refuses one.
    func verified(_ secrets: String...) throws -> Int? {
        let judged = try Tool.run(
            "python3", ["\(PackageFolder.root)/Tests/Judges/webhook-receiver.py", log, "verify"] + secrets)
        return judged.status == 0 ? Int(judged.output.trimmingCharacters(in: .whitespacesAndNewlines)) : nil
    }
}
