public import Diagnostics

/// What a file says about itself, in the information dictionary and, alike, in XMP.
public struct PDFMetadata: Sendable {
    /// The PDF/A part and level that the file claims; the caller answers for the claim.
    public struct ArchivalLevel: Sendable, Hashable {
        /// 3 for PDF/A-3.
        public let part: Int
        /// `A`, `U` or `B`.
        public let conformance: String

        /// Takes both.
        public init(part: Int, conformance: String) {
            self.part = part
            self.conformance = conformance
        }

        /// PDF/A-3a: files inside, all text as Unicode, all content tagged (ISO 19005-3).
        public static let a3a = ArchivalLevel(part: 3, conformance: "A")
    }

    /// The PDF/UA part that the file claims; the caller answers for the claim.
    public enum AccessibilityPart: Int, Sendable, Hashable {
        /// PDF/UA-1 (ISO 14289-1).
        case ua1 = 1
    }

    /// The title, shown by readers in place of the file's name.
    public var title: String
    /// Who issued the document.
    public var author: String
    /// What it is about.
    public var subject: String
    /// Words to find it by.
    public var keywords: [String]
    /// The natural language of the document as a BCP 47 tag.
    public var language: String
    /// The program that asked for the document.
    public var creator: String
    /// The program that wrote the file.
    public var producer: String
    /// When the document was made.
    public var created: PDFDate
    /// The claim to be an archival file; nil claims nothing.
    public var archival: ArchivalLevel?
    /// The claim to be accessible to everybody; nil claims nothing.
    public var accessibility: AccessibilityPart?

    /// Puts the facts together; empty ones are left out of the file.
    public init(
        title: String, author: String = "", subject: String = "", keywords: [String] = [], language: String,
        creator: String = "", producer: String = "Pechat", created: PDFDate, archival: ArchivalLevel? = nil,
        accessibility: AccessibilityPart? = nil
    ) {
        self.title = title
        self.author = author
        self.subject = subject
        self.keywords = keywords
        self.language = language
        self.creator = creator
        self.producer = producer
        self.created = created
        self.archival = archival
        self.accessibility = accessibility
    }
}

extension PDFWriter {
    /// Writes the XMP stream.
    ///
    /// It is stored as it is: a filter is allowed since PDF/A-2 (ISO 19005-3, 6.6.2), but tools that know nothing of
    /// PDF find and read a plain packet (ISO 32000-1, 14.3.2).
    mutating func writeMetadata(_ metadata: PDFMetadata) throws(ToolkitError) -> PDFReference {
        try writeStream(nil, XMPPacket(metadata).bytes, effort: nil) { $0.raw("/Type/Metadata/Subtype/XML") }
    }

    /// Writes the information dictionary; each entry has its equal in XMP (ISO 19005-3, 6.6.3).
    ///
    /// - Parameter metadata: What it says.
    /// - Returns: The number that the trailer names.
    /// - Throws: `pdf.memory`.
    public mutating func writeInformation(_ metadata: PDFMetadata) throws(ToolkitError) -> PDFReference {
        try write { value in
            value.raw("<<")
            func add(_ key: StaticString, _ text: String) {
                guard !text.isEmpty else { return }
                value.raw(key)
                value.text(text)
            }
            add("/Title", metadata.title)
            add("/Author", metadata.author)
            add("/Subject", metadata.subject)
            add("/Keywords", metadata.keywords.joined(separator: ", "))
            add("/Creator", metadata.creator)
            add("/Producer", metadata.producer)
            add("/CreationDate", metadata.created.pdf)
            add("/ModDate", metadata.created.pdf)
            value.raw(">>")
        }
    }
}
