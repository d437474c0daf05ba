/// A rectangle of a page in its default user space, in points.
public struct PageRectangle: Sendable, Hashable {
    /// The edges.
    public var left: Double, bottom: Double, right: Double, top: Double

    /// Takes the edges, in the order of `/Rect`.
    public init(left: Double, bottom: Double, right: Double, top: Double) {
        self.left = left
        self.bottom = bottom
        self.right = right
        self.top = top
    }

    /// The smallest rectangle around points, of which there is one at least.
    init(around points: [PagePoint]) {
        left = points.map(\.x).min() ?? 0
        right = points.map(\.x).max() ?? 0
        bottom = points.map(\.y).min() ?? 0
        top = points.map(\.y).max() ?? 0
    }

    init(_ box: PageBox) { self.init(left: box.left, bottom: box.bottom, right: box.right, top: box.top) }

    /// Across.
    public var width: Double { right - left }
    /// Upwards.
    public var height: Double { top - bottom }

    /// Whether it is a line to the eye.
    var isThin: Bool { width <= 2 || height <= 2 }

    /// Its lower left corner, as a rectangle without extent.
    var corner: PageRectangle { PageRectangle(left: left, bottom: bottom, right: left, top: bottom) }

    /// The smallest rectangle around both.
    public func union(_ other: PageRectangle) -> PageRectangle {
        PageRectangle(
            left: min(left, other.left), bottom: min(bottom, other.bottom), right: max(right, other.right),
            top: max(top, other.top))
    }

    /// What both have in common; nil where they are apart.
    public func intersection(_ other: PageRectangle) -> PageRectangle? {
        let both = PageRectangle(
            left: max(left, other.left), bottom: max(bottom, other.bottom), right: min(right, other.right),
            top: min(top, other.top))
        return both.width >= 0 && both.height >= 0 ? both : nil
    }

    /// The same with so much more, or less, on each side.
    public func grown(by distance: Double) -> PageRectangle {
        PageRectangle(
            left: left - distance, bottom: bottom - distance, right: right + distance, top: top + distance)
    }
}
