import COpenSSL
public import Diagnostics

/// Writes key files with encryption that is up to date.
enum KeyFileWriter {
    /// A key with its certificates as PKCS#12: AES-256 with PBKDF2, and a MAC with SHA-256.
    static func pkcs12(
        _ key: KeyHandle, _ certificate: Certificate, _ others: [Certificate], password: [UInt8], name: String,
        iterations: CInt
    ) throws(ToolkitError) -> [UInt8] {
        guard let leaf = X509Handle(der: certificate.der), let stack = X509Stack(others) else {
            throw .cryptographyFailed("PKCS#12")
        }
        var secret = password.map(CChar.init(bitPattern:)) + [0]
        defer { unsafe OPENSSL_cleanse(&secret, secret.count) }
        let bytes = unsafe leaf.with { leaf in
            unsafe stack.with { stack in
                unsafe key.with { key -> [UInt8]? in
                    guard
                        let container = unsafe PKCS12_create(
                            secret, name, key, leaf, stack, NID_aes_256_cbc, NID_aes_256_cbc, iterations, iterations, 0)
                    else { return nil }
                    defer { unsafe PKCS12_free(container) }
                    return unsafe LibCrypto.encoding { unsafe i2d_PKCS12(container, $0) }
                }
            }
        }
        guard let bytes else { throw .cryptographyFailed("PKCS#12") }
        return bytes
    }

    /// A key as PKCS#8 in PEM: encrypted with AES-256, or plain where there is no password.
    static func pem(_ key: KeyHandle, password: [UInt8]?) throws(ToolkitError) -> [UInt8] {
        var secret = (password ?? []).map(CChar.init(bitPattern:)) + [0]
        defer { unsafe OPENSSL_cleanse(&secret, secret.count) }
        let size = CInt(secret.count - 1)
        let bytes = unsafe key.with { key in
            unsafe LibCrypto.output {
                unsafe PEM_write_bio_PKCS8PrivateKey(
                    $0, key, password == nil ? nil : EVP_aes_256_cbc(), secret, size, nil, nil) == 1
            }
        }
        guard let bytes else { throw .cryptographyFailed("PEM") }
        return bytes
    }
}

extension SigningIdentity {
    /// Rounds of the key derivation of what is written for keeping.
    private static let iterations: CInt = 200_000

    /// The key and all certificates as PKCS#12: AES-256 with PBKDF2, and a MAC with SHA-256.
    ///
    /// - Parameters:
    ///   - password: In UTF-8, not empty.
    ///   - name: What programs show for the key.
    /// - Returns: The file.
    /// - Throws: `key.invalidPassword` where it is empty; `cryptography.failed`.
    public func pkcs12(password: [UInt8], name: String = "Pechat") throws(ToolkitError) -> [UInt8] {
        guard !password.isEmpty else {
            throw ToolkitError(
                .keyInvalidPassword, "A PKCS#12 file needs a password.", fix: "Give a file with the new password.")
        }
        return try KeyFileWriter.pkcs12(
            key.handle, certificate, chain.dropFirst() + otherCertificates, password: password, name: name,
            iterations: Self.iterations)
    }

    /// The key, its certificate and all others as PEM.
    ///
    /// - Parameter password: Protects the key (PKCS#8 with AES-256); nil writes it unprotected.
    /// - Returns: The text of the file.
    /// - Throws: `cryptography.failed`.
    public func pem(password: [UInt8]?) throws(ToolkitError) -> [UInt8] {
        try KeyFileWriter.pem(key.handle, password: password)
            + (chain + otherCertificates).flatMap { Array($0.pem.utf8) }
    }
}
