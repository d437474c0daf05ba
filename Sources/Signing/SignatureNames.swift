/// The names of the standards that signatures in UBL documents are made of.
enum SignatureNames {
    /// XML Signature Syntax and Processing §1.3.
    static let dsig = "http://www.w3.org/2000/09/xmldsig#"
    /// ETSI EN 319 132-1 §4.2.
    static let xades = "http://uri.etsi.org/01903/v1.3.2#"
    static let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let exclusiveCanonical = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"

    /// How all namespaces of UBL begin.
    static let ublPrefix = "urn:oasis:names:specification:ubl:"
    static let extensions = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
    static let aggregates = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    static let basics = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
    static let signatures = "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2"
    static let signatureAggregates = "urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2"
    static let signatureBasics = "urn:oasis:names:specification:ubl:schema:xsd:SignatureBasicComponents-2"

    /// The UBL document type with this root, `Invoice` or `CreditNote`; nil for every other.
    static func documentType(named name: String, in namespace: String?) -> String? {
        ["Invoice", "CreditNote"].first {
            name == $0 && namespace == "urn:oasis:names:specification:ubl:schema:xsd:\($0)-2"
        }
    }
}
