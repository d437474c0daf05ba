import Certificates
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Key files and certificates with changed bytes, and one key on many threads.
@Suite("Damage and threads", .needsTool("openssl"))
struct KeyFileMutationTests {
    @Test("changed key files never crash, and every refusal is one of the key")
    func keyFiles() throws {
        let sealed = try KeyShop.pkcs12(password: "x", ["-iter", "1"])
        let open = try KeyShop.pkcs12(password: "x", ["-iter", "1", "-nomac"])
        let pem = KeyShop.bytes("leaf.key") + KeyShop.bytes("leaf.pem")
        var random = SplitMix(seed: 1)
        var outcomes: [String: Int] = [:]
        for (original, password) in [(sealed, [0x78] as [UInt8]?), (open, [0x78]), (pem, nil)] {
            for _ in 0..<1500 {
                var file = original
                for _ in 0...Int.random(in: 0..<3, using: &random) where !file.isEmpty { damage(&file, &random) }
                do {
                    _ = try SigningIdentity(keyFile: file, password: password)
                    outcomes["opened", default: 0] += 1
                } catch {
                    outcomes[error.code.name, default: 0] += 1
                    #expect(
                        [.keyInvalidPassword, .certificateUnreadable].contains(error.code) || error.code.kind == .key)
                }
            }
        }
        #expect(outcomes["key.invalidPassword"] != nil && outcomes["key.damaged"] != nil, "\(outcomes)")
    }

    @Test("a certificate with a changed byte is never trusted")
    func certificates() throws {
        let der = try Certificate.all(in: KeyShop.bytes("leaf.pem"))[0].der
        let issuing = try Certificate.all(in: KeyShop.bytes("issuing.pem"))
        let anchors = try TrustAnchors(pem: KeyShop.bytes("root.pem"))
        var random = SplitMix(seed: 42)
        for _ in 0..<1500 {
            var bytes = der
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            guard let certificate = try? Certificate(der: bytes) else { continue }
            let path = try anchors.path(from: certificate, through: issuing, at: KeyShop.now)
            if case .trusted = path { Issue.record("trusted") }
        }
    }

    @Test("whole files of other kinds are unsupported, not damaged")
    func otherKinds() throws {
        try Tool.withTemporaryFolder { folder in
            for name in ["leaf.pem", "leaf.key"] {
                try Data(KeyShop.bytes(name)).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            let makers = [
                ["crl2pkcs7", "-nocrl", "-certfile", "@leaf.pem"],
                ["req", "-new", "-key", "@leaf.key", "-subj", "/CN=x"],
                ["pkey", "-in", "@leaf.key", "-pubout"],
            ]
            for maker in makers {
                try KeyShop.openssl(maker + ["-outform", "DER", "-out", "@out"], in: folder)
                let file = try KeyShop.file("out", in: folder)
                #expect(code(file, nil) == .keyUnsupportedFormat, "\(maker)")
                #expect(code(file.dropLast(7), nil) == .keyDamaged, "\(maker)")
            }
        }
    }

    @Test("an authority that renewed its key is told from its namesake", arguments: [true, false])
    func renewedAuthority(namesakeFirst: Bool) throws {
        try Tool.withTemporaryFolder { folder in
            let extensions =
                "[ca]\nbasicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            try Data(extensions.utf8).write(to: URL(fileURLWithPath: "\(folder)/ext"))
            try Data(KeyShop.bytes("root.pem")).write(to: URL(fileURLWithPath: "\(folder)/root.pem"))
            try Data(KeyShop.bytes("root.key")).write(to: URL(fileURLWithPath: "\(folder)/root.key"))
            for (name, subject, issuer) in [("old", "CA", "root"), ("new", "CA", "root"), ("end", "end", "new")] {
                try KeyShop.openssl(
                    ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "@\(name).key", "-out", "@csr"]
                        + ["-subj", "/CN=\(subject)"], in: folder)
                try KeyShop.openssl(
                    ["x509", "-req", "-in", "@csr", "-CA", "@\(issuer).pem", "-CAkey", "@\(issuer).key"]
                        + ["-set_serial", "7", "-extfile", "@ext", "-extensions", "ca", "-out", "@\(name).pem"],
                    in: folder)
            }
            let file = { try KeyShop.file($0, in: folder) } as (String) throws -> [UInt8]
            let authorities = try namesakeFirst ? file("old.pem") + file("new.pem") : file("new.pem") + file("old.pem")
            let identity = try SigningIdentity(
                keyFile: file("end.key") + file("end.pem") + authorities, password: nil)
            #expect(identity.chain.last == (try Certificate.all(in: file("new.pem"))[0]))
            #expect(identity.chain.count == 2)
        }
    }

    @Test("a file with more certificates than any chain has is too large, not damaged")
    func manyCertificates() {
        func file(_ count: Int) -> [UInt8] {
            KeyShop.bytes("leaf.key") + KeyShop.bytes("leaf.pem")
                + (0..<count).flatMap { _ in KeyShop.bytes("issuing.pem") }
        }
        #expect(code(file(63), nil) == nil)
        #expect(code(file(64), nil) == .keyTooLarge)
    }

    @Test("an encrypted key alone, in DER, asks for its password and then lacks only a certificate")
    func loneKey() throws {
        try Tool.withTemporaryFolder { folder in
            try Data(KeyShop.bytes("leaf.key")).write(to: URL(fileURLWithPath: "\(folder)/leaf.key"))
            for options in [["-v2", "aes-256-cbc"], ["-v1", "PBE-SHA1-RC2-40", "-provider", "legacy"]] {
                try KeyShop.openssl(
                    ["pkcs8", "-topk8", "-in", "@leaf.key", "-outform", "DER", "-out", "@out", "-passout", "pass:x"]
                        + options + ["-provider", "default"], in: folder)
                let file = try KeyShop.file("out", in: folder)
                #expect(code(file, [0x78]) == .keyMissingCertificate, "\(options)")
                #expect(code(file, [0x79]) == .keyInvalidPassword, "\(options)")
            }
        }
    }

    @Test("the rounds of all parts of a file together are limited")
    func budget() throws {
        // Each of the three parts alone would be allowed.
        let rounds = ["-iter", "1400000"]
        #expect(code(try KeyShop.pkcs12(password: "x", rounds + ["-nomac"]), [0x78]) == nil)
        #expect(code(try KeyShop.pkcs12(password: "x", rounds), [0x78]) == .keyTooLarge)
    }

    @Test("one key and one trust store serve four threads", arguments: ["leaf", "ec"])
    func threads(name: String) async throws {
        let identity = try SigningIdentity(
            keyFile: KeyShop.bytes("\(name).key") + KeyShop.bytes("\(name).pem") + KeyShop.bytes("issuing.pem"),
            password: nil)
        let anchors = try TrustAnchors(pem: KeyShop.bytes("root.pem"))
        let algorithm = try #require(identity.key.algorithms.first)
        let length = algorithm.isRSA ? 256 : 64
        let failures = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    (0..<50).count { size in
                        let message = [UInt8](repeating: UInt8(worker), count: size)
                        guard let signature = try? identity.key.sign(message, with: algorithm),
                            signature.count == length,
                            case .trusted? = try? anchors.path(
                                from: identity.certificate, through: identity.chain, at: KeyShop.now)
                        else { return true }
                        return false
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 0)
    }

    private func code(_ file: [UInt8], _ password: [UInt8]?) -> ToolkitError.Code? {
        do {
            _ = try SigningIdentity(keyFile: file, password: password)
            return nil
        } catch { return error.code }
    }

    /// Changes one byte, inserts one, or cuts the file off.
    private func damage(_ file: inout [UInt8], _ random: inout SplitMix) {
        let place = Int.random(in: 0..<file.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: file[place] = UInt8.random(in: 0...255, using: &random)
        case 1: file[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
        case 2: file.removeSubrange(place...)
        default: file.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
    }
}
