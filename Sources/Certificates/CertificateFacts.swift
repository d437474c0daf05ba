import COpenSSL
import COpenSSLShim
import Diagnostics
import Glibc

/// What a certificate says, read out of OpenSSL in one go.
struct CertificateFacts {
    var subject = ""
    var subjectParts: [Certificate.NamePart] = []
    var issuer = ""
    var subjectDER: [UInt8] = []
    var issuerDER: [UInt8] = []
    var serialNumber = ""
    var serialNumberHexadecimal = ""
    var notBefore = Timestamp(secondsSince1970: 0)
    var notAfter = Timestamp(secondsSince1970: 0)
    var publicKeyAlgorithm = ""
    var publicKeyBits = 0
    var signatureAlgorithm = ""
    var keyUsages: Set<Certificate.KeyUsage>?
    var isAuthority = false
    var pathLength: Int?
    var isSelfSigned = false

    /// Reads everything, or refuses the certificate.
    init(_ der: [UInt8]) throws(ToolkitError) {
        guard let handle = X509Handle(der: der), unsafe handle.with({ unsafe read($0) }) else {
            ERR_clear_error()
            throw .certificateUnreadable
        }
    }

    private mutating func read(_ certificate: OpaquePointer) -> Bool {
        guard let subjectName = unsafe X509_get_subject_name(certificate),
            let issuerName = unsafe X509_get_issuer_name(certificate),
            let subject = unsafe Self.text(of: subjectName), let issuer = unsafe Self.text(of: issuerName),
            let subjectDER = unsafe LibCrypto.encoding({ unsafe i2d_X509_NAME(subjectName, $0) }),
            let issuerDER = unsafe LibCrypto.encoding({ unsafe i2d_X509_NAME(issuerName, $0) }),
            let notBefore = unsafe Self.time(X509_get0_notBefore(certificate)),
            let notAfter = unsafe Self.time(X509_get0_notAfter(certificate)),
            unsafe readSerialNumber(certificate)
        else { return false }
        self.subject = subject
        self.issuer = issuer
        self.subjectDER = subjectDER
        self.issuerDER = issuerDER
        self.notBefore = notBefore
        self.notAfter = notAfter
        unsafe subjectParts = Self.parts(of: subjectName)
        unsafe readAlgorithms(certificate)
        unsafe readExtensions(certificate)
        return true
    }

    private mutating func readSerialNumber(_ certificate: OpaquePointer) -> Bool {
        guard let serial = unsafe X509_get0_serialNumber(certificate),
            let number = unsafe ASN1_INTEGER_to_BN(serial, nil)
        else { return false }
        defer { unsafe BN_free(number) }
        guard let decimal = unsafe BN_bn2dec(number) else { return false }
        defer { unsafe CRYPTO_free(decimal, nil, 0) }
        guard let hexadecimal = unsafe BN_bn2hex(number) else { return false }
        defer { unsafe CRYPTO_free(hexadecimal, nil, 0) }
        serialNumber = unsafe LibCrypto.text(decimal) ?? ""
        serialNumberHexadecimal = unsafe LibCrypto.text(hexadecimal) ?? ""
        return true
    }

    private mutating func readAlgorithms(_ certificate: OpaquePointer) {
        let nid = unsafe X509_get_signature_nid(certificate)
        signatureAlgorithm =
            switch nid {
            case NID_sha256WithRSAEncryption: "RSA-SHA256"
            case NID_sha384WithRSAEncryption: "RSA-SHA384"
            case NID_sha512WithRSAEncryption: "RSA-SHA512"
            case NID_sha1WithRSAEncryption: "RSA-SHA1"
            case NID_md5WithRSAEncryption: "RSA-MD5"
            case NID_rsassaPss: "RSA-PSS"
            case NID_ecdsa_with_SHA1: "ECDSA-SHA1"
            case NID_ecdsa_with_SHA256: "ECDSA-SHA256"
            case NID_ecdsa_with_SHA384: "ECDSA-SHA384"
            case NID_ecdsa_with_SHA512: "ECDSA-SHA512"
            default: unsafe LibCrypto.text(OBJ_nid2sn(nid)) ?? "unknown"
            }
        guard let key = unsafe X509_get0_pubkey(certificate) else {
            publicKeyAlgorithm = "unknown"
            return
        }
        publicKeyBits = unsafe Int(EVP_PKEY_get_bits(key))
        publicKeyAlgorithm = unsafe LibCrypto.text(EVP_PKEY_get0_type_name(key)) ?? "unknown"
        if publicKeyAlgorithm == "EC" {
            var name = [CChar](repeating: 0, count: 64)
            var size = 0
            if unsafe EVP_PKEY_get_group_name(key, &name, name.count, &size) == 1 {
                let curve = String(decoding: name.prefix(size).map(UInt8.init(bitPattern:)), as: UTF8.self)
                publicKeyAlgorithm = "EC " + (Self.curves[curve] ?? curve)
            }
        }
    }

    private static let curves = ["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]

    private mutating func readExtensions(_ certificate: OpaquePointer) {
        let flags = unsafe X509_get_extension_flags(certificate)
        isAuthority = flags & UInt32(EXFLAG_CA) != 0
        isSelfSigned = unsafe flags & UInt32(EXFLAG_SS) != 0 && X509_self_signed(certificate, 1) == 1
        let length = unsafe X509_get_pathlen(certificate)
        pathLength = isAuthority && length >= 0 ? Int(length) : nil
        guard flags & UInt32(EXFLAG_KUSAGE) != 0 else { return }
        let bits = unsafe X509_get_key_usage(certificate)
        let meanings: [(CInt, Certificate.KeyUsage)] = [
            (KU_DIGITAL_SIGNATURE, .digitalSignature), (KU_NON_REPUDIATION, .nonRepudiation),
            (KU_KEY_ENCIPHERMENT, .keyEncipherment), (KU_DATA_ENCIPHERMENT, .dataEncipherment),
            (KU_KEY_AGREEMENT, .keyAgreement), (KU_KEY_CERT_SIGN, .certificateSigning),
            (KU_CRL_SIGN, .revocationListSigning),
        ]
        keyUsages = Set(meanings.filter { bits & UInt32($0.0) != 0 }.map(\.1))
    }

    /// A name as RFC 4514 writes it, in UTF-8: the library would otherwise escape every byte above ASCII.
    private static func text(of name: OpaquePointer) -> String? {
        let bytes = unsafe LibCrypto.output { unsafe X509_NAME_print_ex($0, name, 0, pechat_name_flags()) >= 0 }
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func parts(of name: OpaquePointer) -> [Certificate.NamePart] {
        var parts: [Certificate.NamePart] = []
        for index in 0..<max(0, unsafe X509_NAME_entry_count(name)) {
            guard let entry = unsafe X509_NAME_get_entry(name, index),
                let object = unsafe X509_NAME_ENTRY_get_object(entry), let data = unsafe X509_NAME_ENTRY_get_data(entry)
            else { continue }
            var buffer: UnsafeMutablePointer<UInt8>?
            let size = unsafe ASN1_STRING_to_UTF8(&buffer, data)
            guard size >= 0, let start = unsafe buffer else { continue }
            defer { unsafe CRYPTO_free(start, nil, 0) }
            let value = unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(size)), as: UTF8.self)
            unsafe parts.append(Certificate.NamePart(type: typeName(object), value: value))
        }
        return parts
    }

    private static func typeName(_ object: OpaquePointer) -> String {
        let nid = unsafe OBJ_obj2nid(object)
        if nid != NID_undef, let name = unsafe LibCrypto.text(OBJ_nid2sn(nid)) { return name }
        var text = [CChar](repeating: 0, count: 128)
        let size = unsafe OBJ_obj2txt(&text, CInt(text.count), object, 1)
        return String(
            decoding: text.prefix(max(0, min(Int(size), text.count))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        var parts = unsafe tm()
        guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        let seconds = unsafe Timestamp.seconds(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec))
        return seconds.map(Timestamp.init(secondsSince1970:))
    }
}

extension Certificate {
    /// Whether the other certificate is the issuer by name, key identifier and key usage.
    ///
    /// An authority that renews its key keeps its name, so the name alone can point at the wrong certificate. The
    /// signature is not checked: this orders chains and decides no trust.
    func isIssued(by authority: Certificate) -> Bool {
        guard authority.subjectDER == issuerDER, let child = X509Handle(der: der),
            let parent = X509Handle(der: authority.der)
        else { return false }
        defer { ERR_clear_error() }
        return unsafe parent.with { parent in
            unsafe child.with { unsafe X509_check_issued(parent, $0) == X509_V_OK }
        }
    }
}
