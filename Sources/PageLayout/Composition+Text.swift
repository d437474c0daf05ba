import InvoiceModel
import Typography

/// A number that is aligned at its decimal mark; distances in thousandths of a point.
struct AlignedNumber {
    let shaped: ShapedText
    /// Up to the mark.
    let whole: Int
    /// From the mark on.
    let decimals: Int
}

extension Composition {
    /// Evaluates a text whose spans look alike.
    ///
    /// - Returns: nil when the text is to be left out.
    mutating func line(of block: TextBlock) -> ShapedLine? {
        buffer.removeAll(keepingCapacity: true)
        var isShown = false
        for index in block.spans.indices {
            let span = block.spans[index]
            guard span.condition?.holds(in: scope) ?? true else { continue }
            let before = buffer.count
            if isShown { buffer += block.separator }
            let start = buffer.count
            guard span.expression.append(in: scope, to: &buffer), buffer.count > start else {
                buffer.removeLast(buffer.count - before)
                continue
            }
            if span.expression.isComposed { Self.tidyBlanks(&buffer, from: start) }
            if !isShown, buffer.first == UInt8(ascii: " ") { buffer.removeFirst() }
            if !buffer.isEmpty { isShown = true }
        }
        return isShown ? shaper.line(of: buffer.span, font: fonts[block.style.font.index]) : nil
    }

    /// Takes the words of a line whose glyphs are all there into `words`.
    ///
    /// - Returns: false when some are missing, so that each span must be looked at.
    private mutating func take(_ line: ShapedLine, _ style: TextStyle) -> Bool {
        words.removeAll(keepingCapacity: true)
        let size = Length(millipoints: style.size)
        for word in line.words {
            guard word.shaped.missing.isEmpty else { return false }
            words.append(PlacedWord(word, word.shaped, size, style.color))
        }
        return true
    }

    /// Evaluates a text into `words`.
    ///
    /// - Returns: false when the text is to be left out.
    private mutating func gatherWords(of block: TextBlock) -> Bool {
        if isUniform(block) {
            guard let line = line(of: block) else { return false }
            if take(line, block.style) { return true }
        }
        words.removeAll(keepingCapacity: true)
        var isShown = false
        var needsSeparator = false
        for span in block.spans where holds(span.condition) {
            buffer.removeAll(keepingCapacity: true)
            if needsSeparator { buffer += block.separator }
            let start = buffer.count
            guard span.expression.append(in: scope, to: &buffer) else { continue }
            if buffer.count == start { continue }
            if span.expression.isComposed { Self.tidyBlanks(&buffer, from: start) }
            if words.isEmpty, buffer.first == UInt8(ascii: " ") { buffer.removeFirst() }
            if buffer.isEmpty { continue }
            isShown = true
            if !block.separator.isEmpty { needsSeparator = true }
            addWords(buffer, of: span)
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

    mutating func addWords(_ text: String, of span: TextSpan, font: TextFont) {
        let size = Length(millipoints: span.style.size)
        // Where another span ended without a blank, the line must not break.
        if let last = words.indices.last, words[last].shaped.trailingBlankAdvance > 0 {
            words[last].mayBreakAfter = true
        }
        for word in shaper.words(of: text, font: font) {
            var shaped = word.shaped
            if !shaped.missing.isEmpty {
                var parts = substitute(shaped, span: span, level: word.level)
                shaped = parts.removeLast()
                for part in parts { words.append(PlacedWord(part, span.style, level: word.level)) }
            }
            words.append(PlacedWord(word, shaped, size, span.style.color))
        }
    }

    /// Draws a text at a place.
    ///
    /// - Returns: The height; nil when there is nothing to draw.
    mutating func layout(_ block: TextBlock, x: Int, width: Int, y: Int) -> Int? {
        if block.isNumber {
            guard let number = number(of: block) else { return nil }
            if draw(number, style: block.style, x: x, width: width, y: y) { return block.style.leading }
        }
        if isUniform(block) {
            guard let line = line(of: block) else { return nil }
            return drawLine(line, of: block, x: x, width: width, y: y)
        }
        guard gatherWords(of: block) else { return nil }
        return drawWords(of: block, x: x, width: width, y: y)
    }

    /// Makes `words` so small that they fit on one line, but not smaller than half.
    private mutating func fitWords(within width: Int) {
        let line = measureWords().line
        guard line > width else { return }
        // Every word's width is rounded on its own.
        let room = max(width - words.count, 0)
        for index in words.indices {
            let size = max(words[index].size * room / line, words[index].size / 2)
            words[index].size = size
            words[index].width = words[index].shaped.width(at: Length(millipoints: size)).millipoints
            words[index].visibleWidth = words[index].shaped.visibleWidth(at: Length(millipoints: size)).millipoints
        }
    }

    /// Draws a text whose spans look alike: in one piece where it fits, else broken into lines.
    ///
    /// - Returns: The height.
    mutating func drawLine(_ line: ShapedLine, of block: TextBlock, x: Int, width: Int, y: Int) -> Int {
        if let joined = line.joined {
            guard isDrawn(block) else {
                if joined.visibleWidth(at: Length(millipoints: block.style.size)).millipoints <= width {
                    return block.style.leading
                }
                return drawTaken(line, of: block, x: x, width: width, y: y)
            }
            if draw(joined, style: block.style, x: x, width: width, y: y) { return block.style.leading }
        }
        return drawTaken(line, of: block, x: x, width: width, y: y)
    }

    private mutating func drawTaken(_ line: ShapedLine, of block: TextBlock, x: Int, width: Int, y: Int) -> Int {
        if !take(line, block.style) { _ = gatherWords(of: block) }
        return drawWords(of: block, x: x, width: width, y: y)
    }

    /// Whether a text is drawn in this pass over the page.
    private func isDrawn(_ block: TextBlock) -> Bool {
        switch pageCount {
        case .known: true
        case .later: !block.needsPageCount
        case .overlay: block.needsPageCount
        }
    }

    /// Breaks `words` into lines and draws them.
    ///
    /// - Returns: The height.
    mutating func drawWords(of block: TextBlock, x: Int, width: Int, y: Int) -> Int {
        if block.isFitted { fitWords(within: width) }
        splitWords(wider: max(width, 1))
        let isDrawn = isDrawn(block)
        let owner = isDrawn ? structure.owner(ofText: block.style.level) : .artifact
        let capHeight = fonts[block.style.font.index].face
        let rise = capHeight.length(of: capHeight.metrics.capHeight, at: Length(millipoints: block.style.size))
            .millipoints
        var line = y
        var start = 0
        while start < words.count {
            let end = lineEnd(from: start, width: width)
            if isDrawn {
                let baseline = line + (block.style.leading + rise) / 2
                draw(start..<end, x: x, width: width, baseline: baseline, top: line, style: block.style, owner: owner)
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
            var needed = pen + words[index].visibleWidth
            if words[index].isHyphenated {
                needed += hyphen(of: words[index]).width(at: Length(millipoints: words[index].size)).millipoints
            }
            if needed > width, index > start { return translationStart(best ?? index, from: start) }
            pen += words[index].width
            index += 1
            if words[index - 1].mustBreakAfter { return index }
            if words[index - 1].mayBreakAfter { best = index }
        }
        return index
    }

    /// The hyphen that a word shows at the end of a line.
    private func hyphen(of word: PlacedWord) -> ShapedText {
        shaper.unbroken("-", font: fonts.font(of: word.shaped.face))
    }

    /// Cuts words that fit on no line between two of their characters.
    private mutating func splitWords(wider width: Int) {
        var index = 0
        while index < words.count {
            if words[index].visibleWidth > width, let (head, tail) = words[index].split(within: width) {
                words[index] = head
                words.insert(tail, at: index + 1)
            }
            index += 1
        }
    }

    private mutating func draw(
        _ range: Range<Int>, x: Int, width: Int, baseline: Int, top: Int, style: TextStyle, owner: StructureID
    ) {
        var pen = 0
        var visible = 0
        var isTurned = false
        for index in range {
            visible = pen + words[index].visibleWidth
            pen += words[index].width
            if words[index].level > 0 { isTurned = true }
        }
        let last = range.upperBound - 1
        let hyphen = range.upperBound < words.count && words[last].isHyphenated ? hyphen(of: words[last]) : nil
        if let hyphen { visible += hyphen.width(at: Length(millipoints: words[last].size)).millipoints }
        let left =
            switch style.align {
            case .left: x
            case .right, .decimal: x + width - visible
            case .center: x + (width - visible) / 2
            }
        let places = isTurned ? places(of: range) : []
        var pieces: [TextRun.Piece] = []
        pieces.reserveCapacity(range.count + 1)
        var runStart = places.first ?? 0
        var runWord = range.lowerBound
        pen = 0
        func flush(_ end: Int) {
            if !pieces.isEmpty {
                let owner = words[runWord].language.map { structure.span(in: owner, language: $0) } ?? owner
                items.append(
                    DrawnItem(
                        content: .text(
                            .many(pieces, words[runWord].shaped.face), size: words[runWord].size,
                            color(words[runWord].color)),
                        x: left + runStart, y: baseline, top: top, bottom: top + style.leading, owner: owner))
                pieces = []
            }
            runStart = pen
            runWord = end
        }
        for index in range {
            if isTurned { pen = places[index - range.lowerBound] }
            if index != runWord, !words[index].looksLike(words[runWord]) { flush(index) }
            if !words[index].shaped.isEmpty {
                pieces.append(TextRun.Piece(shaped: words[index].shaped, x: Length(millipoints: pen - runStart)))
            }
            pen += words[index].width
        }
        if let hyphen { pieces.append(TextRun.Piece(shaped: hyphen, x: Length(millipoints: pen - runStart))) }
        flush(range.upperBound)
    }

    /// The one unbreakable piece of a text that is a number; nil when the field is empty.
    mutating func number(of block: TextBlock) -> ShapedText? {
        buffer.removeAll(keepingCapacity: true)
        guard block.spans[0].expression.append(in: scope, to: &buffer), !buffer.isEmpty else { return nil }
        return shaper.unbroken(buffer.span, font: fonts[block.style.font.index])
    }

    /// Draws a number, or another text, in one piece.
    ///
    /// - Returns: false when it is too wide for that, or needs other faces.
    mutating func draw(_ number: ShapedText, style: TextStyle, x: Int, width: Int, y: Int) -> Bool {
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
                content: .text(
                    .one(TextRun.Piece(shaped: number, x: .zero)), size: style.size, color(style.color)),
                x: left, y: y + (style.leading + rise) / 2, top: y, bottom: y + style.leading,
                owner: structure.owner(ofText: style.level)))
        return true
    }

    // MARK: - Measuring

    /// The width of a text on one line, and of its longest word; nil when it is left out.
    mutating func measure(_ block: TextBlock) -> (line: Int, word: Int)? {
        if block.isNumber {
            guard let number = number(of: block) else { return nil }
            let width = number.visibleWidth(at: Length(millipoints: block.style.size)).millipoints
            return (width, width)
        }
        if isUniform(block) {
            guard let line = line(of: block) else { return nil }
            return measure(line, of: block)
        }
        guard gatherWords(of: block) else { return nil }
        return measureWords()
    }

    /// The width of a text on one line, and of its longest word.
    mutating func measure(_ line: ShapedLine, of block: TextBlock) -> (line: Int, word: Int) {
        guard let joined = line.joined else {
            if !take(line, block.style) { _ = gatherWords(of: block) }
            return measureWords()
        }
        let size = Length(millipoints: block.style.size)
        let longest = line.words.reduce(0) { max($0, $1.shaped.visibleWidth(at: size).millipoints) }
        return (joined.visibleWidth(at: size).millipoints, longest)
    }

    /// Evaluates a text into `words`, for measuring now and drawing later.
    ///
    /// - Returns: The words; nil when the text is to be left out.
    mutating func words(of block: TextBlock) -> [PlacedWord]? { gatherWords(of: block) ? words : nil }

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

    /// The text of a cell that is aligned at its decimal mark, and how wide it is left and right of that place.
    mutating func aligned(_ block: TextBlock) -> AlignedNumber? {
        buffer.removeAll(keepingCapacity: true)
        guard let span = block.spans.first, span.expression.append(in: scope, to: &buffer), !buffer.isEmpty else {
            return nil
        }
        SecondLanguage.strip(&buffer)
        let mark = scope.catalogue.format.decimalMark
        let cut = mark.count == 1 ? buffer.lastIndex(of: mark[0]) ?? buffer.count : buffer.count
        let font = fonts[span.style.font.index]
        let shaped = shaper.unbroken(buffer.span, font: font)
        let size = Length(millipoints: block.style.size)
        let whole = shaped.face.length(of: shaped.advance(before: cut), at: size).millipoints
        return AlignedNumber(
            shaped: shaped, whole: whole, decimals: max(shaped.width(at: size).millipoints - whole, 0))
    }
}
