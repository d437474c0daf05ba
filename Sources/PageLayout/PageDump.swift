import Raster
public import Typography

extension TextRun {
    /// The characters of the run, in order.
    public var text: String { String(decoding: pieces.flatMap(\.shaped.text), as: UTF8.self) }

    /// How far the run reaches to the right of its origin, without blanks at its end.
    public var visibleWidth: Length {
        guard let last = pieces.last else { return .zero }
        return last.x + last.shaped.visibleWidth(at: size)
    }
}

extension Page {
    /// Everything on the page as text, one line for each thing that is drawn, for tests and for questions about a layout.
    ///
    /// Distances are points from the upper left corner: `text x y size face #colour characters` with the baseline as y,
    /// `box x y width height #colour`, `modules x y module side #colour`, `image x y width height pixels×pixels`.
    public var dump: String {
        var lines = ["page \(size.width.dumped) \(size.height.dumped)"]
        for element in elements {
            switch element {
            case .text(let run):
                lines.append(
                    "text \(run.origin.x.dumped) \(run.origin.y.dumped) \(run.size.dumped) "
                        + "\(run.face.postScriptName) \(run.color.dumped) \(run.text)")
            case .box(let box):
                lines.append(
                    "box \(box.origin.x.dumped) \(box.origin.y.dumped) \(box.size.width.dumped) "
                        + "\(box.size.height.dumped) \(box.color.dumped)")
            case .modules(let grid):
                lines.append(
                    "modules \(grid.origin.x.dumped) \(grid.origin.y.dumped) \(grid.module.dumped) \(grid.side) "
                        + "\(grid.color.dumped)")
            case .image(let placed):
                lines.append(
                    "image \(placed.origin.x.dumped) \(placed.origin.y.dumped) \(placed.size.width.dumped) "
                        + "\(placed.size.height.dumped) \(placed.image.width)×\(placed.image.height)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Length {
    /// Points with three places.
    fileprivate var dumped: String {
        let thousandths = String(millipoints.magnitude % 1000)
        return (millipoints < 0 ? "-" : "") + "\(millipoints.magnitude / 1000)."
            + String(repeating: "0", count: 3 - thousandths.count) + thousandths
    }
}

extension Color {
    fileprivate var dumped: String {
        "#"
            + [red, green, blue].map { part in
                let digits = String(part, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }
}
