import COpenSSL
public import Diagnostics

/// The public key of a certificate, ready to check signatures with.
///
/// A value may be used on many threads.
public struct PublicKey: Sendable {
    private let handle: KeyHandle

    /// The ways to sign whose signatures it can check; empty for keys that sign no documents here.
    public let algorithms: [SignatureAlgorithm]

    /// The size in bits.
    public var bits: Int { handle.bits }

    /// Takes the key out of a certificate.
    ///
    /// - Throws: `key.unsuitable` for a key that is of no known kind, or on a curve given by its parameters: on such a
    ///   curve anybody can sign (CVE-2020-0601).
    public init(of certificate: Certificate) throws(ToolkitError) {
        guard let parsed = X509Handle(der: certificate.der) else { throw .certificateUnreadable }
        let handle = unsafe parsed.with { certificate in
            unsafe X509_get_pubkey(certificate).map { unsafe KeyHandle(owning: $0) }
        }
        try self.init(handle)
    }

    /// Reads `SubjectPublicKeyInfo`.
    ///
    /// - Throws: `key.unsuitable`, as for certificates.
    public init(subjectPublicKeyInfo der: [UInt8]) throws(ToolkitError) {
        let key = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &cursor, buffer.count)
        }
        try self.init(unsafe key.map { unsafe KeyHandle(owning: $0) })
    }

    private init(_ handle: KeyHandle?) throws(ToolkitError) {
        guard let handle else {
            ERR_clear_error()
            throw .keyCannot
        }
        let algorithms = PrivateKey.algorithms(keyType: handle.typeName, bits: handle.bits)
        guard !algorithms.isEmpty, algorithms[0].isRSA || handle.isOnNamedCurve else { throw .keyCannot }
        self.handle = handle
        self.algorithms = algorithms
    }

    /// Whether a signature in the form of `Signer` is one of this message: ECDSA as `r` and `s` side by side.
    public func accepts(_ signature: [UInt8], of message: [UInt8], with algorithm: SignatureAlgorithm) -> Bool {
        guard algorithm.isRSA || signature.count == 2 * ((bits + 7) / 8) else { return false }
        return acceptsDER(algorithm.der(of: signature), of: message, with: algorithm)
    }

    /// Whether a signature in the form of `Signer` is one of a message with this digest.
    public func accepts(_ signature: [UInt8], ofDigest digest: [UInt8], with algorithm: SignatureAlgorithm) -> Bool {
        guard algorithms.contains(algorithm), digest.count == algorithm.digest.size,
            algorithm.isRSA || signature.count == 2 * ((bits + 7) / 8)
        else { return false }
        defer { ERR_clear_error() }
        return handle.accepts(algorithm.der(of: signature), ofDigest: digest, with: algorithm)
    }

    /// Whether a signature in the form of CMS is one of this message: ECDSA in DER.
    public func acceptsDER(_ signature: [UInt8], of message: [UInt8], with algorithm: SignatureAlgorithm) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        if !algorithm.isRSA, SignatureAlgorithm.rawECDSA(of: signature, half: (bits + 7) / 8) == nil { return false }
        defer { ERR_clear_error() }
        return handle.accepts(signature, of: message, with: algorithm)
    }
}

extension KeyHandle {
    /// Whether it is on a curve that is given by its name and is one of NIST's.
    var isOnNamedCurve: Bool {
        var name = [CChar](repeating: 0, count: 64)
        var size = 0
        return unsafe with { key in
            guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &size) == 1 else { return false }
            let curve = String(decoding: name.prefix(size).map(UInt8.init(bitPattern:)), as: UTF8.self)
            return ["prime256v1", "secp384r1", "secp521r1"].contains(curve)
        }
    }

    /// Checks a signature in the library's form.
    func accepts(_ signature: [UInt8], of message: [UInt8], with algorithm: SignatureAlgorithm) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe with { key in
            var keyContext: OpaquePointer?
            guard
                unsafe EVP_DigestVerifyInit_ex(context, &keyContext, algorithm.digest.rawValue, nil, nil, key, nil)
                    == 1,
                unsafe !algorithm.isPSS || Self.choosePSS(keyContext)
            else { return false }
            return unsafe message.withUnsafeBufferPointer { source in
                unsafe signature.withUnsafeBufferPointer { signature in
                    unsafe EVP_DigestVerify(
                        context, signature.baseAddress, signature.count, source.baseAddress, source.count) == 1
                }
            }
        }
    }

    /// Checks a signature in the library's form by the digest of the message.
    func accepts(_ signature: [UInt8], ofDigest digest: [UInt8], with algorithm: SignatureAlgorithm) -> Bool {
        unsafe with { key in
            guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return false }
            defer { unsafe EVP_PKEY_CTX_free(context) }
            guard unsafe EVP_PKEY_verify_init(context) == 1,
                unsafe EVP_PKEY_CTX_set_signature_md(context, EVP_get_digestbyname(algorithm.digest.rawValue)) == 1,
                unsafe !algorithm.isPSS || Self.choosePSS(context)
            else { return false }
            return unsafe digest.withUnsafeBufferPointer { digest in
                unsafe signature.withUnsafeBufferPointer { signature in
                    unsafe EVP_PKEY_verify(
                        context, signature.baseAddress, signature.count, digest.baseAddress, digest.count) == 1
                }
            }
        }
    }
}
