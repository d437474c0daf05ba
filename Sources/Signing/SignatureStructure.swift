import Certificates
import XMLCore

/// The one signature of a UBL document, taken apart, after its form was found acceptable.
///
/// Everything here is settled before any transform or digest is computed: where the signature stands, what it refers
/// to and with which algorithms. Source: XML Signature Syntax and Processing §4, UBL 2.1 §5.4, ETSI EN 319 132-1 §4.
struct SignatureStructure {
    /// `ds:Signature`.
    let signature: XMLElement
    /// `sig:UBLDocumentSignatures` around it.
    let slot: XMLElement
    /// How the value was made.
    let algorithm: SignatureAlgorithm
    /// What is referred to.
    let references: SignatureReferences
    /// `xades:SignedProperties` of this signature.
    let properties: XMLElement
    /// `xades:UnsignedProperties`, which nothing protects.
    let unsignedProperties: XMLElement?
    /// The certificates of `ds:KeyInfo` in Base64, as they came.
    let certificates: [XMLElement]

    /// Takes the signature of a document apart.
    init(_ document: XMLDocument, _ scan: SignatureScan) throws(VerificationStop) {
        signature = try Self.locate(document, scan)
        slot = try Self.slot(of: signature, in: document)
        if let element = scan.repeatedIdentifier {
            throw .failed(
                .formatFailure, "signature.duplicateIdentifier", "Two elements have the same identifier.",
                fix: "Ask the sender for the document as it was signed.", at: element.place)
        }
        if let element = scan.splitText {
            throw .failed(
                .formatFailure, "signature.splitText",
                "A comment or processing instruction stands inside a text; readers would see different values.",
                fix: "Ask the sender for the document as it was signed.", at: element.place)
        }
        try Self.refuseForeignContent(signature, slot)
        let parts = try Self.parts(of: signature)
        algorithm = try Self.algorithm(of: parts.information)
        (properties, unsignedProperties) = try Self.properties(in: parts.object, of: signature)
        references = try SignatureReferences(parts.information, properties: properties)
        let data = parts.keyInfo?.all("X509Data", namespace: SignatureNames.dsig) ?? []
        certificates = data.flatMap { $0.all("X509Certificate", namespace: SignatureNames.dsig) }
        guard certificates.count <= 16 else {
            throw .failed(
                .formatFailure, "signature.malformed", "The signature comes with too many certificates.",
                at: signature.place)
        }
    }

    /// The parts of `ds:Signature`.
    private struct Parts {
        var information: XMLElement
        var keyInfo: XMLElement?
        var object: XMLElement
    }

    private static func locate(_ document: XMLDocument, _ scan: SignatureScan) throws(VerificationStop) -> XMLElement {
        let root = document.root
        guard SignatureNames.documentType(named: root.name, in: root.namespace) != nil else {
            throw .indeterminate(
                .signatureConstraintsFailure, "signature.notUBL", "This is neither a UBL Invoice nor a UBL CreditNote.",
                fix: "Give the signed XML of an invoice or a credit note.", at: root.place)
        }
        guard let signature = scan.signatures.first else {
            throw .failed(
                .formatFailure, "signature.missing", "There is no signature in the document.",
                fix: "Ask the sender for the signed document.", at: root.place)
        }
        guard scan.signatures.count == 1 else {
            throw .failed(
                .formatFailure, "signature.several", "The document holds more than one signature.",
                fix: "Ask the sender for the document with one signature.", at: scan.signatures[1].place)
        }
        return signature
    }

    /// `sig:UBLDocumentSignatures`, if the signature is exactly where UBL wants it.
    private static func slot(
        of signature: XMLElement, in document: XMLDocument
    ) throws(VerificationStop) -> XMLElement {
        let misplaced = VerificationStop.failed(
            .formatFailure, "signature.misplaced", "There is no signature in the UBL slot; it stands elsewhere.",
            fix: "The signature belongs into ext:UBLExtensions, the first element of the document.",
            at: signature.place)
        let steps = [
            ("SignatureInformation", SignatureNames.signatureAggregates),
            ("UBLDocumentSignatures", SignatureNames.signatures), ("ExtensionContent", SignatureNames.extensions),
            ("UBLExtension", SignatureNames.extensions), ("UBLExtensions", SignatureNames.extensions),
        ]
        var element = signature
        var slot = signature
        for (name, namespace) in steps {
            guard let parent = element.parent, parent.name == name, parent.namespace == namespace else {
                throw misplaced
            }
            // Content beside the slot would be a second extension in disguise.
            guard name == "UBLExtensions" || parent.all(element.name, namespace: element.namespace).count == 1 else {
                throw misplaced
            }
            if name == "UBLDocumentSignatures" { slot = parent }
            element = parent
        }
        guard element.parent == document.root, document.root.elements.first == element,
            document.root.all("UBLExtensions", namespace: SignatureNames.extensions).count == 1
        else { throw misplaced }
        return slot
    }

    /// Refuses invoice content in the places that no signature covers: the signature itself, and the slot around it.
    ///
    /// A reader that looks for an amount anywhere in the document would find the forged one there first.
    private static func refuseForeignContent(
        _ signature: XMLElement, _ slot: XMLElement
    ) throws(VerificationStop) {
        let labels = ["ID", "ReferencedSignatureID"]
        for element in slot.elements.flatMap(\.elements) where element != signature {
            guard labels.contains(element.name), element.elements.isEmpty else {
                throw malformed("The signature slot holds something else than a signature.", element)
            }
        }
        guard slot.elements.count == 1 else {
            throw malformed("The signature slot holds something else than a signature.", slot)
        }
        var open = [signature]
        while let element = open.popLast() {
            if let namespace = element.namespace, namespace.hasPrefix(SignatureNames.ublPrefix) {
                throw malformed("Invoice content stands inside the signature, where nothing protects it.", element)
            }
            open += element.elements
        }
    }

    private static func parts(of signature: XMLElement) throws(VerificationStop) -> Parts {
        var names = signature.elements.map { $0.namespace == SignatureNames.dsig ? $0.name : "" }
        if names.count == 4, names[2] == "KeyInfo" { names.remove(at: 2) }
        guard names == ["SignedInfo", "SignatureValue", "Object"],
            let information = signature.first("SignedInfo", namespace: SignatureNames.dsig),
            let object = signature.first("Object", namespace: SignatureNames.dsig)
        else {
            throw malformed(
                "The signature does not consist of SignedInfo, SignatureValue, KeyInfo and one Object.", signature)
        }
        return Parts(
            information: information, keyInfo: signature.first("KeyInfo", namespace: SignatureNames.dsig),
            object: object)
    }

    private static func algorithm(of information: XMLElement) throws(VerificationStop) -> SignatureAlgorithm {
        let elements = information.elements
        guard elements.count >= 2, elements[0].isDSig("CanonicalizationMethod"), elements[1].isDSig("SignatureMethod")
        else { throw malformed("SignedInfo does not name its algorithms.", information) }
        guard let canonical = elements[0].attribute("Algorithm"), SignatureAllowList.canonical.contains(canonical),
            elements[0].hasOnlyPrefixLists
        else { throw unknownAlgorithm("The canonical form of SignedInfo is not one that is accepted.", elements[0]) }
        guard let name = elements[1].attribute("Algorithm"), elements[1].elements.isEmpty,
            let algorithm = SignatureAlgorithm(xmlIdentifier: name)
        else {
            throw unknownAlgorithm(
                "The signature algorithm is not one that is accepted: RSA or ECDSA with SHA-2.", elements[1])
        }
        return algorithm
    }

    /// `SignedProperties` and `UnsignedProperties` of the one `QualifyingProperties` that belongs to the signature.
    private static func properties(
        in object: XMLElement, of signature: XMLElement
    ) throws(VerificationStop) -> (XMLElement, XMLElement?) {
        guard object.elements.count == 1, let qualifying = object.elements.first,
            qualifying.name == "QualifyingProperties", qualifying.namespace == SignatureNames.xades
        else { throw malformed("The Object of the signature does not hold QualifyingProperties alone.", object) }
        guard let id = signature.attribute("Id"), !id.isEmpty, qualifying.attribute("Target") == "#\(id)" else {
            throw malformed("The QualifyingProperties belong to another signature.", qualifying)
        }
        let elements = qualifying.elements
        guard let signed = elements.first, elements.allSatisfy({ $0.namespace == SignatureNames.xades }),
            [["SignedProperties"], ["SignedProperties", "UnsignedProperties"]].contains(elements.map(\.name))
        else { throw malformed("The QualifyingProperties do not hold one SignedProperties.", qualifying) }
        return (signed, elements.count == 2 ? elements[1] : nil)
    }

    static func malformed(_ message: String, _ element: XMLElement) -> VerificationStop {
        .failed(
            .formatFailure, "signature.malformed", message, fix: "Ask the sender for a signature in the form XAdES.",
            at: element.place)
    }

    static func unknownAlgorithm(_ message: String, _ element: XMLElement) -> VerificationStop {
        .indeterminate(
            .cryptoConstraintsFailure, "signature.algorithm", message,
            fix: "Ask the sender to sign with SHA-256 and RSA or ECDSA.", at: element.place)
    }
}

extension XMLElement {
    /// Whether this is an element of XML signatures with that name.
    func isDSig(_ name: String) -> Bool { self.name == name && namespace == SignatureNames.dsig }

    /// Whether nothing but prefix lists of the exclusive canonical form stands inside.
    var hasOnlyPrefixLists: Bool {
        elements.allSatisfy {
            $0.name == "InclusiveNamespaces" && $0.namespace == SignatureNames.exclusiveCanonical && $0.elements.isEmpty
        }
    }
}
