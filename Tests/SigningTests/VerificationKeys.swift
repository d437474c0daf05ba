import Certificates
import Foundation
import TestSupport
import Testing

/// A key and its certificate, made by the `openssl` command.
struct ForeignKey: Sendable {
    let keyPEM: [UInt8]
    let certificatePEM: [UInt8]
    let certificate: Certificate

    var base64: String { String(decoding: Base64.encode(certificate.der), as: UTF8.self) }

    func digest(_ name: String = "SHA256") -> String {
        String(decoding: Base64.encode(Digest.named(name, of: certificate.der) ?? []), as: UTF8.self)
    }
}

/// The authorities and signers of these tests.
struct ForeignKeys: Sendable {
    let root: ForeignKey
    let rsa: ForeignKey
    let ec: ForeignKey
    let ec384: ForeignKey
    /// Certified by the same root, somebody else.
    let stranger: ForeignKey
    /// RSA with 1024 bits.
    let short: ForeignKey
    /// For encryption only.
    let encryption: ForeignKey
    /// Certified by a root that nobody trusts.
    let selfMade: ForeignKey

    /// Made once for all tests; nil where `openssl` is missing.
    static let made: Result<ForeignKeys, any Error> = Result { try ForeignKeys() }

    /// The moment at which the tests verify: an hour on, so that it is later than the making of the keys.
    static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970) + 3600)

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
        [encryption]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,keyEncipherment
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        """

    private init() throws {
        self = try Tool.withTemporaryFolder { folder in
            try Data(Self.configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/c"))
            func make(_ name: String, _ key: [String], _ section: String, _ authority: String?) throws -> ForeignKey {
                let issuer = authority.map { ["-CA", "\(folder)/\($0).pem", "-CAkey", "\(folder)/\($0).key"] } ?? []
                let outcome = try Tool.run(
                    "openssl",
                    [
                        "req", "-x509", "-nodes", "-days", "60", "-sha256", "-config", "\(folder)/c", "-extensions",
                        section, "-subj", "/O=Тест/CN=\(name)", "-utf8", "-keyout", "\(folder)/\(name).key", "-out",
                        "\(folder)/\(name).pem",
                    ] + key + issuer)
                try #require(outcome.status == 0, "\(outcome.errors)")
                func read(_ suffix: String) throws -> [UInt8] {
                    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).\(suffix)")))
                }
                let pem = try read("pem")
                return ForeignKey(
                    keyPEM: try read("key"), certificatePEM: pem,
                    certificate: try #require(try Certificate.all(in: pem).first))
            }
            let rsa = ["-newkey", "rsa:2048"]
            func curve(_ name: String) -> [String] { ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(name)"] }
            return ForeignKeys(
                root: try make("root", curve("P-256"), "root", nil),
                rsa: try make("rsa", rsa, "signer", "root"),
                ec: try make("ec", curve("P-256"), "signer", "root"),
                ec384: try make("ec384", curve("P-384"), "signer", "root"),
                stranger: try make("stranger", rsa, "signer", "root"),
                short: try make("short", ["-newkey", "rsa:1024"], "signer", "root"),
                encryption: try make("encryption", curve("P-256"), "encryption", "root"),
                selfMade: try make("selfMade", curve("P-256"), "signer", nil))
        }
    }

    private init(
        root: ForeignKey, rsa: ForeignKey, ec: ForeignKey, ec384: ForeignKey, stranger: ForeignKey, short: ForeignKey,
        encryption: ForeignKey, selfMade: ForeignKey
    ) {
        self.root = root
        self.rsa = rsa
        self.ec = ec
        self.ec384 = ec384
        self.stranger = stranger
        self.short = short
        self.encryption = encryption
        self.selfMade = selfMade
    }
}
