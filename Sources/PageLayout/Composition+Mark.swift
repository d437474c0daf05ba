import Typography

extension Composition {
    /// The elements of a page with the mark of the print among them: over coloured areas, behind rules and all text.
    ///
    /// A page without a mark stays as it is. The mark is decoration to a reader: the title of the file says it too.
    mutating func marked(_ elements: [PageElement], paper: Size) -> [PageElement] {
        guard let mark = mark(on: paper) else { return elements }
        var ground: [PageElement] = []
        var content: [PageElement] = []
        for element in elements {
            if case .box(let box) = element, min(box.size.width, box.size.height) > Self.thickestRule {
                ground.append(element)
            } else {
                content.append(element)
            }
        }
        return ground + [.text(mark)] + content
    }

    /// The mark as one line that rises through the middle of the paper, as large as its style says and the paper allows.
    private mutating func mark(on paper: Size) -> TextRun? {
        guard scope.mark != nil, let block = template.mark ?? Self.plainMark, let words = words(of: block) else {
            return nil
        }
        let text = String(decoding: words.flatMap(\.shaped.text), as: UTF8.self)
        let shaped = unbroken(text, block.style)
        let size = Self.size(of: shaped, style: block.style, paper: paper)
        let length = shaped.visibleWidth(at: size)
        let height = shaped.face.length(of: shaped.face.metrics.capHeight, at: size)
        // From the middle half the length back along the line, half the height down across it; both at 45 degrees.
        let along = Self.leg(of: length) / 2
        let across = Self.leg(of: height) / 2
        let origin = Point(
            x: Length(millipoints: paper.width.millipoints / 2 - along + across),
            y: Length(millipoints: paper.height.millipoints / 2 + along + across))
        return TextRun(
            face: shaped.face, size: size, color: color(block.style.color), origin: origin,
            pieces: [TextRun.Piece(shaped: shaped, x: .zero)], slope: .rising)
    }

    /// The size at which the corners of the line stay away from the edges.
    private static func size(of shaped: ShapedText, style: TextStyle, paper: Size) -> Length {
        let wish = Length(millipoints: style.size)
        let height = shaped.face.length(of: shaped.face.metrics.capHeight, at: wish)
        let needed = leg(of: shaped.visibleWidth(at: wish)) + leg(of: height)
        let room = min(paper.width.millipoints, paper.height.millipoints) - 2 * markMargin
        return needed <= room || needed <= 0 ? wish : Length(millipoints: style.size * max(room, 1) / needed)
    }

    /// A side of the square whose diagonal has the length.
    private static func leg(of length: Length) -> Int { length.millipoints * 70_711 / 100_000 }

    /// What is thicker is an area.
    private static let thickestRule = Length(millipoints: 3_000)

    /// Between the mark and the edge of the paper: 12 mm.
    private static let markMargin = 34_016

    /// What is drawn for a template that has no `<mark>`: a marked print is never without its mark.
    private static let plainMark: TextBlock? = FieldTable.document["mark"].map { field in
        var style = TextStyle()
        style.font.isBold = true
        style.size = 120_000
        style.color = .mark
        let part = Expression.Part.field(field, nil, pointer: FieldPointer(list: nil, name: "mark"))
        let span = TextSpan(expression: Expression(parts: [part]), style: style, condition: nil)
        return TextBlock(style: style, spans: [span], separator: [], needsPageCount: false)
    }
}
