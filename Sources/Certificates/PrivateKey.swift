import COpenSSL
import COpenSSLShim
public import Diagnostics

/// A private key that stays in the cryptographic library: it can sign, and it cannot be read.
public struct PrivateKey: Sendable {
    let handle: KeyHandle

    /// What the key can do, the preferred first; empty for a key that signs no documents here.
    public let algorithms: [SignatureAlgorithm]

    /// The size in bits.
    public let bits: Int

    init(_ handle: KeyHandle) {
        self.handle = handle
        bits = handle.bits
        algorithms =
            switch (handle.typeName, handle.bits) {
            case ("RSA", 1024...16384): [.rsaSHA256, .rsaSHA384, .rsaSHA512]
            case ("EC", 256): [.ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512]
            case ("EC", 384): [.ecdsaSHA384, .ecdsaSHA256, .ecdsaSHA512]
            case ("EC", 521): [.ecdsaSHA512, .ecdsaSHA384, .ecdsaSHA256]
            default: []
            }
    }

    /// Whether a certificate is about this key.
    public func matches(_ certificate: Certificate) -> Bool { handle.matches(certificate) }

    /// Signs a message; see `Signer`.
    ///
    /// - Throws: `key.unsuitable`; `key.signingFailed`.
    public func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        guard algorithms.contains(algorithm) else {
            throw ToolkitError(
                .keyUnsuitable, "The key cannot make this kind of signature.",
                fix: "Use an RSA key of 2048 bits or more, or an EC key on P-256 or P-384.")
        }
        guard let signature = handle.sign(message, digest: algorithm.digestName) else {
            ERR_clear_error()
            throw ToolkitError(.keySigningFailed, "The key refused to sign.")
        }
        guard !algorithm.isRSA else { return signature }
        let half = (bits + 7) / 8
        var raw = [UInt8](repeating: 0, count: 2 * half)
        let done = unsafe signature.withUnsafeBufferPointer { source in
            unsafe raw.withUnsafeMutableBufferPointer { target in
                unsafe pechat_ecdsa_raw(source.baseAddress, source.count, target.baseAddress, half)
            }
        }
        guard done == 1 else { throw .cryptographyFailed("ECDSA") }
        return raw
    }
}

/// Owner of one `EVP_PKEY`.
///
/// The key is never changed after it was made, and OpenSSL signs with one key on many threads, each with a context of
/// its own; hence it is sendable.
@safe final class KeyHandle: @unchecked Sendable {
    private let key: OpaquePointer

    init(owning key: OpaquePointer) { unsafe self.key = key }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Lends the pointer.
    func with<T, E: Error>(_ body: (OpaquePointer) throws(E) -> T) throws(E) -> T { try unsafe body(key) }

    var bits: Int { unsafe Int(EVP_PKEY_get_bits(key)) }

    var typeName: String { unsafe LibCrypto.text(EVP_PKEY_get0_type_name(key)) ?? "" }

    func matches(_ certificate: Certificate) -> Bool {
        guard let other = X509Handle(der: certificate.der) else { return false }
        let same = unsafe other.with { certificate in
            guard let publicKey = unsafe X509_get0_pubkey(certificate) else { return false }
            return unsafe EVP_PKEY_eq(publicKey, key) == 1
        }
        ERR_clear_error()
        return same
    }

    func sign(_ message: [UInt8], digest: String) -> [UInt8]? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestSignInit_ex(context, nil, digest, nil, nil, key, nil) == 1 else { return nil }
        var size = unsafe Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: size)
        let done = unsafe message.withUnsafeBufferPointer { source in
            unsafe signature.withUnsafeMutableBufferPointer { target in
                unsafe EVP_DigestSign(context, target.baseAddress, &size, source.baseAddress, source.count)
            }
        }
        guard done == 1 else { return nil }
        signature.removeLast(signature.count - size)
        return signature
    }
}
