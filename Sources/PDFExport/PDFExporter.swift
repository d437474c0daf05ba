public import Diagnostics
public import PDFWriter
public import PageLayout
import Raster
import Typography

/// Turns pages into a PDF, page by page.
///
/// The content of a page is compressed and out of hand when `append` returns; what is kept is its number. Fonts follow
/// at the end, cut down to what was used. The same pages give the same bytes.
public struct PDFExporter: PageSink {
    fileprivate struct PageRecord {
        let reference: PDFReference
        let size: Size
        /// Streams that are drawn one after the other.
        var contents: [PDFReference]
        /// The key in the parent tree, where anything on the page belongs to a structure node.
        let key: Int?
        /// Whether a picture on it is not opaque.
        var isTransparent: Bool
    }

    private let workspace: PDFWorkspace
    private let document: Int
    private var writer: PDFWriter
    private var pages: [PageRecord] = []
    private var tree = StructureTree()
    private var frame = RepeatedFrame()
    private var headings = Headings()

    /// Starts a document.
    ///
    /// - Parameters:
    ///   - workspace: The memory of the worker. Its previous document ends here, finished or not.
    ///   - sink: Takes the file as it grows; nil keeps it until `finish`.
    public init(workspace: PDFWorkspace, sink: PDFSink? = nil) {
        self.workspace = workspace
        document = workspace.begin()
        writer = PDFWriter(compressor: workspace.compressor, capacity: workspace.expectedSize, sink: sink)
    }

    /// Writes the next page; its content is compressed and let go at once.
    ///
    /// - Throws: `pdf.tooManyGlyphs`; `pdf.faceMixed` where a run holds glyphs of two faces; `pdf.memory`.
    public mutating func append(_ page: Page) throws(ToolkitError) {
        tree.add(page.nodes, &writer)
        let reference = writer.reserve()
        headings.add(page, reference: reference)
        var contents: [PDFReference] = []
        var own = page.elements
        switch frame.part(of: page.elements) {
        case .nothing: break
        case .known(let stream, let rest):
            contents.append(stream)
            own = rest
        case .new(let shared, let rest):
            let stream = try write(shared, hasMark: false, on: reference, pageHeight: page.size.height).stream
            frame.share(shared, as: stream)
            contents.append(stream)
            own = rest
        }
        let (stream, isTransparent) = try write(
            own, hasMark: page.hasMark, on: reference, pageHeight: page.size.height)
        contents.append(stream)
        let hasOwners = try tree.endPage(
            pages.count, completeBelow: page.completeBelow, openNode: page.openNode, &writer)
        pages.append(
            PageRecord(
                reference: reference, size: page.size, contents: contents, key: hasOwners ? pages.count : nil,
                isTransparent: isTransparent))
    }

    /// Draws on top of a page that was written before, in a further content stream of that page.
    ///
    /// - Parameters:
    ///   - elements: What to draw; nothing for none.
    ///   - index: Which page, from 0.
    /// - Throws: `pdf.pageUnknown`; otherwise as `append`.
    public mutating func overlay(_ elements: [PageElement], onPage index: Int) throws(ToolkitError) {
        guard pages.indices.contains(index) else {
            throw ToolkitError(.pdfPageUnknown, "Something was to be drawn on a page that does not exist.")
        }
        guard !elements.isEmpty else { return }
        let (stream, isTransparent) = try write(
            elements, hasMark: elements.contains(where: \.isRising), on: pages[index].reference,
            pageHeight: pages[index].size.height)
        pages[index].contents.append(stream)
        if isTransparent { pages[index].isTransparent = true }
    }

    /// Draws beneath everything that a page has: ornaments of paths, which say nothing.
    ///
    /// - Parameters:
    ///   - operators: Operators that leave the graphics state as they found it; they may use no resources.
    ///   - index: Which page, from 0.
    /// - Throws: `pdf.pageUnknown`; `pdf.memory`.
    public mutating func underlay(_ operators: PDFSyntax, onPage index: Int) throws(ToolkitError) {
        guard pages.indices.contains(index) else {
            throw ToolkitError(.pdfPageUnknown, "Something was to be drawn on a page that does not exist.")
        }
        pages[index].contents.insert(try writer.writeStream(nil, operators.bytes), at: 0)
    }

    /// Ends the document.
    ///
    /// - Parameters:
    ///   - metadata: What the file says about itself.
    ///   - attachments: Files that travel inside, in the order in which readers list them.
    ///   - outputIntent: The meaning of the colours; an archival file needs one.
    ///   - identifier: 16 bytes that tell this file from others, such as a part of a digest of its input.
    /// - Returns: The whole file; nothing where the sink has it.
    /// - Throws: `pdf.noPages`; `font.subsetFailed`; `pdf.memory`; what the sink throws.
    public consuming func finish(
        metadata: PDFMetadata, attachments: [PDFAttachment] = [], outputIntent: PDFOutputIntent? = nil,
        identifier: [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        precondition(document == workspace.document, "the workspace went to another document")
        guard !pages.isEmpty else { throw ToolkitError(.pdfNoPages, "The document has no pages.") }
        for use in workspace.used {
            try writer.write(narrow: use.narrow, wide: use.wide, use.font(workspace.compressor))
        }
        for used in workspace.images { try writer.write(used.reference, used.image, workspace.compressor) }
        let pageTree = try writePages()
        // Taken, not copied: its lists are as long as the document.
        var tree = StructureTree()
        swap(&tree, &self.tree)
        let structure = try tree.finish(&writer)
        var outline: PDFReference?
        if let bookmarks = headings.outline(pages: pages.count) { outline = try writer.write(bookmarks) }
        let root = try writer.write(
            PDFCatalogue(
                pages: pageTree, structure: structure, metadata: metadata, attachments: attachments,
                outputIntent: outputIntent, outline: outline))
        let information = try writer.writeInformation(metadata)
        let size = writer.count
        let bytes = try writer.finish(root: root, info: information, identifier: identifier)
        workspace.expectedSize = max(size + size / 4, 16_384)
        return bytes
    }

    private mutating func write(
        _ elements: [PageElement], hasMark: Bool, on page: PDFReference, pageHeight: Length
    ) throws(ToolkitError) -> (stream: PDFReference, isTransparent: Bool) {
        precondition(document == workspace.document, "the workspace went to another document")
        var content = PageContent(workspace, page: page, pageHeight: pageHeight)
        defer { content.close() }
        try content.draw(elements, hasMark: hasMark, &tree, &writer)
        return (try writer.writeStream(nil, content.content.bytes), content.isTransparent)
    }

    /// Writes the page tree: one node for all pages, and one dictionary of resources that they share.
    private mutating func writePages() throws(ToolkitError) -> PDFReference {
        let tree = writer.reserve()
        let used = workspace.used
        let resources = try writer.write { value in
            value.raw("<<")
            if !used.isEmpty { value.raw("/Font<<") }
            for (index, use) in used.enumerated() {
                value.font(FontName(face: index, isWide: false), use.narrow)
                value.font(FontName(face: index, isWide: true), use.wide)
            }
            if !used.isEmpty { value.raw(">>") }
            value.images(workspace.images.map(\.reference))
            value.raw(">>")
        }
        var kids: [PDFReference] = []
        for page in pages {
            try writer.write(page.reference) { $0.page(page, tree, resources) }
            kids.append(page.reference)
        }
        try writer.write(tree) { value in
            value.raw("<</Type/Pages/Count ")
            value.integer(kids.count)
            value.raw("/Kids[")
            value.references(kids)
            value.raw("]>>")
        }
        return tree
    }
}

@available(*, unavailable)
extension PDFExporter: Sendable {}  // it works in the memory of one worker

extension PDFSyntax {
    /// Adds a font to the resources.
    fileprivate mutating func font(_ name: FontName, _ reference: PDFReference?) {
        guard let reference else { return }
        self.name(name)
        byte(0x20)
        self.reference(reference)
    }

    fileprivate mutating func images(_ images: [PDFReference]) {
        guard !images.isEmpty else { return }
        raw("/XObject<<")
        for (index, image) in images.enumerated() {
            raw("/I")
            integer(index + 1)
            byte(0x20)
            reference(image)
        }
        raw(">>")
    }

    fileprivate mutating func page(
        _ page: PDFExporter.PageRecord, _ tree: PDFReference, _ resources: PDFReference
    ) {
        raw("<</Type/Page/Parent ")
        reference(tree)
        raw("/MediaBox[0 0 ")
        thousandths(page.size.width.millipoints)
        byte(0x20)
        thousandths(page.size.height.millipoints)
        raw("]/Resources ")
        reference(resources)
        if let key = page.key {
            raw("/Tabs/S/StructParents ")
            integer(key)
        }
        // ISO 19005-3, 6.2.10: the colour space in which transparent colours mix.
        if page.isTransparent { raw("/Group<</S/Transparency/CS/DeviceRGB>>") }
        raw("/Contents")
        if page.contents.count > 1 {
            byte(0x5B)
            references(page.contents)
            byte(0x5D)
        } else {
            byte(0x20)
            references(page.contents)
        }
        raw(">>")
    }
}
