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

    /// Puts the facts together; empty ones are left out of the file.
    public init(
        title: String, author: String = "", subject: String = "", keywords: [String] = [], language: String,
        creator: String = "", producer: String = "Pechat", created: PDFDate, archival: ArchivalLevel? = nil
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
    }

    /// The XMP packet (ISO 16684-1), read-only and without padding: a change appends a new one.
    var xmp: String {
        var parts: [String] = []
        func add(_ name: String, _ value: String) {
            if !value.isEmpty { parts.append("<\(name)>\(Self.escaped(value))</\(name)>") }
        }
        func add(_ name: String, _ kind: String, _ values: [String], attribute: String = "") {
            guard !values.isEmpty else { return }
            let items = values.map { "<rdf:li\(attribute)>\(Self.escaped($0))</rdf:li>" }.joined()
            parts.append("<\(name)><rdf:\(kind)>\(items)</rdf:\(kind)></\(name)>")
        }
        add("dc:format", "application/pdf")
        add("dc:title", "Alt", title.isEmpty ? [] : [title], attribute: " xml:lang=\"x-default\"")
        add("dc:creator", "Seq", author.isEmpty ? [] : [author])
        add("dc:description", "Alt", subject.isEmpty ? [] : [subject], attribute: " xml:lang=\"x-default\"")
        add("dc:subject", "Bag", keywords)
        add("dc:language", "Bag", language.isEmpty ? [] : [language])
        add("xmp:CreatorTool", creator)
        add("xmp:CreateDate", created.xmp)
        add("xmp:ModifyDate", created.xmp)
        add("xmp:MetadataDate", created.xmp)
        add("pdf:Producer", producer)
        add("pdf:Keywords", keywords.joined(separator: ", "))
        if let archival {
            add("pdfaid:part", String(archival.part))
            add("pdfaid:conformance", archival.conformance)
        }
        return """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
            xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
            xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
            \(parts.joined(separator: "\n"))
            </rdf:Description>
            </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="r"?>
            """
    }

    /// Escapes markup; characters that XML 1.0 cannot hold become U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\t", "\n", "\r", " "..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"...: result.append(scalar)
            default: result.append("\u{FFFD}")
            }
        }
        return String(result)
    }
}

extension PDFWriter {
    /// Writes the XMP stream; it is stored as it is, so that tools find it without reading PDF.
    mutating func writeMetadata(_ metadata: PDFMetadata) throws(ToolkitError) -> PDFReference {
        try writeStream(nil, Array(metadata.xmp.utf8), effort: nil) { $0.raw("/Type/Metadata/Subtype/XML") }
    }

    /// Writes the information dictionary.
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
