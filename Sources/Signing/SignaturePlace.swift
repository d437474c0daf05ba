import Certificates
import Diagnostics
import XMLCore

/// What is signed and what stands around the signature: the part of signing that differs from packaging to packaging.
struct SignaturePlace {
    /// The bytes in front of the signature.
    let before: ArraySlice<UInt8>
    /// The bytes behind it.
    let after: ArraySlice<UInt8>
    /// The digest of what is signed.
    let digest: [UInt8]
    /// How the signature refers to it.
    let reference: XAdESText.Reference
    /// `ds:Object` with what is signed; empty where that stands elsewhere.
    var object: [UInt8] = []
    /// The identifiers of the signature.
    let names: XAdESText.Names
    /// What kind of file is signed.
    let mediaType: String

    /// In the slot of a UBL document.
    init(
        ubl bytes: [UInt8], transform: XAdESSigner.Transform, hasProperties: Bool, _ certificate: Certificate
    ) throws(ToolkitError) {
        let prepared = try UBLSignatureSlot.prepare(bytes, transform: transform, hasProperties: hasProperties)
        before = prepared.bytes[..<prepared.slot]
        after = prepared.bytes[prepared.slot...]
        let document = try XMLDocument(parsing: prepared.bytes)
        var omitted: [XMLElement] = []
        if transform == .ublXPath {
            guard let slot = UBLSignatureSlot.slots(in: document.root).first else {
                throw ToolkitError(.signatureNotUBL, "The document has no place for a signature.")
            }
            omitted = [slot]
        }
        digest = try Digest.sha256(document.canonical(without: omitted))
        reference = transform == .ublXPath ? .slot : .enveloped
        names = try XAdESText.Names(digest: digest, certificate: certificate, number: prepared.number)
        mediaType = "application/xml"
    }

    /// As the last child of the root.
    init(envelopedIn bytes: [UInt8], _ certificate: Certificate) throws(ToolkitError) {
        let document = try Self.unsigned(bytes)
        let root = document.root
        if let content = root.contentRange {
            before = bytes[..<content.upperBound]
            after = bytes[content.upperBound...]
        } else {
            // `<a/>` becomes `<a></a>`, which is the same in canonical form.
            let name = bytes[(root.range.lowerBound + 1)...].prefix { !" \t\r\n/>".utf8.contains($0) }
            before = (bytes[..<(root.range.upperBound - 2)] + [UInt8(ascii: ">")])[...]
            after = (Array("</".utf8) + name + [UInt8(ascii: ">")] + bytes[root.range.upperBound...])[...]
        }
        digest = try Digest.sha256(document.canonical())
        reference = .enveloped
        names = try XAdESText.Names(digest: digest, certificate: certificate, number: 0)
        mediaType = "application/xml"
    }

    /// Around the root of an XML document, or around the Base64 of any other file.
    init(enveloping bytes: [UInt8], _ certificate: Certificate) throws(ToolkitError) {
        let document = Self.isXML(bytes) ? try Self.unsigned(bytes) : nil
        let names = try XAdESText.Names(digest: Digest.sha256(bytes), certificate: certificate, number: 0)
        var text: [UInt8] = []
        text += "<ds:Object Id=\"\(names.object)\""
        if let document {
            text += ">"
            text += bytes[document.root.range]
        } else {
            text += " Encoding=\"\(SignatureNames.base64)\">"
            text += Base64.encode(bytes)
        }
        text += "</ds:Object>"
        if document != nil {
            let wrapped = Array("<ds:Signature xmlns:ds=\"\(SignatureNames.dsig)\">".utf8) + text
            let whole = try XMLDocument(parsing: wrapped + Array("</ds:Signature>".utf8))
            digest = try Digest.sha256(whole.canonical(of: whole.root.elements.first))
        } else {
            digest = try Digest.sha256(bytes)
        }
        self.names = names
        object = text
        reference = .object(names.object, isBase64: document == nil)
        mediaType = document == nil ? "application/octet-stream" : "application/xml"
        before = Self.declaration[...]
        after = [UInt8(ascii: "\n")]
    }

    /// In a file of its own.
    init(detachedFrom bytes: [UInt8], named name: String, _ certificate: Certificate) throws(ToolkitError) {
        guard !name.isEmpty, !name.contains("/") else {
            throw ToolkitError(
                .signatureOptions, "A detached signature needs the name of the file that it is about.",
                fix: "Sign a file instead of standard input.")
        }
        digest = try Digest.sha256(bytes)
        names = try XAdESText.Names(digest: digest, certificate: certificate, number: 0)
        reference = XAdESText.Reference(uri: Self.address(of: name))
        mediaType = Self.isXML(bytes) ? "application/xml" : "application/octet-stream"
        before = Self.declaration[...]
        after = [UInt8(ascii: "\n")]
    }

    private static let declaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)

    /// Parses a document that has no signature yet.
    private static func unsigned(_ bytes: [UInt8]) throws(ToolkitError) -> XMLDocument {
        let document = try XMLDocument(parsing: bytes)
        guard document.bytes == bytes else { throw UBLSignatureSlot.wrongEncoding }
        if let found = SignatureScan(document).signatures.first {
            throw ToolkitError(
                .signatureAlreadyThere, "The document is signed already.", fix: "Sign the original document.",
                place: found.place)
        }
        return document
    }

    private static func isXML(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return bytes[start...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
    }

    /// A file name as a relative address.
    ///
    /// Source: RFC 3986 §2.
    private static func address(of name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + Digest.hexadecimal([byte]).uppercased()
            }
        }
        return text
    }
}
