import Diagnostics
import PDFWriter
import PageLayout
import Typography

/// Writes elements as operators of one content stream (ISO 32000-1, 8 and 9), and only the changes of state.
struct PageContent {
    private let workspace: PDFWorkspace
    private let height: Length
    private var color: Color?
    private var font: (index: Int, size: Length)?
    /// Whether rectangles were added to a path that is not filled yet.
    private var hasOpenPath = false

    /// Starts a stream of its own: it assumes nothing about the state, so that it may follow any other.
    init(_ workspace: PDFWorkspace, pageHeight: Length) {
        self.workspace = workspace
        height = pageHeight
        workspace.content.bytes.removeAll(keepingCapacity: true)
    }

    /// Writes elements in their order.
    ///
    /// - Parameters:
    ///   - elements: What to draw.
    ///   - reserve: Gives out the number of a font that the document meets for the first time.
    /// - Throws: `pdf.tooManyGlyphs`.
    mutating func draw(_ elements: [PageElement], reserve: () -> PDFReference) throws(ToolkitError) {
        for element in elements {
            switch element {
            case .box(let box): draw(box)
            case .text(let run):
                fillPath()
                try draw(run, reserve: reserve)
            }
        }
        fillPath()
    }

    private mutating func draw(_ box: Box) {
        if box.color != color { fillPath() }
        set(box.color)
        workspace.content.thousandths(box.origin.x.millipoints)
        workspace.content.byte(0x20)
        workspace.content.thousandths((height - box.origin.y - box.size.height).millipoints)
        workspace.content.byte(0x20)
        workspace.content.thousandths(box.size.width.millipoints)
        workspace.content.byte(0x20)
        workspace.content.thousandths(box.size.height.millipoints)
        workspace.content.raw(" re\n")
        hasOpenPath = true
    }

    private mutating func fillPath() {
        if hasOpenPath { workspace.content.raw("f\n") }
        hasOpenPath = false
    }

    private mutating func set(_ color: Color) {
        guard color != self.color else { return }
        self.color = color
        let isGray = color.red == color.green && color.green == color.blue
        for part in isGray ? [color.red] : [color.red, color.green, color.blue] {
            workspace.content.thousandths((Int(part) * 1000 + 127) / 255)
            workspace.content.byte(0x20)
        }
        workspace.content.raw(isGray ? "g\n" : "rg\n")
    }

    private mutating func draw(_ run: TextRun, reserve: () -> PDFReference) throws(ToolkitError) {
        guard run.size > .zero, run.pieces.contains(where: { !$0.shaped.glyphs.isEmpty }) else { return }
        guard run.pieces.allSatisfy({ $0.shaped.face === run.face }) else {
            throw ToolkitError(.pdfFaceMixed, "A run of text holds glyphs of another face than its own.")
        }
        let (use, index) = workspace.use(of: run.face, reserve: reserve)
        set(run.color)
        workspace.content.raw("BT\n")
        if font?.index != index || font?.size != run.size {
            font = (index, run.size)
            workspace.content.raw("/F")
            workspace.content.integer(index + 1)
            workspace.content.byte(0x20)
            workspace.content.thousandths(run.size.millipoints)
            workspace.content.raw(" Tf\n")
        }
        workspace.content.thousandths(run.origin.x.millipoints)
        workspace.content.byte(0x20)
        workspace.content.thousandths((height - run.origin.y).millipoints)
        workspace.content.raw(" Td\n")
        // The line owns both while it works: in a class each access would be checked again.
        var line = TextLine(run.face, size: run.size)
        swap(&line.content, &workspace.content)
        swap(&line.table, &use.table)
        defer {
            swap(&line.content, &workspace.content)
            swap(&line.table, &use.table)
        }
        for piece in run.pieces { try line.show(piece) }
        line.end()
    }
}
