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

    private let face: OpaquePointer
    private let font: OpaquePointer

    /// Opens a TrueType font.
    ///
    /// - Parameter bytes: The whole file; it is copied once.
    /// - Throws: `font.unreadable` when the bytes are no usable TrueType font; `font.embeddingForbidden` when its
    ///   licence bits (`OS/2.fsType`) forbid to embed a subset.
    public convenience init(bytes: [UInt8]) throws(ToolkitError) {
        let metrics = try FontMetrics(FontTables(bytes))
        guard let length = UInt32(exactly: bytes.count) else { throw .fontUnreadable("The font is too large.") }
        let blob = unsafe bytes.withUnsafeBytes { raw in
            let data = unsafe raw.bindMemory(to: CChar.self).baseAddress
            return unsafe hb_blob_create_or_fail(data, length, HB_MEMORY_MODE_DUPLICATE, nil, nil)
        }
        guard let blob = unsafe blob else { throw .fontUnreadable("There is not enough memory for the font.") }
        defer { unsafe hb_blob_destroy(blob) }
        guard let face = unsafe hb_face_create(blob, 0) else { throw .fontUnreadable("The font could not be opened.") }
        unsafe self.init(owning: face, metrics: metrics)
    }

    private init(owning face: OpaquePointer, metrics: FontMetrics) {
        unsafe self.face = face
        unsafe self.font = hb_font_create(face)
        self.metrics = metrics
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
        var glyph: hb_codepoint_t = 0
        guard unsafe hb_font_get_nominal_glyph(font, scalar.value, &glyph) != 0, glyph != 0 else { return nil }
        return UInt16(truncatingIfNeeded: glyph)
    }

    /// Returns how far a glyph moves the pen when nothing adjusts it, in font units.
    public func advance(of glyph: UInt16) -> Int {
        Int(unsafe hb_font_get_glyph_h_advance(font, hb_codepoint_t(glyph)))
    }

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
