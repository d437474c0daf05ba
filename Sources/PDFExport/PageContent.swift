import Diagnostics
import PDFWriter
import PageLayout
import Typography

/// Writes elements as operators of one content stream (ISO 32000-1, 8 and 9), and only the changes of state.
struct PageContent {
    private let workspace: PDFWorkspace
    /// The operators so far.
    private(set) var content = PDFSyntax()
    private let height: Length
    private var color: Color?
    private var font: (name: FontName, size: Length)?
    /// The face that was drawn with last.
    private var lastUse: (use: FaceUse, index: Int)?
    /// The one-byte codes that were shown in it and that it has not been told of yet.
    private var codes = CodeUse()
    /// Whether rectangles were added to a path that is not filled yet.
    private var hasOpenPath = false
    /// Whether anything drawn lets through what is below it.
    private(set) var isTransparent = false
    /// Where the current line of the open text object begins; nil outside of text objects.
    private var line: Point?
    /// The node of the open marked-content sequence; nil where none is open.
    private var sequence: StructureID?
    /// The page that the content is for.
    private let page: PDFReference

    /// Starts a stream of its own: it assumes nothing about the state, so that it may follow any other.
    init(_ workspace: PDFWorkspace, page: PDFReference, pageHeight: Length) {
        self.workspace = workspace
        self.page = page
        height = pageHeight
        swap(&content, &workspace.content)
        content.bytes.removeAll(keepingCapacity: true)
    }

    /// Writes elements in their order.
    ///
    /// - Parameters:
    ///   - elements: What to draw.
    ///   - hasMark: Whether a rising text may be among them.
    ///   - tree: Takes the marked content; untagged documents have none.
    ///   - writer: Gives out the number of a font that the document meets for the first time.
    /// - Throws: `pdf.tooManyGlyphs`.
    mutating func draw(
        _ elements: [PageElement], hasMark: Bool, _ tree: inout StructureTree, _ writer: inout PDFWriter
    ) throws(ToolkitError) {
        // Boxes and the marks among them lie beneath everything, so they come first and the text stays in one piece.
        for index in elements.indices where elements[index].isGround(hasMark) {
            switch elements[index] {
            case .box(let box):
                enter(.artifact, &tree)
                draw(box)
            case .text(let run): try drawAlone(run, &tree, &writer)
            default: continue
            }
        }
        endSequence()
        for index in elements.indices where !elements[index].isGround(hasMark) {
            switch elements[index] {
            case .box: continue
            case .modules(let grid):
                endText()
                enter(grid.owner, &tree)
                let side = Length(millipoints: grid.module.millipoints * grid.side)
                tree.bound(grid.owner, bounds(grid.origin, Size(width: side, height: side)))
                draw(grid)
            case .image(let placed):
                guard placed.size.width > .zero, placed.size.height > .zero else { continue }
                endText()
                enter(placed.owner, &tree)
                tree.bound(placed.owner, bounds(placed.origin, placed.size))
                try draw(placed, &writer)
            case .text(let run):
                guard run.isVisible else { continue }
                openText()
                enter(run.owner, &tree)
                try draw(run, &writer)
            }
        }
        endText()
    }

    /// Gives the memory of the operators back to the workspace.
    mutating func close() {
        noteCodes()
        swap(&content, &workspace.content)
    }

    /// Draws a run in a text object of its own, whose matrix is another one than that of the level text.
    private mutating func drawAlone(
        _ run: TextRun, _ tree: inout StructureTree, _ writer: inout PDFWriter
    ) throws(ToolkitError) {
        guard run.isVisible else { return }
        endText()
        openText()
        enter(run.owner, &tree)
        try draw(run, &writer)
        endText()
    }

    /// Left, bottom, right and top of a rectangle in the space of the page.
    private func bounds(_ origin: Point, _ size: Size) -> [Length] {
        [origin.x, height - origin.y - size.height, origin.x + size.width, height - origin.y]
    }

    /// Opens the marked-content sequence of a node, or of decoration (ISO 32000-1, 14.6 and 14.8.2.2).
    private mutating func enter(_ owner: StructureID, _ tree: inout StructureTree) {
        guard tree.isTagged, sequence != owner else { return }
        endSequence()
        sequence = owner
        guard let mark = tree.mark(owner, page: page) else { return content.raw("/Artifact BMC\n") }
        content.append(atMost: 64) { output in
            output.append(0x2F)
            output.raw(mark.kind.standardType)
            output.raw("<</MCID ")
            output.integer(mark.identifier)
            output.raw(">>BDC\n")
        }
    }

    private mutating func endSequence() {
        fillPath()
        if sequence != nil { content.raw("EMC\n") }
        sequence = nil
    }

    /// Opens a text object; the marked content of texts lies inside of it, so that all texts of a page share one.
    private mutating func openText() {
        guard line == nil else { return }
        endSequence()
        content.raw("BT\n")
        line = Point(x: .zero, y: .zero)
    }

    private mutating func endText() {
        endSequence()
        if line != nil { content.raw("ET\n") }
        line = nil
    }

    private mutating func draw(_ box: Box) {
        if box.color != color { fillPath() }
        set(box.color)
        content.thousandths(box.origin.x.millipoints)
        content.byte(0x20)
        content.thousandths((height - box.origin.y - box.size.height).millipoints)
        content.byte(0x20)
        content.thousandths(box.size.width.millipoints)
        content.byte(0x20)
        content.thousandths(box.size.height.millipoints)
        content.raw(" re\n")
        hasOpenPath = true
    }

    /// Draws neighbouring dark modules of a row as one rectangle, all of them as one path, so that no seam shows.
    ///
    /// The unit is a module and rows count downwards, so that all numbers are short.
    private mutating func draw(_ grid: ModuleGrid) {
        fillPath()
        set(grid.color)
        content.raw("q ")
        content.thousandths(grid.module.millipoints)
        content.raw(" 0 0 -")
        content.thousandths(grid.module.millipoints)
        content.byte(0x20)
        content.thousandths(grid.origin.x.millipoints)
        content.byte(0x20)
        content.thousandths((height - grid.origin.y).millipoints)
        content.raw(" cm\n")
        for row in 0..<grid.side {
            var column = 0
            while column < grid.side {
                guard grid.modules[row * grid.side + column] else {
                    column += 1
                    continue
                }
                var end = column + 1
                while end < grid.side, grid.modules[row * grid.side + end] { end += 1 }
                content.integer(column)
                content.byte(0x20)
                content.integer(row)
                content.byte(0x20)
                content.integer(end - column)
                content.raw(" 1 re\n")
                column = end
            }
        }
        content.raw("f Q\n")
    }

    /// Paints a picture: its unit square is stretched over the rectangle (8.9.5).
    private mutating func draw(_ placed: PlacedImage, _ writer: inout PDFWriter) throws(ToolkitError) {
        let index = workspace.index(of: placed.image) { writer.reserve() }
        if try placed.image.isTransparent(workspace.compressor) { isTransparent = true }
        content.raw("q ")
        content.thousandths(placed.size.width.millipoints)
        content.raw(" 0 0 ")
        content.thousandths(placed.size.height.millipoints)
        content.byte(0x20)
        content.thousandths(placed.origin.x.millipoints)
        content.byte(0x20)
        content.thousandths((height - placed.origin.y - placed.size.height).millipoints)
        content.raw(" cm/I")
        content.integer(index + 1)
        content.raw(" Do Q\n")
    }

    private mutating func fillPath() {
        if hasOpenPath { content.raw("f\n") }
        hasOpenPath = false
    }

    private mutating func set(_ color: Color) {
        guard color != self.color else { return }
        self.color = color
        let isGray = color.red == color.green && color.green == color.blue
        content.append(atMost: 75) { output in
            func add(_ part: UInt8) {
                output.thousandths((Int(part) * 1000 + 127) / 255)
                output.append(0x20)
            }
            add(color.red)
            if !isGray {
                add(color.green)
                add(color.blue)
            }
            output.raw(isGray ? "g\n" : "rg\n")
        }
    }

    private mutating func draw(_ run: TextRun, _ writer: inout PDFWriter) throws(ToolkitError) {
        switch run.pieces {
        case .one(let piece):
            guard piece.x == .zero, !piece.shaped.codes.isEmpty else {
                return try draw([piece], piece.shaped.face, of: run, &writer)
            }
            let (use, index) = use(of: piece.shaped.face)
            if use.narrow == nil { use.narrow = writer.reserve() }
            set(run.color)
            place(run.origin, isRising: run.slope == .rising)
            show(piece.shaped, FontName(face: index, isWide: false), run.size)
        case .many(let pieces, let face): try draw(pieces, face, of: run, &writer)
        }
    }

    /// Draws a run of several pieces, or of a piece that needs more than its codes.
    private mutating func draw(
        _ pieces: [TextRun.Piece], _ face: FontFace, of run: TextRun, _ writer: inout PDFWriter
    ) throws(ToolkitError) {
        let (use, index) = use(of: face)
        for piece in pieces {
            guard piece.shaped.face === face else {
                throw ToolkitError(.pdfFaceMixed, "A run of text holds glyphs of another face than its own.")
            }
            if piece.shaped.codes.isEmpty {
                if use.wide == nil { use.wide = writer.reserve() }
            } else if use.narrow == nil {
                use.narrow = writer.reserve()
            }
        }
        set(run.color)
        place(run.origin, isRising: run.slope == .rising)
        // The line owns these while it works: in a class each access would be checked again.
        var line = TextLine(face, index: index, size: run.size)
        line.font = font
        swap(&line.content, &content)
        swap(&line.codes, &codes)
        swap(&line.table, &use.table)
        let result = Result { () throws(ToolkitError) in
            for piece in pieces { try line.show(piece) }
            line.end()
        }
        font = line.font
        swap(&line.content, &content)
        swap(&line.codes, &codes)
        swap(&line.table, &use.table)
        try result.get()
    }

    /// The use of a face, which mostly is that of the text before.
    private mutating func use(of face: FontFace) -> (use: FaceUse, index: Int) {
        if let lastUse, lastUse.use.face === face { return lastUse }
        noteCodes()
        let found = workspace.use(of: face)
        lastUse = found
        return found
    }

    /// Tells the face which codes were shown.
    private mutating func noteCodes() {
        lastUse?.use.codes.add(codes)
        codes = CodeUse()
    }

    /// Shows a run that is one text of one-byte codes, as most are.
    ///
    /// A number stands where the reader's pen, which moves by the plain widths, and the kerned one part by half a
    /// thousandth of the type size or more.
    private mutating func show(_ shaped: ShapedText, _ name: FontName, _ size: Length) {
        if font?.name != name || font?.size != size {
            font = (name, size)
            content.select(name, size)
        }
        codes.add(shaped.codes)
        let unitsPerEm = shaped.kerns.isEmpty ? 0 : shaped.face.metrics.unitsPerEm
        content.append(atMost: shaped.codes.count + 22 * shaped.kerns.count + 8) { output in
            output.raw("[(")
            var start = 0
            var gap = 0
            for kern in shaped.kerns {
                let next = Int(kern.index) + 1
                gap += Em.millionths(Int(kern.units), unitsPerEm: unitsPerEm)
                guard next < shaped.codes.count, gap >= 500 || gap <= -500 else { continue }
                for index in start..<next { output.append(shaped.codes[index]) }
                start = next
                let jump = TextLine.thousandths(gap)
                gap -= jump * 1000
                output.append(0x29)
                output.integer(-jump)
                output.append(0x28)
            }
            for index in start..<shaped.codes.count { output.append(shaped.codes[index]) }
            output.raw(")]TJ\n")
        }
    }

    /// Moves to the start of a run, rounded to hundredths of a point, which no eye and no printer resolves.
    private mutating func place(_ start: Point, isRising: Bool) {
        let origin = Point(x: start.x.rounded, y: (height - start.y).rounded)
        if isRising {
            // The cosine and the sine of 45 degrees.
            content.raw(".7071 .7071 -.7071 .7071 ")
            line = Point(x: .zero, y: .zero)
        }
        let start = line ?? Point(x: .zero, y: .zero)
        content.append(atMost: 64) { output in
            output.thousandths((origin.x - start.x).millipoints)
            output.append(0x20)
            output.thousandths((origin.y - start.y).millipoints)
            output.raw(isRising ? " Tm\n" : " Td\n")
        }
        line = origin
    }
}

extension PageElement {
    /// Whether it lies beneath everything else: boxes, and the marks among them.
    fileprivate func isGround(_ hasMark: Bool) -> Bool {
        if case .box = self { true } else { hasMark && isRising }
    }
}

extension Length {
    /// The nearest hundredth of a point, half upwards.
    fileprivate var rounded: Length {
        let shifted = millipoints + 5
        return Length(millipoints: shifted - ((shifted % 10) + 10) % 10)
    }
}

extension TextRun {
    /// Whether there is anything to draw.
    fileprivate var isVisible: Bool {
        guard size.millipoints > 0 else { return false }
        return switch pieces {
        case .one(let piece): !piece.shaped.isEmpty
        case .many(let pieces, _): pieces.contains { !$0.shaped.isEmpty }
        }
    }
}
