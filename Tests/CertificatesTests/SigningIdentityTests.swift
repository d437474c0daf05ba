import Diagnostics
import TestSupport
import Testing

@testable import Certificates

@Suite("SigningIdentity", .needsTool("openssl"))
struct SigningIdentityTests {
    /// Name, options of `openssl pkcs12 -export`, what the file is said to be protected with.
    static let variants: [(String, [String], String?)] = [
        ("modern", [], nil),
        ("RC2-40 and 3DES, as old exports do", ["-legacy"], "RC2-40"),
        ("3DES", ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"], "3DES"),
        ("RC4", ["-legacy", "-keypbe", "PBE-SHA1-RC4-128", "-certpbe", "PBE-SHA1-RC4-128"], "RC4-128"),
        ("without a MAC", ["-nomac"], nil),
        ("unencrypted certificates", ["-certpbe", "NONE"], nil),
    ]

    @Test("opens PKCS#12, leaf first and without the root", arguments: variants)
    func opens(name: String, options: [String], old: String?) throws {
        let file = try KeyShop.pkcs12(password: "лозинка Ќ 1", options)
        let identity = try SigningIdentity(keyFile: file, password: Array("лозинка Ќ 1".utf8))
        #expect(identity.chain.map(\.der) == [try leaf("leaf").der, try leaf("issuing").der], "\(name)")
        #expect(identity.otherCertificates == [try leaf("root")])
        #expect(identity.oldEncryption == old)
        #expect(SigningIdentity.needsPassword(file))
    }

    @Test("says \"Invalid password\" and nothing else", arguments: variants)
    func wrongPassword(name: String, options: [String], old: String?) throws {
        let file = try KeyShop.pkcs12(password: "right", options)
        for password in ["wrong", "", nil] as [String?] {
            let error = #expect(throws: ToolkitError.self) {
                try SigningIdentity(keyFile: file, password: password.map { Array($0.utf8) })
            }
            #expect(error?.message == "Invalid password", "\(name), \(password ?? "none")")
            #expect(error?.code == .keyInvalidPassword)
        }
    }

    @Test("opens a file with an empty password with an empty one and with none")
    func emptyPassword() throws {
        let file = try KeyShop.pkcs12(password: "")
        _ = try SigningIdentity(keyFile: file, password: [])
        _ = try SigningIdentity(keyFile: file, password: nil)
        #expect(!SigningIdentity.needsPassword(file))
    }

    @Test("opens PEM: plain, PKCS#8 encrypted, and in the old encryption of PEM itself")
    func pem() throws {
        let certificates = KeyShop.bytes("root.pem") + KeyShop.bytes("issuing.pem") + KeyShop.bytes("leaf.pem")
        let keys: [([UInt8], String?)] = [
            (KeyShop.bytes("leaf.key"), nil),
            (
                try KeyShop.protectedKey("leaf", ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:right"]),
                "right"
            ),
            (try KeyShop.protectedKey("leaf", ["pkcs8", "-topk8", "-scrypt", "-passout", "pass:right"]), "scrypt"),
            (try KeyShop.protectedKey("leaf", ["rsa", "-traditional", "-aes128", "-passout", "pass:right"]), "right"),
            (try KeyShop.protectedKey("leaf", ["rsa", "-traditional"]), nil),
        ]
        for (key, password) in keys {
            if password == "scrypt" {
                expect("Unsupported format", key + certificates, "right")
                continue
            }
            let identity = try SigningIdentity(keyFile: key + certificates, password: password.map { Array($0.utf8) })
            #expect(identity.chain == [try leaf("leaf"), try leaf("issuing")])
            guard password != nil else { continue }
            expect("Invalid password", key + certificates, "wrong")
            expect("Invalid password", key + certificates, nil)
        }
    }

    @Test("tells the causes of failure apart")
    func diagnosis() throws {
        let good = try KeyShop.pkcs12(password: "right")
        expect("Missing private key", try KeyShop.pkcs12(password: "right", ["-nokeys"]), "right")
        expect("Missing private key", KeyShop.bytes("leaf.pem"), nil)
        expect("Missing private key", try leaf("leaf").der, nil)
        expect("Missing certificate", KeyShop.bytes("leaf.key"), nil)
        expect("Damaged file", Array(good[..<(good.count - 100)]), "right")
        expect("Damaged file", Array(good[..<40]), "right")
        expect("Damaged file", Array(KeyShop.bytes("leaf.key").prefix(400)), nil)
        expect("Unsupported format", Array("это не ключ".utf8), "right")
        expect("Unsupported format", [], "right")
        expect("Unsupported format", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1], "right")
        expect("Unsupported format", Array("%PDF-1.7\n".utf8), nil)
        expect(
            "The private key does not match the certificate", KeyShop.bytes("leaf.key") + KeyShop.bytes("expired.pem"),
            nil)
        var flipped = good
        flipped[good.count / 2] ^= 1
        expect("Invalid password", flipped, "right")
    }

    @Test("refuses work without end and files without end")
    func limits() throws {
        let slow = try KeyShop.pkcs12(password: "right", ["-iter", "2000001", "-nomac"])
        let error = #expect(throws: ToolkitError.self) {
            try SigningIdentity(keyFile: slow, password: Array("right".utf8))
        }
        #expect(error?.code == .keyTooLarge)
        let large = #expect(throws: ToolkitError.self) {
            try SigningIdentity(keyFile: [UInt8](repeating: 0x30, count: (1 << 20) + 1), password: nil)
        }
        #expect(large?.code == .keyTooLarge)
    }

    @Test("mutilated files end in an error or in the same key, never in anything else")
    func mutilated() throws {
        let certificates = KeyShop.bytes("leaf.pem")
        let files = [
            try KeyShop.pkcs12(password: "p", ["-iter", "1"]),
            try KeyShop.pkcs12(password: "p", ["-nomac", "-iter", "1"]),
            try KeyShop.pkcs12(password: "p", ["-legacy", "-nomac", "-iter", "1"]),
            try KeyShop.protectedKey("leaf", ["pkcs8", "-topk8", "-iter", "1", "-passout", "pass:p"]) + certificates,
            KeyShop.bytes("leaf.key") + certificates, try leaf("leaf").der,
        ]
        var random = SystemRandomNumberGenerator()
        for file in files {
            for round in 0..<150 {
                var bytes = file
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch round % 3 {
                case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
                case 1: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes[..<min(place, 40)], at: place)
                }
                do throws(ToolkitError) {
                    let identity = try SigningIdentity(keyFile: bytes, password: Array("p".utf8))
                    #expect(identity.key.matches(identity.certificate))
                } catch {
                    #expect(error.code.kind == .key, "\(error)")
                }
            }
        }
    }

    @Test("a file signer refuses an expired certificate, one of the future, and one for encryption only")
    func fileSigner() throws {
        let cases: [(String, ToolkitError.Code, String)] = [
            ("expired", .keyExpired, "Certificate expired"), ("future", .keyNotYetValid, "Certificate not yet valid"),
            ("encrypting", .keyUnsuitable, "The certificate does not allow signing documents."),
        ]
        for (name, code, message) in cases {
            let identity = try SigningIdentity(
                keyFile: try KeyShop.pkcs12(name, password: "p"), password: Array("p".utf8))
            let error = #expect(throws: ToolkitError.self) { try FileSigner(identity, at: KeyShop.now) }
            #expect(error?.code == code)
            #expect(error?.message == message)
        }
    }

    @Test("openssl verifies what the keys sign", arguments: ["leaf", "ec"])
    func signing(name: String) throws {
        let identity = try SigningIdentity(keyFile: try KeyShop.pkcs12(name, password: "p"), password: Array("p".utf8))
        let signer = try FileSigner(identity, at: KeyShop.now)
        let message = Array("Потпишано".utf8)
        for algorithm in signer.algorithms {
            let signature = try signer.sign(message, with: algorithm)
            #expect(signature.count == (name == "ec" ? 64 : 256))
            #expect(PublicKeyCheck.verify(signature, of: message, by: identity.certificate, algorithm))
            #expect(!PublicKeyCheck.verify(signature, of: message + [0], by: identity.certificate, algorithm))
        }
    }

    private func leaf(_ name: String) throws -> Certificate {
        try #require(try Certificate.all(in: KeyShop.bytes("\(name).pem")).first)
    }

    private func expect(
        _ message: String, _ file: [UInt8], _ password: String?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ToolkitError.self, sourceLocation: sourceLocation) {
            try SigningIdentity(keyFile: file, password: password.map { Array($0.utf8) })
        }
        #expect(error?.message == message, sourceLocation: sourceLocation)
        #expect(error?.code.kind == .key)
    }
}
