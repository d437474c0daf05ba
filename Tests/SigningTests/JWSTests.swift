import Certificates
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Signing

@Suite("JWS")
struct JWSTests {
    private static let now = try? Timestamp("2026-11-20T12:00:00Z")
    private static let payload = Array(#"{"document":{"header":{"docNumber":"ФАК-1"}},"износ":"118.00"}"#.utf8)

    /// An authority and its signer, once for each kind of key.
    private static let authorities: [TestAuthority.KeyKind: TestAuthority] = {
        var made: [TestAuthority.KeyKind: TestAuthority] = [:]
        for kind in [TestAuthority.KeyKind.rsa2048, .p256] {
            made[kind] = now.flatMap { try? TestAuthority.make(now: $0, algorithm: kind) }
        }
        return made
    }()

    private struct Hand {
        let signer: FileSigner
        let anchors: TrustAnchors
        let time: Timestamp

        init(_ kind: TestAuthority.KeyKind) throws {
            let authority = try #require(JWSTests.authorities[kind])
            time = try #require(JWSTests.now)
            signer = try FileSigner(SigningIdentity(keyFile: authority.signerPEM, password: nil), at: time)
            anchors = try TrustAnchors(Certificate.all(in: authority.caPEM))
        }

        /// A signature over a header of the test's choice.
        func signature(header: String, payload: [UInt8] = JWSTests.payload) throws -> [UInt8] {
            let message = Base64.encodeURL(Array(header.utf8)) + Array(".".utf8) + Base64.encodeURL(payload)
            let value = try signer.sign(message, with: signer.algorithms[0])
            return message + Array(".".utf8) + Base64.encodeURL(value)
        }

        var x5c: String { #""x5c":[""# + String(decoding: Base64.encode(signer.chain[0].der), as: UTF8.self) + #""]"# }

        func verdict(_ bytes: [UInt8]) throws -> SignatureReport {
            try JWSVerifier(anchors: anchors).verify(bytes, at: time)
        }
    }

    @Test(
        "what is signed here, jwcrypto accepts, and we do too", .needsPython("jwcrypto"),
        arguments: [TestAuthority.KeyKind.rsa2048, .p256])
    func judged(kind: TestAuthority.KeyKind) throws {
        let hand = try Hand(kind)
        for algorithm in hand.signer.algorithms
        where JWSAlgorithm.allows(algorithm, keyBits: hand.signer.chain[0].publicKeyBits) {
            let signed = try JWSSigner(signer: hand.signer, algorithm: algorithm).sign(Self.payload)
            let script = """
                import sys, json, base64
                from jwcrypto import jws, jwk
                from cryptography import x509
                from cryptography.hazmat.primitives import serialization as s
                token = sys.stdin.read()
                message = jws.JWS()
                message.allowed_algs = [sys.argv[1]]
                message.deserialize(token)
                leaf = x509.load_der_x509_certificate(base64.b64decode(message.jose_header['x5c'][0]))
                key = leaf.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
                message.verify(jwk.JWK.from_pem(key))
                sys.stdout.write(message.payload.decode())
                """
            let name = try #require(JWSAlgorithm.name(of: algorithm))
            let judged = try Tool.run("python3", ["-c", script, name], input: signed)
            #expect(judged.status == 0, "\(judged.errors)")
            #expect(Array(judged.output.utf8) == Self.payload)
            let report = try hand.verdict(signed + Array("\n".utf8))
            #expect(report.isValid, "\(report.text)")
            #expect(report.covered?.canonical == Self.payload)
            #expect(JWSVerifier.concerns(signed))
        }
    }

    @Test("a signature by jwcrypto is accepted", .needsPython("jwcrypto"))
    func foreign() throws {
        let hand = try Hand(.p256)
        let authority = try #require(Self.authorities[.p256])
        let script = """
            import sys
            from jwcrypto import jws, jwk
            pem = sys.stdin.read()
            message = jws.JWS(b'{"a":1}')
            message.add_signature(jwk.JWK.from_pem(pem.split('-----BEGIN CERT')[0].encode()), None, sys.argv[1], None)
            sys.stdout.write(message.serialize(compact=True))
            """
        let header = #"{"alg":"ES256","typ":"JOSE",\#(hand.x5c)}"#
        let made = try Tool.run("python3", ["-c", script, header], input: authority.signerPEM)
        let report = try hand.verdict(Array(made.output.utf8))
        #expect(report.isValid, "\(made.errors) \(report.text)")
    }

    /// Headers in which `X` stands for the certificates, and the code that refuses them.
    static let headers: [(String, String)] = [
        (#"{"alg":"none",X}"#, "signature.none"), (#"{"alg":"None",X}"#, "signature.none"),
        (#"{"alg":"HS256",X}"#, "signature.algorithm"), (#"{"alg":"RS1",X}"#, "signature.algorithm"),
        (#"{"alg":"ES256K",X}"#, "signature.algorithm"), (#"{"alg":"RS256 ",X}"#, "signature.algorithm"),
        (#"{X}"#, "signature.malformed"), (#"{"alg":["RS256"],X}"#, "signature.malformed"),
        (#"{"alg":"RS256","alg":"none",X}"#, "signature.malformed"), (#"["RS256"]"#, "signature.malformed"),
        (#"{"alg":"ES256",X}"#, "signature.keyMismatch"), (#"{"alg":"PS256",X}"#, "signature.valueMismatch"),
        (#"{"alg":"RS384",X}"#, "signature.valueMismatch"), (#"{"alg":"RS256"}"#, "signature.noSigningCertificate"),
        (#"{"alg":"RS256","x5c":[]}"#, "signature.malformed"),
        (#"{"alg":"RS256","x5c":["AAAA"]}"#, "signature.malformed"),
        (#"{"alg":"RS256","crit":["exp"],"exp":1,X}"#, "signature.critical"),
        (#"{"alg":"RS256","crit":[],X}"#, "signature.malformed"),
        (#"{"alg":"RS256","crit":["exp"],X}"#, "signature.malformed"),
        (#"{"alg":"RS256","crit":["alg"],X}"#, "signature.malformed"),
        (#"{"alg":"RS256","b64":false,"crit":["b64"],X}"#, "signature.critical"),
        (#"{"alg":"RS256","x5t#S256":"AAAA",X}"#, "signature.certificateMismatch"),
    ]

    @Test("headers that mean trouble are refused", arguments: headers)
    func refusing(header: String, code: String) throws {
        let hand = try Hand(.rsa2048)
        let report = try hand.verdict(hand.signature(header: header.replacing("X", with: hand.x5c)))
        #expect(!report.isValid)
        #expect(report.code == code, "\(report.text)")
    }

    @Test("a plain header, one with a key inside, and one with a critical signing time are accepted")
    func accepting() throws {
        let hand = try Hand(.rsa2048)
        let headers = [
            #"{"alg":"RS256","typ":"JWT",X}"#, #"{"alg":"RS256","jwk":{"kty":"oct","k":"AAAA"},"kid":"1",X}"#,
            #"{"alg":"RS256","crit":["sigT"],"sigT":"2026-11-20T11:00:00Z",X}"#,
        ]
        for header in headers {
            let report = try hand.verdict(hand.signature(header: header.replacing("X", with: hand.x5c)))
            #expect(report.isValid, "\(report.text)")
        }
    }

    @Test("a keyed digest with the public key as its secret is refused")
    func confusion() throws {
        let hand = try Hand(.rsa2048)
        let message = Base64.encodeURL(Array(#"{"alg":"HS256",\#(hand.x5c)}"#.utf8)) + Array(".e30.".utf8)
        let report = try hand.verdict(message + Base64.encodeURL([UInt8](repeating: 1, count: 32)))
        #expect(report.code == "signature.algorithm")
    }

    @Test("no change of a single character is accepted")
    func changes() throws {
        let hand = try Hand(.p256)
        let signed = try JWSSigner(signer: hand.signer).sign(Self.payload)
        #expect(try hand.verdict(signed).isValid)
        for index in stride(from: 0, to: signed.count, by: 7) {
            for other in [
                signed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A"), UInt8(ascii: "."),
            ] {
                var changed = signed
                changed[index] = other
                if changed != signed { #expect(try !hand.verdict(changed).isValid, "\(index)") }
            }
        }
        for bad in [
            Array("a".utf8) + signed, signed + Array("=".utf8), signed + Array(".".utf8), Array(signed.dropLast(1)),
            Array(signed.dropLast(40)), Array("..".utf8), Array("e30..".utf8), signed + Array(" ".utf8),
        ] {
            #expect(try !hand.verdict(bad).isValid)
        }
    }

    @Test("without a trusted authority it is indeterminate, and after the end of the certificate too")
    func trust() throws {
        let hand = try Hand(.p256)
        let signed = try JWSSigner(signer: hand.signer).sign(Self.payload)
        let untrusted = try JWSVerifier().verify(signed, at: hand.time)
        #expect(untrusted.status == .indeterminate && untrusted.subIndication == .noCertificateChain)
        #expect(untrusted.integrity == .passed)
        let late = try JWSVerifier(anchors: hand.anchors).verify(signed, at: hand.time.adding(seconds: 800 * 86_400))
        #expect(late.subIndication == .outOfBounds)
        let other = try JWSVerifier(anchors: Hand(.rsa2048).anchors).verify(signed, at: hand.time)
        #expect(other.subIndication == .noCertificateChain)
    }

    @Test("only JSON is signed")
    func notJSON() throws {
        let signer = try JWSSigner(signer: Hand(.p256).signer)
        for bad in ["", "<a/>", "{", #"{"a":1,"a":2}"#] {
            #expect(throws: ToolkitError.self) { try signer.sign(Array(bad.utf8)) }
        }
    }

    @Test("r and s of nothing sign nothing (CVE-2022-21449)")
    func zeros() throws {
        let hand = try Hand(.p256)
        let message = Base64.encodeURL(Array(#"{"alg":"ES256",\#(hand.x5c)}"#.utf8)) + Array(".e30.".utf8)
        let report = try hand.verdict(message + Base64.encodeURL([UInt8](repeating: 0, count: 64)))
        #expect(report.code == "signature.valueMismatch")
    }
}
