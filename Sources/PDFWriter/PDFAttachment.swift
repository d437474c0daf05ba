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
    public let bytes: [UInt8]
    /// When it was last changed.
    public let modified: PDFDate
    /// The MD5 digest of the content, 16 bytes; nil leaves it out.
    public let checkSum: [UInt8]?

    /// Puts an attachment together.
    public init(
        name: String, mimeType: String, description: String, relationship: Relationship, bytes: [UInt8],
        modified: PDFDate, checkSum: [UInt8]? = nil
    ) {
        self.name = name
        self.mimeType = mimeType
        self.description = description
        self.relationship = relationship
        self.bytes = bytes
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
        // For a short file the time counts, for a long one the size.
        let effort: PDFCompressor.Effort = attachment.bytes.count < 65_536 ? .fast : .small
        let content = try writeStream(nil, attachment.bytes, effort: effort) { entries in
            entries.raw("/Type/EmbeddedFile/Subtype")
            entries.name(attachment.mimeType)
            entries.raw("/Params<</Size ")
            entries.integer(attachment.bytes.count)
            entries.raw("/ModDate")
            entries.text(attachment.modified.pdf)
            if let checkSum = attachment.checkSum {
                entries.raw("/CheckSum")
                entries.hexString(checkSum)
            }
            entries.raw(">>")
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
