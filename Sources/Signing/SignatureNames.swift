import XMLCore

/// The names of the standards that signatures in XML are made of.
enum SignatureNames {
    /// XML Signature Syntax and Processing §1.3.
    static let dsig = "http://www.w3.org/2000/09/xmldsig#"
    /// XML Signature Syntax and Processing 1.1 §1.3.
    static let dsig11 = "http://www.w3.org/2009/xmldsig11#"
    /// ETSI EN 319 132-1 §4.2.
    static let xades = "http://uri.etsi.org/01903/v1.3.2#"
    /// ETSI EN 319 132-1 §4.2.
    static let xades141 = "http://uri.etsi.org/01903/v1.4.1#"
    static let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let exclusiveCanonical = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let base64 = "http://www.w3.org/2000/09/xmldsig#base64"
    static let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"
    static let filter2 = "http://www.w3.org/2002/06/xmldsig-filter2"
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

    /// Whether elements of a namespace may stand in the parts of a signature that nothing protects.
    static func isOfSignatures(_ namespace: String?) -> Bool {
        namespace == dsig || namespace == dsig11 || namespace?.hasPrefix("http://uri.etsi.org/01903/") == true
    }
}
