import Certificates
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Signing

/// An authority with signers, a time-stamping authority and a revocation list, made by `openssl`; no network is needed,
/// for the requests are answered here.
final class PAdESKeys: Sendable {
    /// Made once for all tests.
    static let made: Result<PAdESKeys, any Error> = Result { try PAdESKeys() }

    /// The moment of the tests: a minute from the making of the keys.
    static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970) + 60)

    let root: [UInt8]
    let list: [UInt8]
    private let files: [String: [UInt8]]
    private let tsa: [String: [UInt8]]

    private static let configuration = """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = test
        [root]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [signer]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,nonRepudiation
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        crlDistributionPoints = URI:http://pki.test/ca.crl
        [tsa]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,digitalSignature
        extendedKeyUsage = critical,timeStamping
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        crlDistributionPoints = URI:http://pki.test/ca.crl
        [ca]
        default_ca = one
        [one]
        database = @index
        crlnumber = @number
        default_md = sha256
        default_crl_days = 30
        """

    private init() throws {
        let made = try Tool.withTemporaryFolder { folder -> [String: [UInt8]] in
            func write(_ name: String, _ text: String) throws {
                try Data(text.replacingOccurrences(of: "@", with: folder + "/").utf8)
                    .write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            func openssl(_ arguments: [String]) throws {
                let outcome = try Tool.run(
                    "openssl", arguments.map { $0.replacingOccurrences(of: "@", with: folder + "/") })
                try #require(outcome.status == 0, "\(outcome.errors)")
            }
            try write("conf", Self.configuration)
            try write("index", "")
            try write("number", "01\n")
            let kinds = [
                ("root", "root", ["rsa:2048"]), ("rsa", "signer", ["rsa:2048"]), ("tsa", "tsa", ["rsa:2048"]),
                ("ec", "signer", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]), ("stranger", "signer", ["rsa:2048"]),
            ]
            for (name, section, kind) in kinds {
                let issuer = ["root", "stranger"].contains(name) ? [] : ["-CA", "@root.pem", "-CAkey", "@root.key"]
                try openssl(
                    ["req", "-x509", "-nodes", "-days", "60", "-sha256", "-config", "@conf", "-extensions", section]
                        + ["-subj", "/O=Тест/CN=\(name)", "-utf8", "-keyout", "@\(name).key", "-out", "@\(name).pem"]
                        + ["-newkey"] + kind + issuer)
            }
            try openssl(
                [
                    "ca", "-gencrl", "-config", "@conf", "-keyfile", "@root.key", "-cert", "@root.pem", "-out",
                    "@crl.pem",
                ])
            try openssl(["crl", "-in", "@crl.pem", "-outform", "DER", "-out", "@crl"])
            var files: [String: [UInt8]] = ["crl": try Tool.bytes(of: "\(folder)/crl")]
            for (name, _, _) in kinds {
                for suffix in ["pem", "key"] {
                    files["\(name).\(suffix)"] = try Tool.bytes(of: "\(folder)/\(name).\(suffix)")
                }
            }
            return files
        }
        root = try #require(made["root.pem"])
        list = try #require(made["crl"])
        files = made
        tsa = made.filter { ["tsa.pem", "tsa.key", "root.pem"].contains($0.key) }
    }

    func signer(_ name: String) throws -> any Signer {
        let bytes = try #require(files["\(name).key"]) + #require(files["\(name).pem"])
        return try FileSigner(SigningIdentity(keyFile: bytes, password: nil), at: Self.now)
    }

    func anchors() throws -> TrustAnchors { try TrustAnchors(pem: root) }

    /// Answers timestamp requests and hands out the revocation list; anything else fails.
    func fetch(_ request: NetworkRequest) throws(ToolkitError) -> [UInt8] {
        switch (request.kind, request.url) {
        case (.revocationList, "http://pki.test/ca.crl"): return list
        case (.timestamp, "http://tsa.test/"):
            do { return try stamp(request.body ?? []) } catch {
                throw ToolkitError(.timestampUnavailable, "The test authority failed: \(error)")
            }
        default: throw ToolkitError(.timestampUnavailable, "There is nothing at this address.")
        }
    }

    private func stamp(_ query: [UInt8]) throws -> [UInt8] {
        try Tool.withTemporaryFolder { folder in
            for (name, bytes) in tsa { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
            try Data(query).write(to: URL(fileURLWithPath: "\(folder)/query"))
            try Data("01\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/serial"))
            let text = """
                [tsa]
                default_tsa = one
                [one]
                serial = \(folder)/serial
                signer_cert = \(folder)/tsa.pem
                signer_key = \(folder)/tsa.key
                signer_digest = sha256
                default_policy = 1.2.3.4
                digests = sha256
                accuracy = secs:1
                ess_cert_id_alg = sha256
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/conf"))
            let outcome = try Tool.run(
                "openssl",
                [
                    "ts", "-reply", "-config", "\(folder)/conf", "-queryfile", "\(folder)/query", "-out",
                    "\(folder)/reply",
                ])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try Tool.bytes(of: "\(folder)/reply")
        }
    }

    func service(
        _ urls: [String] = ["http://tsa.test/"], fallback: TimestampService.Fallback = .fail
    ) throws -> TimestampService {
        TimestampService(
            authorities: urls.map { TimestampAuthority(url: $0) }, fallback: fallback, anchors: try anchors(),
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            fetch: { request throws(ToolkitError) in try self.fetch(request) })
    }

    func collector() throws -> EvidenceCollector {
        EvidenceCollector(
            anchors: try anchors(), fetch: { request throws(ToolkitError) in try self.fetch(request) })
    }

    func pades(_ name: String = "rsa", _ algorithm: SignatureAlgorithm? = nil) throws -> PAdESSigner {
        try PAdESSigner(
            signer(name), algorithm: algorithm, timestamps: service(), collector: collector())
    }
}
