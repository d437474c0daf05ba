/// A font as far as reading text needs it: what codes stand for, and how far the pen moves (ISO 32000-1, 9.5 to 9.10).
final class ContentFont {
    /// One code of a string.
    struct Glyph {
        /// The text that it stands for; U+FFFD where nothing tells.
        let text: String
        /// The advance as a part of the type size.
        let width: Double
        /// Whether word spacing applies to it.
        let isSpace: Bool
    }

    private enum Kind {
        case simple([Glyph])
        case composite(encoding: CharacterMap?, widths: [Int: Double], standard: Double)
    }

    private let kind: Kind
    private let toUnicode: CharacterMap?
    private var known: [CharacterMap.Code: Glyph] = [:]

    init(_ dictionary: PDFDictionary, in document: PDFDocument) throws(PDFFault) {
        let unicode = try document.characterMap(dictionary["ToUnicode"])
        toUnicode = unicode
        if dictionary["Subtype"].name == "Type0" {
            let descendants = try document.resolved(dictionary["DescendantFonts"]).array ?? []
            let font = try document.resolved(descendants.first ?? .null).dictionary ?? PDFDictionary()
            kind = .composite(
                encoding: try document.characterMap(dictionary["Encoding"]),
                widths: try Self.widths(of: font, in: document),
                standard: (try document.resolved(font["DW"]).number ?? 1000) / 1000)
        } else {
            kind = .simple(try Self.glyphs(of: dictionary, unicode, in: document))
        }
    }

    /// Calls a closure with each code of a string.
    func forEachGlyph(in string: [UInt8], _ body: (Glyph) throws(PDFFault) -> Void) throws(PDFFault) {
        switch kind {
        case .simple(let glyphs): for byte in string { try body(glyphs[Int(byte)]) }
        case .composite(let encoding, let widths, let standard):
            var index = 0
            while index < string.count {
                let code: CharacterMap.Code
                if let encoding {
                    code = encoding.next(string, &index)
                } else {
                    let low = index + 1 < string.count ? UInt32(string[index + 1]) : 0
                    code = CharacterMap.Code(value: UInt32(string[index]) << 8 | low, length: 2)
                    index += 2
                }
                if let glyph = known[code] {
                    try body(glyph)
                } else {
                    let cid = encoding?.cid(code) ?? Int(code.value)
                    let glyph = Glyph(
                        text: toUnicode?.text(code) ?? "\u{FFFD}", width: widths[cid] ?? standard,
                        isSpace: code.length == 1 && code.value == 32)
                    known[code] = glyph
                    try body(glyph)
                }
            }
        }
    }

    // MARK: - Composite fonts

    /// `/W`: `12 [500 600]` for numbers in a row, `20 30 500` for a range of one width.
    private static func widths(of font: PDFDictionary, in document: PDFDocument) throws(PDFFault) -> [Int: Double] {
        let list = try document.resolved(font["W"]).array ?? []
        var widths: [Int: Double] = [:]
        var index = 0
        while index + 1 < list.count {
            guard let first = try document.resolved(list[index]).integer, 0...0xFFFFFF ~= first else { break }
            let second = try document.resolved(list[index + 1])
            if let row = second.array {
                for (step, item) in row.prefix(0x10000).enumerated() {
                    widths[first + step] = (try document.resolved(item).number ?? 0) / 1000
                }
                index += 2
            } else {
                guard index + 2 < list.count, let last = second.integer, last >= first, last - first <= 0xFFFF,
                    widths.count <= 0x40000
                else { break }
                let width = (try document.resolved(list[index + 2]).number ?? 0) / 1000
                for cid in first...last { widths[cid] = width }
                index += 3
            }
        }
        return widths
    }

    // MARK: - Simple fonts

    private static func glyphs(
        of font: PDFDictionary, _ unicode: CharacterMap?, in document: PDFDocument
    ) throws(PDFFault) -> [Glyph] {
        let names = try encoding(of: font, in: document)
        let first = try document.resolved(font["FirstChar"]).integer ?? 0
        let widths = try document.resolved(font["Widths"]).array ?? []
        let descriptor = try document.resolved(font["FontDescriptor"]).dictionary
        let missing = try document.resolved(descriptor?["MissingWidth"] ?? .null).number ?? 0
        var unit = 0.001
        if font["Subtype"].name == "Type3",
            let matrix = try document.resolved(font["FontMatrix"]).array, let scale = matrix.first?.number
        {
            unit = scale.magnitude
        }
        let baseName = font["BaseFont"].name ?? ""
        var glyphs: [Glyph] = []
        for code in 0..<256 {
            let text = unicode?.text(CharacterMap.Code(value: UInt32(code), length: 1)) ?? names[code]
            var width = missing
            if widths.isEmpty {
                width = StandardWidths.width(of: text.unicodeScalars.first ?? " ", inFontNamed: baseName)
            } else if code >= first, code - first < widths.count {
                width = try document.resolved(widths[code - first]).number ?? missing
            }
            glyphs.append(Glyph(text: text, width: width * unit, isSpace: code == 32))
        }
        return glyphs
    }

    /// The text of each code by `/Encoding`, where no `/ToUnicode` tells.
    private static func encoding(of font: PDFDictionary, in document: PDFDocument) throws(PDFFault) -> [String] {
        let entry = try document.resolved(font["Encoding"])
        let base: SingleByteEncoding =
            switch entry.name ?? entry.dictionary?["BaseEncoding"].name {
            case "WinAnsiEncoding": .winAnsi
            case "MacRomanEncoding": .macRoman
            case nil where font["Subtype"].name == "TrueType": .winAnsi
            default: .standard
            }
        var texts = (0..<256).map { String(base.scalar(UInt8($0))) }
        var code = 0
        for item in try document.resolved(entry.dictionary?["Differences"] ?? .null).array ?? [] {
            let item = try document.resolved(item)
            if let number = item.integer {
                code = max(0, min(number, 256))
            } else if let name = item.name, code < 256 {
                texts[code] = GlyphNames.text(of: name) ?? "\u{FFFD}"
                code += 1
            }
        }
        return texts
    }
}

extension PDFDocument {
    /// A CMap in a stream; nil for a predefined one and for none.
    func characterMap(_ object: PDFObject) throws(PDFFault) -> CharacterMap? {
        guard let stream = try resolved(object).stream else { return nil }
        do throws(PDFFault) {
            return try CharacterMap(try decoded(stream), nesting: budget.limits.nesting)
        } catch {
            // A damaged map is as good as none: the text is not readable, the file still is.
            guard case .malformed = error else { throw error }
            return nil
        }
    }
}
