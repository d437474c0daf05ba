import Certificates
import XMLCore

/// The algorithms that count; everything else is refused, whether weak, exotic or unheard of.
enum SignatureAllowList {
    /// Both canonical forms without comments.
    static let canonical: Set<String> = [
        SignatureNames.exclusiveCanonical, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    ]

    /// Digests by their identifier, with their name in OpenSSL.
    ///
    /// Source: XML Encryption §5.7, RFC 9231 §2.1.
    static let digests = [
        SignatureNames.sha256: "SHA256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384": "SHA384",
        "http://www.w3.org/2001/04/xmlenc#sha512": "SHA512",
    ]

    static let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116"

    /// What an XPath transform leaves out of the document.
    enum Omission: Sendable {
        /// The signature.
        case signature
        /// The element with all signatures of the document.
        case signatures
    }

    /// The two expressions that are accepted, without their blanks.
    ///
    /// Both leave out what is around the signature in which they stand and nothing else. Sources: UBL 2.1 §5.4; XML
    /// Signature Syntax and Processing §6.6.4.
    private static func expressions(_ prefix: String) -> [(String, Omission)] {
        func expression(_ name: String) -> String {
            "count(ancestor-or-self::\(name)|here()/ancestor::\(name)[1])>count(ancestor-or-self::\(name))"
        }
        return [
            (expression("\(prefix):UBLDocumentSignatures"), .signatures),
            (expression("\(prefix):Signature"), .signature),
        ]
    }

    /// What the expression of an XPath transform leaves out; nil for every expression that is not known.
    ///
    /// The prefix is not resolved: were it bound to another namespace, the expression would select nothing, and the
    /// comparison of what was covered with the whole document fails.
    static func omission(of expression: String) -> Omission? {
        guard expression.utf8.count <= 400 else { return nil }
        let compact = String(expression.unicodeScalars.filter { ![" ", "\t", "\n", "\r"].contains($0) })
        guard let start = compact.firstRange(of: "count(ancestor-or-self::") else { return nil }
        let prefix = String(compact[start.upperBound...].prefix { $0 != ":" })
        return expressions(prefix).first { $0.0 == compact }?.1
    }

    /// The most nodes of a document with an XPath transform, each counted once for every namespace in scope.
    ///
    /// libxml2 evaluates the expression for each of them, in quadratic time: this many take about two seconds, before
    /// anything is known about who made the document.
    static let xpathNodeLimit = 60_000
}
