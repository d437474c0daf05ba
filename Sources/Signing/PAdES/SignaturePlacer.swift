public import Diagnostics
public import PDFReader

/// Finds a place for the box of a visible signature where it covers nothing.
///
/// All places are those of the page as it is shown, in points from its lower left corner.
public struct SignaturePlacer: Sendable {
    private let page: ShownPage
    private let texts: [(text: String, box: PageRectangle)]
    /// What must not be covered.
    private let contents: [PageRectangle]
    private let lines: [PageRectangle]
    private let areas: [PageRectangle]
    /// The natural language of the document (`/Lang`); nil where it does not say.
    public let language: String?

    /// The distance from the edge of the page, and from what stands on it.
    private static let margin = 28.0
    private static let gap = 8.0

    /// Looks at a page.
    ///
    /// - Parameters:
    ///   - pdf: The file.
    ///   - page: The page from 0; negative numbers count from the last one, which is -1.
    /// - Throws: `pdf.*`; `pdf.noSuchPage`.
    public init(_ pdf: [UInt8], page: Int) throws(ToolkitError) {
        let document = try PDFDocument(parsing: pdf)
        try self.init(document, document.pageToSign(page))
    }

    init(_ document: PDFDocument, _ page: PDFPage) throws(ToolkitError) {
        let shown = ShownPage(page)
        let found = try document.occupancy(of: page)
        let paper = PageRectangle(left: 0, bottom: 0, right: shown.width, top: shown.height)
        func seen(_ box: PageRectangle) -> PageRectangle? { shown.shown(box).intersection(paper) }
        self.page = shown
        texts = found.texts.map { ($0.text, shown.shown($0.box)) }
        contents = (found.texts.map(\.box) + found.pictures).compactMap(seen)
        lines = found.lines.compactMap(seen)
        // What fills most of the page is its background.
        areas = found.areas.compactMap(seen).filter { $0.width * $0.height < 0.4 * shown.width * shown.height }
        language = try document.resolve(document.catalogue()["Lang"]).text
    }

    /// Whether a box would cover text or a picture.
    func covers(_ box: PageRectangle) -> Bool {
        let inner = box.grown(by: -1)
        return contents.contains { $0.intersection(inner) != nil }
    }

    /// The place for a hand-written signature: above a line under which one of these words stands.
    ///
    /// - Parameter labels: What may stand under the line.
    /// - Returns: The free space above the line, as wide as the line; nil where there is no such line, or no room.
    public func blank(over labels: [String]) -> PageRectangle? {
        for text in texts where labels.contains(where: { !$0.isEmpty && text.text.hasPrefix($0) }) {
            let rule = lines.first { line in
                line.height <= 2 && line.width >= 90 && line.bottom >= text.box.top - 4
                    && line.bottom - text.box.top <= 14 && line.left <= text.box.left + 2
                    && line.right >= text.box.right - 2
            }
            guard let rule else { continue }
            var space = PageRectangle(
                left: rule.left, bottom: rule.top + 3, right: rule.right, top: page.height - Self.margin)
            for box in contents + lines + areas
            where box.right > space.left && box.left < space.right && box.top > space.bottom {
                space.top = min(space.top, box.bottom - 4)
            }
            if space.height >= 24 { return space }
        }
        return nil
    }

    /// A free place for a box: as low as possible, at the right edge of the text before others.
    ///
    /// - Returns: Nil where there is none; then a smaller box may find one.
    public func place(width: Double, height: Double) -> PageRectangle? {
        let body = contents.reduce(contents.first) { $0?.union($1) }
        let right = max(Self.margin, min(body?.right ?? 0, page.width - Self.margin) - width)
        let left = min(max(body?.left ?? 0, Self.margin), right)
        // Areas are given up last: white ones lie behind the text of many programs.
        for obstacles in [contents + lines + areas, contents + lines] {
            // Under all of the text is better than beside some of it.
            if let bottom = bottom(0, page.width, height, obstacles), right + width <= page.width - 8 {
                return PageRectangle(left: right, bottom: bottom, right: right + width, top: bottom + height)
            }
            let columns =
                [right, left, (left + right) / 2]
                + stride(from: page.width - Self.margin - width, through: Self.margin, by: -8)
            for column in columns where column + width <= page.width - 8 {
                guard let bottom = bottom(column, width, height, obstacles) else { continue }
                return PageRectangle(left: column, bottom: bottom, right: column + width, top: bottom + height)
            }
        }
        return nil
    }

    /// The lowest free place of a column: under what stands above it, else at the foot.
    private func bottom(
        _ left: Double, _ width: Double, _ height: Double, _ obstacles: [PageRectangle]
    ) -> Double? {
        let beside = obstacles.filter { $0.right > left - Self.gap && $0.left < left + width + Self.gap }
            .sorted { $0.bottom < $1.bottom }
        var floor = Self.margin
        for box in beside {
            if box.bottom - floor >= height + 2 * Self.gap {
                // A page that is empty below is signed close to its text.
                return max(floor, box.bottom - 2 * Self.gap - height)
            }
            floor = max(floor, box.top + Self.gap)
        }
        return page.height - Self.margin - floor >= height ? floor : nil
    }

    /// Why a box is not put where it was wanted, with a place that is free.
    func refusal(width: Double, height: Double) -> ToolkitError {
        let free = place(width: width, height: height).map { "\(Int($0.left)),\(Int($0.bottom)) is free" }
        return ToolkitError(
            .pdfAppearanceCovers, "The signature box would cover text or a picture.",
            fix: free.map { "Choose another place: \($0); `auto` finds one." }
                ?? "Choose another page; on this one nothing is free for a box of this size.")
    }
}

extension PDFDocument {
    /// A page that can be signed.
    ///
    /// - Parameter asked: From 0; negative numbers count from the last page, which is -1.
    /// - Returns: The page, which is an object of its own.
    /// - Throws: `pdf.noSuchPage`.
    func pageToSign(_ asked: Int) throws(ToolkitError) -> PDFPage {
        let pages = try pages()
        let index = asked < 0 ? pages.count + asked : asked
        guard pages.indices.contains(index), pages[index].id != nil else {
            throw ToolkitError(
                .pdfNoSuchPage, "The PDF has no page \(asked + (asked < 0 ? 0 : 1)) to put the signature on.",
                fix: "Its last page is number \(pages.count).")
        }
        return pages[index]
    }
}

extension ToolkitError.Code {
    /// The PDF does not have the page that the signature is to stand on.
    public static let pdfNoSuchPage = Self("pdf.noSuchPage", .usage)
    /// The signature box would cover what the page says.
    public static let pdfAppearanceCovers = Self("pdf.appearanceCovers", .usage)
}
