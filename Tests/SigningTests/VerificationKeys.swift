import Certificates
import Foundation
import TestSupport
import Testing

/// A key and its certificate, made by the `openssl` command.
struct ForeignKey: Sendable {
    let keyPEM: [UInt8]
    let certificate: Certificate

    init(_ name: String, in pki: LoopbackPKI) throws {
        keyPEM = try pki.bytes("\(name).key")
        certificate = try #require(try Certificate.all(in: pki.bytes("\(name).pem")).first)
    }

    var base64: String { String(decoding: Base64.encode(certificate.der), as: UTF8.self) }

    func digest(_ name: String = "SHA256") -> String {
        String(decoding: Base64.encode(Digest.named(name, of: certificate.der) ?? []), as: UTF8.self)
    }
}

/// The authorities and signers of the tests whose documents others sign.
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
    /// Certified by nobody but itself.
    let selfMade: ForeignKey

    /// Read once for all tests.
    static let made: Result<ForeignKeys, any Error> = Result { try ForeignKeys() }

    /// The moment at which the tests verify: an hour on, so that it is later than the making of the keys.
    static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970) + 3600)

    private init() throws {
        let pki = try LoopbackPKI.shared()
        root = try ForeignKey("root", in: pki)
        rsa = try ForeignKey("plain-rsa", in: pki)
        ec = try ForeignKey("plain-ec", in: pki)
        ec384 = try ForeignKey("plain-ec384", in: pki)
        stranger = try ForeignKey("plain-other", in: pki)
        short = try ForeignKey("plain-short", in: pki)
        encryption = try ForeignKey("plain-encryption", in: pki)
        selfMade = try ForeignKey("stranger", in: pki)
    }
}
