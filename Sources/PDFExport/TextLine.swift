import Diagnostics
import PDFWriter
import PageLayout
import Typography

/// The name of a font in the resources of all pages: `F1` for the one-byte codes of the first face, `W1` for the rest.
struct FontName: Equatable {
    /// The number of the face, from 0.
    let face: Int
    /// Whether its codes have two bytes.
    let isWide: Bool
}

/// The `TJ` operators of one text run: strings of codes, and numbers where the pen must jump.
///
/// It follows two pens in millionths of the type size: the reader's, which moves by the widths in the font object,
/// and the wanted one, which moves as layout and kerning say. A number is written only where they part by half a
/// thousandth or more, so rounding never adds up along a line.
struct TextLine {
    /// Where the operators go.
    var content = PDFSyntax()
    /// The one-byte codes of the face.
    var codes = CodeUse()
    /// The other CIDs of the face.
    var table = GlyphTable.none
    /// The font and size that the content has set.
    var font: (name: FontName, size: Length)?
    private let face: FontFace
    private let index: Int
    private let size: Length
    private let unitsPerEm: Int
    private var readerPen = 0
    private var rise = 0
    private var state = State.outside

    private enum State { case outside, array, string }

    init(_ face: FontFace, index: Int, size: Length) {
        self.face = face
        self.index = index
        self.size = size
        unitsPerEm = face.metrics.unitsPerEm
    }

    /// Adds a word.
    mutating func show(_ piece: TextRun.Piece) throws(ToolkitError) {
        let pen = piece.x == .zero ? 0 : piece.x.millipoints * 1_000_000 / size.millipoints
        if !piece.shaped.codes.isEmpty { return show(coded: piece.shaped, pen: pen) }
        try show(piece.shaped, pen: pen)
    }

    /// Ends the run.
    mutating func end() {
        closeArray()
        if rise != 0 { content.raw("0 Ts\n") }
    }

    /// A word that needs nothing but its codes.
    private mutating func show(coded shaped: ShapedText, pen: Int) {
        set(isWide: false)
        if rise != 0 { lift(to: 0) }
        codes.add(shaped.codes)
        jump(to: pen)
        openString()
        let plainAdvance = shaped.kerns.reduce(shaped.advance) { $0 - Int($1.units) }
        guard !shaped.kerns.isEmpty else {
            content.bytes += shaped.codes
            readerPen += Em.millionths(plainAdvance, unitsPerEm: unitsPerEm)
            return
        }
        var start = 0
        var gap = pen - readerPen
        let end = readerPen + Em.millionths(plainAdvance, unitsPerEm: unitsPerEm)
        var jumped = 0
        for kern in shaped.kerns {
            let next = Int(kern.index) + 1
            content.bytes += shaped.codes[start..<next]
            start = next
            gap += Em.millionths(Int(kern.units), unitsPerEm: unitsPerEm)
            guard start < shaped.codes.count, gap >= 500 || gap <= -500 else { continue }
            jumped += jump(by: &gap)
            openString()
        }
        content.bytes += shaped.codes[start...]
        readerPen = end + jumped
    }

    /// A word with glyphs that have no code of one byte.
    private mutating func show(_ shaped: ShapedText, pen start: Int) throws(ToolkitError) {
        let text = shaped.text
        let glyphs = shaped.glyphs
        guard !glyphs.isEmpty else { return }
        set(isWide: true)
        if shaped.isTurned { return try showTurned(glyphs, text: text, pen: start) }
        var pen = start
        var index = 0
        while index < glyphs.count {
            let start = min(Int(glyphs[index].cluster), text.count)
            var next = index + 1
            while next < glyphs.count, Int(glyphs[next].cluster) <= start || glyphs[next].isMark { next += 1 }
            let end = next < glyphs.count ? min(Int(glyphs[next].cluster), text.count) : text.count
            if next == index + 1, !Self.isPrivate(text[start..<end]) {
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

    /// Whether a text holds characters of the private use areas, which mean nothing to a reader: ISO 19005-3,
    /// 6.2.11.7.3, wants the text that they stand for around them, even where it is the same.
    private static func isPrivate(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.contains(where: { $0 >= 0xEE }) else { return false }
        return String(decoding: text, as: UTF8.self).unicodeScalars.contains {
            $0.properties.generalCategory == .privateUse
        }
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

    /// A word that runs from right to left: its glyphs stand in the order of the page, and say so (14.8.2.3.3).
    ///
    /// Readers turn such letters back by themselves; an `/ActualText` would come out of them backwards.
    private mutating func showTurned(_ glyphs: [ShapedGlyph], text: [UInt8], pen start: Int) throws(ToolkitError) {
        let borders = Set(glyphs.map { Int($0.cluster) } + [text.count]).sorted()
        closeArray()
        content.raw("/ReversedChars BMC\n")
        var pen = start
        for glyph in glyphs {
            let start = min(Int(glyph.cluster), text.count)
            let end = borders.first { $0 > start } ?? text.count
            let entry = table.entry(of: glyph.id, in: face)
            let scalar = Self.scalar(text, start, end)
            let cid =
                scalar != 0
                ? try table.cid(of: glyph.id, scalar: scalar, entry: entry)
                : try table.cid(of: glyph.id, text: text[start..<end])
            show(glyph, cid: cid, entry: entry, pen: &pen)
        }
        closeArray()
        content.raw("EMC\n")
    }

    private mutating func show(_ glyph: ShapedGlyph, cid: UInt16, entry: GlyphTable.Entry, pen: inout Int) {
        let width = Int(entry.width)
        if glyph.yOffset != rise { lift(to: Int(glyph.yOffset)) }
        jump(to: glyph.xOffset == 0 ? pen : pen + Em.millionths(Int(glyph.xOffset), unitsPerEm: unitsPerEm))
        openString()
        content.stringByte(UInt8(truncatingIfNeeded: cid >> 8))
        content.stringByte(UInt8(truncatingIfNeeded: cid))
        readerPen += width
        pen += width
        let difference = Int(glyph.advance) - Int(entry.advance)
        if difference != 0 { pen += Em.millionths(difference, unitsPerEm: unitsPerEm) }
    }

    // MARK: - State

    /// Chooses the font of what follows.
    private mutating func set(isWide: Bool) {
        let name = FontName(face: index, isWide: isWide)
        if let font, font.name == name, font.size == size { return }
        closeArray()
        font = (name, size)
        content.select(name, size)
    }

    /// Moves the reader's pen to a place.
    private mutating func jump(to wanted: Int) {
        var gap = wanted - readerPen
        if gap >= 500 || gap <= -500 { readerPen += jump(by: &gap) }
    }

    /// Writes a jump of whole thousandths, and leaves the rest of the gap.
    ///
    /// - Returns: How far the reader's pen moves.
    private mutating func jump(by gap: inout Int) -> Int {
        let jump = Self.thousandths(gap)
        openArray()
        content.integer(-jump)
        gap -= jump * 1000
        return jump * 1000
    }

    /// A gap in whole thousandths, half away from zero.
    static func thousandths(_ gap: Int) -> Int { gap > 0 ? (gap + 500) / 1000 : -((500 - gap) / 1000) }

    /// Raises what follows above the baseline, in font units; marks above capitals need it.
    private mutating func lift(to units: Int) {
        closeArray()
        rise = units
        content.thousandths(units * size.millipoints / unitsPerEm)
        content.raw(" Ts\n")
    }

    private mutating func openString() {
        guard state != .string else { return }
        if state == .outside { content.byte(0x5B) }
        content.byte(0x28)
        state = .string
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

extension PDFSyntax {
    /// Chooses a font and a size for what follows.
    mutating func select(_ font: FontName, _ size: Length) {
        name(font)
        byte(0x20)
        thousandths(size.millipoints)
        raw(" Tf\n")
    }

    /// Adds the name of a font.
    mutating func name(_ font: FontName) {
        raw(font.isWide ? "/W" : "/F")
        integer(font.face + 1)
    }
}
