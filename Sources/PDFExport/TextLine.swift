import Diagnostics
import PDFWriter
import PageLayout
import Typography

/// The `TJ` operators of one text run: strings of CIDs, and numbers where the pen must jump.
///
/// It follows two pens in millionths of the type size: the reader's, which moves by the widths in the font object,
/// and the wanted one, which moves as layout and kerning say. A number is written only where they part by half a
/// thousandth or more, so rounding never adds up along a line.
struct TextLine {
    /// Where the operators go.
    var content = PDFSyntax()
    /// The CIDs of the face.
    var table = GlyphTable.none
    private let face: FontFace
    private let size: Length
    private let unitsPerEm: Int
    private var readerPen = 0
    private var rise = 0
    private var state = State.outside

    private enum State { case outside, array, string }

    init(_ face: FontFace, size: Length) {
        self.face = face
        self.size = size
        unitsPerEm = face.metrics.unitsPerEm
    }

    /// Adds a word.
    mutating func show(_ piece: TextRun.Piece) throws(ToolkitError) {
        let text = piece.shaped.text
        let glyphs = piece.shaped.glyphs
        var pen = piece.x.millipoints * 1_000_000 / size.millipoints
        var index = 0
        while index < glyphs.count {
            let start = min(Int(glyphs[index].cluster), text.count)
            var next = index + 1
            while next < glyphs.count, Int(glyphs[next].cluster) <= start || glyphs[next].isMark { next += 1 }
            let end = next < glyphs.count ? min(Int(glyphs[next].cluster), text.count) : text.count
            if next == index + 1 {
                let glyph = glyphs[index]
                let scalar = Self.scalar(text, start, end)
                let entry = table.entry(of: glyph.id, in: face)
                let cid =
                    scalar != 0
                    ? try table.cid(of: glyph.id, scalar: scalar, entry: entry)
                    : try table.cid(of: glyph.id, text: text[start..<end])
                show(glyph, cid: cid, entry: entry, pen: &pen)
            } else {
                try showGroup(glyphs[index..<next], text: text[start..<end], pen: &pen)
            }
            index = next
        }
    }

    /// Ends the run.
    mutating func end() {
        closeArray()
        if rise != 0 { content.raw("0 Ts\n") }
        content.raw("ET\n")
    }

    /// Several glyphs that stand for a text together: only the group as a whole has it (14.9.4).
    private mutating func showGroup(
        _ glyphs: ArraySlice<ShapedGlyph>, text: ArraySlice<UInt8>, pen: inout Int
    ) throws(ToolkitError) {
        closeArray()
        content.raw("/Span<</ActualText")
        content.text(String(decoding: text, as: UTF8.self))
        content.raw(">>BDC\n")
        for glyph in glyphs {
            let entry = table.entry(of: glyph.id, in: face)
            show(glyph, cid: try table.cid(of: glyph.id, text: text), entry: entry, pen: &pen)
        }
        closeArray()
        content.raw("EMC\n")
    }

    private mutating func show(_ glyph: ShapedGlyph, cid: UInt16, entry: GlyphTable.Entry, pen: inout Int) {
        let width = Int(entry.width)
        if glyph.yOffset != rise { lift(to: Int(glyph.yOffset)) }
        var wanted = pen
        if glyph.xOffset != 0 { wanted += Em.millionths(Int(glyph.xOffset), unitsPerEm: unitsPerEm) }
        let gap = wanted - readerPen
        if gap >= 500 || gap <= -500 {
            let jump = gap > 0 ? (gap + 500) / 1000 : -((500 - gap) / 1000)
            openArray()
            content.integer(-jump)
            readerPen += jump * 1000
        }
        if state != .string {
            if state == .outside { content.byte(0x5B) }
            content.byte(0x28)
            state = .string
        }
        content.stringByte(UInt8(truncatingIfNeeded: cid >> 8))
        content.stringByte(UInt8(truncatingIfNeeded: cid))
        readerPen += width
        pen += width
        let difference = Int(glyph.advance) - Int(entry.advance)
        if difference != 0 { pen += Em.millionths(difference, unitsPerEm: unitsPerEm) }
    }

    /// Raises what follows above the baseline, in font units; marks above capitals need it.
    private mutating func lift(to units: Int) {
        closeArray()
        rise = units
        content.thousandths(units * size.millipoints / unitsPerEm)
        content.raw(" Ts\n")
    }

    private mutating func openArray() {
        if state == .outside { content.byte(0x5B) }
        if state == .string { content.byte(0x29) }
        state = .array
    }

    private mutating func closeArray() {
        switch state {
        case .outside: return
        case .array: content.raw("]TJ\n")
        case .string: content.raw(")]TJ\n")
        }
        state = .outside
    }

    /// The only character of a stretch of UTF-8, or 0 when there are more or none.
    private static func scalar(_ text: [UInt8], _ start: Int, _ end: Int) -> UInt32 {
        guard start < end, end <= text.count else { return 0 }
        let lead = UInt32(text[start])
        switch end - start {
        case 1: return lead
        case 2 where lead >= 0xC0: return (lead & 0x1F) << 6 | UInt32(text[start + 1] & 0x3F)
        case 3 where lead >= 0xE0:
            return (lead & 0x0F) << 12 | UInt32(text[start + 1] & 0x3F) << 6 | UInt32(text[start + 2] & 0x3F)
        case 4 where lead >= 0xF0:
            return (lead & 0x07) << 18 | UInt32(text[start + 1] & 0x3F) << 12
                | UInt32(text[start + 2] & 0x3F) << 6 | UInt32(text[start + 3] & 0x3F)
        default: return 0
        }
    }
}

extension ShapedGlyph {
    /// Whether the glyph stands on the one before it: readers sort such glyphs by their place and lose the order.
    fileprivate var isMark: Bool { advance == 0 && (xOffset != 0 || yOffset != 0) }
}
