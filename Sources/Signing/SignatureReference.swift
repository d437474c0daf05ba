import Certificates
import XMLCore

/// One `ds:Reference`, taken apart: what it means, how that is transformed, and the digest that was signed.
///
/// Source: XML Signature Syntax and Processing §4.4.3.
struct SignatureReference {
    /// What a reference means.
    enum Target: Hashable {
        /// The whole document in which it stands.
        case document
        /// An element of it.
        case element(XMLElement)
        /// Something outside, by its address, which is never fetched.
        case outside(String)
    }

    /// `ds:Reference`.
    let element: XMLElement
    /// Its identifier.
    let id: String?
    /// What kind of thing it says that it means.
    let type: String?
    /// What it means.
    let target: Target
    /// What is left out of that.
    let omission: SignatureAllowList.Omission?
    /// The form in which it is digested; nil where none is named.
    let method: CanonicalMethod?
    /// Whether the text is Base64 of what is digested.
    let decodesBase64: Bool
    /// The kind of digest.
    let algorithm: DigestAlgorithm
    /// The digest that was signed.
    let digest: [UInt8]

    /// Whether it means the properties of a signature.
    var isOfProperties: Bool { type == SignatureNames.signedPropertiesType }

    /// Reads a reference against the allow-list.
    init(_ reference: XMLElement, in document: XMLDocument) throws(VerificationStop) {
        var parts = reference.elements
        let list = parts.first.flatMap { $0.isDSig("Transforms") ? $0 : nil }
        if list != nil { parts.removeFirst() }
        guard parts.count == 2, parts[0].isDSig("DigestMethod"), parts[1].isDSig("DigestValue"),
            parts[1].elements.isEmpty, let value = Base64.decode(parts[1].text.utf8)
        else { throw XMLSignature.malformed("A reference lacks its digest.", reference) }
        guard let name = parts[0].attribute("Algorithm"), let digest = SignatureAllowList.digests[name],
            parts[0].elements.isEmpty
        else {
            throw XMLSignature.unknownAlgorithm(
                "A digest algorithm is not one that is accepted: SHA-256, SHA-384, SHA-512.", parts[0])
        }
        element = reference
        id = reference.attribute("Id")
        type = reference.attribute("Type")
        algorithm = digest
        self.digest = value
        target = try Self.target(reference, in: document)
        let transforms = list?.elements ?? []
        guard transforms.allSatisfy({ $0.isDSig("Transform") }) else {
            throw XMLSignature.malformed("A reference holds an unknown kind of transform.", reference)
        }
        var rest = transforms[...]
        var omission: SignatureAllowList.Omission?
        var decodes = false
        if let first = rest.first {
            switch first.attribute("Algorithm") {
            case SignatureNames.enveloped where first.elements.isEmpty: omission = .signature
            case SignatureNames.xpath, SignatureNames.filter2:
                omission = SignatureAllowList.omission(of: first)
                guard omission != nil else {
                    throw Self.refused("The document is filtered by an expression that is not accepted.", first)
                }
            case SignatureNames.base64 where first.elements.isEmpty && transforms.count == 1: decodes = true
            default: break
            }
            if omission != nil || decodes { rest = rest.dropFirst() }
        }
        method = rest.first.flatMap(SignatureAllowList.canonicalMethod)
        guard rest.count == (method == nil ? 0 : 1) else {
            throw Self.refused("The document is transformed in a way that is not accepted.", reference)
        }
        if case .outside = target, omission != nil {
            throw Self.refused("What is outside of the document has no signature to be left out.", reference)
        }
        self.omission = omission
        decodesBase64 = decodes
    }

    private static func target(_ reference: XMLElement, in document: XMLDocument) throws(VerificationStop) -> Target {
        guard let uri = reference.attribute("URI") else {
            throw refused("A reference does not say what it refers to.", reference)
        }
        if uri.isEmpty { return .document }
        guard uri.hasPrefix("#") else { return .outside(uri) }
        let id = String(uri.dropFirst())
        // Among pointers only bare names count: others can select anything (XPointer).
        guard !id.isEmpty, !id.contains("(") else {
            throw refused("A reference points in a way that is not accepted.", reference)
        }
        guard let element = document.element(withIdentifier: id) else {
            throw refused("A reference leads to nothing in the document.", reference)
        }
        return .element(element)
    }

    static func refused(_ message: String, _ element: XMLElement) -> VerificationStop {
        .indeterminate(
            .signatureConstraintsFailure, "signature.reference", message,
            fix: "Ask the sender for a signature over the whole document in the form XAdES.", at: element.place)
    }
}
