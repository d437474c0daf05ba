import Certificates
import Diagnostics
import HTTPServer
import InvoiceModel
import InvoiceService
import Issuing
import JSONCore
import Ledger
import Synchronization
import Testing

/// A service with the books of two issuers, and an administrator for each and for both.
final class BooksUnderTest: Sendable {
    static let issuers = ["4030000000001", "4030000000002"]
    let ledger: DocumentLedger
    let service: InvoiceService
    let posted = Posted()
    let log = ServiceUnderTest.Sink()
    private let secrets: [String: String]

    /// What was posted, and a count for identifiers.
    final class Posted: Sendable {
        private let requests = Mutex<[NetworkRequest]>([])
        private let count = Atomic(0)
        var all: [NetworkRequest] { requests.withLock { $0 } }
        func add(_ request: NetworkRequest) { requests.withLock { $0.append(request) } }
        func identifier() -> String { "id-\(count.add(1, ordering: .relaxed).newValue)" }
    }

    init(plain: Bool = false) throws {
        let now = try #require(ServiceUnderTest.now)
        ledger = DocumentLedger(try SQLiteStore())
        var policy = AccessPolicy()
        var secrets: [String: String] = [:]
        let callers: [(String, Role, Set<String>?)] = [
            ("first", .admin, [Self.issuers[0]]), ("second", .admin, [Self.issuers[1]]), ("both", .admin, nil),
            ("finance", .finance, nil), ("support", .support, nil), ("viewer", .viewer, nil),
        ]
        for (index, caller) in callers.enumerated() {
            let (prefix, text) = AccessKey.text(random: (0..<40).map { UInt8($0 + 41 * index) })
            secrets[caller.0] = text
            policy.keys[prefix] = AccessKey(
                prefix: prefix, digest: try Digest.sha256(Array(text.utf8)), name: caller.0, scopes: caller.1.scopes,
                issuers: caller.2)
        }
        self.secrets = secrets
        let (log, posted) = (log, posted)
        let today = try #require(CalendarDate(iso: "2026-11-29"))
        var books = ServiceLedger(
            ledger: ledger, identifier: { posted.identifier() },
            today: { _, _ in today },
            keep: { _, _ throws(ToolkitError) in throw ToolkitError(.noFiles, "No files.") },
            bytes: { _ throws(ToolkitError) in throw ToolkitError(.noFiles, "No files.") })
        books.allowsPlainWebhooks = plain
        books.post = { request in
            posted.add(request)
            return 204
        }
        service = InvoiceService(
            InvoiceService.Environment(
                toolkit: Toolkit.bundled(), now: { now }, microseconds: { 0 },
                random: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }, log: { log.add($0) }),
            access: AccessControl(policy), keys: try SigningKeys([]), ledger: books)
        // An issuer is there once something was entered for it.
        for issuer in Self.issuers {
            let order = try WebhookOrder(
                url: "https://\(issuer).example/", events: [], secret: [UInt8](repeating: 9, count: 32))
            _ = try WebhookBook(ledger).add(
                order,
                LedgerRequest(issuer: issuer, actor: "test", now: now, identifier: { "hook-\(issuer)" }))
        }
    }

    func send(_ method: String, _ target: String, as caller: String, _ json: String? = nil) -> HTTPResponse {
        var fields = [(name: "Authorization", value: "Bearer \(secrets[caller] ?? "")")]
        if json != nil { fields.append(("Content-Type", "application/json")) }
        let request = HTTPRequest(method: method, target: target, fields: fields, body: Array((json ?? "").utf8))
        if case .answer(let response) = service.screen(request) { return response }
        return service.respond(to: request, with: Workbench(service.environment.toolkit))
    }
}

extension ToolkitError.Code {
    fileprivate static let noFiles = Self("test.noFiles", .defect)
}

@Suite("Webhooks over HTTP")
struct WebhookRouteTests {
    private static let first = BooksUnderTest.issuers[0]

    @Test("a secret is shown when it is made and never again, and not in the log")
    func lifecycle() throws {
        let books = try BooksUnderTest()
        let path = "/v1/webhooks"
        let added = books.send(
            "POST", path, as: "first", #"{"url": "https://erp.example/hooks?t0ken", "events": ["document.*"]}"#)
        #expect(added.status == 201, "\(added.text)")
        let id = try #require(try added.json()["id"]?.string)
        let secret = try #require(try added.json()["secret"]?.string)
        #expect(secret.hasPrefix("whsec_"))
        let listed = books.send("GET", path, as: "first")
        #expect(try listed.json()["webhooks"]?.count == 2 && !listed.text.contains("whsec_"))
        let rotated = books.send("POST", "\(path)/\(id)/rotate", as: "first")
        #expect(try rotated.json()["secret"]?.string?.hasPrefix("whsec_") == true && !rotated.text.contains(secret))
        #expect(try rotated.json()["formerSecretUntil"]?.string == "2026-11-30T08:00:00Z")
        let tried = books.send("POST", "\(path)/\(id)/test", as: "first")
        #expect(try tried.json()["status"]?.integer == 204, "\(tried.text)")
        let request = try #require(books.posted.all.first)
        #expect(request.kind == .webhook && request.url == "https://erp.example/hooks?t0ken")
        #expect(request.fields.first { $0.name == "webhook-signature" }?.value.split(separator: " ").count == 2)
        #expect(try books.send("POST", "\(path)/\(id)/disable", as: "first").json()["enabled"]?.bool == false)
        #expect(try books.send("POST", "\(path)/\(id)/enable", as: "first").json()["enabled"]?.bool == true)
        #expect(books.send("GET", "\(path)/\(id)/deliveries", as: "first").status == 200)
        #expect(try books.send("POST", "\(path)/\(id)/replay", as: "first").json()["count"]?.integer == 0)
        #expect(books.send("POST", "\(path)/\(id)/replay?event=77", as: "first").status == 409)
        #expect(books.send("DELETE", "\(path)/\(id)", as: "first").status == 200)
        #expect(books.send("POST", "\(path)/\(id)/test", as: "first").status == 404)
        for line in books.log.all { #expect(!line.contains("whsec_") && !line.contains("t0ken")) }
        #expect(try books.ledger.audit(issuer: Self.first).findings.isEmpty)
    }

    static let routes: [(String, String, String?)] = [
        ("GET", "/v1/webhooks", nil), ("POST", "/v1/webhooks", #"{"url": "https://x.example/"}"#),
        ("POST", "/v1/webhooks/hook-\(first)/enable", nil), ("POST", "/v1/webhooks/hook-\(first)/disable", nil),
        ("POST", "/v1/webhooks/hook-\(first)/rotate", nil), ("POST", "/v1/webhooks/hook-\(first)/test", nil),
        ("GET", "/v1/webhooks/hook-\(first)/deliveries", nil), ("POST", "/v1/webhooks/hook-\(first)/replay", nil),
        ("DELETE", "/v1/webhooks/hook-\(first)", nil),
    ]

    @Test("only an administrator may, and only for issuers that are his", arguments: routes)
    func isolation(method: String, path: String, body: String?) throws {
        let books = try BooksUnderTest()
        for role in ["finance", "support", "viewer"] {
            #expect(books.send(method, "\(path)?issuer=\(Self.first)", as: role, body).status == 403, "\(role)")
        }
        // The same words for books of others and for those that there are not.
        let foreign = books.send(method, "\(path)?issuer=\(Self.first)", as: "second", body)
        let missing = books.send(method, "\(path)?issuer=nobody", as: "second", body)
        #expect(foreign.status == 404 && missing.status == 404)
        #expect(try foreign.json()["detail"]?.string == missing.json()["detail"]?.string)
        if path.contains("hook-") {
            // A webhook of others is not there, whatever issuer is meant.
            #expect(books.send(method, path, as: "second", body).status == 404)
        }
        #expect(books.send(method, path, as: "both", body).status == 400, "several issuers")
        let mine = books.send(method, "\(path)?issuer=\(Self.first)", as: "both", body)
        #expect(mine.status < 300, "\(mine.text)")
    }

    static let wrong = [
        #"{"url": "http://erp.example/"}"#, #"{"url": "erp"}"#, #"{}"#, #"{"url": "https://x/", "events": ["x"]}"#,
        #"{"url": "https://x/", "events": "document.issued"}"#, #"{"url": "https://x/", "color": 1}"#,
    ]

    @Test("what is wrong with a new webhook is said", arguments: wrong)
    func refusals(body: String) throws {
        let answer = try BooksUnderTest().send("POST", "/v1/webhooks", as: "first", body)
        #expect(answer.status == 422)
        #expect(try answer.json()["fix"]?.string?.isEmpty == false, "\(answer.text)")
    }
}
