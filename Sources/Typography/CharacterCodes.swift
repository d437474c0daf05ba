/// One-byte codes for the characters that nearly every text of an invoice is made of.
///
/// A word of such characters, each drawn by its plain glyph, needs no more than its codes: they are what a PDF shows,
/// so nothing is looked up again per document. ASCII keeps its codes but for four that PDF strings would escape
/// (ISO 32000-1, 7.3.4.2): code 0, the parentheses, the backslash and the carriage return stand for nothing.
public enum CharacterCodes: Sendable {
    /// The character of each code; 0 where a code has none.
    public static let scalars: [UInt32] = {
        var scalars = [UInt32](repeating: 0, count: 256)
        for scalar in 0x20..<0x7F where !reserved.contains(scalar) { scalars[scalar] = UInt32(scalar) }
        for index in 0..<64 { scalars[0xC0 + index] = UInt32(0x410 + index) }  // А to я
        for index in 0..<16 {
            scalars[0x80 + index] = UInt32(0x400 + index)  // Ѐ to Џ
            scalars[0x90 + index] = UInt32(0x450 + index)  // ѐ to џ
        }
        // Neighbours get neighbouring codes, so that the map to text has long ranges.
        var free = (1..<256).filter { scalars[$0] == 0 && !reserved.contains($0) }[...]
        for scalar in others {
            guard let code = free.popFirst() else { break }  // CharacterCodeTests count them
            scalars[code] = scalar.value
        }
        return scalars
    }()

    private static let reserved: [Int] = [0x00, 0x0D, 0x28, 0x29, 0x5C]

    /// Signs, and the Latin letters of the Balkans and of western names.
    static let others =
        "()\\\u{A0}„“”‘’«»–—…№€§°·×©®•−čćšžđČĆŠŽĐëËçÇäöüÄÖÜßéÉáàâíóúèêñÁÍÓÚ²³½".unicodeScalars.sorted()

    private static let low = table(0..<0x500)
    private static let high = table(0x2000..<0x2240)

    private static func table(_ range: Range<UInt32>) -> [UInt8] {
        var codes = [UInt8](repeating: 0, count: range.count)
        for (code, scalar) in scalars.enumerated() where scalar != 0 && range.contains(scalar) {
            codes[Int(scalar - range.lowerBound)] = UInt8(code)
        }
        return codes
    }

    /// The code of a character; 0 for those that have none.
    @inline(__always)
    static func code(of scalar: UInt32) -> UInt8 {
        if scalar < 0x500 { return low[Int(scalar)] }
        return (0x2000..<0x2240).contains(scalar) ? high[Int(scalar - 0x2000)] : 0
    }
}

/// What the codes mean in one face: its plain glyphs and how far each moves the pen.
public struct CodedGlyphs: Sendable {
    /// The glyph of each code; 0 where the face has none.
    public let glyphs: [UInt16]
    /// The advance of each code in font units.
    public let advances: [Int32]

    init(glyph: (Unicode.Scalar) -> UInt16?, advance: (UInt16) -> Int) {
        var glyphs = [UInt16](repeating: 0, count: 256)
        var advances = [Int32](repeating: 0, count: 256)
        for (code, value) in CharacterCodes.scalars.enumerated() where value != 0 {
            guard let scalar = Unicode.Scalar(value), let found = glyph(scalar) else { continue }
            let width = advance(found)
            guard width >= 0 else { continue }
            glyphs[code] = found
            advances[code] = Int32(clamping: width)
        }
        self.glyphs = glyphs
        self.advances = advances
    }

    /// Puts shaped glyphs into codes.
    ///
    /// - Returns: One code a glyph, and where the pen moves otherwise than by the plain advance; nil when a glyph is
    ///   missing, has no code, is not the plain one of its character, or stands off the baseline.
    func coded(_ shaped: [ShapedGlyph], text: [UInt8]) -> (codes: [UInt8], kerns: [ShapedText.Kern])? {
        var codes: [UInt8] = []
        codes.reserveCapacity(shaped.count)
        var kerns: [ShapedText.Kern] = []
        var offset = 0
        for (index, glyph) in shaped.enumerated() {
            guard offset < text.count, Int(glyph.cluster) == offset, glyph.xOffset == 0, glyph.yOffset == 0 else {
                return nil
            }
            let (scalar, length) = Self.scalar(text, offset)
            let code = CharacterCodes.code(of: scalar)
            guard code != 0, glyph.id != 0, glyphs[Int(code)] == glyph.id else { return nil }
            let kern = glyph.advance - advances[Int(code)]
            if kern != 0 { kerns.append(ShapedText.Kern(index: Int32(truncatingIfNeeded: index), units: kern)) }
            codes.append(code)
            offset += length
        }
        return offset == text.count ? (codes, kerns) : nil
    }

    /// The character at an offset and its bytes; 0 for those of four bytes, which have no code.
    private static func scalar(_ text: [UInt8], _ offset: Int) -> (UInt32, Int) {
        let lead = UInt32(text[offset])
        if lead < 0x80 { return (lead, 1) }
        if lead < 0xE0, offset + 1 < text.count { return ((lead & 0x1F) << 6 | UInt32(text[offset + 1] & 0x3F), 2) }
        guard lead < 0xF0, offset + 2 < text.count else { return (0, 1) }
        return ((lead & 0x0F) << 12 | UInt32(text[offset + 1] & 0x3F) << 6 | UInt32(text[offset + 2] & 0x3F), 3)
    }
}
