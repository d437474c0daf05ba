import Certificates

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

        init(digest: [UInt8]) {
            let mark = Digest.hexadecimal(Array(digest.prefix(10)))
            signature = "sig-\(mark)"
            properties = "xades-\(mark)"
            reference = "doc-\(mark)"
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

    static func signedProperties(_ names: Names, time: Timestamp, signingCertificate: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(signingCertificate.count + 700)
        text += "<xades:SignedProperties xmlns:xades=\"\(Name.xades)\" Id=\"\(names.properties)\">"
        text += "<xades:SignedSignatureProperties><xades:SigningTime>\(time)</xades:SigningTime>"
        text += signingCertificate
        text += "</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
        text += "<xades:DataObjectFormat ObjectReference=\"#\(names.reference)\">"
        text += "<xades:MimeType>application/xml</xades:MimeType></xades:DataObjectFormat>"
        text += "</xades:SignedDataObjectProperties></xades:SignedProperties>"
        return text
    }

    static func signedInfo(
        _ names: Names, algorithm: SignatureAlgorithm, documentDigest: [UInt8], propertiesDigest: [UInt8]
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(1400)
        text += "<ds:SignedInfo xmlns:ds=\"\(Name.dsig)\">"
        text += "<ds:CanonicalizationMethod Algorithm=\"\(Name.exclusiveCanonical)\"></ds:CanonicalizationMethod>"
        text += "<ds:SignatureMethod Algorithm=\"\(algorithm.xmlIdentifier)\"></ds:SignatureMethod>"
        text += "<ds:Reference Id=\"\(names.reference)\" URI=\"\"><ds:Transforms>"
        text += "<ds:Transform Algorithm=\"\(Name.enveloped)\"></ds:Transform>"
        text += "<ds:Transform Algorithm=\"\(Name.exclusiveCanonical)\"></ds:Transform></ds:Transforms>"
        text += digestElements(documentDigest)
        text += "</ds:Reference>"
        text += "<ds:Reference Type=\"\(Name.signedPropertiesType)\" URI=\"#\(names.properties)\"><ds:Transforms>"
        text += "<ds:Transform Algorithm=\"\(Name.exclusiveCanonical)\"></ds:Transform></ds:Transforms>"
        text += digestElements(propertiesDigest)
        text += "</ds:Reference></ds:SignedInfo>"
        return text
    }

    private static func digestElements(_ digest: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text += "<ds:DigestMethod Algorithm=\"\(Name.sha256)\"></ds:DigestMethod><ds:DigestValue>"
        text += digest
        text += "</ds:DigestValue>"
        return text
    }

    static func signature(
        _ names: Names, signedInfo: [UInt8], value: [UInt8], keyInfo: [UInt8], signedProperties: [UInt8]
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(signedInfo.count + value.count + keyInfo.count + signedProperties.count + 500)
        text += "<ds:Signature xmlns:ds=\"\(Name.dsig)\" Id=\"\(names.signature)\">"
        text += signedInfo
        text += "<ds:SignatureValue>"
        text += value
        text += "</ds:SignatureValue>"
        text += keyInfo
        text += "<ds:Object><xades:QualifyingProperties xmlns:xades=\"\(Name.xades)\""
        text += " Target=\"#\(names.signature)\">"
        text += signedProperties
        text += "</xades:QualifyingProperties></ds:Object></ds:Signature>"
        return text
    }

    /// Text content in canonical form.
    ///
    /// Source: Canonical XML 1.0 §2.3.
    private static func escaped(_ text: String) -> [UInt8] {
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
private func += (bytes: inout [UInt8], text: String) { bytes.append(contentsOf: text.utf8) }
