import COpenSSL
import COpenSSLShim
import Diagnostics

/// What several owners of OpenSSL values need: text and bytes out of the library, copied at once.
enum LibCrypto {
    /// What a body writes into a memory buffer of the library.
    static func output(_ body: (OpaquePointer) -> Bool) -> [UInt8]? {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe BIO_free(bio) }
        guard unsafe body(bio) else { return nil }
        var start: UnsafePointer<UInt8>?
        let size = unsafe pechat_bio_bytes(bio, &start)
        guard size > 0 else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: size))
    }

    /// Bytes that the library allocates and writes in one go, as all `i2d` functions do.
    static func encoding(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> CInt) -> [UInt8]? {
        var buffer: UnsafeMutablePointer<UInt8>?
        let size = unsafe body(&buffer)
        guard size > 0, let start = unsafe buffer else { return nil }
        defer { unsafe CRYPTO_clear_free(start, Int(size), nil, 0) }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(size)))
    }

    /// A text of the library, copied.
    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }
}

/// A parsed certificate, owner of one `X509`; it stays inside one call.
@safe struct X509Handle: ~Copyable {
    private let certificate: OpaquePointer

    /// Parses the DER bytes of one certificate; anything behind it is refused.
    init?(der: [UInt8]) {
        let parsed = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let parsed = unsafe d2i_X509(nil, &cursor, buffer.count) else { return nil }
            guard unsafe cursor == buffer.baseAddress?.advanced(by: buffer.count) else {
                unsafe X509_free(parsed)
                return nil
            }
            return unsafe parsed
        }
        guard let parsed = unsafe parsed else {
            ERR_clear_error()
            return nil
        }
        unsafe self.certificate = parsed
    }

    /// Takes over a certificate that was just made.
    init(owning certificate: OpaquePointer) { unsafe self.certificate = certificate }

    deinit { unsafe X509_free(certificate) }

    /// Lends the pointer.
    borrowing func with<T, E: Error>(_ body: (OpaquePointer) throws(E) -> T) throws(E) -> T {
        try unsafe body(certificate)
    }
}
