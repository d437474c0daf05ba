public import Diagnostics

/// The parts that the document catalogue ties together (ISO 32000-1, 7.7.2).
public struct PDFCatalogue: Sendable {
    /// The root of the page tree.
    public let pages: PDFReference
    /// The root of the structure tree; a file that has one declares all of its content as tagged.
    public let structure: PDFReference?
    /// What the file says about itself.
    public let metadata: PDFMetadata
    /// The files inside of it.
    public var attachments: [PDFAttachment]
    /// The meaning of its colours.
    public var outputIntent: PDFOutputIntent?
    /// The root of the outline; readers open it beside the pages.
    public var outline: PDFReference?

    /// Puts the parts together.
    public init(
        pages: PDFReference, structure: PDFReference? = nil, metadata: PDFMetadata, attachments: [PDFAttachment] = [],
        outputIntent: PDFOutputIntent? = nil, outline: PDFReference? = nil
    ) {
        self.pages = pages
        self.structure = structure
        self.metadata = metadata
        self.attachments = attachments
        self.outputIntent = outputIntent
        self.outline = outline
    }
}

extension PDFWriter {
    /// Writes the catalogue with all that hangs on it but the pages, the structure and the outline.
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
        var intent: PDFReference?
        if let colours = catalogue.outputIntent { intent = try write(colours) }
        return try write { value in
            func add(_ key: StaticString, _ reference: PDFReference?, _ end: StaticString = "") {
                guard let reference else { return }
                value.raw(key)
                value.reference(reference)
                value.raw(end)
            }
            value.raw("<</Type/Catalog")
            add("/Pages ", catalogue.pages)
            add("/Metadata ", metadata)
            if !catalogue.metadata.language.isEmpty {
                value.raw("/Lang")
                value.text(catalogue.metadata.language)
            }
            value.raw("/ViewerPreferences<</DisplayDocTitle true>>")
            add("/MarkInfo<</Marked true>>/StructTreeRoot ", catalogue.structure)
            add("/PageMode/UseOutlines/Outlines ", catalogue.outline)
            add("/OutputIntents[", intent, "]")
            value.attachments(files)
            value.raw(">>")
        }
    }
}

extension PDFSyntax {
    /// Adds the files as parts of the document (`/AF`) and in the list that readers show.
    fileprivate mutating func attachments(_ files: [(name: [UInt8], file: PDFReference)]) {
        guard !files.isEmpty else { return }
        raw("/AF[")
        for (index, file) in files.enumerated() {
            if index > 0 { byte(0x20) }
            reference(file.file)
        }
        raw("]/Names<</EmbeddedFiles<</Names[")
        for (index, file) in files.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }).enumerated() {
            if index > 0 { byte(0x20) }
            string(file.name)
            reference(file.file)
        }
        raw("]>>>>")
    }
}
