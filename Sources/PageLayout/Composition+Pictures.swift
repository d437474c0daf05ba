import Barcode
import InvoiceModel
import Raster
import Typography

/// A picture that stands like a block: the logo of the theme, or a payment symbol.
final class PictureBlock: Sendable {
    enum Source: Sendable {
        /// Fits into a box and keeps its proportions; nil: as large as the other side allows.
        case logo(width: Int?, height: Int?)
        /// A square with the quiet zone inside.
        case payment(side: Int)
    }
    let source: Source
    let align: TextStyle.Align
    /// What it says to somebody who does not see it; nil: the name of the seller.
    let alternative: Expression?

    init(source: Source, align: TextStyle.Align, alternative: Expression?) {
        self.source = source
        self.align = align
        self.alternative = alternative
    }
}

/// What a picture block draws; distances in thousandths of a point.
enum DrawnPicture {
    case image(RasterImage, width: Int, height: Int)
    case symbol(QRSymbol, module: Int)

    func element(at origin: Point, owner: StructureID) -> PageElement {
        switch self {
        case .image(let image, let width, let height):
            let size = Size(width: Length(millipoints: width), height: Length(millipoints: height))
            return .image(PlacedImage(image: image, origin: origin, size: size, owner: owner))
        case .symbol(let symbol, let module):
            return .modules(
                ModuleGrid(
                    origin: origin, module: Length(millipoints: module), side: symbol.side, modules: symbol.modules,
                    color: .black, owner: owner))
        }
    }
}

extension Composition {
    /// Draws a picture and returns where the next thing may begin: at once, where there is no picture.
    mutating func layout(_ block: PictureBlock, x: Int, width: Int, y: Int) -> Int {
        guard let size = size(of: block, limit: width), size.width > 0, size.height > 0 else { return y }
        let end = y + size.height
        // In an overlay everything but the number of pages stands on the page already.
        guard pageCount != .overlay else { return end }
        let left =
            switch block.align {
            case .left, .decimal: x
            case .center: x + (width - size.width) / 2
            case .right: x + width - size.width
            }
        var item = DrawnItem(
            content: .box(width: size.width, height: size.height, .black), x: left, y: y, top: y, bottom: end)
        switch block.source {
        case .logo:
            guard let logo = theme.logo else { return y }
            item.content = .picture(.image(logo, width: size.width, height: size.height))
        case .payment:
            guard let symbol = scope.payment.symbol else { return y }
            // Paper under it and around it, whatever the area is coloured with.
            drawBox(x: left, y: y, width: size.width, height: size.height, color: .paper)
            let module = size.width / (symbol.side + 2 * QRSymbol.quietZone)
            let inset = (size.width - module * symbol.side) / 2
            item.content = .picture(.symbol(symbol, module: module))
            item.x += inset
            item.y += inset
        }
        item.owner = figure(saying: block.alternative)
        items.append(item)
        return end
    }

    /// How large a picture is; nil where there is none.
    func size(of block: PictureBlock, limit: Int) -> (width: Int, height: Int)? {
        switch block.source {
        case .logo(let width, let height):
            guard let logo = theme.logo else { return nil }
            var result = (width: min(width ?? limit, limit), height: 0)
            result.height = result.width * logo.height / logo.width
            if let height, result.height > height || width == nil {
                result = (min(height * logo.width / logo.height, limit), height)
                result.height = result.width * logo.height / logo.width
            }
            return result
        case .payment(let side):
            guard scope.payment.symbol != nil else { return nil }
            return (min(side, limit), min(side, limit))
        }
    }

    /// The structure node of a picture: a figure with its words, or nothing in what repeats.
    private mutating func figure(saying alternative: Expression?) -> StructureID {
        var text: [UInt8] = []
        if let alternative { _ = alternative.append(in: scope, to: &text) }
        SecondLanguage.strip(&text)
        if text.isEmpty { text = Array(scope.seller.value.name.utf8) }
        let outer = structure.enter(
            .figure, text: .inside, StructureNode.Details(alternative: String(decoding: text, as: UTF8.self)))
        defer { structure.leave(to: outer) }
        return structure.place.node
    }
}
