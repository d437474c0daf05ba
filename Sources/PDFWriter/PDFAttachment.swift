import Diagnostics

/// A file that travels inside of the document (ISO 32000-1, 7.11.4; ISO 19005-3, 6.8).
public struct PDFAttachment: Sendable {
    /// How the file relates to the document (`/AFRelationship`).
    public enum Relationship: String, Sendable, Hashable {
        /// The same content in another form: an e-invoice beside its picture.
        case alternative = "Alternative"
        /// What the document was made from.
        case source = "Source"
        /// Data behind a table or a diagram.
        case data = "Data"
        /// Something that adds to it.
        case supplement = "Supplement"
        /// None of these is known to hold.
        case unspecified = "Unspecified"
    }

    /// The file's name.
    public let name: String
    /// The media type, such as `text/xml`.
    public let mimeType: String
    /// What a person reads in the list of attachments.
    public let description: String
    /// How it relates to the document.
    public let relationship: Relationship
    /// The content, embedded unchanged.
    public let content: Content
    /// When it was last changed.
    public let modified: PDFDate
    /// The MD5 digest of the content, 16 bytes; nil leaves it out.
    public let checkSum: [UInt8]?

    /// What is in a file.
    public enum Content: Sendable {
        /// Bytes, which are compressed when they are embedded.
        case bytes([UInt8])
        /// A file that is compressed already.
        case packed(PackedFile)

        /// How long the file is.
        public var size: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .packed(let file): file.size
            }
        }
    }

    /// Puts an attachment together from bytes.
    public init(
        name: String, mimeType: String, description: String, relationship: Relationship, bytes: [UInt8],
        modified: PDFDate, checkSum: [UInt8]? = nil
    ) {
        self.init(
            name: name, mimeType: mimeType, description: description, relationship: relationship,
            content: .bytes(bytes), modified: modified, checkSum: checkSum)
    }

    /// Puts an attachment together.
    public init(
        name: String, mimeType: String, description: String, relationship: Relationship, content: Content,
        modified: PDFDate, checkSum: [UInt8]? = nil
    ) {
        self.name = name
        self.mimeType = mimeType
        self.description = description
        self.relationship = relationship
        self.content = content
        self.modified = modified
        self.checkSum = checkSum
    }
}

extension PDFAttachment {
    /// The name for readers before PDF 1.7 (`/F`): bytes without a stated encoding, hence nothing but ASCII.
    fileprivate var plainName: [UInt8] {
        name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 ? UInt8($0.value) : UInt8(ascii: "_") }
    }
}

extension PDFWriter {
    /// Writes the stream of a file and the specification that names it.
    mutating func write(_ attachment: PDFAttachment) throws(ToolkitError) -> PDFReference {
        func entries(_ value: inout PDFSyntax) {
            value.raw("/Type/EmbeddedFile/Subtype")
            value.name(attachment.mimeType)
            value.raw("/Params<</Size ")
            value.integer(attachment.content.size)
            value.raw("/ModDate")
            value.text(attachment.modified.pdf)
            if let checkSum = attachment.checkSum {
                value.raw("/CheckSum")
                value.hexString(checkSum)
            }
            value.raw(">>")
        }
        let content: PDFReference
        switch attachment.content {
        case .bytes(let bytes):
            // For a short file the time counts, for a long one the size.
            let effort: PDFCompressor.Effort = bytes.count < 65_536 ? .fast : .small
            content = try writeStream(nil, bytes, effort: effort, entries: entries)
        case .packed(let file): content = try writeStream(nil, file, entries: entries)
        }
        return try write { value in
            value.raw("<</Type/Filespec/F")
            value.string(attachment.plainName)
            value.raw("/UF")
            value.text(attachment.name)
            if !attachment.description.isEmpty {
                value.raw("/Desc")
                value.text(attachment.description)
            }
            value.raw("/AFRelationship")
            value.name(attachment.relationship.rawValue)
            value.raw("/EF<</F ")
            value.reference(content)
            value.raw("/UF ")
            value.reference(content)
            value.raw(">>>>")
        }
    }
}
