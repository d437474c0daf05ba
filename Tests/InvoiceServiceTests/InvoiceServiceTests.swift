import Certificates
import Diagnostics
import Foundation
import HTTPServer
import Issuing
import JSONCore
import Synchronization
import TestSupport
import Testing

@testable import InvoiceService

/// A service without a socket.
private final class Bench {
    let service: InvoiceService
    let lines = Lines()
    let audit = Lines()
    private let workbench: Workbench

    /// Lines that were written.
    final class Lines: Sendable {
        private let all = Mutex<[String]>([])
        var text: [String] { all.withLock { $0 } }
        func add(_ line: [UInt8]) { all.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    init(_ policy: AccessPolicy = Bench.open, change: (inout ServiceKey) -> Void = { _ in }) throws {
        let toolkit = Toolkit.bundled()
        let now = try Timestamp("2026-11-29T10:00:00Z")
        let authority = try Self.authority.get()
        let identity = try SigningIdentity(keyFile: authority.signerP12, password: Array(authority.password.utf8))
        var key = ServiceKey(name: "seal", signer: try FileSigner(identity, at: now))
        change(&key)
        let (lines, audit) = (lines, audit)
        service = InvoiceService(
            InvoiceService.Environment(
                toolkit: toolkit, now: { now }, microseconds: { 0 },
                random: { count in (0..<count).map { UInt8($0 % 251) } }, log: { lines.add($0) }),
            access: AccessControl(policy),
            keys: try SigningKeys([key]) { lines in
                for line in lines { audit.add(line) }
                return true
            })
        workbench = Workbench(toolkit)
    }

    /// Made once: keys take a while.
    private static let authority = Result {
        try TestAuthority.make(now: Timestamp("2026-11-29T10:00:00Z"))
    }

    /// Everybody on this machine may do everything.
    static var open: AccessPolicy {
        var policy = AccessPolicy()
        policy.local = Principal(name: "local", scopes: Set(Scope.allCases))
        return policy
    }

    func answer(
        _ method: String, _ target: String, type: String? = nil, _ body: [UInt8] = [],
        fields: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        let request = HTTPRequest(
            method: method, target: target,
            fields: [("Host", "localhost")] + (type.map { [("Content-Type", $0)] } ?? []) + fields, body: body)
        if case .answer(let response) = service.screen(request) { return response }
        return service.respond(to: request, with: workbench)
    }
}

@Suite("InvoiceService")
struct InvoiceServiceTests {
    private static let json = "application/json"

    @Test("a request without a key that is known gets 401, whatever is wrong with the key")
    func unknownKeys() throws {
        let now = try Timestamp("2026-11-29T10:00:00Z")
        let (prefix, key) = AccessKey.text(random: [UInt8](repeating: 7, count: 40))
        var policy = AccessPolicy()
        policy.keys[prefix] = AccessKey(
            prefix: prefix, digest: try Digest.sha256(Array(key.utf8)), name: "t", scopes: Role.viewer.scopes)
        let (endedPrefix, ended) = AccessKey.text(random: [UInt8](repeating: 9, count: 40))
        policy.keys[endedPrefix] = AccessKey(
            prefix: endedPrefix, digest: try Digest.sha256(Array(ended.utf8)), name: "e", scopes: Role.admin.scopes,
            expires: now)
        let bench = try Bench(policy)
        func status(_ authorization: String?) -> Int {
            bench.answer("GET", "/v1/keys", fields: authorization.map { [("Authorization", $0)] } ?? []).status
        }
        #expect(status(nil) == 401)
        #expect(status("Bearer \(key)x") == 401)
        #expect(status("Bearer \(ended)") == 401)
        #expect(status("Basic \(key)") == 401)
        // The key is known, and a viewer sees no keys.
        #expect(status("Bearer \(key)") == 403)
        #expect(!bench.lines.text.joined().contains(key))
    }

    @Test("what a browser sends for another site is refused where no key is needed")
    func otherSites() throws {
        let bench = try Bench()
        #expect(bench.answer("GET", "/v1/templates").status == 200)
        #expect(bench.answer("GET", "/v1/templates", fields: [("Origin", "https://evil.example")]).status == 403)
        #expect(bench.answer("GET", "/v1/templates", fields: [("Sec-Fetch-Site", "cross-site")]).status == 403)
    }

    @Test("a rejected document is a problem with every finding and its pointer")
    func problems() throws {
        let answer = try Bench().answer("POST", "/v1/render", type: Self.json, Array("{\"kind\": 1}".utf8))
        #expect(answer.status == 422)
        #expect(answer.field("content-type") == "application/problem+json")
        #expect(try answer.json()["errors"]?.elements.contains { $0["pointer"]?.string == "/kind" } == true)
        #expect(try answer.json()["requestId"]?.string == answer.field("x-request-id"))
    }

    /// Method, target, type and the status that it gets.
    static let requests: [(String, String, String?, Int)] = [
        ("GET", "/v1/nothing", nil, 404), ("DELETE", "/v1/render", nil, 405), ("POST", "/v1/render", "text/plain", 415),
        ("POST", "/v1/render?page=0", "application/json", 400), ("POST", "/v1/render?x=1", "application/json", 400),
        ("POST", "/v1/render", "application/json", 400), ("GET", "/v1/../keys", nil, 400),
    ]

    @Test("what is wrong with a request has its own status", arguments: requests)
    func statuses(method: String, target: String, type: String?, status: Int) throws {
        #expect(try Bench().answer(method, target, type: type).status == status)
    }

    @Test("a signature is entered in the audit, and limits and deactivation hold")
    func signing() throws {
        let bench = try Bench { $0.perDay = 2 }
        let body = Array("{\"a\":1}".utf8)
        #expect(bench.answer("POST", "/v1/sign", type: Self.json, body).status == 200)
        #expect(bench.audit.text.count == 1)
        let off = bench.answer(
            "POST", "/v1/keys/seal/deactivate", type: Self.json, Array("{\"reason\":\"lost\"}".utf8))
        #expect(try off.json()["active"]?.bool == false)
        #expect(bench.answer("POST", "/v1/sign", type: Self.json, body).status == 409)
        #expect(bench.answer("POST", "/v1/keys/seal/activate").status == 200)
        #expect(bench.answer("POST", "/v1/sign", type: Self.json, body).status == 200)
        let limited = bench.answer("POST", "/v1/sign", type: Self.json, body)
        #expect(limited.status == 429)
        #expect(limited.field("retry-after") == "50400")
    }

    @Test("the audit tells of a line that was changed")
    func auditChain() throws {
        let bench = try Bench()
        for _ in 1...3 { _ = bench.answer("POST", "/v1/sign", type: Self.json, Array("{}".utf8)) }
        let lines = bench.audit.text.map { Array($0.utf8) }
        _ = try SigningKeys([], audit: lines)
        let changed = bench.audit.text.map { Array($0.replacingOccurrences(of: "local", with: "other").utf8) }
        #expect(throws: ToolkitError.self) { try SigningKeys([], audit: [changed[0], lines[1], lines[2]]) }
        #expect(throws: ToolkitError.self) { try SigningKeys([], audit: [lines[0], lines[2]]) }
    }

    @Test("lines of one moment are written together, in one chain; none counts before it is written")
    func sharedLines() throws {
        let written = Mutex<[[[UInt8]]]>([])
        let keys = try SigningKeys([]) { lines in
            usleep(20_000)
            return written.withLock { all in
                all.append(lines)
                // The second time the disk is full.
                return all.count != 2
            }
        }
        let now = try Timestamp("2026-11-29T10:00:00Z")
        let refused = Mutex(0)
        let threads = (0..<24).map { index in
            Thread {
                let caller = SigningCaller(name: "caller-\(index)", now: now, microseconds: 0)
                do { try keys.record("signature", "seal", for: caller) } catch { refused.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.start() }
        for thread in threads { while !thread.isFinished { usleep(1_000) } }
        var groups = written.withLock { $0 }
        #expect(groups.count < 24 && groups.joined().count == 24)
        try #require(groups.count >= 2)
        #expect(refused.withLock { $0 } == groups[1].count)
        // What is on the disk is a chain without the lines of the second time.
        try keys.record("signature", "seal", for: SigningCaller(name: "late", now: now, microseconds: 0))
        groups = written.withLock { $0 }
        groups.remove(at: 1)
        _ = try SigningKeys([], audit: Array(groups.joined()))
        #expect(throws: ToolkitError.self) { try SigningKeys([], audit: Array(groups.joined().dropFirst())) }
    }

    @Test("a trace goes on where it is well formed, and begins anew where not")
    func traces() {
        let random = [UInt8](repeating: 3, count: 24)
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        #expect(TraceContext(parent: parent, random: random).field.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-03"))
        for wrong in [
            "", "00-0-0-0", "ff" + parent.dropFirst(2), parent + "-x",
            "00-\(String(repeating: "0", count: 32))-b7ad6b7169203331-01",
        ] {
            #expect(TraceContext(parent: String(wrong), random: random).traceID.hasPrefix("0303"))
        }
    }

    @Test("Accept chooses, with weights")
    func negotiation() {
        let types = ["application/pdf", "image/png"]
        #expect(Negotiation.choice(among: types, accept: nil) == "application/pdf")
        #expect(Negotiation.choice(among: types, accept: "image/*, application/pdf;q=0.5") == "image/png")
        #expect(Negotiation.choice(among: types, accept: "text/html") == nil)
        #expect(Negotiation.choice(among: types, accept: "application/pdf;q=0, */*") == "image/png")
    }
}
