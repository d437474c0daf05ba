import Typography

/// What happens to text that its face has no glyphs for.
extension Composition {
    /// Sets a word with missing glyphs in other faces, and notes the characters that none has.
    ///
    /// A word keeps one face where one has all of it, so that its letters match; else it is cut between characters,
    /// each of which gets the first face that has it.
    ///
    /// - Parameters:
    ///   - shaped: The word.
    ///   - span: What it belongs to.
    ///   - level: Its embedding level.
    /// - Returns: The parts in the order of reading, at least one.
    mutating func substitute(_ shaped: ShapedText, span: TextSpan, level: UInt8) -> [ShapedText] {
        let text = String(decoding: shaped.text, as: UTF8.self)
        let index = span.style.font.index
        if let whole = inOneFallback(text, index, level: level) { return [whole] }
        var parts: [ShapedText] = []
        var stretch = ""
        var stretchFont = fonts[index]
        for character in text {
            let font = font(for: character, index)
            if font == nil { note(character, in: span) }
            if let font, font != stretchFont {
                if !stretch.isEmpty { parts.append(shaper.unbroken(stretch, font: stretchFont, level: level)) }
                stretch = ""
                stretchFont = font
            }
            stretch.append(character)
        }
        parts.append(shaper.unbroken(stretch, font: stretchFont, level: level))
        return parts
    }

    /// Sets a text that is never broken in the first face that has all of it.
    mutating func unbroken(_ text: String, _ style: TextStyle) -> ShapedText {
        let shaped = shaper.unbroken(text, font: fonts[style.font.index])
        if shaped.missing.isEmpty { return shaped }
        if let other = inOneFallback(text, style.font.index) { return other }
        for scalar in shaped.missing { findings.add(scalar, pointer: "") }
        return shaped
    }

    private func inOneFallback(_ text: String, _ index: Int, level: UInt8 = 0) -> ShapedText? {
        var rank = 1
        while let font = fonts.fallback(rank, for: index) {
            let other = shaper.unbroken(text, font: font, level: level)
            if other.missing.isEmpty { return other }
            rank += 1
        }
        return nil
    }

    /// The first font that has a character with all its marks.
    private func font(for character: Character, _ index: Int) -> TextFont? {
        var rank = 0
        var font: TextFont? = fonts[index]
        while let candidate = font {
            if shaper.unbroken(String(character), font: candidate).missing.isEmpty { return candidate }
            rank += 1
            font = fonts.fallback(rank, for: index)
        }
        return nil
    }

    private mutating func note(_ character: Character, in span: TextSpan) {
        let known = shaper.unbroken(String(character), font: fonts[span.style.font.index]).missing
        for scalar in known where !findings.isFull {
            findings.add(scalar, pointer: pointer(of: scalar, in: span.expression))
        }
    }

    /// The field of an expression that brings a character.
    private func pointer(of scalar: Unicode.Scalar, in expression: Expression) -> String {
        for part in expression.parts {
            guard case .field(let field, let format, let pointer) = part, let value = field.read(scope) else {
                continue
            }
            var text: [UInt8] = []
            value.append(format, in: scope, to: &text)
            if String(decoding: text, as: UTF8.self).unicodeScalars.contains(scalar) {
                return pointer.pointer(in: scope)
            }
        }
        return ""
    }
}

extension PlacedWord {
    /// A part of a word that more of it follows.
    init(_ part: ShapedText, _ style: TextStyle, level: UInt8) {
        let size = Length(millipoints: style.size)
        self.init(
            shaped: part, size: style.size, color: style.color, width: part.width(at: size).millipoints,
            visibleWidth: part.width(at: size).millipoints, mayBreakAfter: false, mustBreakAfter: false,
            isHyphenated: false, level: level)
    }
}
