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
        algorithms = Self.algorithms(keyType: handle.typeName, bits: handle.bits)
    }

    /// What a key of some kind can do, the preferred first.
    ///
    /// - Parameters:
    ///   - keyType: `RSA`, `RSA-PSS` or `EC`.
    ///   - bits: The size of the key.
    /// - Returns: Nothing for a key that is too small, too large or of another kind.
    static func algorithms(keyType: String, bits: Int) -> [SignatureAlgorithm] {
        switch (keyType, bits) {
        case ("RSA", 1024...16384):
            [.rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512]
        case ("RSA-PSS", 2048...16384): [.rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512]
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
        try require(algorithm)
        return try finish(handle.sign(message, with: algorithm), algorithm)
    }

    /// Signs a message by its digest; see `Signer`.
    ///
    /// - Throws: `key.unsuitable`; `key.signingFailed`.
    public func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        try require(algorithm)
        try algorithm.digest.requireSize(of: digest)
        return try finish(handle.sign(digest: digest, with: algorithm), algorithm)
    }

    private func require(_ algorithm: SignatureAlgorithm) throws(ToolkitError) {
        guard algorithms.contains(algorithm) else { throw .keyCannot }
    }

    private func finish(
        _ signature: [UInt8]?, _ algorithm: SignatureAlgorithm
    ) throws(ToolkitError) -> [UInt8] {
        guard let signature else {
            ERR_clear_error()
            throw ToolkitError(.keySigningFailed, "The key refused to sign.")
        }
        guard !algorithm.isRSA else { return signature }
        guard let raw = SignatureAlgorithm.rawECDSA(of: signature, half: (bits + 7) / 8) else {
            throw .cryptographyFailed("ECDSA")
        }
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

    /// Signs a message; the result is in the library's form, which for ECDSA is DER.
    func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) -> [UInt8]? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard
            unsafe EVP_DigestSignInit_ex(context, &keyContext, algorithm.digest.rawValue, nil, nil, key, nil) == 1,
            unsafe !algorithm.isPSS || Self.choosePSS(keyContext)
        else { return nil }
        return unsafe signature { target, size in
            unsafe message.withUnsafeBufferPointer { source in
                unsafe EVP_DigestSign(context, target, size, source.baseAddress, source.count)
            }
        }
    }

    /// Signs a digest.
    func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) -> [UInt8]? {
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_sign_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, EVP_get_digestbyname(algorithm.digest.rawValue)) == 1,
            unsafe !algorithm.isPSS || Self.choosePSS(context)
        else { return nil }
        return unsafe signature { target, size in
            unsafe digest.withUnsafeBufferPointer { source in
                unsafe EVP_PKEY_sign(context, target, size, source.baseAddress, source.count)
            }
        }
    }

    /// PSS with a salt as long as the digest.
    static func choosePSS(_ context: OpaquePointer?) -> Bool {
        unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
    }

    /// What a body writes into a buffer of the size that the key asks for.
    private func signature(_ body: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> CInt) -> [UInt8]? {
        var size = unsafe Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: size)
        let done = unsafe signature.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, &size) }
        guard done == 1 else { return nil }
        signature.removeLast(signature.count - size)
        return signature
    }
}

extension ToolkitError {
    /// The key's kind does not go with the kind of signature.
    static var keyCannot: ToolkitError {
        ToolkitError(
            .keyUnsuitable, "The key cannot make this kind of signature.",
            fix: "Use an RSA key of 2048 bits or more, or an EC key on P-256 or P-384.")
    }
}

extension DigestAlgorithm {
    /// Refuses bytes that cannot be a digest of this kind.
    func requireSize(of digest: [UInt8]) throws(ToolkitError) {
        guard digest.count == size else {
            throw ToolkitError(.keyUnsuitable, "These are not the \(size) bytes of a digest.")
        }
    }
}
