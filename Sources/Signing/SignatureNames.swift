/// The names that signatures in UBL documents consist of.
enum SignatureNames {
    static let dsig = "http://www.w3.org/2000/09/xmldsig#"
    static let xades = "http://uri.etsi.org/01903/v1.3.2#"
    static let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let exclusiveCanonical = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"

    static let extensions = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
    static let signatures = "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2"
    static let signatureAggregates = "urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2"
    static let signatureBasics = "urn:oasis:names:specification:ubl:schema:xsd:SignatureBasicComponents-2"
    static let aggregates = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    static let basics = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

    /// How the signature is placed, as the UBL profile of XML signatures names it. Source: UBL 2.1, §5.4.
    static let envelopedMethod = "urn:oasis:names:specification:ubl:dsig:enveloped:xades"
    /// The identifier of the first signature in the slot. Source: UBL 2.1, §5.4.
    static let firstSignature = "urn:oasis:names:specification:ubl:signature:1"

    /// The namespace of a UBL 2 document type such as `Invoice`.
    static func document(_ type: String) -> String { "urn:oasis:names:specification:ubl:schema:xsd:\(type)-2" }
    /// The identifier that links slot and business document.
    static func reference(_ type: String) -> String { "urn:oasis:names:specification:ubl:signature:\(type)" }
}
