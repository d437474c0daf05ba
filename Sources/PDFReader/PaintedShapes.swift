/// What a page paints besides text, by its outlines.
struct PaintedShapes {
    /// Filled areas.
    var areas: [PageRectangle] = []
    /// Lines, each straight part for itself; areas that are as thin as lines are among them.
    var lines: [PageRectangle] = []
    /// Pictures.
    var images: [PageRectangle] = []

    /// The corners of the straight parts of the path that is being built, in the space of the page.
    fileprivate var segments: [PageRectangle] = []
    /// Around each part of the path.
    fileprivate var parts: [PageRectangle] = []
    /// Around the part that is being built.
    fileprivate var outline: PageRectangle?
    fileprivate var start: PagePoint?
    fileprivate var pen: PagePoint?
    /// Whether the path cuts off what comes after it.
    fileprivate var clips = false

    /// More shapes than this are as good as a picture.
    fileprivate static let limit = 200_000

    /// Begins another part of the path.
    fileprivate mutating func begin(at point: PagePoint) {
        endPart()
        start = point
        pen = point
    }

    fileprivate mutating func endPart() {
        if let outline, parts.count < Self.limit { parts.append(outline) }
        outline = nil
    }

    fileprivate mutating func extend(to point: PagePoint, isLine: Bool = true) {
        let box = PageRectangle(around: [pen ?? point, point])
        outline = outline?.union(box) ?? box
        if isLine, segments.count < Self.limit { segments.append(box) }
        pen = point
    }
}

extension ContentInterpreter {
    /// Notes a picture: the unit square of the present space.
    mutating func paintImage() {
        guard shapes != nil else { return }
        let corners = [(0.0, 0.0), (1, 0), (0, 1), (1, 1)].map { state.matrix.apply(x: $0.0, y: $0.1) }
        guard let seen = seen(PageRectangle(around: corners)) else { return }
        shapes?.images.append(seen)
    }

    private func seen(_ box: PageRectangle) -> PageRectangle? {
        guard let clip = state.clip else { return box }
        return clip.intersection(box)
    }

    /// Follows the operators for paths (ISO 32000-1, 8.5).
    mutating func paint(_ word: String, _ operands: [PDFObject]) {
        let numbers = operands.suffix(6).compactMap(\.number)
        func point(_ index: Int) -> PagePoint { state.matrix.apply(x: numbers[index], y: numbers[index + 1]) }
        switch word {
        case "m" where numbers.count >= 2:
            let start = point(numbers.count - 2)
            shapes?.begin(at: start)
        case "l" where numbers.count >= 2:
            let end = point(numbers.count - 2)
            shapes?.extend(to: end)
        case "c" where numbers.count == 6:
            for corner in [0, 2, 4].map(point) { shapes?.extend(to: corner) }
        case "v" where numbers.count >= 4, "y" where numbers.count >= 4:
            for corner in [numbers.count - 4, numbers.count - 2].map(point) { shapes?.extend(to: corner) }
        case "h": close()
        case "re" where numbers.count >= 4:
            let sides = Array(numbers.suffix(4))
            let corners = [(0.0, 0.0), (sides[2], 0), (sides[2], sides[3]), (0, sides[3])]
                .map { state.matrix.apply(x: sides[0] + $0.0, y: sides[1] + $0.1) }
            shapes?.begin(at: corners[0])
            for corner in corners.dropFirst() { shapes?.extend(to: corner) }
            close()
        case "W", "W*": shapes?.clips = true
        case "f", "F", "f*", "B", "B*": finish(fills: true)
        case "b", "b*":
            close()
            finish(fills: true)
        case "S": finish(fills: false)
        case "s":
            close()
            finish(fills: false)
        case "n": finish(fills: nil)
        case "sh":
            guard let clip = state.clip else { return }
            shapes?.areas.append(clip)
        default: break
        }
    }

    private mutating func close() {
        guard let start = shapes?.start else { return }
        shapes?.extend(to: start)
    }

    /// Paints the path and forgets it.
    private mutating func finish(fills: Bool?) {
        guard var painted = shapes else { return }
        shapes = nil  // so that no copy is made
        painted.endPart()
        if let fills, painted.areas.count + painted.lines.count < PaintedShapes.limit {
            let lines = fills ? painted.parts.filter(\.isThin) : painted.segments
            painted.lines += lines.compactMap(seen)
            if fills { painted.areas += painted.parts.filter { !$0.isThin }.compactMap(seen) }
        }
        if painted.clips, let outline = painted.parts.reduce(painted.parts.first, { $0?.union($1) }) {
            state.clip = state.clip.map { $0.intersection(outline) ?? outline.corner } ?? outline
        }
        painted.segments.removeAll(keepingCapacity: true)
        painted.parts.removeAll(keepingCapacity: true)
        painted.start = nil
        painted.pen = nil
        painted.clips = false
        shapes = painted
    }
}
