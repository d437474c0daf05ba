import Foundation

/// A public key infrastructure that answers on 127.0.0.1, made anew for each test process by the openssl command.
///
/// Use: `let pki = try LoopbackPKI.shared()` in tests that say `.needsTool("openssl")` and `.needsTool("python3")`.
/// Files, by `bytes` or `path`: `root`, `issuing`, `tsa`, `ocsp` and the signers `signer` (RSA-2048, nonRepudiation only,
/// qualified statements), `seal` (P-256), `seal384`, `expired`, `revoked`, `short` (ends in 30 days), `later` (revoked by a
/// POST to `/revoke/later`), each as `.pem` and `.key`; the signers also as `.p12` (password: `password`, or the file
/// `password.txt`) and `-all.pem` (key, certificate and issuing authority); `chain.pem` (issuing and root), `ca.crl` and
/// `root.crl`. Certified by the root itself, with no addresses, for 60 days: `plain-rsa`, `plain-ec`, `plain-ec384`,
/// `plain-other` (RSA), `plain-short` (1024 bits), `plain-encryption`; by nobody: `stranger`.
///
/// Addresses, by `url`: `/ocsp`, `/ca.crl`, `/root.crl`, `/issuing.cer`, `/root.cer` (all of them stand in the
/// certificates), `/tsa`, `/tsa/auth` (user and password below), `/tsa/wrongnonce`, `/sign` and `/sign/otherkey` (remote
/// key), `/echo`, `/count/PATH` (how often a path was asked). Faults, behind any path: `/slow` (20 s), `/500`, `/404`,
/// `/garbage`, `/empty`, `/huge` (64 MiB), `/cut`, `/redirect` (to `/ca.crl`), `/redirect/file`, `/redirect/loop`,
/// `/redirect/private`. The server ends with the test process.
///
/// Commands reach it with `--allow-address 127.0.0.1`; libraries with
/// `HTTPFetcher(addresses: AddressPolicy(allowing: [AddressBlock("127.0.0.1")])).fetch`.
public final class LoopbackPKI: Sendable {
    /// The password of the PKCS#12 files.
    public static let password = "лозинка"
    /// Who may use `/tsa/auth`.
    public static let user = "корисник"
    /// His password.
    public static let userPassword = "тајна"

    /// Where the keys and certificates lie.
    public let folder: String
    private let server: PythonServer

    private static let started = Result { try LoopbackPKI() }

    /// The server of this process, started at the first call; it takes about two seconds.
    public static func shared() throws -> LoopbackPKI { try started.get() }

    private init() throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("pechat-pki-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        folder = base.path
        server = try PythonServer("loopback-pki.py", [folder])
    }

    /// The port on 127.0.0.1.
    public var port: Int { server.port }

    /// The address of something that the server answers.
    public func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The path of a file such as `signer.p12`.
    public func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The bytes of a file such as `root.pem`.
    public func bytes(_ name: String) throws -> [UInt8] { try Tool.bytes(of: path(name)) }
}
