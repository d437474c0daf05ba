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
    ///   - script: The script of the stretch.
    ///   - isTurned: Whether it runs from right to left.
    ///   - font: Face, language and features.
    ///   - glyphs: Grows by the glyphs, whose clusters are offsets into `text`.
    mutating func shape(
        _ range: Range<Int>, of text: [UInt8], script: hb_script_t, isTurned: Bool = false, font: TextFont,
        into glyphs: inout [ShapedGlyph]
    ) {
        unsafe hb_buffer_clear_contents(buffer)
        unsafe hb_buffer_set_direction(buffer, isTurned ? HB_DIRECTION_RTL : HB_DIRECTION_LTR)
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

    /// The script of a text of one script, as far as its bytes show it.
    ///
    /// Only letters of Basic Latin, Latin-1, Latin Extended-A and Cyrillic up to U+047F count; nil means that somebody
    /// must look closer.
    static func obviousScript(of text: Span<UInt8>, neutral: hb_script_t) -> hb_script_t? {
        var isLatin = false
        var isCyrillic = false
        var index = 0
        while index < text.count {
            switch text[index] {
            case 0x41...0x5A, 0x61...0x7A: isLatin = true
            case ..<0x80: break
            case 0xC3...0xC5: isLatin = true
            case 0xD0, 0xD1: isCyrillic = true
            case 0x80...0xBF: break
            case 0xC2 where index + 1 < text.count && (0xA0...0xA9).contains(text[index + 1]): break
            case 0xE2 where index + 1 < text.count && [0x80, 0x82].contains(text[index + 1]): break
            default: return nil
            }
            index += 1
        }
        if isLatin && isCyrillic { return nil }
        return isCyrillic ? HB_SCRIPT_CYRILLIC : isLatin ? HB_SCRIPT_LATIN : neutral
    }

    /// Cuts a text where its script changes; signs, digits and blanks join the letters before them, or else after.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - neutral: The script of a text without letters.
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
