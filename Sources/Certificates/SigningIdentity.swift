import COpenSSL
import COpenSSLShim
public import Diagnostics

/// A private key with its certificates, read from a key file.
public struct SigningIdentity: Sendable {
    /// The private key.
    public let key: PrivateKey
    /// The certificate of the key.
    public let certificate: Certificate
    /// The certificate of the key, then the authorities above it as far as the file has them, without the root.
    public let chain: [Certificate]
    /// Certificates of the file that are not in the chain: the root, and whatever else it holds.
    public let otherCertificates: [Certificate]
    /// The name of an outdated encryption that protects the file, such as `RC2-40`; nil where it is up to date.
    public let oldEncryption: String?

    /// The most bytes of a key file: 1 MiB, a hundred times an honest one.
    public static let sizeLimit = 1 << 20

    /// Opens a key file: PKCS#12 in all its common encryptions, or PEM with the key and its certificates.
    ///
    /// The causes of failure are told apart in a fixed order: format, damage, password, protection, private key,
    /// certificate, pair. Validity is not looked at here: see `FileSigner` and `CertificateCheck`.
    ///
    /// - Parameters:
    ///   - keyFile: The file, at most 1 MiB.
    ///   - password: In UTF-8; nil where none was given. The library's copies are cleared; the caller clears its own.
    /// - Throws: `key.tooLarge`, `key.unsupportedFormat`, `key.damaged`, `key.invalidPassword`,
    ///   `key.missingPrivateKey`, `key.missingCertificate`, `key.mismatch`, `key.unsuitable`.
    public init(keyFile: [UInt8], password: [UInt8]?) throws(ToolkitError) {
        let file = try KeyFileHandle(keyFile, password: password)
        try self.init(file: file)
    }

    /// Whether opening the file takes a password.
    ///
    /// - Parameter keyFile: The file; bytes that are no key file need none.
    /// - Returns: Whether there is something encrypted in it.
    public static func needsPassword(_ keyFile: [UInt8]) -> Bool {
        do throws(ToolkitError) {
            _ = try KeyFileHandle(keyFile, password: nil)
            return false
        } catch {
            return error.code == .keyInvalidPassword
        }
    }

    init(file: borrowing KeyFileHandle) throws(ToolkitError) {
        var certificates: [Certificate] = []
        for der in file.certificates where !certificates.contains(where: { $0.der == der }) {
            certificates.append(try Certificate(der: der))
        }
        let keys = file.keys.map(PrivateKey.init)
        guard let first = keys.first else {
            throw ToolkitError(
                .keyMissingPrivateKey, "Missing private key",
                fix: "Export the certificate again together with its private key.")
        }
        guard !certificates.isEmpty else {
            throw ToolkitError(
                .keyMissingCertificate, "Missing certificate",
                fix: "Put the certificate of the key into the same file.")
        }
        let pairs = keys.lazy.compactMap { key in
            certificates.first { key.matches($0) }.map { (key: key, certificate: $0) }
        }
        guard let pair = pairs.first(where: { !$0.certificate.isAuthority }) ?? pairs.first else {
            throw ToolkitError(
                .keyMismatch, "The private key does not match the certificate",
                fix: "Put the certificate that was issued for this key into the file.")
        }
        guard !pair.key.algorithms.isEmpty else {
            throw ToolkitError(
                .keyUnsuitable, "This kind of key cannot sign documents (\(first.bits) bits).",
                fix: "Use an RSA key of 2048 bits or more, or an EC key on P-256 or P-384.")
        }
        key = pair.key
        certificate = pair.certificate
        let chain = Self.chain(from: pair.certificate, in: certificates)
        self.chain = chain
        otherCertificates = certificates.filter { !chain.contains($0) }
        oldEncryption = file.oldEncryption
    }

    /// Follows the issuers upwards and stops before the root; a signer that issued itself stays.
    static func chain(from leaf: Certificate, in certificates: [Certificate]) -> [Certificate] {
        var chain = [leaf]
        while let last = chain.last, !last.isSelfSigned,
            let issuer = certificates.first(where: { issuer in
                last.isIssued(by: issuer) && !issuer.isSelfSigned && !chain.contains(issuer)
            })
        {
            chain.append(issuer)
        }
        return chain
    }
}

/// An opened key file of the C part; it stays inside one call.
@safe struct KeyFileHandle: ~Copyable {
    private let file: OpaquePointer

    init(_ bytes: [UInt8], password: [UInt8]?) throws(ToolkitError) {
        guard bytes.count <= SigningIdentity.sizeLimit, (password?.count ?? 0) <= 4096 else {
            throw Self.tooLarge
        }
        // An empty array has no address, and an empty password is not the same as none.
        var secret = (password ?? []) + [0]
        defer { unsafe OPENSSL_cleanse(&secret, secret.count) }
        let length = secret.count - 1
        let opened = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe secret.withUnsafeBytes { secret in
                let text = unsafe secret.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe pechat_key_file_open(
                    source.baseAddress, source.count, password == nil ? nil : text, length)
            }
        }
        guard let opened = unsafe opened else { throw .cryptographyFailed("key file") }
        let handle = unsafe KeyFileHandle(owning: opened)
        try handle.check(passwordGiven: password != nil)
        self = handle
    }

    private init(owning file: OpaquePointer) { unsafe self.file = file }

    private static let tooLarge = ToolkitError(
        .keyTooLarge, "The key file holds more than any key file should.",
        fix: "Give a .p12, .pfx or .pem file with the key, its certificate and those of its issuers.")

    private func check(passwordGiven: Bool) throws(ToolkitError) {
        switch unsafe pechat_key_file_get_outcome(file) {
        case PECHAT_KEY_FILE_OPENED: return
        case PECHAT_KEY_FILE_DAMAGED:
            throw ToolkitError(
                .keyDamaged, "Damaged file", fix: "Copy the key file again from where it was exported.")
        case PECHAT_KEY_FILE_WRONG_PASSWORD:
            throw ToolkitError(
                .keyInvalidPassword, "Invalid password",
                fix: passwordGiven
                    ? "Check the password and the keyboard layout; if it is right, the file is damaged."
                    : "The key file is protected: give its password.")
        case PECHAT_KEY_FILE_TOO_LARGE: throw Self.tooLarge
        case PECHAT_KEY_FILE_TOO_MANY_ITERATIONS:
            throw ToolkitError(
                .keyTooLarge, "Opening the key file would take too long: it asks for millions of iterations.",
                fix: "Export the key again with an ordinary iteration count.")
        case PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION:
            let encryption = unsafe LibCrypto.text(pechat_key_file_get_old_encryption(file))
            throw ToolkitError(
                .keyUnsupportedFormat, "Unsupported format",
                fix: "The file is protected with \(encryption ?? "a method that is not known here"); "
                    + "export it again with AES-256.")
        case PECHAT_KEY_FILE_NO_MEMORY: throw .cryptographyFailed("key file")
        default:
            throw ToolkitError(
                .keyUnsupportedFormat, "Unsupported format", fix: "Give a PKCS#12 file (.p12, .pfx) or a PEM file.")
        }
    }

    deinit { unsafe pechat_key_file_free(file) }

    var oldEncryption: String? { unsafe LibCrypto.text(pechat_key_file_get_old_encryption(file)) }

    var keys: [KeyHandle] {
        (0..<(unsafe pechat_key_file_key_count(file))).compactMap { index in
            unsafe pechat_key_file_copy_key(file, index).map { unsafe KeyHandle(owning: $0) }
        }
    }

    var certificates: [[UInt8]] {
        (0..<(unsafe pechat_key_file_certificate_count(file))).compactMap { index in
            var size = 0
            guard let start = unsafe pechat_key_file_certificate(file, index, &size) else { return nil }
            return unsafe Array(UnsafeBufferPointer(start: start, count: size))
        }
    }
}
