import Diagnostics
import XMLCore

/// The place of a signature in a UBL document.
///
/// Source: UBL 2.1 §5.2.
enum UBLSignatureSlot {
    private typealias Name = SignatureNames

    /// Tells readers of the extension what it is, and of `cac:Signature` how the document is signed.
    ///
    /// - Parameter hasProperties: Whether the signature is XAdES.
    /// - Returns: The address of the method.
    static func method(_ hasProperties: Bool) -> String {
        "urn:oasis:names:specification:ubl:dsig:enveloped\(hasProperties ? ":xades" : "")"
    }

    static let wrongEncoding = ToolkitError(
        .signatureEncoding, "The document to be signed is not in UTF-8.",
        fix: "Save it as UTF-8; a signature covers its bytes as they are.")

    /// A document that awaits its signature.
    struct Prepared {
        /// The document with everything but the signature.
        var bytes: [UInt8]
        /// Where the signature goes.
        var slot: Int
        /// How many signatures are there already.
        var number = 0
    }

    /// What replaces a range of the original bytes; an empty range is an insertion.
    private struct Splice {
        var range: Range<Int>
        var text: [UInt8]
        /// Where in `text` the signature goes; nil where it does not.
        var slot: Int?
    }

    /// Adds slot and business link to a document.
    ///
    /// - Parameters:
    ///   - ubl: A document without a signature, or with such as leave room for others.
    ///   - transform: How the new signature leaves out others.
    ///   - hasProperties: Whether the signature is XAdES.
    /// - Returns: The document with the place for the signature.
    /// - Throws: `signature.notUBL`, `signature.alreadyThere`, `signature.encoding`, `xml.*`.
    static func prepare(
        _ ubl: [UInt8], transform: XAdESSigner.Transform, hasProperties: Bool
    ) throws(ToolkitError) -> Prepared {
        let document = try XMLDocument(parsing: ubl)
        guard document.bytes == ubl else { throw wrongEncoding }
        let root = document.root
        guard let type = Name.documentType(named: root.name, in: root.namespace) else {
            throw ToolkitError(
                .signatureNotUBL, "The document to be signed is neither an invoice nor a credit note of UBL 2.",
                fix: "Sign the UBL document that was made of the invoice.", place: root.place)
        }
        let reference = "urn:oasis:names:specification:ubl:signature:\(type)"
        // Most documents do not even mention the namespace; then nobody needs to look at their elements.
        let signatures = mentions(Name.dsig, ubl) ? SignatureScan(document).signatures : []
        if let first = signatures.first {
            return try further(first, signatures.count, document, reference, transform)
        }
        var splices = [try slot(in: root, reference: reference, method(hasProperties))]
        if let link = try businessLink(in: root, reference: reference, method(hasProperties)) { splices.append(link) }
        return apply(splices, to: ubl)
    }

    /// The slots for signatures in a document.
    static func slots(in root: XMLElement) -> [XMLElement] {
        root.first("UBLExtensions", namespace: Name.extensions)?
            .all("UBLExtension", namespace: Name.extensions).compactMap {
                $0.first("ExtensionContent", namespace: Name.extensions)?
                    .first("UBLDocumentSignatures", namespace: Name.signatures)
            } ?? []
    }

    /// A place behind other signatures, if all of them leave it out of what they cover, and so does the new one.
    private static func further(
        _ first: XMLElement, _ count: Int, _ document: XMLDocument, _ reference: String,
        _ transform: XAdESSigner.Transform
    ) throws(ToolkitError) -> Prepared {
        let slots = slots(in: document.root)
        let inside = slots.flatMap { $0.elements.flatMap { $0.all("Signature", namespace: Name.dsig) } }
        let leavesRoom = inside.allSatisfy { signature in
            let parts = try? XMLSignature(signature, in: document)
            return parts?.dataReferences.allSatisfy { $0.omission == .slot } ?? false
        }
        guard transform == .ublXPath, leavesRoom, inside.count == count, slots.count == 1,
            let end = slots[0].contentRange?.upperBound
        else {
            throw ToolkitError(
                .signatureAlreadyThere, "The document is signed already.",
                fix: "Sign the original document, or let all signers use the transform ubl-xpath.", place: first.place)
        }
        var splice = information(reference, number: count + 1)
        splice.range = end..<end
        var prepared = apply([splice], to: document.bytes)
        prepared.number = count
        return prepared
    }

    /// Whether the bytes contain a text, by looking at every thirtieth byte or so (Horspool's search).
    private static func mentions(_ text: String, _ bytes: [UInt8]) -> Bool {
        let wanted = Array(text.utf8)
        var step = [Int](repeating: wanted.count, count: 256)
        for (index, byte) in wanted.dropLast().enumerated() { step[Int(byte)] = wanted.count - 1 - index }
        let span = bytes.span
        var end = wanted.count
        while end <= span.count {
            var length = 0
            while length < wanted.count, span[end - 1 - length] == wanted[wanted.count - 1 - length] { length += 1 }
            if length == wanted.count { return true }
            end += step[Int(span[end - 1])]
        }
        return false
    }

    private static func slot(
        in root: XMLElement, reference: String, _ method: String
    ) throws(ToolkitError) -> Splice {
        guard let content = root.contentRange else { throw notUBL(root) }
        guard let block = root.first("UBLExtensions", namespace: Name.extensions) else {
            var splice = wrap(
                extensionElement(reference, method), "<ext:UBLExtensions xmlns:ext=\"\(Name.extensions)\">",
                "</ext:UBLExtensions>")
            splice.range = content.lowerBound..<content.lowerBound
            return splice
        }
        if let vacant = try vacantInformation(in: block) {
            var splice = information(reference)
            splice.range = vacant.range
            return splice
        }
        guard let inside = block.contentRange else { throw notUBL(block) }
        var splice = extensionElement(reference, method)
        splice.range = inside.upperBound..<inside.upperBound
        return splice
    }

    /// A `sac:SignatureInformation` that a profile demands and that nobody has filled.
    private static func vacantInformation(in block: XMLElement) throws(ToolkitError) -> XMLElement? {
        for item in block.all("UBLExtension", namespace: Name.extensions) {
            let content = item.first("ExtensionContent", namespace: Name.extensions)
            guard let existing = content?.first("UBLDocumentSignatures", namespace: Name.signatures) else { continue }
            let vacant = existing.first("SignatureInformation", namespace: Name.signatureAggregates)
            guard let vacant, vacant.elements.isEmpty else {
                throw ToolkitError(
                    .signatureNotUBL, "The document has a signature slot that is already in use.",
                    fix: "Remove it, or leave its sac:SignatureInformation empty.", place: existing.place)
            }
            return vacant
        }
        return nil
    }

    private static func businessLink(
        in root: XMLElement, reference: String, _ method: String
    ) throws(ToolkitError) -> Splice? {
        guard let supplier = root.first("AccountingSupplierParty", namespace: Name.aggregates) else {
            throw notUBL(root)
        }
        let linked = root.all("Signature", namespace: Name.aggregates).contains {
            $0.first("ID", namespace: Name.basics)?.text == reference
        }
        guard !linked else { return nil }
        let text =
            "<cac:Signature xmlns:cac=\"\(Name.aggregates)\" xmlns:cbc=\"\(Name.basics)\"><cbc:ID>\(reference)</cbc:ID>"
            + "<cbc:SignatureMethod>\(method)</cbc:SignatureMethod></cac:Signature>"
        let start = supplier.range.lowerBound
        return Splice(range: start..<start, text: Array(text.utf8), slot: nil)
    }

    private static func notUBL(_ element: XMLElement) -> ToolkitError {
        ToolkitError(
            .signatureNotUBL, "The document to be signed lacks parts that every UBL document has.",
            fix: "Validate the document first.", place: element.place)
    }

    private static func extensionElement(_ reference: String, _ method: String) -> Splice {
        wrap(
            information(reference),
            "<ext:UBLExtension xmlns:ext=\"\(Name.extensions)\"><ext:ExtensionURI>\(method)</ext:ExtensionURI>"
                + "<ext:ExtensionContent><sig:UBLDocumentSignatures xmlns:sig=\"\(Name.signatures)\">",
            "</sig:UBLDocumentSignatures></ext:ExtensionContent></ext:UBLExtension>")
    }

    private static func information(_ reference: String, number: Int = 1) -> Splice {
        let empty = Splice(range: 0..<0, text: [], slot: 0)
        return wrap(
            empty,
            "<sac:SignatureInformation xmlns:sac=\"\(Name.signatureAggregates)\">"
                + "<cbc:ID xmlns:cbc=\"\(Name.basics)\">urn:oasis:names:specification:ubl:signature:\(number)</cbc:ID>"
                + "<sbc:ReferencedSignatureID xmlns:sbc=\"\(Name.signatureBasics)\">\(reference)</sbc:ReferencedSignatureID>",
            "</sac:SignatureInformation>")
    }

    private static func wrap(_ inner: Splice, _ before: String, _ after: String) -> Splice {
        Splice(
            range: inner.range, text: Array(before.utf8) + inner.text + Array(after.utf8),
            slot: inner.slot.map { $0 + before.utf8.count })
    }

    private static func apply(_ splices: [Splice], to bytes: [UInt8]) -> Prepared {
        var result = Prepared(bytes: [], slot: 0)
        result.bytes.reserveCapacity(bytes.count + splices.reduce(0) { $0 + $1.text.count })
        var copied = 0
        for splice in splices.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            result.bytes += bytes[copied..<splice.range.lowerBound]
            if let slot = splice.slot { result.slot = result.bytes.count + slot }
            result.bytes += splice.text
            copied = splice.range.upperBound
        }
        result.bytes += bytes[copied...]
        return result
    }
}
