public import Diagnostics
public import PDFWriter
public import PageLayout
import Typography

/// Turns pages into a PDF, page by page.
///
/// The content of a page is compressed and out of hand when `append` returns; what is kept is its number. Fonts follow
/// at the end, cut down to what was used. The same pages give the same bytes.
public struct PDFExporter: PageSink {
    private struct PageRecord {
        let size: Size
        /// Streams that are drawn one after the other.
        var contents: [PDFReference]
    }

    private let workspace: PDFWorkspace
    private let document: Int
    private var writer: PDFWriter
    private var pages: [PageRecord] = []

    /// Starts a document.
    ///
    /// - Parameter workspace: The memory of the worker. Its previous document ends here, finished or not.
    public init(workspace: PDFWorkspace) {
        self.workspace = workspace
        document = workspace.begin()
        writer = PDFWriter(compressor: workspace.compressor, capacity: workspace.expectedSize)
    }

    /// Writes the next page; its content is compressed and let go at once.
    ///
    /// - Throws: `pdf.tooManyGlyphs`; `pdf.faceMixed` where a run holds glyphs of two faces; `pdf.memory`.
    public mutating func append(_ page: Page) throws(ToolkitError) {
        let stream = try write(page.elements, pageHeight: page.size.height)
        pages.append(PageRecord(size: page.size, contents: [stream]))
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
        let stream = try write(elements, pageHeight: pages[index].size.height)
        pages[index].contents.append(stream)
    }

    /// Ends the document.
    ///
    /// - Parameters:
    ///   - metadata: What the file says about itself.
    ///   - attachments: Files that travel inside, in the order in which readers list them.
    ///   - outputIntent: The meaning of the colours; an archival file needs one.
    ///   - identifier: 16 bytes that tell this file from others, such as a part of a digest of its input.
    /// - Returns: The whole file.
    /// - Throws: `pdf.noPages`; `font.subsetFailed`; `pdf.memory`.
    public consuming func finish(
        metadata: PDFMetadata, attachments: [PDFAttachment] = [], outputIntent: PDFOutputIntent? = nil,
        identifier: [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        precondition(document == workspace.document, "the workspace went to another document")
        guard !pages.isEmpty else { throw ToolkitError(.pdfNoPages, "The document has no pages.") }
        for use in workspace.used {
            if let reference = use.reference { try writer.write(reference, use.font()) }
        }
        let tree = try writePages()
        let root = try writer.write(
            PDFCatalogue(pages: tree, metadata: metadata, attachments: attachments, outputIntent: outputIntent))
        let information = try writer.writeInformation(metadata)
        let bytes = try writer.finish(root: root, info: information, identifier: identifier)
        workspace.expectedSize = max(bytes.count + bytes.count / 8, 16_384)
        return bytes
    }

    private mutating func write(_ elements: [PageElement], pageHeight: Length) throws(ToolkitError) -> PDFReference {
        precondition(document == workspace.document, "the workspace went to another document")
        var content = PageContent(workspace, pageHeight: pageHeight)
        try content.draw(elements) { writer.reserve() }
        return try writer.writeStream(nil, workspace.content.bytes)
    }

    /// Writes the page tree: one node for all pages, and one dictionary of resources that they share.
    private mutating func writePages() throws(ToolkitError) -> PDFReference {
        let tree = writer.reserve()
        let fonts = workspace.used.compactMap(\.reference)
        let resources = try writer.write { value in
            value.raw("<<")
            if !fonts.isEmpty { value.raw("/Font<<") }
            for (index, font) in fonts.enumerated() {
                value.raw("/F")
                value.integer(index + 1)
                value.byte(0x20)
                value.reference(font)
            }
            value.raw(fonts.isEmpty ? ">>" : ">>>>")
        }
        var kids: [PDFReference] = []
        for page in pages {
            kids.append(try writer.write { $0.page(page.size, contents: page.contents, tree, resources) })
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
    fileprivate mutating func page(
        _ size: Size, contents: [PDFReference], _ tree: PDFReference, _ resources: PDFReference
    ) {
        raw("<</Type/Page/Parent ")
        reference(tree)
        raw("/MediaBox[0 0 ")
        thousandths(size.width.millipoints)
        byte(0x20)
        thousandths(size.height.millipoints)
        raw("]/Resources ")
        reference(resources)
        raw("/Contents")
        if contents.count > 1 {
            byte(0x5B)
            references(contents)
            byte(0x5D)
        } else {
            byte(0x20)
            references(contents)
        }
        raw(">>")
    }

    fileprivate mutating func references(_ list: [PDFReference]) {
        for (index, item) in list.enumerated() {
            if index > 0 { byte(0x20) }
            reference(item)
        }
    }
}
