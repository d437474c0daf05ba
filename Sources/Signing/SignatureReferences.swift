import XMLCore

/// The two references of an acceptable signature: the whole document, and the signed properties.
struct SignatureReferences {
    /// Which reference means the document, counted from 0.
    let document: Int
    /// Which reference means the signed properties.
    let properties: Int
    /// The identifier of the document's reference.
    let documentID: String?
    /// Whether an XPath transform takes the place of the enveloped-signature transform, and what it leaves out.
    let xpath: SignatureAllowList.Omission?

    /// Reads the references of `ds:SignedInfo` against the allow-list.
    ///
    /// - Parameters:
    ///   - information: `ds:SignedInfo`.
    ///   - element: `xades:SignedProperties` of this signature.
    /// - Throws: The verdict where something is not on the list.
    init(_ information: XMLElement, properties element: XMLElement) throws(VerificationStop) {
        let references = information.elements.dropFirst(2)
        guard references.allSatisfy({ $0.isDSig("Reference") }) else {
            throw SignatureStructure.malformed("SignedInfo holds something else than references.", information)
        }
        var document: Int?
        var signed: Int?
        var omission: SignatureAllowList.Omission?
        var id: String?
        for (index, reference) in references.enumerated() {
            let transforms = try Self.transforms(of: reference)
            switch reference.attribute("URI") {
            case "" where document == nil:
                omission = try Self.documentOmission(transforms, reference)
                id = reference.attribute("Id")
                document = index
            case let uri? where signed == nil && reference.attribute("Type") == SignatureNames.signedPropertiesType:
                guard let id = element.attribute("Id"), !id.isEmpty, uri == "#\(id)" else {
                    throw Self.refused(
                        "The reference to the signed properties does not lead to those of this signature.", reference)
                }
                guard transforms.allSatisfy(Self.isCanonical), transforms.count <= 1 else {
                    throw Self.refused(
                        "The signed properties are transformed in a way that is not accepted.", reference)
                }
                signed = index
            default:
                throw Self.refused(
                    "The signature refers to something else than the document and its own properties.", reference)
            }
        }
        guard let document else { throw Self.refused("The signature does not cover the document.", information) }
        guard let signed else {
            throw Self.refused("The signature does not cover its own properties, such as its certificate.", information)
        }
        self.document = document
        properties = signed
        documentID = id
        xpath = omission
    }

    /// The transforms of a reference, after a look at its form and its digest algorithm.
    private static func transforms(of reference: XMLElement) throws(VerificationStop) -> [XMLElement] {
        var parts = reference.elements
        let list = parts.first.flatMap { $0.isDSig("Transforms") ? $0 : nil }
        if list != nil { parts.removeFirst() }
        guard parts.count == 2, parts[0].isDSig("DigestMethod"), parts[1].isDSig("DigestValue"),
            parts[1].elements.isEmpty
        else { throw SignatureStructure.malformed("A reference lacks its digest.", reference) }
        guard let digest = parts[0].attribute("Algorithm"), SignatureAllowList.digests[digest] != nil,
            parts[0].elements.isEmpty
        else {
            throw SignatureStructure.unknownAlgorithm(
                "A digest algorithm is not one that is accepted: SHA-256, SHA-384, SHA-512.", parts[0])
        }
        let transforms = list?.elements ?? []
        guard transforms.allSatisfy({ $0.isDSig("Transform") }) else {
            throw SignatureStructure.malformed("A reference holds an unknown kind of transform.", reference)
        }
        return transforms
    }

    /// Checks the transforms of the document's reference: one that leaves out the signature, then a canonical form.
    ///
    /// - Returns: What an XPath transform leaves out; nil where it is the enveloped-signature transform.
    private static func documentOmission(
        _ transforms: [XMLElement], _ reference: XMLElement
    ) throws(VerificationStop) -> SignatureAllowList.Omission? {
        guard let first = transforms.first, transforms.count <= 2, transforms.dropFirst().allSatisfy(isCanonical) else {
            throw refused("The document is transformed in a way that is not accepted.", reference)
        }
        switch first.attribute("Algorithm") {
        case SignatureNames.enveloped where first.elements.isEmpty: return nil
        case SignatureAllowList.xpath:
            guard first.elements.count == 1, let expression = first.elements.first, expression.isDSig("XPath"),
                let omission = SignatureAllowList.omission(of: expression.text)
            else { throw refused("The document is filtered by an expression that is not accepted.", first) }
            return omission
        default: throw refused("The document is transformed in a way that is not accepted.", first)
        }
    }

    private static func isCanonical(_ transform: XMLElement) -> Bool {
        SignatureAllowList.canonical.contains(transform.attribute("Algorithm") ?? "") && transform.hasOnlyPrefixLists
    }

    private static func refused(_ message: String, _ element: XMLElement) -> VerificationStop {
        .indeterminate(
            .signatureConstraintsFailure, "signature.reference", message,
            fix: "Ask the sender for a signature over the whole document in the form XAdES.", at: element.place)
    }
}
