import PDFWriter
import TestSupport
import Testing

@Suite("XMP packets, ISO 16684-1 and ISO 19005-3, 6.6")
struct XMPPacketTests {
    /// Prints each property of a file's packet: the name, and the texts in it.
    static let reader = """
        import pikepdf, sys, lxml.etree as x
        pdf = pikepdf.open(sys.argv[1])
        packet = pdf.Root.Metadata.read_bytes()
        assert packet.startswith(b'<?xpacket begin="\\xef\\xbb\\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')
        assert packet.rstrip().endswith(b'<?xpacket end="r"?>')
        rdf = x.fromstring(packet)[0]
        for description in rdf:
            for property in description:
                name = x.QName(property)
                print(property.prefix + ':' + name.localname, *[repr(t) for t in property.itertext() if t.strip()])
        """

    static func properties(_ metadata: PDFMetadata) throws -> String {
        var writer = PDFWriter(compressor: PDFCompressor())
        let tree = try writer.write { $0.raw("<</Type/Pages/Count 0/Kids[]>>") }
        let root = try writer.write(PDFCatalogue(pages: tree, metadata: metadata))
        let file = try writer.finish(root: root, info: nil, identifier: [UInt8](0..<16))
        let verdict = try Tool.run("python3", ["-c", reader, "{}"], file: file)
        #expect(verdict.status == 0, "\(verdict.errors)")
        return verdict.output
    }

    @Test("describe pdfuaid where both standards are claimed", .needsPython("lxml", "pikepdf"))
    func bothClaims() throws {
        let metadata = PDFMetadata(
            title: "T", language: "sr-Latn", created: PDFWriterTests.date, archival: .a3a, accessibility: .ua1)
        let found = try Self.properties(metadata)
        #expect(found.contains("pdfaid:part '3'\npdfaid:conformance 'A'\npdfuaid:part '1'\n"))
        let schema = """
            pdfaExtension:schemas 'PDF/UA identification' 'http://www.aiim.org/pdfua/ns/id/' 'pdfuaid' 'part' \
            'Integer' 'internal' 'Part of ISO 14289'
            """
        #expect(found.contains(schema), "\(found)")
    }

    @Test("claim nothing of themselves", .needsPython("lxml", "pikepdf"))
    func noClaims() throws {
        let found = try Self.properties(PDFMetadata(title: "T", language: "mk", created: PDFWriterTests.date))
        #expect(!found.contains("pdfaid") && !found.contains("pdfuaid") && !found.contains("pdfaExtension"))
    }

    @Test("keep every character that XML can hold", .needsPython("lxml", "pikepdf"))
    func characters() throws {
        let found = try Self.properties(
            PDFMetadata(
                title: "<a b=\"&amp;\"> ]]> \r\n\t\u{1}\u{FFFF} 𝄞", keywords: ["", "к"], language: "",
                created: PDFWriterTests.date))
        #expect(found.contains(#"dc:title '<a b="&amp;"> ]]> \r\n\t�� 𝄞'"#), "\(found)")
        #expect(found.contains("dc:subject 'к'\n") && !found.contains("dc:language"))
    }
}
