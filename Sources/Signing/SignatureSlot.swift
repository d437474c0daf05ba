public import Diagnostics
import XMLCore

/// A UBL document with an empty slot for one signature, and where in its bytes the signature goes.
///
/// The slot is `ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/sig:UBLDocumentSignatures/
/// sac:SignatureInformation`, and a `cac:Signature` in the business document names it. Both are spliced in as text:
/// what the caller wrote stays byte for byte. Source: UBL 2.1, §5.4.
struct SignatureSlot {
    /// The document with the slot.
    let document: [UInt8]
    /// Where the signature belongs, in bytes.
    let offset: Int

    /// Opens the slot in an unsigned document; a byte order mark goes.
    ///
    /// - Throws: `xml.*`; `signature.notUBL`; `signature.alreadySigned`; `xml.encoding`.
    init(in input: [UInt8]) throws(ToolkitError) {
        let parsed = try XMLDocument(parsing: input)
        let bytes = parsed.bytes
        let root = parsed.root
        guard bytes == input || bytes[...] == input.dropFirst(3) else {
            throw ToolkitError(
                .xmlEncoding, "Documents are signed in UTF-8 only.",
                fix: "Convert the file to UTF-8 and change its XML declaration.")
        }
        guard ["Invoice", "CreditNote"].contains(root.name), root.namespace == SignatureNames.document(root.name) else {
            throw ToolkitError(
                .signatureNotUBL, "This is neither a UBL Invoice nor a UBL CreditNote.",
                fix: "Sign the XML of an invoice or credit note, such as `pechat xml` writes.", place: root.place)
        }
        guard let content = root.contentRange, let first = root.elements.first else {
            throw ToolkitError(.signatureNotUBL, "The document is empty.", place: root.place)
        }
        let extensions = root.first("UBLExtensions", namespace: SignatureNames.extensions)
        try Self.refuseSigned(root, extensions)
        let type = root.name
        var splices = [Self.link(in: root, type: type)].compactMap { $0 }
        let (head, tail) = Self.block(type)
        let inner: String
        let place: Int
        if let extensions, let end = extensions.contentRange?.upperBound {
            (inner, place) = ("", end)
        } else {
            (inner, place) = (Self.blanks(before: first, in: bytes, from: content.lowerBound), content.lowerBound)
        }
        let opening = extensions == nil ? "<ext:UBLExtensions xmlns:ext=\"\(SignatureNames.extensions)\">" : ""
        let closing = extensions == nil ? "</ext:UBLExtensions>" : ""
        let before = Array("\(inner)\(opening)\(head)".utf8)
        splices.append(Splice(offset: place, text: before + Array("\(tail)\(closing)".utf8)))
        var document: [UInt8] = []
        document.reserveCapacity(bytes.count + 2048)
        var done = 0
        var offset = 0
        for splice in splices.sorted(by: { $0.offset < $1.offset }) {
            document += bytes[done..<splice.offset]
            if splice.offset == place { offset = document.count + before.count }
            document += splice.text
            done = splice.offset
        }
        document += bytes[done...]
        self.document = document
        self.offset = offset
    }

    /// The document with the signature in its slot.
    func filled(with signature: [UInt8]) -> [UInt8] { Array(document[..<offset]) + signature + document[offset...] }

    private struct Splice {
        let offset: Int
        let text: [UInt8]
    }

    private static func refuseSigned(_ root: XMLElement, _ extensions: XMLElement?) throws(ToolkitError) {
        for slot in extensions?.elements ?? [] {
            let contents = slot.all("ExtensionContent", namespace: SignatureNames.extensions)
            guard let taken = contents.flatMap(\.elements).first(where: { $0.name == "UBLDocumentSignatures" }) else {
                continue
            }
            throw ToolkitError(
                .signatureAlreadySigned, "The document has a signature slot already.",
                fix: "Sign the document as it was before; a change after signing breaks the first signature.",
                place: taken.place)
        }
        if let stray = root.first("Signature", namespace: SignatureNames.dsig) {
            throw ToolkitError(
                .signatureAlreadySigned, "The document holds a signature outside the UBL slot.",
                fix: "Sign the document as it was before that signature.", place: stray.place)
        }
    }

    /// `cac:Signature`, which stands right before the seller in the order of the schema.
    private static func link(in root: XMLElement, type: String) -> Splice? {
        guard root.first("Signature", namespace: SignatureNames.aggregates) == nil,
            let seller = root.first("AccountingSupplierParty", namespace: SignatureNames.aggregates)
        else { return nil }
        let text = """
            <cac:Signature xmlns:cac="\(SignatureNames.aggregates)"><cbc:ID xmlns:cbc="\(SignatureNames.basics)">\
            \(SignatureNames.reference(type))</cbc:ID><cbc:SignatureMethod xmlns:cbc="\(SignatureNames.basics)">\
            \(SignatureNames.envelopedMethod)</cbc:SignatureMethod></cac:Signature>
            """
        return Splice(offset: seller.range.lowerBound, text: Array(text.utf8))
    }

    /// The extension up to the signature, and from there on.
    private static func block(_ type: String) -> (head: String, tail: String) {
        let head = """
            <ext:UBLExtension xmlns:ext="\(SignatureNames.extensions)"><ext:ExtensionURI>\
            \(SignatureNames.envelopedMethod)</ext:ExtensionURI><ext:ExtensionContent><sig:UBLDocumentSignatures \
            xmlns:sig="\(SignatureNames.signatures)" xmlns:sac="\(SignatureNames.signatureAggregates)" \
            xmlns:sbc="\(SignatureNames.signatureBasics)"><sac:SignatureInformation>\
            <cbc:ID xmlns:cbc="\(SignatureNames.basics)">\(SignatureNames.firstSignature)</cbc:ID>\
            <sbc:ReferencedSignatureID>\(SignatureNames.reference(type))</sbc:ReferencedSignatureID>
            """
        let tail = """
            </sac:SignatureInformation></sig:UBLDocumentSignatures></ext:ExtensionContent></ext:UBLExtension>
            """
        return (head, tail)
    }

    /// The line break and indentation in front of the first element, to stand in front of the new one as well.
    private static func blanks(before element: XMLElement, in bytes: [UInt8], from start: Int) -> String {
        let gap = bytes[start..<element.range.lowerBound]
        guard gap.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return "" }
        return String(decoding: gap, as: UTF8.self)
    }
}

extension ToolkitError.Code {
    /// The document is no UBL invoice or credit note.
    public static let signatureNotUBL = Self("signature.notUBL", .rejected)
    /// The document has been signed before.
    public static let signatureAlreadySigned = Self("signature.alreadySigned", .rejected)
}
