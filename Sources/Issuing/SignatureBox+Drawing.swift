import Certificates
public import Diagnostics
import InvoiceModel
import PDFExport
import PDFReader
import PDFWriter
import PageLayout
public import Signing
import Typography

extension SignatureBox {
    /// Where the box of a visible signature is to stand.
    public enum Place: Sendable {
        /// In the blank for a signature, or where else nothing is.
        case free
        /// Where somebody wants it.
        case fixed(SignatureAppearance.Place)
    }
}

extension Workbench {
    /// The sizes of a box, the most beautiful first.
    private static let sizes = [(190.0, 48.0), (160, 42), (130, 36), (100, 30)]
    /// How much of a blank a box takes at most.
    private static let blankSize = (width: 200.0, height: 48.0)

    /// Draws a box for a place in a document.
    ///
    /// - Parameters:
    ///   - box: What it says.
    ///   - pdf: The document to sign.
    ///   - page: The page from 0; negative numbers count from the last one.
    ///   - place: Where on it.
    ///   - mayCover: Whether it may lie on text and pictures.
    /// - Returns: The drawing and its place.
    /// - Throws: `pdf.*`; what drawing throws.
    public func appearance(
        of box: SignatureBox, on pdf: [UInt8], page: Int, place: SignatureBox.Place, mayCover: Bool = false
    ) throws(ToolkitError) -> SignatureAppearance {
        func drawn(
            _ width: Double, _ height: Double, _ place: SignatureAppearance.Place
        ) throws(ToolkitError) -> SignatureAppearance {
            SignatureAppearance(
                drawing: try draw(box, width: width, height: height), text: box.text, page: page, place: place,
                mayCover: mayCover)
        }
        if case .fixed(let place) = place { return try drawn(Self.sizes[0].0, Self.sizes[0].1, place) }
        let placer = try SignaturePlacer(pdf, page: page)
        var labels: [String] = []
        for language in DocumentLanguage.allCases { labels.append(try toolkit.catalogue(language)[.issuedBy]) }
        if let blank = placer.blank(over: labels) {
            return try drawn(
                min(blank.width, Self.blankSize.width), min(blank.height, Self.blankSize.height),
                .point(left: blank.left, bottom: blank.bottom))
        }
        for (width, height) in Self.sizes {
            guard let spot = placer.place(width: width, height: height) else { continue }
            return try drawn(width, height, .point(left: spot.left, bottom: spot.bottom))
        }
        throw ToolkitError(
            .pdfAppearanceCovers, "There is no free place for a signature box on this page.",
            fix: "Choose another page, or sign out of sight.")
    }

    /// Draws a signature box: a seal on the left, the words beside it.
    ///
    /// - Parameters:
    ///   - box: What it says.
    ///   - width: Its width in points.
    ///   - height: Its height in points; with little of it the small lines become one.
    /// - Returns: A PDF with one page of the size of the box.
    /// - Throws: What a face throws that cannot be opened; what writing throws.
    func draw(_ box: SignatureBox, width: Double, height: Double) throws(ToolkitError) -> [UInt8] {
        let radius = min((height - 8) / 2, 20)
        let center = radius + 5
        let left = center + radius + 7
        let words = try BoxText(box, width: width - left - 6, height: height - 5, language: box.language, self)
        let paper = Size(width: Length(points: width), height: Length(points: height))
        var exporter = PDFExporter(workspace: workspace)
        try exporter.append(Page(size: paper, elements: words.elements(left: left, boxHeight: height)))
        try exporter.underlay(
            SealEmblem(width: width, height: height, center: center, radius: radius).operators, onPage: 0)
        return try exporter.finish(
            metadata: PDFMetadata(
                title: box.text, language: box.language.rawValue, created: PDFDate(year: 2000, month: 1, day: 1)),
            identifier: Array(try Digest.sha256(Array(box.text.utf8)).prefix(16)))
    }
}

/// The lines of a box, each as large as it may be.
private struct BoxText {
    private struct Line {
        let shaped: ShapedText
        let size: Double
        let color: Color
        var leading: Double { size * 1.3 }
    }

    private var lines: [Line] = []

    private static let ink = Color(red: 0x1F, green: 0x3A, blue: 0x5F)
    private static let gray = Color(red: 0x52, green: 0x5C, blue: 0x69)

    init(
        _ box: SignatureBox, width: Double, height: Double, language: DocumentLanguage, _ bench: Workbench
    ) throws(ToolkitError) {
        let regular = TextFont(face: try bench.toolkit.ownFace("Regular"), language: language.rawValue)
        let bold = TextFont(face: try bench.toolkit.ownFace("Bold"), language: language.rawValue)
        func shape(_ text: String, _ font: TextFont) -> ShapedText { bench.shaper.unbroken(text, font: font) }
        func fitting(_ shaped: ShapedText, _ wish: Double) -> Double {
            let needed = shaped.visibleWidth(at: Length(points: wish)).points
            return needed > width ? wish * width / needed : wish
        }
        func line(_ text: String, _ wish: Double) -> Line {
            let shaped = shape(text, regular)
            return Line(shaped: shaped, size: fitting(shaped, wish), color: Self.gray)
        }
        func lines(_ scale: Double, _ details: [String]) -> [Line] {
            let wish = 9.6 * scale
            let parts = fitting(shape(box.name, bold), wish) < 7 ? box.name.halves : [box.name]
            let size = parts.map { fitting(shape($0, bold), parts.count > 1 ? 7.6 * scale : wish) }.min() ?? wish
            return [line(box.heading, 6.4 * scale)]
                + parts.map { Line(shaped: shape($0, bold), size: size, color: Self.ink) }
                + details.map { line($0, 6.4 * scale) }
        }
        // All lines a little smaller before the small ones share a line.
        for scale in [1, 0.95, 0.9, 0.85, 0.8] {
            self.lines = lines(scale, box.details)
            if self.lines.map(\.leading).reduce(0, +) <= height { return }
        }
        self.lines = lines(min(1, max(0.8, height / 32)), [box.details.joined(separator: " · ")])
    }

    /// The lines, in the middle between top and bottom.
    func elements(left: Double, boxHeight: Double) -> [PageElement] {
        let total = lines.map(\.leading).reduce(0, +)
        // What stands below the last baseline is mostly empty.
        var top = (boxHeight - total) / 2 + 0.4
        return lines.map { line in
            let baseline = top + line.size * 1.02
            top += line.leading
            return .text(
                TextRun(
                    face: line.shaped.face, size: Length(points: line.size), color: line.color,
                    origin: Point(x: Length(points: left), y: Length(points: baseline)),
                    pieces: [TextRun.Piece(shaped: line.shaped, x: .zero)]))
        }
    }
}

extension String {
    /// Two lines of nearly the same length; one where there is no blank.
    fileprivate var halves: [String] {
        let blanks = indices.filter { self[$0] == " " }
        let middle = count / 2
        func distance(_ index: Index) -> Int { abs(self.distance(from: startIndex, to: index) - middle) }
        guard let best = blanks.min(by: { distance($0) < distance($1) }) else { return [self] }
        return [String(self[..<best]), String(self[index(after: best)...])]
    }
}

extension Length {
    fileprivate init(points: Double) { self.init(millipoints: Int((points * 1000).rounded())) }
    fileprivate var points: Double { Double(millipoints) / 1000 }
}
