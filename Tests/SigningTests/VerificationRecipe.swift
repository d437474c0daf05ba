import Certificates
import Foundation
import TestSupport
import Testing

/// A UBL invoice with a signature template, which the `xmlsec1` command signs: signatures that are not ours.
struct Recipe {
    static let dsig = "http://www.w3.org/2000/09/xmldsig#"
    static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"
    static let rsa256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    static let ec256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    static let propertiesType = "http://uri.etsi.org/01903#SignedProperties"

    let keys: ForeignKeys
    var key: ForeignKey
    var method = Recipe.ec256
    var canonical = Recipe.exclusive
    var digest = Recipe.sha256
    /// The certificate that `SigningCertificate` names.
    var named: ForeignKey
    /// The certificates in `ds:KeyInfo`.
    var shown: [ForeignKey]
    var isVersion2 = false
    var certificateDigest = (Recipe.sha256, "SHA256")
    var serialNumber: String?
    var references: String
    var signingTime = "2026-01-02T03:04:05Z"
    var lines = 3
    var extraContent = ""
    /// What stands in `ds:Object` beside the properties.
    var besideProperties = ""
    /// What stands in `sac:SignatureInformation` behind the signature.
    var besideSignature = ""

    init(_ change: (inout Recipe) -> Void = { _ in }) throws {
        let keys = try ForeignKeys.made.get()
        self.keys = keys
        key = keys.ec
        named = keys.ec
        shown = [keys.ec]
        references = Self.documentReference() + Self.propertiesReference()
        change(&self)
    }

    /// Uses another key, with its certificate named and shown.
    mutating func use(_ key: ForeignKey, _ method: String) {
        self.key = key
        named = key
        shown = [key]
        self.method = method
    }

    static func transform(_ algorithm: String, _ content: String = "") -> String {
        "<ds:Transform Algorithm=\"\(algorithm)\">\(content)</ds:Transform>"
    }

    static func reference(
        _ attributes: String, _ transforms: String, digest: String = Recipe.sha256
    ) -> String {
        let list = transforms.isEmpty ? "" : "<ds:Transforms>\(transforms)</ds:Transforms>"
        return """
            <ds:Reference \(attributes)>\(list)<ds:DigestMethod Algorithm="\(digest)"/><ds:DigestValue/></ds:Reference>
            """
    }

    static func documentReference(
        _ transforms: String = transform(enveloped) + transform(exclusive), digest: String = Recipe.sha256
    ) -> String { reference("Id=\"r1\" URI=\"\"", transforms, digest: digest) }

    static func propertiesReference(_ transforms: String = transform(exclusive)) -> String {
        reference("Type=\"\(propertiesType)\" URI=\"#sp\"", transforms)
    }

    private var signingCertificate: String {
        let digest = """
            <xades:CertDigest><ds:DigestMethod Algorithm="\(certificateDigest.0)"/>\
            <ds:DigestValue>\(named.digest(certificateDigest.1))</ds:DigestValue></xades:CertDigest>
            """
        if isVersion2 {
            return "<xades:SigningCertificateV2><xades:Cert>\(digest)</xades:Cert></xades:SigningCertificateV2>"
        }
        return """
            <xades:SigningCertificate><xades:Cert>\(digest)<xades:IssuerSerial><ds:X509IssuerName>\
            \(named.certificate.issuer)</ds:X509IssuerName><ds:X509SerialNumber>\
            \(serialNumber ?? named.certificate.serialNumber)</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>\
            </xades:SigningCertificate>
            """
    }

    private var signature: String {
        let certificates = shown.map { "<ds:X509Certificate>\($0.base64)</ds:X509Certificate>" }.joined()
        return """
            <ds:Signature xmlns:ds="\(Self.dsig)" Id="sig"><ds:SignedInfo>\
            <ds:CanonicalizationMethod Algorithm="\(canonical)"/><ds:SignatureMethod Algorithm="\(method)"/>\
            \(references)</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data>\(certificates)</ds:X509Data>\
            </ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" \
            Target="#sig"><xades:SignedProperties Id="sp"><xades:SignedSignatureProperties><xades:SigningTime>\
            \(signingTime)</xades:SigningTime>\(signingCertificate)</xades:SignedSignatureProperties>\
            <xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#r1"><xades:MimeType>text/xml\
            </xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>\
            </xades:QualifyingProperties>\(besideProperties)</ds:Object></ds:Signature>
            """
    }

    /// The document before it is signed.
    var template: String {
        let line = """
              <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:Note>Услуги за одржување, месец мај</cbc:Note>
                <cbc:LineExtensionAmount currencyID="MKD">100.00</cbc:LineExtensionAmount></cac:InvoiceLine>
            """
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" \
            xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" \
            xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" \
            xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">
              <ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>\
            <sig:UBLDocumentSignatures xmlns:sig="urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2" \
            xmlns:sac="urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2">\
            <sac:SignatureInformation><cbc:ID>urn:oasis:names:specification:ubl:signature:1</cbc:ID>\
            \(signature)\(besideSignature)</sac:SignatureInformation></sig:UBLDocumentSignatures></ext:ExtensionContent>\
            </ext:UBLExtension></ext:UBLExtensions>
              <cbc:ID>ФАК-2026-0001</cbc:ID>
              <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="MKD">10620.00</cbc:PayableAmount></cac:LegalMonetaryTotal>\
            \(extraContent)
            \(Array(repeating: line, count: lines).joined(separator: "\n"))
            </Invoice>

            """
    }

    /// The signed document.
    func signed() throws -> String { try Self.sign(template, key) }

    /// Lets `xmlsec1` sign a template.
    static func sign(_ template: String, _ key: ForeignKey, options: [String] = []) throws -> String {
        try Tool.withTemporaryFolder { folder in
            try Data(key.keyPEM).write(to: URL(fileURLWithPath: "\(folder)/k"))
            try Data(template.utf8).write(to: URL(fileURLWithPath: "\(folder)/t"))
            let outcome = try Tool.run(
                "xmlsec1",
                [
                    "--sign", "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", "--id-attr:Id",
                    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2:LegalMonetaryTotal",
                    "--output", "\(folder)/o",
                ] + (options.isEmpty ? ["--privkey-pem", "\(folder)/k"] : options) + ["\(folder)/t"])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/o")), as: UTF8.self)
        }
    }
}

extension String {
    /// The text with the first occurrence of another text replaced; a record of failure where there is none.
    func changing(_ old: String, _ new: String) throws -> String {
        let found = try #require(self.range(of: old), "nothing to change: \(old)")
        return replacingCharacters(in: found, with: new)
    }

    /// What stands between two texts, these included.
    func piece(_ start: String, _ end: String) throws -> String {
        let first = try #require(self.range(of: start))
        let last = try #require(self.range(of: end, range: first.upperBound..<endIndex))
        return String(self[first.lowerBound..<last.upperBound])
    }
}
