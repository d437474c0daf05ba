public import Certificates
public import Diagnostics
import XMLCore

/// Signs XML and other files: XAdES of level B-B, or plain XMLDSig, in one of four packagings.
///
/// The signature is spliced into the bytes of the document, and everything else stays byte for byte. `SignedInfo` and
/// the signed properties are written in exclusive canonical form at once, so the document itself is canonicalised only
/// once, and every kind of `Signer` gets the same bytes to sign. Once signed, a document must not be touched any more:
/// not even indented; `XAdESExtender` adds timestamps and evidence. Source: UBL 2.1 §5, ETSI EN 319 132-1.
///
/// One value serves any number of documents on any number of threads.
public struct XAdESSigner: Sendable {
    /// How the signed properties name the certificate.
    public enum CertificateForm: String, Sendable, Hashable, CaseIterable {
        /// `SigningCertificate` with issuer and serial number: what the schemas of UBL 2.1 know.
        case v1
        /// `SigningCertificateV2`, which EN 319 132-1 wants; the XAdES schema within UBL 2.1 is older and refuses it.
        case v2
    }

    /// Where the signature stands.
    public enum Packaging: String, Sendable, Hashable, CaseIterable {
        /// In the signature slot of a UBL invoice or credit note.
        case ubl
        /// As the last child of the root of any XML document.
        case enveloped
        /// Around the document, which becomes an object of the signature.
        case enveloping
        /// In a file of its own beside what is signed.
        case detached
    }

    /// How the signature is left out of what it signs.
    public enum Transform: String, Sendable, Hashable, CaseIterable {
        /// The signature alone: nothing can be added later, not even another signature.
        case enveloped
        /// All signatures in the slot of UBL: others may be added.
        case ublXPath = "ubl-xpath"
    }

    /// What kind of signature is made.
    public struct Options: Sendable, Hashable {
        /// Where the signature stands.
        public var packaging = Packaging.ubl
        /// How it is left out of what it signs; of UBL documents only.
        public var transform = Transform.enveloped
        /// How the certificate is named; nil takes `v1` inside of UBL and `v2` elsewhere.
        public var certificateForm: CertificateForm?
        /// Whether there are signed properties; without them it is plain XMLDSig.
        public var hasProperties = true

        /// XAdES in the slot of UBL.
        public init() {}
    }

    private let signer: any Signer
    private let algorithm: SignatureAlgorithm
    private let certificate: Certificate
    private let options: Options
    /// `SigningCertificate` or its successor, canonical.
    private let signingCertificate: [UInt8]
    private let keyInfo: [UInt8]

    /// Prepares a signer of UBL documents: certificates are encoded and digested once.
    ///
    /// - Parameters:
    ///   - signer: Holds the key; its first algorithm is used.
    ///   - certificateForm: Leave it at `v1` for documents that others check with the schemas of UBL 2.1.
    /// - Throws: `signature.signerUnusable`.
    public init(signer: any Signer, certificateForm: CertificateForm = .v1) throws(ToolkitError) {
        var options = Options()
        options.certificateForm = certificateForm
        try self.init(signer: signer, options: options)
    }

    /// Prepares a signer: certificates are encoded and digested once.
    ///
    /// - Parameters:
    ///   - signer: Holds the key; its first algorithm is used.
    ///   - options: What kind of signature is made.
    /// - Throws: `signature.signerUnusable`; `signature.options` where two options do not go together.
    public init(signer: any Signer, options: Options) throws(ToolkitError) {
        guard let certificate = signer.chain.first, let algorithm = signer.algorithms.first else {
            throw ToolkitError(.signatureSignerUnusable, "The signer has no certificate or cannot sign XML.")
        }
        guard options.transform == .enveloped || options.packaging == .ubl else {
            throw ToolkitError(
                .signatureOptions, "The transform of UBL is for signatures in the slot of UBL only.",
                fix: "Leave the transform out, or the packaging.")
        }
        self.signer = signer
        self.algorithm = algorithm
        self.certificate = certificate
        self.options = options
        let digest = Base64.encode(certificate.fingerprint)
        signingCertificate =
            switch options.certificateForm ?? (options.packaging == .ubl ? .v1 : .v2) {
            case .v1: XAdESText.signingCertificate(certificate, digest: digest)
            case .v2: XAdESText.signingCertificateV2(digest: digest)
            }
        keyInfo = XAdESText.keyInfo(signer.chain.filter { !$0.isSelfSigned || $0 == certificate })
    }

    /// Signs a document.
    ///
    /// What is added in UBL: `ext:UBLExtensions` as the first child of the root, or one more `ext:UBLExtension` in it,
    /// with the signature; and `cac:Signature` before the supplier, as the link that UBL asks for. An empty
    /// `sac:SignatureInformation`, such as profiles prescribe, is filled instead.
    ///
    /// - Parameters:
    ///   - bytes: A document of the kind that the packaging needs: UBL, any XML in UTF-8, or any file.
    ///   - name: The file name by which a detached signature calls what it signs; of no use otherwise.
    ///   - time: The signing time that is claimed; the certificate must be valid then.
    /// - Returns: The signed document, or the signature alone where it is detached; its bytes are final.
    /// - Throws: `xml.*`; `signature.notUBL`, `signature.alreadyThere`, `signature.encoding`; `key.expired`,
    ///   `key.notYetValid`; what the signer throws.
    public func sign(_ bytes: [UInt8], named name: String = "", at time: Timestamp) throws(ToolkitError) -> [UInt8] {
        try certificate.requireValidity(at: time)
        let place =
            switch options.packaging {
            case .ubl:
                try SignaturePlace(
                    ubl: bytes, transform: options.transform, hasProperties: options.hasProperties, certificate)
            case .enveloped: try SignaturePlace(envelopedIn: bytes, certificate)
            case .enveloping: try SignaturePlace(enveloping: bytes, certificate)
            case .detached: try SignaturePlace(detachedFrom: bytes, named: name, certificate)
            }
        let names = place.names
        let properties =
            options.hasProperties
            ? XAdESText.signedProperties(
                names, time: time, signingCertificate: signingCertificate, mediaType: place.mediaType) : nil
        let propertiesDigest: [UInt8]? =
            if let properties { Base64.encode(try Digest.sha256(properties)) } else { nil }
        let info = XAdESText.signedInfo(
            names, algorithm: algorithm, place.reference, documentDigest: Base64.encode(place.digest),
            propertiesDigest: propertiesDigest)
        let value = Base64.encode(try signer.sign(info, with: algorithm))
        let signature = XAdESText.signature(
            names, signedInfo: info, value: value, keyInfo: keyInfo, signedProperties: properties,
            object: place.object, needsSlotPrefix: options.transform == .ublXPath)
        return place.before + signature + place.after
    }
}
