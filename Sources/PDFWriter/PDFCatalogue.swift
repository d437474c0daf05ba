public import Diagnostics

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

/// The colour space that the document's colours are meant in, for archival files (ISO 19005-3, 6.2.3).
public struct PDFOutputIntent: Sendable {
    /// The name of the colour space, such as `sRGB IEC61966-2.1`.
    public let name: String
    /// An ICC profile of an RGB space.
    public let profile: [UInt8]

    /// Takes both.
    public init(name: String, profile: [UInt8]) {
        self.name = name
        self.profile = profile
    }
}

/// The parts that the document catalogue ties together.
public struct PDFCatalogue: Sendable {
    /// The root of the page tree.
    public let pages: PDFReference
    /// What the file says about itself.
    public let metadata: PDFMetadata
    /// The files inside of it.
    public var attachments: [PDFAttachment]
    /// The meaning of its colours.
    public var outputIntent: PDFOutputIntent?

    /// Puts the parts together.
    public init(
        pages: PDFReference, metadata: PDFMetadata, attachments: [PDFAttachment] = [],
        outputIntent: PDFOutputIntent? = nil
    ) {
        self.pages = pages
        self.metadata = metadata
        self.attachments = attachments
        self.outputIntent = outputIntent
    }
}

extension PDFWriter {
    /// Writes the catalogue with all that hangs on it but the pages.
    ///
    /// - Parameter catalogue: The parts.
    /// - Returns: The number that the trailer names.
    /// - Throws: `pdf.memory`.
    public mutating func write(_ catalogue: PDFCatalogue) throws(ToolkitError) -> PDFReference {
        let metadata = try writeMetadata(catalogue.metadata)
        // Readers compare the keys of a name tree as bytes.
        var files: [(name: [UInt8], file: PDFReference)] = []
        for attachment in catalogue.attachments {
            files.append((PDFSyntax.textString(attachment.name), try write(attachment)))
        }
        let profile: PDFReference? =
            if let intent = catalogue.outputIntent {
                try writeStream(nil, intent.profile, effort: .constant) { $0.raw("/N 3") }
            } else {
                nil
            }
        return try write { value in
            value.raw("<</Type/Catalog/Pages ")
            value.reference(catalogue.pages)
            value.raw("/Metadata ")
            value.reference(metadata)
            if !catalogue.metadata.language.isEmpty {
                value.raw("/Lang")
                value.text(catalogue.metadata.language)
            }
            value.raw("/ViewerPreferences<</DisplayDocTitle true>>")
            if let profile, let intent = catalogue.outputIntent {
                value.raw("/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier")
                value.text(intent.name)
                value.raw("/Info")
                value.text(intent.name)
                value.raw("/DestOutputProfile ")
                value.reference(profile)
                value.raw(">>]")
            }
            guard !files.isEmpty else { return value.raw(">>") }
            value.raw("/AF[")
            for file in files {
                value.reference(file.file)
                value.byte(0x20)
            }
            value.raw("]/Names<</EmbeddedFiles<</Names[")
            for file in files.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
                value.string(file.name)
                value.reference(file.file)
                value.byte(0x20)
            }
            value.raw("]>>>>>>")
        }
    }

    private mutating func write(_ attachment: PDFAttachment) throws(ToolkitError) -> PDFReference {
        let content = try writeStream(nil, attachment.bytes, effort: .small) { entries in
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
            value.text(attachment.name)
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
