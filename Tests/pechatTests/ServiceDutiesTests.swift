import Foundation
import TestSupport
import Testing

@Suite("pechat serve: what it does beside answering", .needsTool("curl"), .needsTool("openssl"), .needsTool("python3"))
struct ServiceDutiesTests {
    /// A running service with a ledger, a key that ends in 30 days, and the loop-back authorities.
    private struct Desk {
        let folder: String
        let secret: String
        let receiver: WebhookReceiver

        func curl(_ method: String, _ path: String, _ more: String...) throws -> (status: String, body: String) {
            let words = ["-s", "--unix-socket", "\(folder)/s", "-X", method, "-H", "Authorization: Bearer \(secret)"]
            let asked = try Tool.run("curl", words + more + ["-w", "\n%{http_code}", "http://x\(path)"])
            var lines = asked.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let status = lines.removeLast()
            return (status, lines.joined(separator: "\n"))
        }
    }

    private static func atDesk(_ body: (Desk) throws -> Void) throws {
        try Tool.withTemporaryFolder { folder in
            let pki = try LoopbackPKI.shared()
            let made = try Program.run(
                ["serve", "key", "create", "erp", "--role", "admin", "--keys", "\(folder)/keys.json"])
            let invoice = "\(PackageFolder.root)/samples/services/invoice.json"
            let issued = try Program.run(["issue", invoice, "--given-number", "--ledger", "\(folder)/books.db"])
            #expect(issued.status == 0, "\(issued.errors)")
            try Data(
                """
                {"listen": ["unix:\(folder)/s"], "accessKeys": "\(folder)/keys.json", "ledger": "\(folder)/books.db",
                 "allowAddresses": ["127.0.0.1"], "plainWebhooks": true, "watchAt": "06:00", "timeZone": "Europe/Skopje",
                 "trust": ["\(pki.path("root.pem"))"], "timestampAuthorities": ["\(pki.url("/tsa"))"],
                 "fetchEvidence": true, "keys": [{"name": "seal", "key": "\(pki.path("short.p12"))",
                 "passwordFile": "\(pki.path("password.txt"))"}]}
                """.utf8
            ).write(to: URL(fileURLWithPath: "\(folder)/config.json"))
            let desk = Desk(
                folder: folder, secret: made.output.trimmingCharacters(in: .whitespacesAndNewlines),
                receiver: try WebhookReceiver(in: folder))
            let service = try Program.start(["serve", "--config", "\(folder)/config.json"], output: "\(folder)/out")
            defer { kill(service.processIdentifier, SIGKILL) }
            let isUp = Program.wait { (try? desk.curl("GET", "/health/live").status == "200") ?? false }
            #expect(isUp)
            try body(desk)
            service.terminate()
            service.waitUntilExit()
            #expect(service.terminationStatus == 0)
        }
    }

    @Test("webhooks hear of payments that come over HTTP, and can be removed")
    func webhooks() throws {
        try Self.atDesk { desk in
            let added = try desk.curl(
                "POST", "/v1/webhooks", "-H", "Content-Type: application/json", "-d",
                #"{"url": "\#(desk.receiver.url("/ok"))", "events": ["payment.recorded"]}"#)
            #expect(added.status == "201", "\(added.body)")
            let list = try desk.curl("GET", "/v1/issuers").body
            let issuer = try #require(list.split(separator: "\"").last { $0.allSatisfy(\.isNumber) })
            let paid = try desk.curl(
                "POST", "/v1/issuers/\(issuer)/documents/2026%2F077/payments", "-H", "Content-Type: application/json",
                "-H", "Idempotency-Key: k", "-d", "{}")
            #expect(paid.status == "201", "\(paid.body)")
            #expect(Program.wait { desk.receiver.messages().count == 1 })
            #expect(desk.receiver.messages().map(\.type) == ["payment.recorded"])
            let id =
                try #require(
                    try JSONSerialization.jsonObject(with: Data(added.body.utf8)) as? [String: Any])["id"] as? String
            let removed = try desk.curl("DELETE", "/v1/webhooks/\(id ?? "")")
            #expect(removed.status == "200", "\(removed.body)")
        }
    }

    @Test("signatures have timestamps, and verdicts look revocation up")
    func levels() throws {
        try Self.atDesk { desk in
            try Data("<order><total>1</total></order>".utf8).write(to: URL(fileURLWithPath: "\(desk.folder)/o.xml"))
            let type = ["-H", "Content-Type: application/xml", "--data-binary"]
            let signed = try desk.curl(
                "POST", "/v1/sign?packaging=enveloped&level=B-LT", type[0], type[1], type[2], "@\(desk.folder)/o.xml",
                "-D", "\(desk.folder)/head", "-o", "\(desk.folder)/s.xml")
            #expect(
                signed.status == "200",
                "\((try? String(contentsOfFile: "\(desk.folder)/s.xml", encoding: .utf8)) ?? "")")
            let head = try String(contentsOfFile: "\(desk.folder)/head", encoding: .utf8)
            #expect(head.contains("Pechat-Signature-Level: B-LT"), "\(head)")
            let verdict = try desk.curl("POST", "/v1/verify", type[0], type[1], type[2], "@\(desk.folder)/s.xml")
            #expect(verdict.body.contains("\"status\":\"passed\""), "\(verdict.body)")
        }
    }
}
