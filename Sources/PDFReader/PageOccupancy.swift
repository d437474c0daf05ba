public import Diagnostics

/// Where a page shows something, as rectangles that are rather too large than too small.
public struct PageOccupancy: Sendable {
    /// A piece of text and the space that it takes.
    public struct Text: Sendable {
        /// What it says.
        public let text: String
        /// Around its glyphs.
        public let box: PageRectangle
    }

    /// The visible texts; a slanted one in several pieces, so that its box does not take a whole page.
    public let texts: [Text]
    /// Pictures, and the annotations that are seen or can be filled in.
    public let pictures: [PageRectangle]
    /// Lines and areas as thin as lines.
    public let lines: [PageRectangle]
    /// Filled areas, whatever their colour.
    public let areas: [PageRectangle]
}

extension PDFDocument {
    /// Finds out where a page shows something.
    ///
    /// Clipping is followed by its outlines only. What a font that the file does not describe would show is not known.
    ///
    /// - Parameter page: A page of this document.
    /// - Returns: What it shows, in its default user space.
    /// - Throws: As `init`.
    public func occupancy(of page: PDFPage) throws(ToolkitError) -> PageOccupancy {
        try reporting { () throws(PDFFault) in
            var interpreter = ContentInterpreter(page, in: self, fonts: fonts)
            interpreter.shapes = PaintedShapes()
            try interpreter.run(try content(of: page))
            var pictures: [PageRectangle] = []
            for annotation in try resolved(page.dictionary["Annots"]).array ?? [] {
                guard let dictionary = try resolved(annotation).dictionary else { continue }
                try interpreter.draw(dictionary)
                let flags = try resolved(dictionary["F"]).integer ?? 0
                guard flags & 2 == 0, let box = try box(dictionary["Rect"]) else { continue }
                let place = PageRectangle(box)
                if place.width > 0, place.height > 0 { pictures.append(place) }
            }
            let shapes = interpreter.shapes ?? PaintedShapes()
            return PageOccupancy(
                texts: interpreter.fragments.filter(\.isVisible).flatMap(\.occupied),
                pictures: shapes.images + pictures,
                lines: shapes.lines, areas: shapes.areas)
        }
    }
}

extension TextFragment {
    /// The space that it takes: from below the baseline up to above the capitals.
    fileprivate var occupied: [PageOccupancy.Text] {
        let isLevel = direction.y.magnitude < 0.01 || direction.x.magnitude < 0.01
        let count = isLevel ? 1 : min(max(1, Int(width / max(size, 1))), 64)
        let step = width / Double(count)
        return (0..<count).map { index in
            let along = [step * Double(index), step * Double(index + 1)]
            let points = along.flatMap { distance in
                [-0.25, 0.95].map { rise in
                    PagePoint(
                        x: origin.x + direction.x * distance - direction.y * rise * size,
                        y: origin.y + direction.y * distance + direction.x * rise * size)
                }
            }
            return PageOccupancy.Text(text: text, box: PageRectangle(around: points))
        }
    }
}
