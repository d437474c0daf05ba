internal import COpenSSL
internal import COpenSSLShim
public import Diagnostics

/// Message digests.
public enum Digest: Sendable {
    /// The SHA-256 digest of some bytes: 32 bytes.
    ///
    /// - Throws: `cryptography.failed` where the cryptographic library offers no SHA-256.
    public static func sha256(_ bytes: [UInt8]) throws(ToolkitError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let done = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe digest.withUnsafeMutableBufferPointer { target in
                unsafe pechat_sha256(source.baseAddress, source.count, target.baseAddress)
            }
        }
        guard done == 1 else { throw .cryptographyFailed("SHA-256") }
        return digest
    }

    /// The authentication code of some bytes under a secret (RFC 2104 with SHA-256): 32 bytes.
    ///
    /// - Throws: `cryptography.failed` where the cryptographic library offers no HMAC.
    public static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) throws(ToolkitError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var size = 0
        let isDone = unsafe key.withUnsafeBytes { key in
            unsafe bytes.withUnsafeBufferPointer { source in
                unsafe code.withUnsafeMutableBufferPointer { target in
                    unsafe EVP_Q_mac(
                        nil, "HMAC", nil, "SHA256", nil, key.baseAddress, key.count, source.baseAddress, source.count,
                        target.baseAddress, target.count, &size) != nil
                }
            }
        }
        guard isDone, size == 32 else { throw .cryptographyFailed("HMAC") }
        return code
    }

    /// The digest of some bytes by its name in OpenSSL, such as `SHA512`; nil where the library does not know it.
    ///
    /// Meant for checking what others made; what is made here uses SHA-256.
    public static func named(_ name: String, of bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 64)
        var size = 0
        let done = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe digest.withUnsafeMutableBufferPointer { target in
                unsafe EVP_Q_digest(
                    nil, name, nil, source.baseAddress, source.count, target.baseAddress, &size)
            }
        }
        guard done == 1, size <= digest.count else { return nil }
        return Array(digest[..<size])
    }

    /// Bytes as lower-case hexadecimal digits.
    public static func hexadecimal(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x57) }
}

/// A SHA-256 digest of bytes that come piece by piece.
@safe public struct RunningDigest: ~Copyable {
    private let context: OpaquePointer

    /// Starts with no byte.
    ///
    /// - Throws: `cryptography.failed` where the cryptographic library offers no SHA-256.
    public init() throws(ToolkitError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .cryptographyFailed("SHA-256") }
        let digest = unsafe RunningDigest(owning: context)
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw .cryptographyFailed("SHA-256") }
        self = digest
    }

    private init(owning context: OpaquePointer) { unsafe self.context = context }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds bytes.
    ///
    /// - Throws: `cryptography.failed`.
    public mutating func add(_ bytes: [UInt8]) throws(ToolkitError) {
        let done = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        guard done == 1 else { throw .cryptographyFailed("SHA-256") }
    }

    /// The digest of all bytes: 32 bytes.
    ///
    /// - Throws: `cryptography.failed`.
    public consuming func finish() throws(ToolkitError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let done = unsafe digest.withUnsafeMutableBufferPointer {
            unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
        }
        guard done == 1 else { throw .cryptographyFailed("SHA-256") }
        return digest
    }
}

@available(*, unavailable)
extension RunningDigest: Sendable {}  // OpenSSL: one thread at a time on a context
