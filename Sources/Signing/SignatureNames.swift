/// The names of the standards that the verification of signatures in UBL documents looks for.
enum SignatureNames {
    static let dsig = "http://www.w3.org/2000/09/xmldsig#"
    static let xades = "http://uri.etsi.org/01903/v1.3.2#"
    static let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let exclusiveCanonical = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"

    /// How all namespaces of UBL begin.
    static let ublPrefix = "urn:oasis:names:specification:ubl:"
    static let extensions = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
    static let signatures = "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2"
    static let signatureAggregates = "urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2"

    /// The namespace of a UBL 2 document type such as `Invoice`.
    static func document(_ type: String) -> String { "urn:oasis:names:specification:ubl:schema:xsd:\(type)-2" }
}
