import PDFReader

/// A page as it is shown: its rotation done, its lower left corner at 0.
struct ShownPage: Sendable {
    private let edges: PageRectangle
    private let rotation: Int
    /// The extent in points.
    let width: Double, height: Double

    init(_ page: PDFPage) {
        let box = page.visibleBox ?? [0, 0, 595.28, 841.89]
        edges = PageRectangle(left: box[0], bottom: box[1], right: box[2], top: box[3])
        rotation = page.rotation
        let isUpright = rotation % 180 == 0
        width = isUpright ? edges.width : edges.height
        height = isUpright ? edges.height : edges.width
    }

    /// A rectangle of the page's own space as it is shown.
    func shown(_ box: PageRectangle) -> PageRectangle {
        switch rotation {
        case 90:
            PageRectangle(
                left: box.bottom - edges.bottom, bottom: edges.right - box.right, right: box.top - edges.bottom,
                top: edges.right - box.left)
        case 180:
            PageRectangle(
                left: edges.right - box.right, bottom: edges.top - box.top, right: edges.right - box.left,
                top: edges.top - box.bottom)
        case 270:
            PageRectangle(
                left: edges.top - box.top, bottom: box.left - edges.left, right: edges.top - box.bottom,
                top: box.right - edges.left)
        default:
            PageRectangle(
                left: box.left - edges.left, bottom: box.bottom - edges.bottom, right: box.right - edges.left,
                top: box.top - edges.bottom)
        }
    }

    /// A rectangle of the page as it is shown, in the page's own space.
    func unshown(_ box: PageRectangle) -> PageRectangle {
        switch rotation {
        case 90:
            PageRectangle(
                left: edges.right - box.top, bottom: edges.bottom + box.left, right: edges.right - box.bottom,
                top: edges.bottom + box.right)
        case 180:
            PageRectangle(
                left: edges.right - box.right, bottom: edges.top - box.top, right: edges.right - box.left,
                top: edges.top - box.bottom)
        case 270:
            PageRectangle(
                left: edges.left + box.bottom, bottom: edges.top - box.right, right: edges.left + box.top,
                top: edges.top - box.left)
        default:
            PageRectangle(
                left: box.left + edges.left, bottom: box.bottom + edges.bottom, right: box.right + edges.left,
                top: box.top + edges.bottom)
        }
    }
}
