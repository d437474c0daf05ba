import CText
public import Diagnostics

/// One font file, prepared once and shared by all threads.
///
/// Its HarfBuzz objects are made immutable before the initializer returns, so any number of threads may shape with
/// them at once. A face is identified by its object, not by its name: two faces of the same file are two faces.
@safe public final class FontFace: @unchecked Sendable {  // every property is constant, every HarfBuzz object immutable
    /// The measures of the face.
    public let metrics: FontMetrics
    /// The PostScript name, reduced to letters, digits and hyphens, such as `NotoSans-Bold`.
    public let postScriptName: String
    /// The name of the family, such as `Noto Sans`.
    public let family: String
    /// How its outlines are described, which decides how a PDF embeds it.
    public var outlines: FontOutlines { tables.outlines }

    /// What the one-byte codes mean in this face; nil for outlines that cannot be addressed by them.
    public let codedGlyphs: CodedGlyphs?

    /// The file, for those who copy from it.
    let program: FontProgram
    /// Its directory.
    let tables: FontTables
    private let face: OpaquePointer
    private let font: OpaquePointer

    /// Opens a TrueType font, or an OpenType font with CFF outlines.
    ///
    /// - Parameter bytes: The whole file; it is copied once.
    /// - Throws: `font.unreadable` when the bytes are no usable font; `font.embeddingForbidden` when its
    ///   licence bits (`OS/2.fsType`) forbid to embed a subset.
    public convenience init(bytes: [UInt8]) throws(ToolkitError) {
        try self.init(FontProgram(copying: bytes))
    }

    /// Opens a font without copying it.
    ///
    /// - Parameter bytes: The whole file, in memory that neither moves nor ends while the program runs: the constants
    ///   of the program itself. Nothing checks that.
    /// - Throws: As `init(bytes:)`.
    @unsafe public convenience init(staying bytes: Span<UInt8>) throws(ToolkitError) {
        try self.init(unsafe FontProgram(staying: bytes))
    }

    private init(_ program: FontProgram) throws(ToolkitError) {
        let tables = try FontTables(program)
        metrics = try FontMetrics(tables)
        self.tables = tables
        self.program = program
        guard let face = unsafe program.withBlob({ unsafe hb_face_create($0, 0) }) else {
            throw .fontUnreadable("The font could not be opened.")
        }
        unsafe self.face = face
        guard let font = unsafe hb_font_create(face) else {
            unsafe hb_face_destroy(face)
            throw .fontUnreadable("There is not enough memory for the font.")
        }
        unsafe self.font = font
        codedGlyphs =
            tables.outlines == .trueType
            ? CodedGlyphs(
                glyph: { unsafe Self.glyph(for: $0, in: font) }, advance: { unsafe Self.advance(of: $0, in: font) })
            : nil
        unsafe hb_face_make_immutable(face)
        unsafe hb_font_make_immutable(font)
        let family = unsafe Self.name(16, of: face) ?? Self.name(1, of: face) ?? "Font"
        self.family = family
        let candidate = unsafe Self.name(6, of: face) ?? family
        let allowed = candidate.unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-")
        }
        postScriptName = allowed.isEmpty ? "Font" : String(String.UnicodeScalarView(allowed.prefix(63)))
    }

    deinit {
        unsafe hb_font_destroy(font)
        unsafe hb_face_destroy(face)
    }

    /// Returns the glyph that the font's character map has for a character.
    ///
    /// - Returns: nil when the font lacks the character.
    public func glyph(for scalar: Unicode.Scalar) -> UInt16? {
        unsafe Self.glyph(for: scalar, in: font)
    }

    private static func glyph(for scalar: Unicode.Scalar, in font: OpaquePointer) -> UInt16? {
        var glyph: hb_codepoint_t = 0
        guard unsafe hb_font_get_nominal_glyph(font, scalar.value, &glyph) != 0, glyph != 0 else { return nil }
        return UInt16(truncatingIfNeeded: glyph)
    }

    /// Returns how far a glyph moves the pen when nothing adjusts it, in font units.
    public func advance(of glyph: UInt16) -> Int {
        unsafe Self.advance(of: glyph, in: font)
    }

    private static func advance(of glyph: UInt16, in font: OpaquePointer) -> Int {
        Int(unsafe hb_font_get_glyph_h_advance(font, hb_codepoint_t(glyph)))
    }

    /// Whether the font offers a feature of glyph substitution.
    ///
    /// - Parameter feature: Its tag, such as `smcp` (OpenType 1.9, "Registered features").
    /// - Returns: true when some script or language of the font has it.
    public func hasSubstitution(_ feature: String) -> Bool {
        let wanted = unsafe hb_tag_from_string(feature, CInt(clamping: feature.utf8.count))
        return unsafe withUnsafeTemporaryAllocation(of: hb_tag_t.self, capacity: 64) { tags in
            var start: UInt32 = 0
            while true {
                var count = UInt32(tags.count)
                let total = unsafe hb_ot_layout_table_get_feature_tags(
                    face, Self.substitutions, start, &count, tags.baseAddress)
                for index in 0..<Int(count) where unsafe tags[index] == wanted { return true }
                start += count
                if count == 0 || start >= total { return false }
            }
        }
    }

    private static let substitutions = unsafe hb_tag_from_string("GSUB", 4)

    /// Converts font units to a distance on the page, rounded to the nearest thousandth of a point, half upwards.
    ///
    /// - Parameters:
    ///   - units: A distance in the units of this face.
    ///   - size: The type size.
    /// - Returns: The distance.
    public func length(of units: Int, at size: Length) -> Length {
        let product = 2 * units * size.millipoints + metrics.unitsPerEm
        let divisor = 2 * metrics.unitsPerEm
        let quotient = product / divisor
        return Length(millipoints: product < 0 && quotient * divisor != product ? quotient - 1 : quotient)
    }

    /// Lends the HarfBuzz font to the shaper; the pointer must not leave the closure.
    func withFont<T>(_ body: (OpaquePointer) -> T) -> T { unsafe body(font) }

    /// Lends the HarfBuzz face to the subsetter; the pointer must not leave the closure.
    func withFace<T>(_ body: (OpaquePointer) -> T) -> T { unsafe body(face) }

    private static func name(_ id: UInt32, of face: OpaquePointer) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            var size = UInt32(buffer.count)
            let length = unsafe hb_ot_name_get_utf8(face, hb_ot_name_id_t(id), nil, &size, buffer.baseAddress)
            guard length > 0, size > 0, Int(size) < buffer.count else { return nil }
            return String(decoding: unsafe buffer.prefix(Int(size)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

extension FontFace: Hashable {
    /// Two faces are equal when they are one object.
    public static func == (left: FontFace, right: FontFace) -> Bool { left === right }
    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
