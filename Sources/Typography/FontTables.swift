public import Diagnostics

/// How a font file describes the outlines of its glyphs.
public enum FontOutlines: Sendable, Hashable {
    /// By the `glyf` table.
    case trueType
    /// In the Compact Font Format, the `CFF ` table.
    case compact
}

/// The table directory of an OpenType file, and numbers out of its tables, with every offset checked.
///
/// HarfBuzz survives damaged tables by ignoring them; a page must not silently lose its glyphs, so what embedding
/// relies on is proved here once, when the file is opened. Source: OpenType 1.9, "Organization of an OpenType Font".
struct FontTables {
    /// The whole file.
    private let bytes: FontProgram
    private var ranges: [UInt32: Range<Int>] = [:]
    /// How the outlines are described.
    let outlines: FontOutlines

    /// Reads the directory.
    ///
    /// - Throws: `font.unreadable` when this is no font file of the kinds that a PDF holds, or a table lies outside.
    init(_ bytes: FontProgram) throws(ToolkitError) {
        self.bytes = bytes
        switch Self.number(bytes, 0, 4) {
        case 0x0001_0000, Self.tag("true"): outlines = .trueType
        case Self.tag("OTTO"): outlines = .compact
        case Self.tag("ttcf"):
            throw .fontUnreadable(
                "The file is a font collection.", fix: "Extract the wanted face into a file of its own.")
        case Self.tag("wOFF"), Self.tag("wOF2"):
            throw .fontUnreadable("The file is a web font.", fix: "Use the .ttf or .otf file of the family.")
        default: throw .fontUnreadable("The file is no TrueType or OpenType font.")
        }
        let count = Self.number(bytes, 4, 2)
        guard bytes.count >= 12 + 16 * count else { throw .fontTruncated }
        for index in 0..<count {
            let record = 12 + 16 * index
            let start = Self.number(bytes, record + 8, 4)
            let length = Self.number(bytes, record + 12, 4)
            guard start <= bytes.count, length <= bytes.count - start else { throw .fontTruncated }
            ranges[UInt32(Self.number(bytes, record, 4))] = start..<start + length
        }
    }

    /// Where a table lies in the file; empty when it is absent.
    func range(of table: StaticString) -> Range<Int> { ranges[UInt32(Self.tag(table))] ?? 0..<0 }

    /// The length of a table; 0 when it is absent.
    func length(of table: StaticString) -> Int { range(of: table).count }

    /// An unsigned number of a table; nil beyond its end.
    func unsigned(_ table: StaticString, _ offset: Int, size: Int = 2) -> Int? {
        guard let range = ranges[UInt32(Self.tag(table))], offset >= 0, offset + size <= range.count else { return nil }
        return Self.number(bytes, range.lowerBound + offset, size)
    }

    /// A signed 16-bit number of a table; nil beyond its end.
    func signed(_ table: StaticString, _ offset: Int) -> Int? {
        unsigned(table, offset).map { Int(Int16(truncatingIfNeeded: $0)) }
    }

    /// Proves that every glyph has an advance and an outline within the file.
    ///
    /// - Returns: The number of glyphs.
    /// - Throws: `font.unreadable` with what is missing.
    func checkedGlyphCount() throws(ToolkitError) -> Int {
        guard length(of: "head") >= 54, length(of: "hhea") >= 36, length(of: "cmap") >= 4,
            let glyphs = unsigned("maxp", 4), glyphs > 0, let metrics = unsigned("hhea", 34), metrics > 0
        else { throw .fontUnreadable("The font lacks a table that every font must have.") }
        let measured = min(metrics, glyphs)
        guard length(of: "hmtx") >= 4 * measured + 2 * (glyphs - measured) else {
            throw .fontUnreadable("The font lacks the widths of some glyphs.")
        }
        switch outlines {
        case .trueType: try checkLocations(glyphs)
        case .compact: try checkCompact()
        }
        return glyphs
    }

    private func checkLocations(_ glyphs: Int) throws(ToolkitError) {
        let entry = unsigned("head", 50) == 0 ? 2 : 4
        let unit = entry == 2 ? 2 : 1
        guard let loca = ranges[UInt32(Self.tag("loca"))], loca.count >= entry * (glyphs + 1) else {
            throw .fontUnreadable("The font lacks the outlines of some glyphs.")
        }
        let limit = length(of: "glyf")
        var previous = 0
        for glyph in 0...glyphs {
            let offset = unit * Self.number(bytes, loca.lowerBound + entry * glyph, entry)
            guard offset >= previous, offset <= limit else {
                throw .fontUnreadable("The outlines of the font are damaged.")
            }
            previous = offset
        }
    }

    /// Reads as much of the `CFF ` table as tells whether it can be embedded; HarfBuzz checks the rest of it.
    ///
    /// Source: Adobe Technical Note 5176, 5 to 9.
    private func checkCompact() throws(ToolkitError) {
        guard unsigned("CFF ", 0, size: 1) == 1, let names = unsigned("CFF ", 2, size: 1) else {
            throw .fontUnreadable(
                "The outlines of the font are not in the Compact Font Format 1.",
                fix: "Use a static .otf or .ttf file of the family, not a variable one.")
        }
        guard let tops = endOfIndex(names), (unsigned("CFF ", tops) ?? 0) > 0,
            let size = unsigned("CFF ", tops + 2, size: 1),
            (1...4).contains(size), let count = unsigned("CFF ", tops),
            let end = unsigned("CFF ", tops + 3 + size, size: size), let afterTops = endOfIndex(tops)
        else { throw .fontUnreadable("The outlines of the font are damaged.") }
        let data = tops + 2 + size * (count + 1)
        guard end >= 1, data + end <= afterTops else { throw .fontUnreadable("The outlines of the font are damaged.") }
        // A font that is keyed by CID begins with registry, ordering, supplement: operator 12 30.
        var offset = data + 1
        while offset < data + end, let byte = unsigned("CFF ", offset, size: 1) {
            switch byte {
            case 12 where unsigned("CFF ", offset + 1, size: 1) == 30:
                throw .fontUnreadable(
                    "The glyphs of the font are keyed by CID, which is not supported.",
                    fix: "Use the TrueType (.ttf) file of the family.")
            case 12, 247...254: offset += 2
            case 28: offset += 3
            case 29: offset += 5
            case 30:
                offset += 1
                while let pair = unsigned("CFF ", offset, size: 1), pair & 0x0F != 0x0F, pair >> 4 != 0x0F {
                    offset += 1
                }
                offset += 1
            default: offset += 1
            }
        }
    }

    /// Where an INDEX of the `CFF ` table ends; nil when it is damaged.
    private func endOfIndex(_ start: Int) -> Int? {
        guard let count = unsigned("CFF ", start) else { return nil }
        if count == 0 { return start + 2 }
        guard let size = unsigned("CFF ", start + 2, size: 1), (1...4).contains(size),
            let end = unsigned("CFF ", start + 3 + size * count, size: size)
        else { return nil }
        let data = start + 2 + size * (count + 1)
        return data + end <= length(of: "CFF ") ? data + end : nil
    }

    private static func number(_ bytes: FontProgram, _ offset: Int, _ size: Int) -> Int {
        var value = 0
        for index in offset..<offset + size { value = value << 8 | Int(bytes[index]) }
        return value
    }

    private static func tag(_ name: StaticString) -> Int {
        var value = 0
        name.withUTF8Buffer { buffer in
            for index in 0..<buffer.count { value = value << 8 | Int(unsafe buffer[index]) }
        }
        return value
    }
}

extension ToolkitError.Code {
    /// The bytes are no font that can be used.
    public static let fontUnreadable = Self("font.unreadable", .unreadable)
    /// The licence bits of the font forbid what a PDF must do with it.
    public static let fontEmbeddingForbidden = Self("font.embeddingForbidden", .unreadable)
    /// A subset of the font could not be made.
    public static let fontSubsetFailed = Self("font.subsetFailed", .unreadable)
}

extension ToolkitError {
    static func fontUnreadable(
        _ message: String, fix: String = "Get the file again from its origin and check its digest."
    ) -> ToolkitError {
        ToolkitError(.fontUnreadable, message, fix: fix)
    }

    static var fontTruncated: ToolkitError { fontUnreadable("The font file is truncated.") }
}
