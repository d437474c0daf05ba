import Certificates
import XMLCore

/// One signature of a document, taken apart, after its form was found acceptable.
///
/// Everything here is settled before any digest is computed: where the signature stands, what it refers to and with
/// which algorithms. Source: XML Signature Syntax and Processing §4, UBL 2.1 §5.4, ETSI EN 319 132-1 §4.
struct XMLSignature {
    /// Where a signature stands.
    enum Placement: Sendable, Hashable {
        /// In the slot of a UBL document.
        case ubl
        /// Inside another document.
        case enveloped
        /// It is the document itself.
        case root
    }

    /// The document in which it stands.
    let document: XMLDocument
    /// `ds:Signature`.
    let signature: XMLElement
    /// Where it stands.
    let placement: Placement
    /// `sig:UBLDocumentSignatures` around it; nil outside of UBL documents.
    let slot: XMLElement?
    /// `ds:SignedInfo`.
    let information: XMLElement
    /// The canonical form of `ds:SignedInfo`.
    let method: CanonicalMethod
    /// `ds:SignatureValue`.
    let valueElement: XMLElement
    /// The value itself.
    let value: [UInt8]
    /// `ds:KeyInfo`.
    let keyInfo: XMLElement?
    /// `ds:Object` elements in order.
    let objects: [XMLElement]
    /// How the value was made.
    let algorithm: SignatureAlgorithm
    /// What is referred to.
    let references: [SignatureReference]
    /// `xades:QualifyingProperties`; nil where the signature has none.
    let qualifying: XMLElement?
    /// `xades:SignedProperties`, found to be signed.
    let properties: XMLElement?
    /// `xades:UnsignedSignatureProperties`, which nothing protects.
    let unsigned: XMLElement?

    /// Takes a signature apart.
    ///
    /// - Parameters:
    ///   - signature: `ds:Signature`.
    ///   - document: The document around it.
    /// - Throws: The verdict where something is not on the allow-lists.
    init(_ signature: XMLElement, in document: XMLDocument) throws(VerificationStop) {
        self.signature = signature
        self.document = document
        let root = document.root
        let isUBL = SignatureNames.documentType(named: root.name, in: root.namespace) != nil
        slot = isUBL ? try Self.slot(of: signature, in: document) : nil
        placement = isUBL ? .ubl : signature == root ? .root : .enveloped
        var parts = signature.elements[...]
        guard let information = parts.popFirst(), information.isDSig("SignedInfo"), let value = parts.popFirst(),
            value.isDSig("SignatureValue"), value.elements.isEmpty
        else { throw Self.malformed("The signature does not begin with SignedInfo and SignatureValue.", signature) }
        keyInfo = parts.first.flatMap { $0.isDSig("KeyInfo") ? $0 : nil }
        if keyInfo != nil { parts.removeFirst() }
        guard parts.allSatisfy({ $0.isDSig("Object") }) else {
            throw Self.malformed("The signature holds something else than KeyInfo and Object.", signature)
        }
        self.information = information
        valueElement = value
        objects = Array(parts)
        guard let bytes = Base64.decode(value.text.utf8), !bytes.isEmpty else {
            throw Self.malformed("The signature value cannot be read.", value)
        }
        self.value = bytes
        (method, algorithm) = try Self.algorithms(of: information)
        let all = information.elements.dropFirst(2)
        guard all.allSatisfy({ $0.isDSig("Reference") }) else {
            throw Self.malformed("SignedInfo holds something else than references.", information)
        }
        guard !all.isEmpty else { throw SignatureReference.refused("The signature covers nothing.", information) }
        var references: [SignatureReference] = []
        for element in all.prefix(SignatureAllowList.referenceLimit) {
            references.append(try SignatureReference(element, in: document))
        }
        try Self.refuseRepeated(references, count: all.count)
        self.references = references
        let found = try Self.properties(in: objects, of: signature)
        qualifying = found?.qualifying
        unsigned = found?.unsigned
        properties = found?.signed
        try checkReferences()
        try refuseForeignContent()
    }

    /// The certificates of `ds:KeyInfo` in Base64, as they came.
    var certificateElements: [XMLElement] {
        let data = keyInfo?.all("X509Data", namespace: SignatureNames.dsig) ?? []
        return data.flatMap { $0.all("X509Certificate", namespace: SignatureNames.dsig) }
    }

    private static func algorithms(
        of information: XMLElement
    ) throws(VerificationStop) -> (CanonicalMethod, SignatureAlgorithm) {
        let elements = information.elements
        guard elements.count >= 2, elements[0].isDSig("CanonicalizationMethod"), elements[1].isDSig("SignatureMethod")
        else { throw malformed("SignedInfo does not name its algorithms.", information) }
        guard let method = SignatureAllowList.canonicalMethod(elements[0]) else {
            throw unknownAlgorithm("The canonical form of SignedInfo is not one that is accepted.", elements[0])
        }
        guard let name = elements[1].attribute("Algorithm"), elements[1].elements.isEmpty,
            let algorithm = SignatureAllowList.signature(name)
        else {
            throw unknownAlgorithm(
                "The signature algorithm is not one that is accepted: RSA or ECDSA with SHA-2.", elements[1])
        }
        return (method, algorithm)
    }

    private static func refuseRepeated(
        _ references: [SignatureReference], count: Int
    ) throws(VerificationStop) {
        var seen: Set<SignatureReference.Target> = []
        for reference in references where !seen.insert(reference.target).inserted {
            throw SignatureReference.refused("Two references mean the same.", reference.element)
        }
        guard count <= SignatureAllowList.referenceLimit else {
            throw SignatureReference.refused(
                "The signature has more than \(SignatureAllowList.referenceLimit) references.", references[0].element)
        }
    }

    /// `SignedProperties` and the unsigned ones of the one `QualifyingProperties` that belongs to the signature; nil
    /// where it has none.
    private static func properties(
        in objects: [XMLElement], of signature: XMLElement
    ) throws(VerificationStop) -> (qualifying: XMLElement, signed: XMLElement, unsigned: XMLElement?)? {
        let holders = objects.filter { object in
            object.elements.contains { $0.name == "QualifyingProperties" && $0.namespace == SignatureNames.xades }
        }
        guard let object = holders.first else { return nil }
        guard holders.count == 1, object.elements.count == 1, let qualifying = object.elements.first else {
            throw malformed("The Object of the signature does not hold QualifyingProperties alone.", holders[0])
        }
        guard let id = signature.attribute("Id"), !id.isEmpty, qualifying.attribute("Target") == "#\(id)" else {
            throw malformed("The QualifyingProperties belong to another signature.", qualifying)
        }
        let elements = qualifying.elements
        guard let signed = elements.first, elements.allSatisfy({ $0.namespace == SignatureNames.xades }),
            [["SignedProperties"], ["SignedProperties", "UnsignedProperties"]].contains(elements.map(\.name))
        else { throw malformed("The QualifyingProperties do not hold one SignedProperties.", qualifying) }
        let unsigned = elements.dropFirst().first?
            .first("UnsignedSignatureProperties", namespace: SignatureNames.xades)
        return (qualifying, signed, unsigned)
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
}
