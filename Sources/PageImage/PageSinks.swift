public import Diagnostics
public import PageLayout

/// The first pass over a document whose pages are to be drawn: how many there are, and what layout adds to them once
/// it knows that.
///
/// The pages themselves are dropped. Layout is cheap beside drawing, so a long document is laid out twice instead of
/// standing in memory until its last page is known.
public struct PageOverlays: PageSink, Sendable {
    /// How many pages there are.
    public private(set) var count = 0
    /// What comes on top of a page, by its index.
    public private(set) var elements: [Int: [PageElement]] = [:]

    /// Starts without a page.
    public init() {}

    /// Counts a page.
    public mutating func append(_ page: Page) throws(ToolkitError) { count += 1 }

    /// Keeps what comes on top of a page.
    ///
    /// - Parameters:
    ///   - elements: What to draw.
    ///   - index: The page, from 0.
    /// - Throws: Nothing.
    public mutating func overlay(_ elements: [PageElement], onPage index: Int) throws(ToolkitError) {
        self.elements[index, default: []] += elements
    }
}

/// The second pass: draws every page, or one, and hands it out at once.
public struct PagePictures: PageSink {
    /// Takes the index of a page and its PNG.
    public typealias Delivery = (_ index: Int, _ png: [UInt8]) throws(ToolkitError) -> Void

    private let rasterizer: PageRasterizer
    private let overlays: PageOverlays
    private let dotsPerInch: Int
    private let only: Int?
    private let deliver: Delivery
    private var index = 0

    /// Prepares the pass.
    ///
    /// - Parameters:
    ///   - rasterizer: Of this thread.
    ///   - overlays: What the first pass found.
    ///   - dotsPerInch: The resolution.
    ///   - only: The only page that is wanted, from 0; nil for all.
    ///   - deliver: Takes each picture as it is finished.
    public init(
        rasterizer: PageRasterizer, overlays: PageOverlays, dotsPerInch: Int, only: Int? = nil,
        deliver: @escaping Delivery
    ) {
        self.rasterizer = rasterizer
        self.overlays = overlays
        self.dotsPerInch = dotsPerInch
        self.only = only
        self.deliver = deliver
    }

    /// Draws a page and hands it out.
    ///
    /// - Throws: What the rasterizer and the receiver throw.
    public mutating func append(_ page: Page) throws(ToolkitError) {
        defer { index += 1 }
        guard only == nil || only == index else { return }
        try deliver(
            index, rasterizer.png(of: page, overlay: overlays.elements[index] ?? [], dotsPerInch: dotsPerInch))
    }

    /// Does nothing: the first pass knew it.
    ///
    /// - Parameters:
    ///   - elements: What is on the picture already.
    ///   - index: The page, from 0.
    /// - Throws: Nothing.
    public mutating func overlay(_ elements: [PageElement], onPage index: Int) throws(ToolkitError) {}
}

@available(*, unavailable)
extension PagePictures: Sendable {}  // it draws with the rasterizer of one worker
