import Certificates
import Diagnostics

/// The parts of a signature as text, all in exclusive canonical form where they are signed.
///
/// In that form every element that is signed on its own declares the prefixes that it uses, where they are used first;
/// no tag is an empty-element tag; attributes are sorted. Whoever canonicalises the parts gets these very bytes.
enum XAdESText {
    private typealias Name = SignatureNames

    /// The identifiers of one signature, taken from the digest of its document: the same input gives the same file.
    struct Names {
        let signature: String
        let properties: String
        let reference: String

        let object: String

        /// - Parameters:
        ///   - digest: The digest of the document.
        ///   - certificate: The signer's; two signers of one document must not have the same identifiers.
        ///   - number: How many signatures are there already.
        /// - Throws: `cryptography.failed`.
        init(digest: [UInt8], certificate: Certificate, number: Int) throws(ToolkitError) {
            let mixed = try Digest.sha256(digest + certificate.fingerprint + [UInt8(truncatingIfNeeded: number)])
            let mark = Digest.hexadecimal(Array(mixed.prefix(10)))
            signature = "sig-\(mark)"
            properties = "xades-\(mark)"
            reference = "doc-\(mark)"
            object = "obj-\(mark)"
        }
    }

    static func signingCertificate(_ certificate: Certificate, digest: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text += "<xades:SigningCertificate><xades:Cert>"
        text += certificateDigest(digest)
        text += "<xades:IssuerSerial><ds:X509IssuerName xmlns:ds=\"\(Name.dsig)\">"
        text += escaped(certificate.issuer)
        text += "</ds:X509IssuerName><ds:X509SerialNumber xmlns:ds=\"\(Name.dsig)\">"
        text += certificate.serialNumber
        text += "</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert></xades:SigningCertificate>"
        return text
    }

    static func signingCertificateV2(digest: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text += "<xades:SigningCertificateV2><xades:Cert>"
        text += certificateDigest(digest)
        text += "</xades:Cert></xades:SigningCertificateV2>"
        return text
    }

    private static func certificateDigest(_ digest: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text += "<xades:CertDigest><ds:DigestMethod xmlns:ds=\"\(Name.dsig)\" Algorithm=\"\(Name.sha256)\">"
        text += "</ds:DigestMethod><ds:DigestValue xmlns:ds=\"\(Name.dsig)\">"
        text += digest
        text += "</ds:DigestValue></xades:CertDigest>"
        return text
    }

    static func keyInfo(_ chain: [Certificate]) -> [UInt8] {
        var text: [UInt8] = []
        text += "<ds:KeyInfo><ds:X509Data>"
        for certificate in chain {
            text += "<ds:X509Certificate>"
            text += Base64.encode(certificate.der)
            text += "</ds:X509Certificate>"
        }
        text += "</ds:X509Data></ds:KeyInfo>"
        return text
    }

    static func signedProperties(
        _ names: Names, time: Timestamp, signingCertificate: [UInt8], mediaType: String
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(signingCertificate.count + 700)
        text += "<xades:SignedProperties xmlns:xades=\"\(Name.xades)\" Id=\"\(names.properties)\">"
        text += "<xades:SignedSignatureProperties><xades:SigningTime>\(time)</xades:SigningTime>"
        text += signingCertificate
        text += "</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
        text += "<xades:DataObjectFormat ObjectReference=\"#\(names.reference)\">"
        text += "<xades:MimeType>\(mediaType)</xades:MimeType></xades:DataObjectFormat>"
        text += "</xades:SignedDataObjectProperties></xades:SignedProperties>"
        return text
    }

    /// What the reference to the document says besides its digest.
    struct Reference {
        /// The address, escaped for an attribute; empty for the document around the signature.
        var uri = ""
        /// `ds:Transforms`, canonical; empty for none.
        var transforms: [UInt8] = []

        /// The document without the signature.
        static let enveloped = Reference(transforms: list([transform(Name.enveloped), exclusive]))

        /// The document without all signatures of UBL.
        static let slot = Reference(
            transforms: list([transform(Name.xpath, "<ds:XPath>\(slotExpression)</ds:XPath>"), exclusive]))

        /// An object of the signature itself.
        static func object(_ id: String, isBase64: Bool) -> Reference {
            Reference(uri: "#\(id)", transforms: list([isBase64 ? transform(Name.base64) : exclusive]))
        }

        private static let exclusive = transform(Name.exclusiveCanonical)

        /// Source: UBL 2.1 §5.4.3.
        private static let slotExpression =
            "count(ancestor-or-self::sig:UBLDocumentSignatures | here()/ancestor::sig:UBLDocumentSignatures[1]) &gt; "
            + "count(ancestor-or-self::sig:UBLDocumentSignatures)"

        private static func transform(_ algorithm: String, _ content: String = "") -> String {
            "<ds:Transform Algorithm=\"\(algorithm)\">\(content)</ds:Transform>"
        }

        private static func list(_ transforms: [String]) -> [UInt8] {
            Array("<ds:Transforms>\(transforms.joined())</ds:Transforms>".utf8)
        }
    }

    /// `ds:SignedInfo`; without a digest of properties it has one reference only.
    static func signedInfo(
        _ names: Names, algorithm: SignatureAlgorithm, _ reference: Reference, documentDigest: [UInt8],
        propertiesDigest: [UInt8]?
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(1400)
        text += "<ds:SignedInfo xmlns:ds=\"\(Name.dsig)\">"
        text += "<ds:CanonicalizationMethod Algorithm=\"\(Name.exclusiveCanonical)\"></ds:CanonicalizationMethod>"
        text += "<ds:SignatureMethod Algorithm=\"\(algorithm.xmlIdentifier)\"></ds:SignatureMethod>"
        text += "<ds:Reference Id=\"\(names.reference)\" URI=\"\(reference.uri)\">"
        text += reference.transforms
        text += digestElements(documentDigest)
        text += "</ds:Reference>"
        if let propertiesDigest {
            text += "<ds:Reference Type=\"\(Name.signedPropertiesType)\" URI=\"#\(names.properties)\"><ds:Transforms>"
            text += "<ds:Transform Algorithm=\"\(Name.exclusiveCanonical)\"></ds:Transform></ds:Transforms>"
            text += digestElements(propertiesDigest)
            text += "</ds:Reference>"
        }
        text += "</ds:SignedInfo>"
        return text
    }

    private static func digestElements(_ digest: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text += "<ds:DigestMethod Algorithm=\"\(Name.sha256)\"></ds:DigestMethod><ds:DigestValue>"
        text += digest
        text += "</ds:DigestValue>"
        return text
    }

    /// `ds:Signature`; without properties, or with an object that it envelops.
    static func signature(
        _ names: Names, signedInfo: [UInt8], value: [UInt8], keyInfo: [UInt8], signedProperties: [UInt8]?,
        object: [UInt8] = [], needsSlotPrefix: Bool = false
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(
            signedInfo.count + value.count + keyInfo.count + (signedProperties?.count ?? 0) + object.count + 600)
        text += "<ds:Signature xmlns:ds=\"\(Name.dsig)\""
        // The expression of the transform says sig, whatever the document calls that namespace.
        if needsSlotPrefix { text += " xmlns:sig=\"\(Name.signatures)\"" }
        text += " Id=\"\(names.signature)\">"
        text += signedInfo
        text += "<ds:SignatureValue>"
        text += value
        text += "</ds:SignatureValue>"
        text += keyInfo
        text += object
        if let signedProperties {
            text += "<ds:Object><xades:QualifyingProperties xmlns:xades=\"\(Name.xades)\""
            text += " Target=\"#\(names.signature)\">"
            text += signedProperties
            text += "</xades:QualifyingProperties></ds:Object>"
        }
        text += "</ds:Signature>"
        return text
    }

    /// Text content in canonical form.
    ///
    /// Source: Canonical XML 1.0 §2.3.
    static func escaped(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += "&amp;"
            case UInt8(ascii: "<"): result += "&lt;"
            case UInt8(ascii: ">"): result += "&gt;"
            case 0x0D: result += "&#xD;"
            // Not a character of XML at all.
            case 0..<0x20 where byte != 0x09 && byte != 0x0A: result.append(UInt8(ascii: "?"))
            default: result.append(byte)
            }
        }
        return result
    }
}

/// Appends a text.
func += (bytes: inout [UInt8], text: String) { bytes.append(contentsOf: text.utf8) }
