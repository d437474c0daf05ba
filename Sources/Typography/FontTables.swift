public import Diagnostics

/// The table directory of an OpenType file, and numbers out of its tables, with every offset checked.
///
/// HarfBuzz survives damaged tables by ignoring them; a page must not silently lose its glyphs, so what embedding
/// relies on is proved here once, when the file is opened. Source: OpenType 1.9, "Organization of an OpenType Font".
struct FontTables {
    /// The whole file.
    private let bytes: [UInt8]
    private var ranges: [UInt32: Range<Int>] = [:]

    /// Reads the directory.
    ///
    /// - Throws: `font.unreadable` when this is no TrueType file or a table lies outside of it.
    init(_ bytes: [UInt8]) throws(ToolkitError) {
        self.bytes = bytes
        guard bytes.count >= 12 else { throw .fontUnreadable("The file is too short to be a font.") }
        switch Self.number(bytes, 0, 4) {
        case 0x0001_0000, Self.tag("true"): break
        case Self.tag("OTTO"):
            throw .fontUnreadable(
                "The font has CFF outlines, which are not supported.",
                fix: "Use the TrueType (.ttf) file of the family.")
        case Self.tag("ttcf"):
            throw .fontUnreadable(
                "The file is a font collection.", fix: "Extract the wanted face into a file of its own.")
        case Self.tag("wOFF"), Self.tag("wOF2"):
            throw .fontUnreadable("The file is a web font.", fix: "Use the .ttf file of the family.")
        default: throw .fontUnreadable("The file is no TrueType font.")
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

    /// The length of a table; 0 when it is absent.
    func length(of table: StaticString) -> Int { ranges[UInt32(Self.tag(table))]?.count ?? 0 }

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
        else { throw .fontUnreadable("The font lacks a table that every TrueType font must have.") }
        let measured = min(metrics, glyphs)
        guard length(of: "hmtx") >= 4 * measured + 2 * (glyphs - measured) else {
            throw .fontUnreadable("The font lacks the widths of some glyphs.")
        }
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
        return glyphs
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
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
