import Certificates
import Diagnostics
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("HTTPFetcher", .needsTool("openssl"), .needsTool("python3"))
struct HTTPFetcherTests {
    private static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970))
    private let pki: LoopbackPKI
    private let fetcher: HTTPFetcher

    init() throws {
        pki = try LoopbackPKI.shared()
        fetcher = HTTPFetcher(
            addresses: AddressPolicy(allowing: [try AddressBlock("127.0.0.1")]),
            limits: HTTPFetcher.Limits(connectMilliseconds: 4000, totalMilliseconds: 4000))
    }

    private func get(
        _ path: String, _ kind: NetworkRequest.Kind = .revocationList, limit: Int = 1 << 20
    ) throws(ToolkitError) -> [UInt8] {
        try fetcher.body(for: NetworkRequest(kind, url: pki.url(path), sizeLimit: limit))
    }

    @Test("gets a revocation list, posts bytes, and follows a redirection within HTTP")
    func exchanges() throws {
        let list = try pki.bytes("ca.crl")
        #expect(try get("/ca.crl") == list)
        #expect(try get("/redirect") == list)
        #expect(try get("/ca.crl", limit: list.count) == list)
        for body: [UInt8] in [[], [0, 1, 2, 255], [UInt8](repeating: 7, count: 300_000)] {
            let request = NetworkRequest(
                .ocsp, url: pki.url("/echo"), body: body, contentType: "application/ocsp-request", sizeLimit: 1 << 20)
            #expect(try fetcher.body(for: request) == body)
        }
    }

    static let faults: [(String, ToolkitError.Code)] = [
        ("/500", .networkUnreachable), ("/404", .networkRefused), ("/huge", .networkTooLarge),
        ("/slow", .networkTimeout), ("/cut", .networkUnreachable), ("/redirect/file", .networkRefused),
        ("/redirect/loop", .networkRefused), ("/redirect/private", .networkRefusedAddress), ("/auth", .networkRefused),
    ]

    @Test("every fault has its name", arguments: faults)
    func everyFault(path: String, code: ToolkitError.Code) {
        let error = #expect(throws: ToolkitError.self) { try get(path) }
        #expect(error?.code == code, "\(String(describing: error))")
    }

    @Test("an answer one byte too large is refused")
    func size() throws {
        let size = try pki.bytes("ca.crl").count
        let error = #expect(throws: ToolkitError.self) { try get("/ca.crl", limit: size - 1) }
        #expect(error?.code == .networkTooLarge)
    }

    @Test("addresses in certificates lead to nothing in the own network; those that the user names do")
    func privateAddresses() throws {
        let strict = HTTPFetcher()
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
            let url = "http://\(host):\(pki.port)/ca.crl"
            for kind in [NetworkRequest.Kind.ocsp, .revocationList, .issuer] {
                let error = #expect(throws: ToolkitError.self) {
                    try strict.body(for: NetworkRequest(kind, url: url, sizeLimit: 1 << 20))
                }
                #expect(error?.code == .networkRefusedAddress, "\(host): \(String(describing: error))")
            }
        }
        let named = NetworkRequest(.trustedList, url: pki.url("/ca.crl"), sizeLimit: 1 << 20)
        #expect(try strict.body(for: named) == pki.bytes("ca.crl"))
        // The connection that the user's own service used is not lent to a stranger's address.
        let error = #expect(throws: ToolkitError.self) {
            try strict.body(for: NetworkRequest(.issuer, url: pki.url("/ca.crl"), sizeLimit: 1 << 20))
        }
        #expect(error?.code == .networkRefusedAddress)
    }

    static let notHTTP = [
        "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://a b/", "http://x/\r\nHost: y", "ldap://x", "",
        "http://user:password@127.0.0.1/", "gopher://127.0.0.1/", "HTTP:/x", "https://п.мк/",
    ]

    @Test("only addresses of HTTP without a password are taken", arguments: notHTTP)
    func addresses(url: String) {
        let error = #expect(throws: ToolkitError.self) {
            try fetcher.body(for: NetworkRequest(.timestamp, url: url, sizeLimit: 100))
        }
        #expect(error?.code == .networkBadAddress)
        #expect(error?.message.contains("password@") == false)
    }

    @Test("a name and a password open what is closed, and no error shows them")
    func credentials() throws {
        func ask(_ password: String) throws(ToolkitError) -> [UInt8] {
            let authorization = NetworkRequest.basicAuthorization(
                user: LoopbackPKI.user, password: Array(password.utf8))
            return try fetcher.body(
                for: NetworkRequest(
                    .timestamp, url: pki.url("/auth"), authorization: authorization, sizeLimit: 100))
        }
        #expect(try ask(LoopbackPKI.userPassword) == Array("welcome".utf8))
        let error = try #require(#expect(throws: ToolkitError.self) { try ask("погрешна") })
        #expect(error.code == .networkRefused)
        let encoded = String(decoding: Base64.encode(Array("\(LoopbackPKI.user):погрешна".utf8)), as: UTF8.self)
        #expect(!String(reflecting: error).contains(encoded))
        let smuggled = #expect(throws: ToolkitError.self) {
            try fetcher.body(
                for: NetworkRequest(.timestamp, url: pki.url("/auth"), authorization: "x\r\nHost: y", sizeLimit: 100))
        }
        #expect(smuggled?.code == .networkBadAddress)
    }

    @Test("a timestamp comes from the first authority that gives a good one")
    func timestamps() throws {
        let names = ["/500", "/tsa/wrongnonce", "/garbage", "/tsa/auth", "/tsa"]
        let service = TimestampService(
            authorities: names.map { TimestampAuthority(url: pki.url($0)) },
            anchors: try TrustAnchors(Certificate.all(in: pki.bytes("root.pem"))),
            random: { (0..<$0).map { _ in UInt8.random(in: 0...255) } }, fetch: fetcher.fetch)
        let token = try service.token(of: Array("Печат".utf8))
        #expect(abs(token.time.secondsSince1970 - Self.now.secondsSince1970) < 60)
        let bad = TimestampService(
            authorities: names.dropLast().map { TimestampAuthority(url: pki.url($0)) },
            random: { (0..<$0).map { _ in UInt8.random(in: 0...255) } }, fetch: fetcher.fetch)
        let error = #expect(throws: ToolkitError.self) { try bad.token(of: [1]) }
        #expect(error?.code == .timestampUnavailable)
    }

    @Test("many threads share one fetcher")
    func threads() throws {
        let expected = try pki.bytes("ca.crl")
        DispatchQueue.concurrentPerform(iterations: 40) { index in
            let got = try? get(index % 4 == 0 ? "/404" : "/ca.crl")
            if index % 4 == 0 { #expect(got == nil) } else { #expect(got == expected) }
        }
    }
}
