import Diagnostics
import TestSupport
import Testing

@testable import Certificates

@Suite("Certificate", .needsTool("openssl"))
struct CertificateTests {
    @Test("reads what openssl printed into it")
    func facts() throws {
        let certificate = try #require(try Certificate.all(in: KeyShop.bytes("leaf.pem")).first)
        #expect(certificate.subject == "CN=leaf,OU=ЕДБ 4030000000010,O=Пример ДООЕЛ\\, Скопје,C=MK")
        #expect(certificate.issuer == "CN=issuing,OU=ЕДБ 4030000000010,O=Пример ДООЕЛ\\, Скопје,C=MK")
        #expect(certificate.subjectParts.first == Certificate.NamePart(type: "C", value: "MK"))
        #expect(certificate.keyUsages == [.nonRepudiation])
        #expect(certificate.publicKeyAlgorithm == "RSA")
        #expect(certificate.publicKeyBits == 2048)
        #expect(certificate.signatureAlgorithm == "RSA-SHA256")
        #expect(!certificate.isAuthority)
        #expect(!certificate.isSelfSigned)
        #expect(certificate.allowsSigning)
        #expect(certificate.taxNumbers == ["4030000000010"])
        #expect(certificate.notBefore == KeyShop.now.adding(seconds: -10 * 86_400))
        let printed = try Tool.run(
            "openssl", ["x509", "-noout", "-fingerprint", "-sha256", "-serial"], input: KeyShop.bytes("leaf.pem")
        ).output
        #expect(printed.contains("=\(certificate.fingerprintText)\n"))
        #expect(printed.contains("serial=\(certificate.serialNumberHexadecimal)\n"))
        #expect(try Certificate.all(in: Array(certificate.pem.utf8)) == [certificate])
    }

    @Test("knows an authority, its own signature, and a curve")
    func kinds() throws {
        let root = try #require(try Certificate.all(in: KeyShop.bytes("root.pem")).first)
        #expect(root.isAuthority && root.isSelfSigned)
        let curve = try #require(try Certificate.all(in: KeyShop.bytes("ec.pem")).first)
        #expect(curve.publicKeyAlgorithm == "EC P-256")
    }

    @Test("refuses what is no certificate")
    func refusal() throws {
        let der = try #require(try Certificate.all(in: KeyShop.bytes("leaf.pem")).first).der
        let bad: [[UInt8]] = [
            [], Array("x".utf8), der + [0], Array(der.dropLast()), Array("-----BEGIN CERTIFICATE-----\n????\n".utf8),
        ]
        for bytes in bad {
            let error = #expect(throws: ToolkitError.self) { try Certificate.all(in: bytes) }
            #expect(error?.code == .certificateUnreadable)
        }
    }

    @Test("finds a path, or says why not")
    func path() throws {
        let all = try ["root", "issuing", "leaf", "expired"].map {
            try #require(try Certificate.all(in: KeyShop.bytes("\($0).pem")).first)
        }
        let anchors = try TrustAnchors([all[0]])
        let now = KeyShop.now
        #expect(try anchors.path(from: all[2], through: [all[1]], at: now) == .trusted([all[2], all[1], all[0]]))
        #expect(try anchors.path(from: all[2], through: [], at: now) == .refused(.noPath))
        #expect(try anchors.path(from: all[3], through: [all[1]], at: now) == .refused(.expired))
        #expect(
            try anchors.path(from: all[2], through: [all[1]], at: now.adding(seconds: -20 * 86_400))
                == .refused(.notYetValid))
        // RFC 5280 §4.1.2.5: the second of notAfter is within.
        let last = all[2].notAfter
        #expect(try anchors.path(from: all[2], through: [all[1]], at: last) == .trusted([all[2], all[1], all[0]]))
        #expect(
            try anchors.path(from: all[2], through: [all[1]], at: last.adding(seconds: 1)) == .refused(.expired))
        let strange = try TestAuthority.make(now: now, algorithm: .p256)
        #expect(try TrustAnchors(pem: strange.caPEM).path(from: all[2], through: all, at: now) == .refused(.noPath))
    }
}

@Suite("CertificateCheck", .needsTool("openssl"))
struct CertificateCheckTests {
    let password = Array("p".utf8)

    @Test("passes a good file, and counts the days")
    func good() throws {
        let file = try KeyShop.pkcs12(password: "p")
        let anchors = try TrustAnchors(pem: KeyShop.bytes("root.pem"))
        let check = CertificateCheck(
            keyFile: file, password: password, anchors: anchors, now: KeyShop.now, taxNumber: "4030000000010")
        #expect(check.isAcceptable)
        // Nothing was given by which revocation could be judged; that is not a pass.
        let verdicts = Dictionary(uniqueKeysWithValues: check.items.map { ($0.name, $0.verdict) })
        #expect(verdicts["revocation"] == .notChecked)
        #expect(verdicts.allSatisfy { $0.key == "revocation" || $0.value == .passed })
        #expect(check.daysLeft == 60)
        #expect(check.level == .warning)
        let limits: [(Int, CertificateCheck.Level)] = [
            (60 - 91, .good), (60 - 31, .warning), (60 - 30, .urgent), (60 - 7, .critical), (61, .expired),
        ]
        for (days, level) in limits {
            let later = CertificateCheck(
                keyFile: file, password: password, anchors: nil, now: KeyShop.now.adding(seconds: days * 86_400))
            #expect(later.level == level, "\(days)")
        }
    }

    @Test("names the failed check and gives the exact text")
    func failures() throws {
        let root = try TrustAnchors(pem: KeyShop.bytes("root.pem"))
        let strange = try TrustAnchors(pem: TestAuthority.make(now: KeyShop.now, algorithm: .p256).caPEM)
        let good = try KeyShop.pkcs12(password: "p")
        let cases: [(String, [UInt8], String, TrustAnchors?, String)] = [
            ("format", Array("nothing".utf8), "p", root, "Unsupported format"),
            ("password", good, "q", root, "Invalid password"),
            ("validity", try KeyShop.pkcs12("expired", password: "p"), "p", root, "Certificate expired"),
            ("validity", try KeyShop.pkcs12("future", password: "p"), "p", root, "Certificate not yet valid"),
            ("privateKey", KeyShop.bytes("leaf.pem") + KeyShop.bytes("issuing.pem"), "p", root, "Missing private key"),
            ("authority", good, "p", strange, "Certificate validation failed"),
            (
                "pair", KeyShop.bytes("leaf.key") + KeyShop.bytes("ec.pem") + KeyShop.bytes("issuing.pem"), "p", root,
                "The private key does not match the certificate"
            ),
        ]
        for (name, file, password, anchors, message) in cases {
            let check = CertificateCheck(
                keyFile: file, password: Array(password.utf8), anchors: anchors, now: KeyShop.now)
            #expect(check.items.filter { $0.verdict == .failed }.map(\.name) == [name])
            #expect(check[name]?.message == message)
            #expect(check.firstFailure?.message == message)
            #expect(!check.isAcceptable)
        }
    }

    @Test("leaves the authority unchecked where none is given, and warns of old encryption")
    func unchecked() throws {
        let file = try KeyShop.pkcs12(password: "p", ["-legacy"])
        let check = CertificateCheck(keyFile: file, password: password, anchors: nil, now: KeyShop.now)
        #expect(check["authority"]?.verdict == .notChecked)
        #expect(check["encryption"]?.verdict == .warning)
        #expect(check.isAcceptable)
    }
}

@Suite("TestAuthority", .needsTool("openssl"))
struct TestAuthorityTests {
    @Test("makes files that we and openssl accept", arguments: [TestAuthority.KeyKind.rsa2048, .p256])
    func making(kind: TestAuthority.KeyKind) throws {
        let made = try TestAuthority.make(now: KeyShop.now, algorithm: kind)
        #expect(made.password.count == 27)
        let check = CertificateCheck(
            keyFile: made.signerP12, password: Array(made.password.utf8), anchors: try TrustAnchors(pem: made.caPEM),
            now: KeyShop.now)
        #expect(check.isAcceptable)
        #expect(check["authority"]?.verdict == .passed)
        #expect(check.certificate?.subject == "CN=Pechat TEST signer – not for production,O=Pechat TEST")
        _ = try SigningIdentity(keyFile: made.signerPEM, password: nil)
        let password = "pass:" + made.password
        let read = try Tool.run("openssl", ["pkcs12", "-nodes", "-passin", password], input: made.signerP12)
        #expect(read.status == 0)
        #expect(read.output.contains("PRIVATE KEY"))
        let info = try Tool.run("openssl", ["pkcs12", "-info", "-noout", "-passin", password], input: made.signerP12)
        #expect(info.errors.contains("PBES2, PBKDF2, AES-256-CBC"))
    }
}
