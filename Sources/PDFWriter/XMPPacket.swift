/// The metadata of a file as an XMP packet (ISO 16684-1), read-only and without padding: a change appends a new one.
struct XMPPacket {
    private var syntax = PDFSyntax()

    /// The packet.
    var bytes: [UInt8] { syntax.bytes }

    /// Writes the packet.
    init(_ metadata: PDFMetadata) {
        syntax.bytes.reserveCapacity(3072)
        // The mark of byte order in the header says that UTF-8 follows.
        syntax.raw(
            """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
            xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
            xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">

            """)
        addDescription(metadata)
        if let level = metadata.archival {
            element("pdfaid:part", String(level.part))
            element("pdfaid:conformance", level.conformance)
        }
        if let part = metadata.accessibility { element("pdfuaid:part", String(part.rawValue)) }
        syntax.raw("</rdf:Description>\n")
        if metadata.archival != nil, metadata.accessibility != nil { addExtensionSchema() }
        syntax.raw("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>")
    }

    private mutating func addDescription(_ metadata: PDFMetadata) {
        array("dc:title", "Alt", [metadata.title], attribute: " xml:lang=\"x-default\"")
        array("dc:creator", "Seq", [metadata.author])
        array("dc:description", "Alt", [metadata.subject], attribute: " xml:lang=\"x-default\"")
        array("dc:subject", "Bag", metadata.keywords)
        array("dc:language", "Bag", [metadata.language])
        element("xmp:CreatorTool", metadata.creator)
        element("xmp:CreateDate", metadata.created.xmp)
        element("xmp:ModifyDate", metadata.created.xmp)
        element("pdf:Producer", metadata.producer)
        element("pdf:Keywords", metadata.keywords.joined(separator: ", "))
    }

    /// Describes `pdfuaid`, which PDF/A does not know of itself (ISO 19005-3, 6.6.2.3.3, tables 4 and 5).
    private mutating func addExtensionSchema() {
        syntax.raw(
            """
            <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
            xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
            xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
            <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
            <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
            <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
            <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
            <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
            <pdfaProperty:name>part</pdfaProperty:name>
            <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
            <pdfaProperty:category>internal</pdfaProperty:category>
            <pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
            </rdf:li></rdf:Seq></pdfaSchema:property>
            </rdf:li></rdf:Bag></pdfaExtension:schemas>
            </rdf:Description>

            """)
    }

    /// Adds a simple property; an empty one is left out.
    private mutating func element(_ name: StaticString, _ value: String) {
        guard !value.isEmpty else { return }
        tag("<", name)
        text(value)
        tag("</", name)
        syntax.byte(0x0A)
    }

    /// Adds an array property without its empty items; one without items is left out.
    private mutating func array(
        _ name: StaticString, _ kind: StaticString, _ values: [String], attribute: StaticString = ""
    ) {
        guard values.contains(where: { !$0.isEmpty }) else { return }
        tag("<", name)
        tag("<rdf:", kind)
        for value in values where !value.isEmpty {
            tag("<rdf:li", attribute)
            text(value)
            syntax.raw("</rdf:li>")
        }
        tag("</rdf:", kind)
        tag("</", name)
        syntax.byte(0x0A)
    }

    private mutating func tag(_ opening: StaticString, _ name: StaticString) {
        syntax.raw(opening)
        syntax.raw(name)
        syntax.byte(0x3E)
    }

    /// Escapes markup; characters that XML 1.0 cannot hold become U+FFFD.
    private mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": syntax.raw("&amp;")
            case "<": syntax.raw("&lt;")
            case ">": syntax.raw("&gt;")
            case "\t", "\n", " "..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"...:
                if let units = UTF8.encode(scalar) { syntax.bytes.append(contentsOf: units) }
            case "\r": syntax.raw("&#13;")  // a parser would make a line feed of it
            default: syntax.bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])
            }
        }
    }
}
