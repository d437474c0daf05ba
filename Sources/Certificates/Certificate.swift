public import Diagnostics

/// An X.509 certificate: its bytes and what they say.
///
/// It is a value: everything is read once, no handle of a library is kept, and two certificates are equal when their
/// bytes are. Whether it can be trusted is another question: see `TrustAnchors`.
public struct Certificate: Sendable, Hashable {
    /// What a key may be used for.
    ///
    /// Source: RFC 5280 §4.2.1.3.
    public enum KeyUsage: String, Sendable, Hashable, CaseIterable {
        /// Signatures other than on certificates and revocation lists.
        case digitalSignature
        /// Signatures that bind the signer; also called content commitment.
        case nonRepudiation
        /// Encrypting keys.
        case keyEncipherment
        /// Encrypting data.
        case dataEncipherment
        /// Agreeing on keys.
        case keyAgreement
        /// Signing certificates.
        case certificateSigning = "keyCertSign"
        /// Signing revocation lists.
        case revocationListSigning = "cRLSign"
    }

    /// One part of the subject, such as `CN`.
    public struct NamePart: Sendable, Hashable {
        /// The short name, such as `CN` or `serialNumber`; the dotted identifier where there is none.
        public let type: String
        /// The value in UTF-8.
        public let value: String
    }

    /// The certificate in DER.
    public let der: [UInt8]
    /// The subject's name.
    ///
    /// Source: RFC 4514, the most specific part first.
    public let subject: String
    /// The parts of the subject in the order of the certificate.
    public let subjectParts: [NamePart]
    /// The issuer's name.
    ///
    /// Source: RFC 4514.
    public let issuer: String
    /// The subject's name in DER, for comparing names.
    public let subjectDER: [UInt8]
    /// The issuer's name in DER.
    public let issuerDER: [UInt8]
    /// The serial number in decimal, as XML signatures write it.
    public let serialNumber: String
    /// The serial number in hexadecimal, as people compare it.
    public let serialNumberHexadecimal: String
    /// The first second at which it is valid.
    public let notBefore: Timestamp
    /// The last second at which it is valid.
    public let notAfter: Timestamp
    /// The kind of key: `RSA`, or `EC P-256`, or the library's name of another.
    public let publicKeyAlgorithm: String
    /// The size of the key in bits.
    public let publicKeyBits: Int
    /// How the issuer signed it: `RSA-SHA256`, `ECDSA-SHA384`, or the library's name of another.
    public let signatureAlgorithm: String
    /// What the key may be used for; nil where the certificate does not restrict it.
    public let keyUsages: Set<KeyUsage>?
    /// Whether it may issue certificates.
    public let isAuthority: Bool
    /// How many authorities may follow below it; nil where that is not limited.
    public let pathLength: Int?
    /// Whether subject and issuer are the same and its own key signed it.
    public let isSelfSigned: Bool
    /// The SHA-256 digest of the DER bytes.
    public let fingerprint: [UInt8]

    /// Reads a certificate from DER.
    ///
    /// - Parameter der: One certificate and nothing behind it.
    /// - Throws: `certificate.unreadable`.
    public init(der: [UInt8]) throws(ToolkitError) {
        let facts = try CertificateFacts(der)
        self.der = der
        subject = facts.subject
        subjectParts = facts.subjectParts
        issuer = facts.issuer
        subjectDER = facts.subjectDER
        issuerDER = facts.issuerDER
        serialNumber = facts.serialNumber
        serialNumberHexadecimal = facts.serialNumberHexadecimal
        notBefore = facts.notBefore
        notAfter = facts.notAfter
        publicKeyAlgorithm = facts.publicKeyAlgorithm
        publicKeyBits = facts.publicKeyBits
        signatureAlgorithm = facts.signatureAlgorithm
        keyUsages = facts.keyUsages
        isAuthority = facts.isAuthority
        pathLength = facts.pathLength
        isSelfSigned = facts.isSelfSigned
        fingerprint = try Digest.sha256(der)
    }

    /// The fingerprint as pairs of upper-case digits with colons, as browsers and `openssl` show it.
    public var fingerprintText: String {
        var text = ""
        for (index, digit) in Digest.hexadecimal(fingerprint).uppercased().enumerated() {
            if index > 0, index % 2 == 0 { text.append(":") }
            text.append(digit)
        }
        return text
    }

    /// Whether documents may be signed with it: digitalSignature or nonRepudiation, or no restriction at all.
    ///
    /// Certificates for qualified signatures often carry nonRepudiation only.
    ///
    /// Source: ETSI EN 319 412-2 §4.3.2.
    public var allowsSigning: Bool {
        guard let keyUsages else { return true }
        return keyUsages.contains(.digitalSignature) || keyUsages.contains(.nonRepudiation)
    }

    /// Whether a moment lies in the validity period, ends included.
    public func isValid(at time: Timestamp) -> Bool { notBefore <= time && time <= notAfter }

    /// Refuses a certificate outside its validity period.
    ///
    /// - Throws: `key.expired`; `key.notYetValid`.
    public func requireValidity(at time: Timestamp) throws(ToolkitError) {
        if time > notAfter {
            throw ToolkitError(
                .keyExpired, "Certificate expired", fix: "Ask the issuer for a new certificate.",
                facts: ["notAfter": notAfter.description])
        }
        if time < notBefore {
            throw ToolkitError(
                .keyNotYetValid, "Certificate not yet valid",
                fix: "Check the clock of this machine; else wait until the certificate becomes valid.",
                facts: ["notBefore": notBefore.description])
        }
    }

    /// The certificate as PEM text.
    public var pem: String { PEM.text("CERTIFICATE", der) }

    /// Reads all certificates of PEM text, or the one of DER bytes.
    ///
    /// - Parameter bytes: PEM with any text between the blocks, at most 4 MiB; keys in it are ignored.
    /// - Returns: The certificates in the order of the file.
    /// - Throws: `certificate.unreadable` where there is none, or one of them is broken.
    public static func all(in bytes: [UInt8]) throws(ToolkitError) -> [Certificate] {
        guard bytes.count <= 4 << 20 else { throw .certificateUnreadable }
        // 0x30 begins a DER sequence, and also text such as that of `openssl s_client -showcerts`, so failure says nothing.
        if bytes.first == 0x30, let single = try? Certificate(der: bytes) { return [single] }
        var certificates: [Certificate] = []
        for der in try PEM.certificates(in: bytes) { certificates.append(try Certificate(der: der)) }
        guard !certificates.isEmpty else { throw .certificateUnreadable }
        return certificates
    }

    /// Equal bytes mean equal certificates.
    public static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }

    /// Hashes the fingerprint.
    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

extension ToolkitError {
    /// The bytes are no certificate.
    static var certificateUnreadable: ToolkitError {
        ToolkitError(
            .certificateUnreadable, "This is not a certificate that can be read.",
            fix: "Give a certificate in PEM or DER.")
    }
}
