import Certificates
import Diagnostics
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("RemoteSigner", .needsTool("openssl"), .needsTool("python3"))
struct RemoteSignerTests {
    private static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970))
    private let pki: LoopbackPKI

    init() throws { pki = try LoopbackPKI.shared() }

    private func signer(_ name: String, path: String = "/sign") throws -> RemoteSigner {
        let text = #"{"remote":"\#(pki.url(path))","certificate":"x","key":"\#(name)"}"#
        return try RemoteSigner(
            RemoteKey(parsing: Array(text.utf8)),
            certificates: Certificate.all(in: pki.bytes("\(name).pem") + pki.bytes("chain.pem")), at: Self.now,
            fetch: HTTPFetcher(limits: .init(connectMilliseconds: 4000, totalMilliseconds: 4000)).fetch)
    }

    @Test("has every algorithm of the key done by the service", arguments: ["signer", "seal"])
    func signing(name: String) throws {
        let signer = try signer(name)
        #expect(signer.chain.count == 2)
        let key = try PublicKey(of: signer.chain[0])
        for algorithm in signer.algorithms {
            let message = Array("Печат \(algorithm)".utf8)
            #expect(
                key.accepts(try signer.sign(message, with: algorithm), of: message, with: algorithm), "\(algorithm)")
        }
    }

    static let faults: [(String, ToolkitError.Code)] = [
        ("/sign/500", .networkUnreachable), ("/sign/404", .networkRefused), ("/sign/garbage", .keySigningFailed),
        ("/sign/empty", .keySigningFailed), ("/sign/huge", .networkTooLarge), ("/sign/slow", .networkTimeout),
        ("/sign/redirect", .networkRefused), ("/sign/otherkey", .keyMismatch), ("/echo", .keySigningFailed),
        ("/sign/cut", .networkUnreachable), ("/sign/auth", .networkRefused),
    ]

    @Test("every fault of the service has its name", arguments: faults)
    func fault(path: String, code: ToolkitError.Code) {
        let error = #expect(throws: ToolkitError.self) { try signer("seal", path: path).sign([1], with: .ecdsaSHA256) }
        #expect(error?.code == code, "\(String(describing: error))")
    }

    @Test("a service that is out of order is asked twice")
    func retry() throws {
        // A path of its own: the service is shared, and other tests ask for `/sign/500` at the same time.
        let path = "/sign/twice/500"
        _ = try? signer("seal", path: path).sign([1], with: .ecdsaSHA256)
        #expect(try count(path) == 2)
    }

    private func count(_ path: String) throws -> Int {
        let bytes = try HTTPFetcher().body(
            for: NetworkRequest(.trustedList, url: pki.url("/count\(path)"), sizeLimit: 100))
        return Int(String(decoding: bytes, as: UTF8.self)) ?? -1
    }

    static let bad = [
        "[]", "{}", #"{"remote":"https://x"}"#, #"{"remote":1,"certificate":"x"}"#,
        #"{"remote":"https://x","certificate":"x","pin":"1"}"#, #"{"remote":"https://x","certificate":"x","#,
    ]

    @Test("descriptions that cannot be read are refused", arguments: bad)
    func refusing(text: String) {
        #expect(throws: ToolkitError.self) { try RemoteKey(parsing: Array(text.utf8)) }
    }

    @Test("credentials are HTTP Basic with a user and a bearer token without")
    func credentials() throws {
        let plain = try RemoteKey(parsing: Array(#"{"remote":"https://x","certificate":"x"}"#.utf8))
        #expect(plain.authorization(password: Array("t0k".utf8)) == "Bearer t0k")
        #expect(plain.authorization(password: nil) == nil)
        let named = try RemoteKey(parsing: Array(#"{"remote":"https://x","certificate":"x","user":"a"}"#.utf8))
        #expect(named.authorization(password: Array("b".utf8)) == "Basic YTpi")
    }
}
