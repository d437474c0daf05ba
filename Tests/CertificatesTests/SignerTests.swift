import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Certificates

@Suite("Signer", .needsTool("openssl"))
struct SignerTests {
    /// The key of the shop, the algorithm, and what openssl needs to know beyond the digest.
    static let cases: [(String, SignatureAlgorithm, [String])] = [
        ("leaf", .rsaSHA256, []), ("leaf", .rsaSHA384, []), ("leaf", .rsaSHA512, []),
        ("leaf", .rsaPSSSHA256, ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]),
        ("leaf", .rsaPSSSHA512, ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:64"]),
        ("ec", .ecdsaSHA256, []), ("ec", .ecdsaSHA512, []),
    ]

    @Test("signs messages and digests so that openssl agrees", arguments: cases)
    func signing(name: String, algorithm: SignatureAlgorithm, options: [String]) throws {
        let identity = try SigningIdentity(
            keyFile: KeyShop.bytes("\(name).key") + KeyShop.bytes("\(name).pem"), password: nil)
        let signer = try FileSigner(identity, at: KeyShop.now)
        let message = Array("Печат".utf8)
        let signatures = [
            try signer.signDER(message, with: algorithm),
            algorithm.der(of: try signer.sign(digest: algorithm.digest.digest(of: message), with: algorithm)),
        ]
        for signature in signatures {
            #expect(try judge(name, algorithm, options, message, signature))
            var changed = signature
            changed[changed.count - 1] ^= 1
            #expect(try !judge(name, algorithm, options, message, changed))
        }
    }

    private func judge(
        _ name: String, _ algorithm: SignatureAlgorithm, _ options: [String], _ message: [UInt8],
        _ signature: [UInt8]
    ) throws -> Bool {
        try Tool.withTemporaryFolder { folder in
            try Data(KeyShop.bytes("\(name).key")).write(to: URL(fileURLWithPath: "\(folder)/key"))
            try Data(message).write(to: URL(fileURLWithPath: "\(folder)/message"))
            try Data(signature).write(to: URL(fileURLWithPath: "\(folder)/signature"))
            let outcome = try Tool.run(
                "openssl",
                ["dgst", "-\(algorithm.digest.rawValue.lowercased())", "-prverify", "\(folder)/key"] + options
                    + ["-signature", "\(folder)/signature", "\(folder)/message"])
            return outcome.status == 0
        }
    }

    @Test("refuses what the key cannot do, and digests of the wrong size")
    func refusals() throws {
        let identity = try SigningIdentity(keyFile: KeyShop.bytes("ec.key") + KeyShop.bytes("ec.pem"), password: nil)
        for (digest, algorithm) in [(32, SignatureAlgorithm.rsaSHA256), (31, .ecdsaSHA256), (32, .ecdsaSHA384)] {
            let error = #expect(throws: ToolkitError.self) {
                try identity.key.sign(digest: [UInt8](repeating: 1, count: digest), with: algorithm)
            }
            #expect(error?.code == .keyUnsuitable)
        }
    }

    @Test("turns r and s into DER and back", arguments: [32, 48, 66])
    func encodings(half: Int) throws {
        var random = SplitMix(seed: UInt64(half))
        for _ in 0..<200 {
            var raw = (0..<2 * half).map { _ in UInt8.random(in: 0...255, using: &random) }
            for index in 0..<Int.random(in: 0..<4, using: &random) { raw[index] = 0 }
            #expect(SignatureAlgorithm.rawECDSA(of: SignatureAlgorithm.ecdsaSHA256.der(of: raw), half: half) == raw)
        }
        let bad: [[UInt8]] = [
            [], [0x30, 0], [0x30, 6, 2, 1, 1, 2, 1, 0x81], [0x30, 6, 2, 1, 1, 2, 1, 1, 0],
            [0x30, 7, 2, 2, 0, 1, 2, 1, 1], [0x30, 0x81, 6, 2, 1, 1, 2, 1, 1],
        ]
        for der in bad { #expect(SignatureAlgorithm.rawECDSA(of: der, half: half) == nil, "\(der)") }
    }

    @Test(
        "Wycheproof: signatures are verified as the vectors say", .needsSharedFolder,
        arguments: ["ecdsa_secp256r1_sha256_test.json", "rsa_signature_2048_sha256_test.json"])
    func wycheproof(file: String) throws {
        let bytes = try SharedFolder.bytes("vectors/signing/wycheproof/\(file)")
        let document = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        var checked = 0
        for group in try #require(document["testGroups"] as? [[String: Any]]) {
            let name = (group["publicKeyDer"] ?? group["keyDer"]) as? String
            let key = try PublicKey(subjectPublicKeyInfo: Self.bytes(try #require(name)))
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let message = Self.bytes(test["msg"] as? String ?? "")
                let signature = Self.bytes(test["sig"] as? String ?? "")
                let result = try #require(test["result"] as? String)
                let accepted = key.acceptsDER(
                    signature, of: message, with: file.hasPrefix("ecdsa") ? .ecdsaSHA256 : .rsaSHA256)
                checked += 1
                if result == "acceptable" { continue }
                #expect(accepted == (result == "valid"), "\(file) \(test["tcId"] ?? "")")
                // What comes out of the reader is what went in, or nothing: no second form of a valid signature.
                guard file.hasPrefix("ecdsa"), result == "valid" else { continue }
                let raw = try #require(SignatureAlgorithm.rawECDSA(of: signature, half: 32))
                #expect(SignatureAlgorithm.ecdsaSHA256.der(of: raw) == signature)
            }
        }
        #expect(checked > 200)
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
