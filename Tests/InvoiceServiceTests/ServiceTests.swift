import Certificates
import Diagnostics
import Foundation
import HTTPServer
import InvoiceService
import Issuing
import JSONCore
import Synchronization
import TestSupport
import Testing

/// A service without sockets, with a key for each role and a throw-away signing key.
final class ServiceUnderTest: Sendable {
    static let now = try? Timestamp("2026-11-29T08:00:00Z")
    let service: InvoiceService
    let secrets: [Role: String]
    private let audits: Sink
    private let logs: Sink
    private let passed = Passed()

    /// How much time went by.
    final class Passed: Sendable {
        private let count = Mutex(0)
        var seconds: Int { count.withLock { $0 } }
        func add(_ seconds: Int) { count.withLock { $0 += seconds } }
    }

    /// Lets time go by.
    func pass(seconds: Int) { passed.add(seconds) }

    /// Lines that a service wrote.
    final class Sink: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    var audit: [String] { audits.all }
    var log: [String] { logs.all }

    init(
        perDay: Int? = nil, formats: Set<String>? = nil, callers: Set<Role>? = nil, auditFails: Bool = false,
        needsRelease: Bool = false, after earlier: ServiceUnderTest? = nil
    ) throws {
        let now = try #require(Self.now)
        let authority = try TestAuthority.make(now: now, algorithm: .p256)
        let identity = try SigningIdentity(keyFile: authority.signerP12, password: Array(authority.password.utf8))
        var policy = AccessPolicy()
        var secrets: [Role: String] = [:]
        var prefixes: [Role: String] = [:]
        for (index, role) in Role.allCases.enumerated() {
            let (prefix, text) = AccessKey.text(random: (0..<40).map { UInt8($0 + 40 * index) })
            secrets[role] = text
            prefixes[role] = prefix
            policy.keys[prefix] = AccessKey(
                prefix: prefix, digest: try Digest.sha256(Array(text.utf8)), name: role.rawValue, scopes: role.scopes)
        }
        self.secrets = secrets
        let (audits, logs) = (Sink(), Sink())
        (self.audits, self.logs) = (audits, logs)
        var key = ServiceKey(name: "seal", signer: try FileSigner(identity, at: now))
        key.callers = callers.map { Set($0.compactMap { prefixes[$0] }) }
        key.perDay = perDay
        key.formats = formats
        key.needsRelease = needsRelease
        let passed = passed
        let keys = try SigningKeys([key], audit: earlier?.audit.map { Array($0.utf8) } ?? []) { lines in
            for line in lines { audits.add(line) }
            return !auditFails
        }
        service = InvoiceService(
            InvoiceService.Environment(
                toolkit: Toolkit.bundled(), now: { now.adding(seconds: passed.seconds) }, microseconds: { 0 },
                random: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }, log: { logs.add($0) }),
            access: AccessControl(policy), keys: keys, anchors: try TrustAnchors(Certificate.all(in: authority.caPEM)))
    }

    /// The service after a restart: it has the audit and nothing else.
    func restarted(perDay: Int? = nil, needsRelease: Bool = true) throws -> ServiceUnderTest {
        try ServiceUnderTest(perDay: perDay, needsRelease: needsRelease, after: self)
    }

    /// Sends a request as a server would: first the head, then all of it.
    func send(
        _ method: String, _ target: String, as role: Role? = nil, type: String? = nil, accept: String? = nil,
        _ body: [UInt8] = []
    ) -> HTTPResponse {
        var fields: [(name: String, value: String)] = []
        if let role, let secret = secrets[role] { fields.append(("Authorization", "Bearer \(secret)")) }
        if let type { fields.append(("Content-Type", type)) }
        if let accept { fields.append(("Accept", accept)) }
        let head = HTTPRequest(method: method, target: target, fields: fields)
        if case .answer(let response) = service.screen(head) { return response }
        return service.respond(
            to: HTTPRequest(method: method, target: target, fields: fields, body: body),
            with: Workbench(service.environment.toolkit))
    }
}

extension HTTPResponse {
    var bytes: [UInt8] {
        if case .bytes(let bytes) = body { return bytes }
        return []
    }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    func json() throws -> JSONValue { try JSONDocument(parsing: bytes).root }
}

@Suite("The service lets in, signs and records")
struct ServiceTests {
    static let document = Array(#"<order><total>1</total></order>"#.utf8)

    /// Routes, a content that is let in, and the roles that may.
    static let matrix: [(String, String, String?, Set<Role>)] = [
        ("POST", "/v1/render", "application/json", [.admin, .finance, .support]),
        ("POST", "/v1/xml", "application/json", [.admin, .finance, .support]),
        ("POST", "/v1/validate", "application/json", [.admin, .finance, .support]),
        ("POST", "/v1/sign", "application/json", [.admin, .finance]),
        ("POST", "/v1/verify", "application/xml", Set(Role.allCases)),
        ("POST", "/v1/certificates/check", "application/x-pem-file", Set(Role.allCases)),
        ("GET", "/v1/keys", nil, [.admin, .finance, .support]),
        ("POST", "/v1/keys/seal/deactivate", "application/json", [.admin]),
        ("POST", "/v1/jobs", "application/x-ndjson", [.admin, .finance]),
        ("GET", "/v1/jobs", nil, Set(Role.allCases)),
        ("GET", "/v1/jobs/1/events", nil, Set(Role.allCases)),
        ("POST", "/v1/jobs/1/cancel", nil, [.admin, .finance, .support]),
        ("DELETE", "/v1/jobs/1", nil, [.admin, .finance, .support]),
        ("POST", "/v1/jobs/flush", nil, [.admin, .finance, .support]),
    ]
    @Test("each role may do what it may, and nobody else anything", arguments: matrix)
    func roles(method: String, path: String, type: String?, allowed: Set<Role>) throws {
        let service = try ServiceUnderTest()
        for role in Role.allCases {
            let status = service.send(method, path, as: role, type: type, Array("{}".utf8)).status
            #expect((status == 403) == !allowed.contains(role), "\(role) \(path): \(status)")
        }
        let stranger = service.send(method, path, type: type, Array("{}".utf8))
        #expect(stranger.status == 401 && stranger.field("WWW-Authenticate") != nil)
    }

    @Test("a signature made here passes here, in XML and JSON, and each is recorded by digests alone")
    func signs() throws {
        let service = try ServiceUnderTest()
        let signed = service.send(
            "POST", "/v1/sign?packaging=enveloped", as: .finance, type: "application/xml", Self.document)
        #expect(signed.status == 200, "\(signed.text)")
        let verdict = service.send("POST", "/v1/verify", as: .viewer, type: "application/xml", signed.bytes)
        #expect(try verdict.json()["status"]?.string == "passed", "\(verdict.text)")
        var changed = signed.bytes
        if let place = signed.text.utf8.firstRange(of: "<total>1".utf8) {
            let offset = signed.text.utf8.distance(from: signed.text.utf8.startIndex, to: place.upperBound)
            changed[offset - 1] = UInt8(ascii: "9")
        }
        let failed = service.send("POST", "/v1/verify", as: .viewer, type: "application/xml", changed)
        #expect(try failed.json()["status"]?.string == "failed", "\(failed.text)")
        let payload = Array(#"{"total": "1"}"#.utf8)
        let jws = service.send("POST", "/v1/sign", as: .finance, type: "application/json", payload)
        #expect(jws.field("Content-Type") == "application/jose")
        let passed = service.send("POST", "/v1/verify", as: .viewer, type: "application/jose", jws.bytes)
        #expect(try passed.json()["valid"]?.bool == true, "\(passed.text)")
        #expect(service.audit.count == 2)
        let digest = Digest.hexadecimal(try Digest.sha256(payload))
        #expect(service.audit.last?.contains(digest) == true && service.audit.last?.contains("total") == false)
        let metrics = service.send("GET", "/metrics").text
        #expect(metrics.contains("pechat_signatures_total{key=\"seal\"} 2"))
        #expect(metrics.contains("cert_not_after_timestamp_seconds{key=\"seal\"} 1"))
    }

    @Test("a signature that cannot be recorded is not given out")
    func auditFirst() throws {
        let service = try ServiceUnderTest(auditFails: true)
        let answer = service.send("POST", "/v1/sign", as: .finance, type: "application/json", Array("{}".utf8))
        #expect(answer.status == 503)
        #expect(!answer.text.contains("." + "ey"), "no JWS in the problem")
    }

    @Test("a key has its callers, its daily limit, and signs digests only where it may")
    func permissions() throws {
        let limited = try ServiceUnderTest(perDay: 2, callers: [.finance])
        let body = Array("{}".utf8)
        func status(_ role: Role, _ path: String = "/v1/sign") -> Int {
            limited.send("POST", path, as: role, type: "application/json", body).status
        }
        #expect(status(.admin) == 403)
        #expect(status(.finance, "/v1/sign?key=other") == 404)
        let three: [Int] = [status(.finance), status(.finance), status(.finance)]
        #expect(three == [200, 200, 429])
        // A restart forgets none of the day's signatures; the next day begins anew.
        let restarted = try limited.restarted(perDay: 3, needsRelease: false)
        let two = [0, 1].map { _ in
            restarted.send("POST", "/v1/sign", as: .finance, type: "application/json", body).status
        }
        #expect(two == [200, 429])
        restarted.pass(seconds: 86_400)
        #expect(restarted.send("POST", "/v1/sign", as: .finance, type: "application/json", body).status == 200)
        // Nor does a clock that was set forth and back.
        restarted.pass(seconds: -86_400)
        #expect(restarted.send("POST", "/v1/sign", as: .finance, type: "application/json", body).status == 429)
        let digest = try Digest.sha256(body)
        let (path, type) = ("/v1/sign?format=digest", "application/octet-stream")
        #expect(try ServiceUnderTest().send("POST", path, as: .finance, type: type, digest).status == 403)
        let open = try ServiceUnderTest(formats: ["digest"])
        let signature = open.send("POST", path, as: .finance, type: type, digest)
        #expect(signature.status == 200, "\(signature.text)")
        #expect(open.send("POST", path, as: .finance, type: type, Array(digest.dropLast())).status == 422)
        #expect(open.send("POST", "/v1/sign", as: .finance, type: "application/json", body).status == 403)
    }

    @Test("a key that is switched off signs nothing until it is switched on again, and the audit chain tells of both")
    func deactivation() throws {
        let service = try ServiceUnderTest()
        func sign() -> Int {
            service.send("POST", "/v1/sign", as: .finance, type: "application/json", Array("{}".utf8)).status
        }
        let reason = Array(#"{"reason": "lost token"}"#.utf8)
        let path = "/v1/keys/seal"
        #expect(service.send("POST", "\(path)/deactivate", as: .admin, type: "application/json", reason).status == 200)
        #expect(sign() == 409)
        #expect(service.send("POST", "\(path)/activate", as: .admin).status == 200)
        #expect(sign() == 200)
        let events = try service.audit.map { try JSONDocument(parsing: Array($0.utf8)).root["event"]?.string ?? "" }
        #expect(events == ["key.deactivated", "key.activated", "signature"])
        let again = try SigningKeys([], audit: service.audit.map { Array($0.utf8) })
        #expect(again.keys.isEmpty)
        #expect(throws: ToolkitError.self) { try SigningKeys([], audit: [Array(service.audit[1].utf8)]) }
    }

    @Test("without keys this machine is let in, and neither another one nor a browser for another site")
    func local() throws {
        var policy = AccessPolicy()
        policy.local = Principal(name: "local", scopes: Set(Scope.allCases))
        let ours = try ServiceUnderTest().service
        let service = InvoiceService(ours.environment, access: AccessControl(policy), keys: ours.keys)
        func isLetIn(_ address: String, _ host: String, _ more: [(name: String, value: String)] = []) -> Bool {
            let request = HTTPRequest(
                method: "GET", target: "/v1/keys", fields: [("Host", host)] + more, address: address)
            if case .accept = service.screen(request) { return true }
            return false
        }
        #expect(isLetIn("127.0.0.1", "localhost:8080") && isLetIn("::1", "[::1]:8080") && isLetIn("", "x"))
        #expect(!isLetIn("192.0.2.1", "localhost:8080"))
        #expect(!isLetIn("127.0.0.1", "evil.example"))
        #expect(!isLetIn("127.0.0.1", "localhost", [("Origin", "https://evil.example")]))
        #expect(!isLetIn("127.0.0.1", "localhost", [("Sec-Fetch-Site", "cross-site")]))
    }

    @Test("problems have the list of errors that the commands print, and requests that are put wrongly their status")
    func problems() throws {
        let service = try ServiceUnderTest()
        let rejected = service.send(
            "POST", "/v1/xml", as: .support, type: "application/json", Array(#"{"kind": "invoice"}"#.utf8))
        #expect(rejected.status == 422 && rejected.field("Content-Type") == "application/problem+json")
        let first = try #require(try rejected.json()["errors"]?.elements.first { _ in true })
        #expect(first["pointer"]?.string == "/issueDate" && first["code"]?.string == "BR-03")
        #expect(service.send("GET", "/v1/nothing").status == 404)
        #expect(service.send("DELETE", "/v1/sign").field("Allow") == "POST")
        #expect(service.send("POST", "/v1/xml", as: .support, type: "text/plain").status == 415)
        #expect(service.send("POST", "/v1/xml?colour=red", as: .support, type: "application/json").status == 400)
        let json = "application/json"
        #expect(
            service.send("POST", "/v1/xml", as: .support, type: json, accept: "image/gif", [123, 125]).status == 406)
        for line in service.log { #expect(!line.contains("colour") && !line.contains("nothing")) }
    }

    @Test("a private key in a request is refused, and comes back in no answer and no line of the log")
    func secrets() throws {
        let service = try ServiceUnderTest()
        let body = Array("-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----".utf8)
        let answer = service.send("POST", "/v1/certificates/check", as: .admin, type: "application/x-pem-file", body)
        #expect(answer.status == 422)
        #expect(!answer.text.contains("hunter2") && service.log.allSatisfy { !$0.contains("hunter2") })
        for secret in service.secrets.values { #expect(service.log.allSatisfy { !$0.contains(secret) }) }
    }

    @Test("the OpenAPI document describes every route with every status, and all its references lead somewhere")
    func openAPI() throws {
        let service = try ServiceUnderTest()
        let root = try service.send("GET", "/v1/openapi.json").json()
        #expect(root["openapi"]?.string == "3.1.0")
        let schemas = try #require(root["components"]?["schemas"])
        for route in service.service.routes.routes where !route.isPage {
            let operation = root["paths"]?[route.path.template]?[route.method.lowercased()]
            #expect(operation?["operationId"]?.string == route.operation)
            let statuses = try #require(operation?["responses"]).members.compactMap(\.key.string)
            for answer in route.answers { #expect(statuses.contains("\(answer.status)")) }
            if route.access != .open { #expect(Set(["401", "403", "429"]).isSubset(of: statuses)) }
        }
        let text = service.send("GET", "/v1/openapi.json").text
        for part in text.components(separatedBy: "#/components/schemas/").dropFirst() {
            let name = String(part.prefix { $0 != "\"" })
            #expect(schemas[name].map { !$0.isNull } == true, "\(name)")
        }
    }
}
