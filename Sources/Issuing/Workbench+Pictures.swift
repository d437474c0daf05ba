public import Diagnostics
import InvoiceModel
import PageImage
import PageLayout
import Tax

/// What drawing the pages of a document as pictures came to.
public enum PicturesOutcome: Sendable {
    /// The pages were handed out; so many there are, and what was found.
    case drawn(pages: Int, [Finding])
    /// Why there are none.
    case rejected([Finding])
}

extension Workbench {
    /// The resolutions that pictures may have, in dots per inch.
    public static var resolutions: ClosedRange<Int> { PageRasterizer.resolutions }

    /// Draws the pages of one document as PNG pictures.
    ///
    /// - Parameters:
    ///   - bytes: The document in JSON or XML, as `render` takes it.
    ///   - options: What the caller decides.
    ///   - dotsPerInch: The resolution, within `resolutions`.
    ///   - page: The only page that is wanted, from 1; nil for all.
    ///   - deliver: Takes each page as it is finished: its number from 1, how many there are, and its PNG.
    /// - Returns: How many pages the document has, or every finding that speaks against drawing it.
    /// - Throws: As `render`; `image.pageUnknown` where there is no such page; `image.*`; what `deliver` throws.
    public func pictures(
        of bytes: consuming [UInt8], _ options: DocumentOptions, dotsPerInch: Int, page: Int? = nil,
        deliver: @escaping (_ page: Int, _ count: Int, _ png: [UInt8]) throws(ToolkitError) -> Void
    ) throws(ToolkitError) -> PicturesOutcome {
        switch try accept(bytes, options) {
        case .rejected(let findings): return .rejected(findings)
        case .accepted(let accepted):
            let composer = try composer(for: accepted.priced.invoice, options)
            var overlays = PageOverlays()
            let report = try composer.compose(accepted.priced, shaper: shaper, into: &overlays)
            guard report.isAcceptable else { return .rejected(accepted.findings + accepted.placed(report.findings)) }
            let count = overlays.count
            if let page, !(1...count).contains(page) {
                throw ToolkitError(
                    .imagePageUnknown, "The document has no such page.", fix: "It has \(count).",
                    facts: ["pages": String(count)])
            }
            var pictures = PagePictures(
                rasterizer: rasterizer, overlays: overlays, dotsPerInch: dotsPerInch, only: page.map { $0 - 1 }
            ) { index, png throws(ToolkitError) in
                try deliver(index + 1, count, png)
            }
            _ = try composer.compose(accepted.priced, shaper: shaper, into: &pictures)
            return .drawn(pages: count, accepted.findings + accepted.placed(report.findings))
        }
    }
}

extension ToolkitError.Code {
    /// A page that a document does not have was asked for.
    public static let imagePageUnknown = Self("image.pageUnknown", .usage)
}
