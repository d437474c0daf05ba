import COpenSSL
import COpenSSLShim
public import Diagnostics

/// A throw-away authority with one signer, for trials and tests.
///
/// Its names say that it is not for production, its key is forgotten as soon as the signer is certified, and it is valid
/// for a year.
public struct TestAuthority: Sendable {
    /// The signer's kind of key.
    public enum KeyKind: Sendable, Hashable {
        /// RSA with 2048 bits.
        case rsa2048
        /// An elliptic curve key on P-256.
        case p256
    }

    /// The authority's certificate, PEM.
    public let caPEM: [UInt8]
    /// The signer's key and certificates, PKCS#12 with AES-256 and PBKDF2.
    public let signerP12: [UInt8]
    /// The signer's key and certificate in PEM, without a password.
    public let signerPEM: [UInt8]
    /// The password of `signerP12`.
    public let password: String

    /// Makes an authority and a signer; every call makes new ones.
    ///
    /// - Parameters:
    ///   - now: Validity begins an hour earlier, so that clocks may differ.
    ///   - algorithm: The kind of the signer's key and of the authority's.
    ///   - password: The password of the PKCS#12 file in UTF-8; nil takes 120 random bits.
    ///   - validDays: How long the signer's certificate is valid; negative makes one that has expired.
    /// - Returns: The files.
    /// - Throws: `cryptography.failed`.
    public static func make(
        now: Timestamp, algorithm: KeyKind = .rsa2048, password: [UInt8]? = nil, validDays: Int = 365
    ) throws(ToolkitError) -> TestAuthority {
        let start = now.adding(seconds: min(-3600, validDays * 86_400 - 86_400))
        let authorityKey = try makeKey(algorithm)
        let signerKey = try makeKey(algorithm)
        let authority = try issue(
            Request(
                name: "Pechat TEST CA – not for production", key: authorityKey, notBefore: start,
                notAfter: now.adding(seconds: 2 * 365 * 86_400),
                extensions: [
                    (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                    (NID_key_usage, "critical,keyCertSign,cRLSign"), (NID_subject_key_identifier, "hash"),
                ]), issuer: nil)
        let signer = try issue(
            Request(
                name: "Pechat TEST signer – not for production", key: signerKey, notBefore: start,
                notAfter: now.adding(seconds: validDays * 86_400),
                extensions: [
                    (NID_basic_constraints, "critical,CA:FALSE"),
                    (NID_key_usage, "critical,digitalSignature,nonRepudiation"), (NID_subject_key_identifier, "hash"),
                    (NID_authority_key_identifier, "keyid"),
                ]), issuer: (authority, authorityKey))
        var secret = password ?? []
        if password == nil { secret = try randomPassword() }
        let container = try KeyFileWriter.pkcs12(
            signerKey, signer, [authority], password: secret, name: "Pechat TEST signer", iterations: iterations)
        return TestAuthority(
            caPEM: Array(authority.pem.utf8), signerP12: container,
            signerPEM: try KeyFileWriter.pem(signerKey, password: nil) + Array(signer.pem.utf8),
            password: String(decoding: secret, as: UTF8.self))
    }

    /// Rounds of the key derivation: the usual number, since the password is random and the file is for trials.
    private static let iterations: CInt = 2048

    /// What a certificate shall say.
    private struct Request {
        let name: String
        let key: KeyHandle
        let notBefore: Timestamp
        let notAfter: Timestamp
        let extensions: [(CInt, String)]
    }

    private static func makeKey(_ kind: KeyKind) throws(ToolkitError) -> KeyHandle {
        let made =
            switch kind {
            case .rsa2048: unsafe pechat_make_rsa(2048)
            case .p256: unsafe pechat_make_ec("P-256")
            }
        guard let key = unsafe made else { throw .cryptographyFailed("key generation") }
        return unsafe KeyHandle(owning: key)
    }

    private static func random(_ count: Int) throws(ToolkitError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, CInt(count)) == 1 else { throw .cryptographyFailed("randomness") }
        return bytes
    }

    /// 24 characters of 5 bits, without those that look alike, in groups of six.
    private static func randomPassword() throws(ToolkitError) -> [UInt8] {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz023456789".utf8)
        var text: [UInt8] = []
        for (index, byte) in try random(24).enumerated() {
            if index > 0, index % 6 == 0 { text.append(UInt8(ascii: "-")) }
            text.append(alphabet[Int(byte & 31)])
        }
        return text
    }

    private static func issue(
        _ request: Request, issuer: (certificate: Certificate, key: KeyHandle)?
    ) throws(ToolkitError) -> Certificate {
        guard let blank = unsafe X509_new() else { throw .cryptographyFailed("certificate") }
        let handle = unsafe X509Handle(owning: blank)
        // 22 digits: libxml2's schema validation, which receivers use, gives up on numbers with more than 24.
        let serial = [0x40] + (try random(8))
        let der = unsafe handle.with { certificate in
            guard unsafe fill(certificate, request, serial: serial) else { return nil as [UInt8]? }
            let signed: Bool
            if let issuer {
                guard let parent = X509Handle(der: issuer.certificate.der) else { return nil }
                signed = unsafe parent.with { parent in
                    unsafe finish(certificate, parent, request.extensions, issuer.key)
                }
            } else {
                signed = unsafe finish(certificate, certificate, request.extensions, request.key)
            }
            return signed ? unsafe LibCrypto.encoding { unsafe i2d_X509(certificate, $0) } : nil
        }
        guard let der else { throw .cryptographyFailed("certificate") }
        return try Certificate(der: der)
    }

    /// Version, serial number, validity, subject and key.
    private static func fill(_ certificate: OpaquePointer, _ request: Request, serial: [UInt8]) -> Bool {
        guard unsafe X509_set_version(certificate, 2) == 1,
            let number = unsafe BN_bin2bn(serial, CInt(serial.count), nil)
        else { return false }
        defer { unsafe BN_free(number) }
        guard unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
            let start = unsafe ASN1_TIME_set(nil, time_t(request.notBefore.secondsSince1970))
        else { return false }
        defer { unsafe ASN1_TIME_free(start) }
        guard let end = unsafe ASN1_TIME_set(nil, time_t(request.notAfter.secondsSince1970)) else { return false }
        defer { unsafe ASN1_TIME_free(end) }
        guard unsafe X509_set1_notBefore(certificate, start) == 1, unsafe X509_set1_notAfter(certificate, end) == 1,
            let name = unsafe X509_get_subject_name(certificate)
        else { return false }
        for (type, value) in [("O", "Pechat TEST"), ("CN", request.name)] {
            guard
                unsafe X509_NAME_add_entry_by_txt(
                    name, type, MBSTRING_FLAG, Array(value.utf8), CInt(value.utf8.count), -1, 0) == 1
            else { return false }
        }
        return unsafe request.key.with { unsafe X509_set_pubkey(certificate, $0) } == 1
    }

    /// Issuer, extensions and signature.
    private static func finish(
        _ certificate: OpaquePointer, _ issuer: OpaquePointer, _ extensions: [(CInt, String)], _ key: KeyHandle
    ) -> Bool {
        guard unsafe X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 else { return false }
        for (nid, text) in extensions {
            guard unsafe pechat_add_extension(certificate, issuer, nid, text) == 1 else { return false }
        }
        return unsafe key.with { unsafe X509_sign(certificate, $0, EVP_sha256()) } > 0
    }
}
