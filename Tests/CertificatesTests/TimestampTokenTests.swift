import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Certificates

/// Tokens that the openssl command makes.
@Suite("RFC 3161: timestamps", .needsTool("openssl"))
struct TimestampTokenTests {
    static let nonce: [UInt8] = [0x81, 2, 3, 4, 5, 6, 7, 8]
    static let message = Array("Фактура".utf8)

    /// An authority whose certificate says what `usage` says.
    static func answer(
        to request: [UInt8], usage: String = "critical,timeStamping", policy: String = "1.2.3.4", chain: Bool = true
    ) throws -> (response: [UInt8], root: [UInt8]) {
        try Tool.withTemporaryFolder { folder in
            func write(_ name: String, _ text: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            try write("ext", "extendedKeyUsage=\(usage)\nkeyUsage=critical,digitalSignature\n")
            try write("serial", "01\n")
            try Data(KeyShop.bytes("root.pem")).write(to: URL(fileURLWithPath: "\(folder)/root.pem"))
            try Data(KeyShop.bytes("root.key")).write(to: URL(fileURLWithPath: "\(folder)/root.key"))
            try Data(request).write(to: URL(fileURLWithPath: "\(folder)/query"))
            try KeyShop.openssl(
                ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "@tsa.key", "-out", "@csr"]
                    + ["-subj", "/CN=TSA"], in: folder)
            try KeyShop.openssl(
                ["x509", "-req", "-in", "@csr", "-CA", "@root.pem", "-CAkey", "@root.key", "-set_serial", "9"]
                    + ["-extfile", "@ext", "-out", "@tsa.pem"], in: folder)
            try write(
                "conf",
                """
                [tsa]
                default_tsa = one
                [one]
                serial = \(folder)/serial
                signer_cert = \(folder)/tsa.pem
                signer_key = \(folder)/tsa.key
                signer_digest = sha256
                default_policy = \(policy)
                other_policies = 1.2.3.5
                digests = sha256, sha512
                accuracy = secs:1, millisecs:500
                ess_cert_id_alg = sha256
                \(chain ? "certs = \(folder)/root.pem" : "")

                """)
            try KeyShop.openssl(
                ["ts", "-reply", "-config", "@conf", "-queryfile", "@query", "-out", "@reply"], in: folder)
            return (try KeyShop.file("reply", in: folder), KeyShop.bytes("root.pem"))
        }
    }

    static func request(_ policy: String? = nil, _ algorithm: DigestAlgorithm = .sha256) throws -> TimestampRequest {
        try TimestampRequest(
            digest: algorithm.digest(of: message), algorithm: algorithm, nonce: nonce, policy: policy)
    }

    @Test("a request says what openssl reads in it")
    func printing() throws {
        let printed = try Tool.run(
            "openssl", ["ts", "-query", "-in", "{}", "-text"], file: try Self.request("1.2.3.5").der
        ).output
        #expect(printed.contains("Version: 1\nHash Algorithm: sha256"))
        #expect(printed.contains("Policy OID: 1.2.3.5\nNonce: 0x8102030405060708\nCertificate required: yes"))
    }

    @Test("an answer to the request is accepted", arguments: [DigestAlgorithm.sha256, .sha512])
    func acceptance(algorithm: DigestAlgorithm) throws {
        let request = try Self.request(nil, algorithm)
        let answer = try Self.answer(to: request.der)
        let token = try request.token(in: answer.response)
        #expect(token.policy == "1.2.3.4")
        #expect(token.accuracySeconds == 2)
        #expect(token.signer.subject == "CN=TSA")
        #expect(abs(token.time.secondsSince1970 - Int(Date().timeIntervalSince1970)) < 600)
        #expect(try token.covers(Self.message) && !token.covers([]))
        let path = try TrustAnchors(pem: answer.root).path(
            from: token.signer, through: token.certificates, at: token.time)
        guard case .trusted = path else { throw KeyShop.ShopError(text: "\(path)") }
    }

    @Test("an answer to another request, another digest or another policy is refused")
    func strangers() throws {
        let answer = try Self.answer(to: Self.request().der)
        let digest = try Digest.sha256(Self.message)
        let others = [
            try TimestampRequest(digest: Digest.sha256([]), nonce: Self.nonce),
            try TimestampRequest(digest: digest, nonce: [1, 2, 3, 4, 5, 6, 7, 8]), try Self.request("1.2.3.5"),
            try Self.request(nil, .sha512),
        ]
        for other in others {
            let error = #expect(throws: ToolkitError.self) { try other.token(in: answer.response) }
            #expect(error?.code == .timestampInvalid)
        }
    }

    @Test("a certificate that is for more than time-stamping, or not critically, is refused")
    func usages() throws {
        let request = try Self.request()
        // openssl refuses to sign with such certificates; the token of a good one is re-signed by them instead.
        #expect(throws: KeyShop.ShopError.self) { try Self.answer(to: request.der, usage: "timeStamping") }
        for (usage, isGood) in [
            ("critical,timeStamping", true), ("timeStamping", false), ("critical,timeStamping,emailProtection", false),
            ("critical,emailProtection", false),
        ] {
            let made = try Tool.withTemporaryFolder { folder in
                try Data("extendedKeyUsage=\(usage)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/ext"))
                try KeyShop.openssl(
                    ["req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "@k", "-out", "@c"]
                        + ["-subj", "/CN=TSA", "-addext", "extendedKeyUsage=\(usage)"], in: folder)
                return try Certificate.all(in: KeyShop.file("c", in: folder))[0]
            }
            #expect(made.isForTimestampsOnly == isGood, "\(usage)")
        }
    }

    @Test("an authority that says no is told from one that cannot be understood")
    func refusals() throws {
        let request = try Self.request()
        // status 2, failInfo bit 0 (badAlg)
        let no: [UInt8] = [0x30, 9, 0x30, 7, 2, 1, 2, 3, 2, 7, 0x80]
        #expect(#expect(throws: ToolkitError.self) { try request.token(in: no) }?.code == .timestampRefused)
        for bad: [UInt8] in [[], [0x30, 0], Array("<html>".utf8), [0x30, 5, 0x30, 3, 2, 1, 0]] {
            let error = #expect(throws: ToolkitError.self) { try request.token(in: bad) }
            #expect(error?.code == .timestampInvalid)
        }
    }

    @Test("no changed byte of a token gets through")
    func mutations() throws {
        let request = try Self.request()
        let answer = try Self.answer(to: request.der).response
        let token = try request.token(in: answer)
        var random = SplitMix(seed: 3161)
        for _ in 0..<400 {
            var changed = answer
            let index = Int.random(in: 0..<changed.count, using: &random)
            changed[index] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            guard let other = try? request.token(in: changed) else { continue }
            // What is outside of the signature may change: certificates beside the signer's, and texts of the status.
            #expect(other.time == token.time && other.digest == token.digest && other.signer == token.signer)
        }
    }

    @Test("the service goes on to the next authority, and says so when none is left")
    func service() throws {
        let root = try TrustAnchors(pem: KeyShop.bytes("root.pem"))
        let fetch: Fetch = { request throws(ToolkitError) in
            guard request.url == "http://good", let body = request.body,
                let answer = try? Self.answer(to: body).response
            else { throw ToolkitError(.timestampInvalid, "down") }
            return answer
        }
        let random: @Sendable (Int) -> [UInt8] = { [UInt8](repeating: 7, count: $0) }
        let authorities = ["http://down", "http://good"].map { TimestampAuthority(url: $0) }
        let good = TimestampService(authorities: authorities, anchors: root, random: random, fetch: fetch)
        #expect(try good.token(of: Self.message).covers(Self.message))
        let strange = try TrustAnchors(pem: TestAuthority.make(now: KeyShop.now, algorithm: .p256).caPEM)
        for service in [
            TimestampService(authorities: authorities, anchors: strange, random: random, fetch: fetch),
            TimestampService(authorities: [authorities[0]], random: random, fetch: fetch),
            TimestampService(authorities: [], random: random, fetch: fetch),
        ] {
            let error = #expect(throws: ToolkitError.self) { try service.token(of: Self.message) }
            #expect(error?.code == .timestampUnavailable)
        }
    }
}
