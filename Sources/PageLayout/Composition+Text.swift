import InvoiceModel
import Typography

/// A word on its way to a line.
struct PlacedWord {
    var shaped: ShapedText
    var size: Int
    var color: ColorRole
    var width: Int
    var visibleWidth: Int
    var mayBreakAfter: Bool
    var mustBreakAfter: Bool
    /// Whether a line that ends here shows a hyphen.
    var isHyphenated: Bool
}

extension Composition {
    /// Evaluates a text into `words`.
    ///
    /// - Returns: false when the text is to be left out.
    private func gatherWords(of block: TextBlock) -> Bool {
        words.removeAll(keepingCapacity: true)
        var isShown = false
        var needsSeparator = false
        for span in block.spans where holds(span.condition) {
            buffer.removeAll(keepingCapacity: true)
            if needsSeparator { buffer += block.separator }
            let start = buffer.count
            guard span.expression.append(in: scope, to: &buffer) else { continue }
            if buffer.count == start { continue }
            if span.expression.parts.count > 1 { Self.tidyBlanks(&buffer, from: start) }
            if words.isEmpty, buffer.first == UInt8(ascii: " ") { buffer.removeFirst() }
            if buffer.isEmpty { continue }
            isShown = true
            if !block.separator.isEmpty { needsSeparator = true }
            addWords(String(decoding: buffer, as: UTF8.self), of: span)
        }
        return isShown
    }

    /// Joins blanks that an empty field left behind, and drops one before a comma.
    private static func tidyBlanks(_ text: inout [UInt8], from start: Int) {
        let blank = UInt8(ascii: " ")
        var end = min(start, text.count)
        for index in end..<text.count {
            let byte = text[index]
            if end > start, text[end - 1] == blank {
                if byte == blank { continue }
                if byte == UInt8(ascii: ",") { end -= 1 }
            }
            text[end] = byte
            end += 1
        }
        text.removeLast(text.count - end)
    }

    private func addWords(_ text: String, of span: TextSpan) {
        let font = fonts[span.style.font.index]
        let size = Length(millipoints: span.style.size)
        // Where another span ended without a blank, the line must not break.
        if let last = words.indices.last, words[last].shaped.trailingBlankAdvance > 0 {
            words[last].mayBreakAfter = true
        }
        for word in shaper.words(of: text, font: font) {
            var shaped = word.shaped
            if !shaped.missing.isEmpty { shaped = substitute(shaped, span: span) }
            words.append(
                PlacedWord(
                    shaped: shaped, size: span.style.size, color: span.style.color,
                    width: shaped.width(at: size).millipoints, visibleWidth: shaped.visibleWidth(at: size).millipoints,
                    mayBreakAfter: word.breakAfter == .allowed, mustBreakAfter: word.breakAfter == .mandatory,
                    isHyphenated: word.endsWithSoftHyphen))
        }
    }

    /// Tries the other faces for a word with missing glyphs; notes what stays missing.
    func substitute(_ shaped: ShapedText, span: TextSpan) -> ShapedText {
        let text = String(decoding: shaped.text, as: UTF8.self)
        for font in fallbacks {
            let other = shaper.unbroken(text, font: font)
            if other.missing.isEmpty { return other }
        }
        for scalar in shaped.missing where !findings.isFull {
            findings.add(scalar, pointer: pointer(of: scalar, in: span.expression))
        }
        return shaped
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

    /// Draws a text at a place.
    ///
    /// - Returns: The height; nil when there is nothing to draw.
    func layout(_ block: TextBlock, x: Int, width: Int, y: Int) -> Int? {
        if block.isNumber {
            guard let number = number(of: block) else { return nil }
            if draw(number, style: block.style, x: x, width: width, y: y) { return block.style.leading }
        }
        guard gatherWords(of: block) else { return nil }
        return drawWords(of: block, x: x, width: width, y: y)
    }

    /// Breaks `words` into lines and draws them.
    ///
    /// - Returns: The height.
    func drawWords(of block: TextBlock, x: Int, width: Int, y: Int) -> Int {
        splitWords(wider: max(width, 1))
        let isDrawn =
            switch pageCount {
            case .known: true
            case .later: !block.needsPageCount
            case .overlay: block.needsPageCount
            }
        let capHeight = fonts[block.style.font.index].face
        let rise = capHeight.length(of: capHeight.metrics.capHeight, at: Length(millipoints: block.style.size))
            .millipoints
        var line = y
        var start = 0
        while start < words.count {
            let end = lineEnd(from: start, width: width)
            if isDrawn {
                let baseline = line + (block.style.leading + rise) / 2
                draw(start..<end, x: x, width: width, baseline: baseline, top: line, style: block.style)
            }
            line += block.style.leading
            start = end
        }
        return line - y
    }

    /// Where the line that begins with a word ends; at least one word further.
    private func lineEnd(from start: Int, width: Int) -> Int {
        var pen = 0
        var best: Int?
        var index = start
        while index < words.count {
            let word = words[index]
            var needed = pen + word.visibleWidth
            if word.isHyphenated { needed += hyphen(of: word).width(at: Length(millipoints: word.size)).millipoints }
            if needed > width, index > start { return best ?? index }
            pen += word.width
            index += 1
            if word.mustBreakAfter { return index }
            if word.mayBreakAfter { best = index }
        }
        return index
    }

    /// The hyphen that a word shows at the end of a line.
    private func hyphen(of word: PlacedWord) -> ShapedText {
        let font = fonts.first { $0.face == word.shaped.face } ?? fonts[0]
        return shaper.unbroken("-", font: font)
    }

    /// Cuts words that fit on no line between two of their characters.
    private func splitWords(wider width: Int) {
        var index = 0
        while index < words.count {
            if words[index].visibleWidth > width, let (head, tail) = words[index].split(within: width) {
                words[index] = head
                words.insert(tail, at: index + 1)
            }
            index += 1
        }
    }

    private func draw(_ range: Range<Int>, x: Int, width: Int, baseline: Int, top: Int, style: TextStyle) {
        var pen = 0
        var visible = 0
        for index in range {
            visible = pen + words[index].visibleWidth
            pen += words[index].width
        }
        let last = words[range.upperBound - 1]
        let hyphen = range.upperBound < words.count && last.isHyphenated ? hyphen(of: last) : nil
        if let hyphen { visible += hyphen.width(at: Length(millipoints: last.size)).millipoints }
        let left =
            switch style.align {
            case .left: x
            case .right, .decimal: x + width - visible
            case .center: x + (width - visible) / 2
            }
        var pieces: [TextRun.Piece] = []
        pieces.reserveCapacity(range.count + 1)
        var runStart = 0
        var runWord = range.lowerBound
        pen = 0
        func flush(_ end: Int) {
            if !pieces.isEmpty {
                let word = words[runWord]
                items.append(
                    DrawnItem(
                        content: .text(word.shaped.face, size: word.size, color(word.color), pieces),
                        x: left + runStart, y: baseline, top: top, bottom: top + style.leading))
                pieces = []
            }
            runStart = pen
            runWord = end
        }
        for index in range {
            let word = words[index]
            let first = words[runWord]
            if word.shaped.face != first.shaped.face || word.size != first.size || word.color != first.color {
                flush(index)
            }
            if !word.shaped.glyphs.isEmpty {
                pieces.append(TextRun.Piece(shaped: word.shaped, x: Length(millipoints: pen - runStart)))
            }
            pen += word.width
        }
        if let hyphen { pieces.append(TextRun.Piece(shaped: hyphen, x: Length(millipoints: pen - runStart))) }
        flush(range.upperBound)
    }

    /// The one unbreakable piece of a text that is a number; nil when the field is empty.
    func number(of block: TextBlock) -> ShapedText? {
        buffer.removeAll(keepingCapacity: true)
        guard block.spans[0].expression.append(in: scope, to: &buffer), !buffer.isEmpty else { return nil }
        return shaper.unbroken(
            String(decoding: buffer, as: UTF8.self), font: fonts[block.style.font.index])
    }

    /// Draws a number in one piece.
    ///
    /// - Returns: false when it is too wide for that, or needs other faces.
    func draw(_ number: ShapedText, style: TextStyle, x: Int, width: Int, y: Int) -> Bool {
        let length = number.visibleWidth(at: Length(millipoints: style.size)).millipoints
        guard length <= width, number.missing.isEmpty else { return false }
        let left =
            switch style.align {
            case .left: x
            case .right, .decimal: x + width - length
            case .center: x + (width - length) / 2
            }
        let face = number.face
        let rise = face.length(of: face.metrics.capHeight, at: Length(millipoints: style.size)).millipoints
        items.append(
            DrawnItem(
                content: .text(face, size: style.size, color(style.color), [TextRun.Piece(shaped: number, x: .zero)]),
                x: left, y: y + (style.leading + rise) / 2, top: y, bottom: y + style.leading))
        return true
    }

    // MARK: - Measuring

    /// The width of a text on one line, and of its longest word; nil when it is left out.
    func measure(_ block: TextBlock) -> (line: Int, word: Int)? {
        if block.isNumber {
            guard let number = number(of: block) else { return nil }
            let width = number.visibleWidth(at: Length(millipoints: block.style.size)).millipoints
            return (width, width)
        }
        guard gatherWords(of: block) else { return nil }
        return measureWords()
    }

    /// Evaluates a text into `words`, for measuring now and drawing later.
    ///
    /// - Returns: The words; nil when the text is to be left out.
    func words(of block: TextBlock) -> [PlacedWord]? { gatherWords(of: block) ? words : nil }

    /// The width of `words` on one line, and of the longest of them.
    func measureWords() -> (line: Int, word: Int) {
        var line = 0
        var widest = 0
        var longest = 0
        for word in words {
            widest = max(widest, line + word.visibleWidth)
            line = word.mustBreakAfter ? 0 : line + word.width
            longest = max(longest, word.visibleWidth)
        }
        return (widest, longest)
    }

    /// The text of a cell that is aligned at its decimal mark, as what is left and what is right of that place.
    func decimalParts(of block: TextBlock) -> (left: ShapedText, right: ShapedText)? {
        buffer.removeAll(keepingCapacity: true)
        guard let span = block.spans.first, span.expression.append(in: scope, to: &buffer), !buffer.isEmpty else {
            return nil
        }
        let mark = scope.catalogue.format.decimalMark
        let cut = mark.count == 1 ? buffer.lastIndex(of: mark[0]) ?? buffer.count : buffer.count
        let font = fonts[span.style.font.index]
        let left = shaper.unbroken(String(decoding: buffer[..<cut], as: UTF8.self), font: font)
        let right = shaper.unbroken(String(decoding: buffer[cut...], as: UTF8.self), font: font)
        return (left, right)
    }
}

extension PlacedWord {
    /// Cuts the word so that its first part is no wider than `width`, but holds a character at least.
    func split(within width: Int) -> (PlacedWord, PlacedWord)? {
        let limit = Length(millipoints: width)
        var advance = 0
        var cut = 0
        for (index, glyph) in shaped.glyphs.enumerated() {
            if index > 0, glyph.cluster != shaped.glyphs[index - 1].cluster {
                if cut > 0, limit < shaped.face.length(of: advance, at: Length(millipoints: size)) { break }
                cut = index
                if limit < shaped.face.length(of: advance + Int(glyph.advance), at: Length(millipoints: size)) { break }
            }
            advance += Int(glyph.advance)
        }
        guard cut > 0, cut < shaped.glyphs.count else { return nil }
        var head = self
        var tail = self
        head.take(shaped.part(0..<cut))
        head.mayBreakAfter = true
        head.mustBreakAfter = false
        head.isHyphenated = false
        tail.take(shaped.part(cut..<shaped.glyphs.count))
        return (head, tail)
    }

    private mutating func take(_ part: ShapedText) {
        shaped = part
        width = part.width(at: Length(millipoints: size)).millipoints
        visibleWidth = part.visibleWidth(at: Length(millipoints: size)).millipoints
    }
}

extension ShapedText {
    /// The glyphs of a range that begins and ends between characters, with their text.
    func part(_ range: Range<Int>) -> ShapedText {
        let start = range.lowerBound == 0 ? 0 : Int(glyphs[range.lowerBound].cluster)
        let end = range.upperBound == glyphs.count ? text.count : Int(glyphs[range.upperBound].cluster)
        let moved = glyphs[range].map {
            ShapedGlyph(
                id: $0.id, cluster: $0.cluster - UInt32(start), advance: $0.advance, xOffset: $0.xOffset,
                yOffset: $0.yOffset)
        }
        return ShapedText(
            face: face, glyphs: moved, text: Array(text[start..<max(start, end)]),
            advance: moved.reduce(0) { $0 + Int($1.advance) },
            trailingBlankAdvance: range.upperBound == glyphs.count ? trailingBlankAdvance : 0)
    }
}
