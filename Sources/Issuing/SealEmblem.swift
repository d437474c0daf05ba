import Glibc
import PDFWriter

/// Paths of the signature box: a frame, and a seal with a rosette and a tick, in points from the lower left corner.
struct SealEmblem {
    /// The operators so far.
    private(set) var operators = PDFSyntax()

    /// Ink, its lighter shade for fine lines, and the paper of the box.
    private static let ink = [0.122, 0.227, 0.373]
    private static let fine = [0.54, 0.63, 0.74]
    private static let paper = [0.968, 0.976, 0.988]

    /// Draws all of it.
    ///
    /// - Parameters:
    ///   - width: The width of the box.
    ///   - height: Its height.
    ///   - center: The middle of the seal; it is as far from the left as from below.
    ///   - radius: Its radius.
    init(width: Double, height: Double, center: Double, radius: Double) {
        operators.raw("q\n1 j 1 J\n")
        frame(width, height)
        let middle = height / 2
        operators.raw("1 0 0 1 ")
        numbers(center, middle)
        operators.raw("cm\n")
        stroke(Self.fine, 0.22)
        for phase in 0..<4 { rosette(inner: 0.60 * radius, outer: 0.89 * radius, phase: Double(phase) / 4) }
        stroke(Self.ink, 0.9)
        circle(radius - 0.45)
        stroke(Self.ink, 0.3)
        circle(radius * 0.90)
        circle(radius * 0.585)
        stroke(Self.ink, 0.125 * radius)
        numbers(-0.27 * radius, 0)
        operators.raw("m ")
        numbers(-0.07 * radius, -0.2 * radius)
        operators.raw("l ")
        numbers(0.29 * radius, 0.22 * radius)
        operators.raw("l S\nQ\n")
    }

    private mutating func numbers(_ values: Double...) {
        for value in values {
            operators.thousandths(Int((value * 1000).rounded()))
            operators.byte(0x20)
        }
    }

    private mutating func stroke(_ color: [Double], _ width: Double) {
        for part in color { numbers(part) }
        operators.raw("RG ")
        numbers(width)
        operators.raw("w\n")
    }

    /// A rectangle with round corners.
    private mutating func frame(_ width: Double, _ height: Double) {
        for part in Self.paper { numbers(part) }
        operators.raw("rg\n")
        stroke(Self.fine, 0.5)
        let (low, right, top, round) = (0.25, width - 0.25, height - 0.25, 4.0)
        let curve = round * 0.4477
        numbers(low + round, low)
        operators.raw("m ")
        numbers(right - round, low)
        operators.raw("l ")
        numbers(right - curve, low, right, low + curve, right, low + round)
        operators.raw("c ")
        numbers(right, top - round)
        operators.raw("l ")
        numbers(right, top - curve, right - curve, top, right - round, top)
        operators.raw("c ")
        numbers(low + round, top)
        operators.raw("l ")
        numbers(low + curve, top, low, top - curve, low, top - round)
        operators.raw("c ")
        numbers(low, low + round)
        operators.raw("l ")
        numbers(low, low + curve, low + curve, low, low + round, low)
        operators.raw("c b\n")
    }

    private mutating func circle(_ radius: Double) {
        let curve = radius * 0.5523
        numbers(radius, 0)
        operators.raw("m ")
        numbers(radius, curve, curve, radius, 0, radius)
        operators.raw("c ")
        numbers(-curve, radius, -radius, curve, -radius, 0)
        operators.raw("c ")
        numbers(-radius, -curve, -curve, -radius, 0, -radius)
        operators.raw("c ")
        numbers(curve, -radius, radius, -curve, radius, 0)
        operators.raw("c s\n")
    }

    /// A wave around the seal, as bank notes have them.
    private mutating func rosette(inner: Double, outer: Double, phase: Double) {
        let waves = 18.0
        let steps = 216
        for step in 0..<steps {
            let angle = 2 * Double.pi * Double(step) / Double(steps)
            let radius = (inner + outer) / 2 + (outer - inner) / 2 * cos(waves * angle + 2 * Double.pi * phase)
            numbers(radius * cos(angle), radius * sin(angle))
            operators.raw(step == 0 ? "m\n" : "l\n")
        }
        operators.raw("s\n")
    }
}
