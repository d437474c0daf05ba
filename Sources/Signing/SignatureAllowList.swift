import Certificates
import XMLCore

/// The algorithms that count; everything else is refused, whether weak, exotic or unheard of.
enum SignatureAllowList {
    /// The canonical form that an element names, with its prefix list; nil for every form that is not accepted.
    ///
    /// Forms with comments are not: nobody sees in a reader what they protect.
    static func canonicalMethod(_ element: XMLElement) -> CanonicalMethod? {
        var prefixes: [String] = []
        for list in element.elements {
            guard list.name == "InclusiveNamespaces", list.namespace == SignatureNames.exclusiveCanonical,
                list.elements.isEmpty
            else { return nil }
            prefixes += (list.attribute("PrefixList") ?? "").split(separator: " ").prefix(64).map(String.init)
        }
        guard let identifier = element.attribute("Algorithm"),
            let method = CanonicalMethod(identifier: identifier, prefixes: prefixes), !method.keepsComments
        else { return nil }
        return method
    }

    /// Digests by their identifier.
    ///
    /// Source: XML Encryption §5.7, RFC 9231 §2.1.
    static let digests: [String: DigestAlgorithm] = [
        SignatureNames.sha256: .sha256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384": .sha384,
        "http://www.w3.org/2001/04/xmlenc#sha512": .sha512,
    ]

    /// The signature algorithm with this identifier; nil for every other, weak ones included.
    static func signature(_ identifier: String) -> SignatureAlgorithm? {
        SignatureAlgorithm.allCases.first { $0.xmlIdentifier == identifier }
    }

    /// What a filter leaves out of the document.
    enum Omission: Sendable {
        /// The signature in which it stands.
        case signature
        /// The element with all signatures of a UBL document in which it stands.
        case slot
        /// All signatures.
        case all
    }

    /// What a filter that is written as an expression leaves out; nil for every expression that is not known.
    ///
    /// The expressions are never evaluated: an unknown one may select nothing at all, or take hours. Those known leave
    /// out what is around the signature, or every signature, and nothing else. Sources: UBL 2.1 §5.4; XML Signature
    /// Syntax and Processing §6.6.4; XML-Signature XPath Filter 2.0 §5.
    ///
    /// - Parameter transform: `ds:Transform`, whose algorithm says which kind of expression it is.
    /// - Returns: What is left out.
    static func omission(of transform: XMLElement) -> Omission? {
        let isFilter2 = transform.attribute("Algorithm") == SignatureNames.filter2
        guard transform.elements.count == 1, let expression = transform.elements.first, expression.name == "XPath",
            expression.namespace == (isFilter2 ? SignatureNames.filter2 : SignatureNames.dsig),
            expression.elements.isEmpty, expression.text.utf8.count <= 400
        else { return nil }
        let text = String(expression.text.unicodeScalars.filter { ![" ", "\t", "\n", "\r"].contains($0) })
        func isKnown(_ form: (String) -> String, _ name: String, _ namespace: String) -> Bool {
            // The prefix is whatever stands before the name; it must mean the right namespace where the expression is.
            guard let end = text.firstRange(of: ":\(name)") else { return false }
            let prefix = text[..<end.lowerBound].reversed().prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
            guard !prefix.isEmpty else { return false }
            let qualified = "\(String(prefix.reversed())):\(name)"
            return text == form(qualified) && expression.namespace(ofPrefix: String(prefix.reversed())) == namespace
        }
        func around(_ name: String) -> String {
            "count(ancestor-or-self::\(name)|here()/ancestor::\(name)[1])>count(ancestor-or-self::\(name))"
        }
        if isFilter2 {
            guard expression.attribute("Filter") == "subtract" else { return nil }
            let forms: [(String) -> String] = [{ "/descendant::\($0)" }, { "//\($0)" }]
            if forms.contains(where: { isKnown($0, "Signature", SignatureNames.dsig) }) { return .all }
            return isKnown({ "here()/ancestor::\($0)[1]" }, "Signature", SignatureNames.dsig) ? .signature : nil
        }
        if isKnown(around, "UBLDocumentSignatures", SignatureNames.signatures) { return .slot }
        if isKnown(around, "Signature", SignatureNames.dsig) { return .signature }
        return isKnown({ "not(ancestor-or-self::\($0))" }, "Signature", SignatureNames.dsig) ? .all : nil
    }

    /// The most references of one signature; each of them may mean a large part of the document.
    static let referenceLimit = 64
}
