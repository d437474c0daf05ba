import CText

/// The one HarfBuzz buffer of a shaper.
@safe struct ShapingBuffer: ~Copyable {
    private let buffer: OpaquePointer

    init() {
        unsafe buffer = hb_buffer_create()
        // Marks keep clusters of their own, so that each glyph knows its characters.
        unsafe hb_buffer_set_cluster_level(buffer, HB_BUFFER_CLUSTER_LEVEL_MONOTONE_CHARACTERS)
    }

    deinit { unsafe hb_buffer_destroy(buffer) }

    /// Shapes one stretch of a single script and appends its glyphs.
    ///
    /// - Parameters:
    ///   - range: The stretch of `text`; what surrounds it is context.
    ///   - text: Valid UTF-8.
    ///   - glyphs: Grows by the glyphs, whose clusters are offsets into `text`.
    mutating func shape(
        _ range: Range<Int>, of text: [UInt8], script: hb_script_t, font: TextFont, into glyphs: inout [ShapedGlyph]
    ) {
        unsafe hb_buffer_clear_contents(buffer)
        unsafe hb_buffer_set_direction(buffer, HB_DIRECTION_LTR)
        unsafe hb_buffer_set_script(buffer, script)
        unsafe font.withLanguage { unsafe hb_buffer_set_language(buffer, $0) }
        unsafe text.withUnsafeBytes { raw in
            let start = unsafe raw.bindMemory(to: CChar.self).baseAddress
            unsafe hb_buffer_add_utf8(
                buffer, start, CInt(clamping: text.count), UInt32(range.lowerBound), CInt(range.count))
        }
        unsafe font.features.withUnsafeBufferPointer { features in
            unsafe font.face.withFont {
                unsafe hb_shape($0, buffer, features.baseAddress, UInt32(features.count))
            }
        }
        var count: UInt32 = 0
        guard let infos = unsafe hb_buffer_get_glyph_infos(buffer, &count),
            let positions = unsafe hb_buffer_get_glyph_positions(buffer, &count)
        else { return }
        glyphs.reserveCapacity(glyphs.count + Int(count))
        for index in 0..<Int(count) {
            let info = unsafe infos[index]
            let position = unsafe positions[index]
            glyphs.append(
                ShapedGlyph(
                    id: UInt16(truncatingIfNeeded: info.codepoint), cluster: info.cluster,
                    advance: position.x_advance, xOffset: position.x_offset, yOffset: position.y_offset))
        }
    }


    /// Cuts a text where its script changes; signs, digits and blanks join the letters before them, or else after.
    ///
    /// - Parameter neutral: The script of a text without letters.
    /// - Returns: The stretches in order; none for an empty text.
    static func scripts(in text: [UInt8], neutral: hb_script_t) -> [(range: Range<Int>, script: hb_script_t)] {
        var stretches: [(range: Range<Int>, script: hb_script_t)] = []
        var start = 0
        var current: hb_script_t?
        var position = 0
        let functions = unsafe hb_unicode_funcs_get_default()
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let script = unsafe hb_unicode_script(functions, scalar.value)
            if script != HB_SCRIPT_COMMON, script != HB_SCRIPT_INHERITED, script != HB_SCRIPT_UNKNOWN {
                if let known = current, known != script {
                    stretches.append((start..<position, known))
                    start = position
                }
                current = script
            }
            position += scalar.utf8.count
        }
        if position > start { stretches.append((start..<position, current ?? neutral)) }
        return stretches
    }
}

@available(*, unavailable)
extension ShapingBuffer: Sendable {}
