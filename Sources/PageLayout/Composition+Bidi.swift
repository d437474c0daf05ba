import Typography

/// Words of several directions on one line.
extension Composition {
    /// Finds where the words of a line stand (UAX #9, L1 and L2).
    ///
    /// - Returns: How far each word begins from the start of the line, in the order of reading.
    mutating func places(of range: Range<Int>) -> [Int] {
        // Blanks at the end of a line do not turn.
        for index in range.reversed() {
            guard words[index].visibleWidth == 0 else { break }
            words[index].level = 0
        }
        let order = VisualOrder.indices(levels: range.map { words[$0].level }) { _ in false }
        var places = [Int](repeating: 0, count: range.count)
        var pen = 0
        for index in order {
            places[index] = pen
            pen += words[range.lowerBound + index].width
        }
        return places
    }
}

extension PlacedWord {
    /// Cuts a turned word so that what is read first is no wider than `width`, but holds a character at least.
    func splitTurned(within width: Int) -> (head: ShapedText, tail: ShapedText)? {
        let glyphs = shaped.glyphs
        let size = Length(millipoints: size)
        let limit = Length(millipoints: width)
        var advance = 0
        var cut: Int?
        for index in glyphs.indices.reversed() {
            if index < glyphs.count - 1, glyphs[index].cluster != glyphs[index + 1].cluster {
                if cut != nil, limit < shaped.face.length(of: advance, at: size) { break }
                cut = index + 1
                if limit < shaped.face.length(of: advance + Int(glyphs[index].advance), at: size) { break }
            }
            advance += Int(glyphs[index].advance)
        }
        guard let cut, cut > 0 else { return nil }
        let border = Int(glyphs[cut - 1].cluster)
        guard glyphs[cut...].allSatisfy({ $0.cluster < border }), glyphs[..<cut].allSatisfy({ $0.cluster >= border })
        else { return nil }
        func part(_ glyphs: ArraySlice<ShapedGlyph>, _ text: ArraySlice<UInt8>, from start: Int) -> ShapedText {
            let moved = glyphs.map {
                ShapedGlyph(
                    id: $0.id, cluster: $0.cluster - UInt32(start), advance: $0.advance, xOffset: $0.xOffset,
                    yOffset: $0.yOffset)
            }
            return ShapedText(
                face: shaped.face, glyphs: moved, text: Array(text), advance: moved.reduce(0) { $0 + Int($1.advance) },
                trailingBlankAdvance: 0, isTurned: true)
        }
        return (
            part(glyphs[cut...], shaped.text[..<border], from: 0),
            part(glyphs[..<cut], shaped.text[border...], from: border)
        )
    }
}
