import XMLCore

extension TemplateCompiler {
    /// Compiles `<image src="logo"/>`.
    mutating func image(_ element: XMLElement, _ attributes: inout AttributeReader) -> PictureBlock {
        if choice("src", ["logo"], &attributes) == nil, element.attribute("src") == nil {
            fault("template.attribute", "<image> does not say what it shows.", fix: "Add src=\"logo\".", at: element)
        }
        let width = length("width", &attributes)
        let height = length("height", &attributes)
        if width == nil, height == nil {
            fault(
                "template.attribute", "<image> has no size.", fix: "Add width=\"40mm\", height=\"18mm\", or both.",
                at: element)
        }
        let block = PictureBlock(
            source: .logo(width: width, height: height), align: side(&attributes),
            alternative: attributes.text("alt").map { expression($0, at: element) })
        return empty(element, block)
    }

    /// Compiles `<qr value="payment"/>`.
    mutating func symbol(_ element: XMLElement, _ attributes: inout AttributeReader) -> PictureBlock {
        if choice("value", ["payment"], &attributes) == nil, element.attribute("value") == nil {
            fault("template.attribute", "<qr> does not say what is in it.", fix: "Add value=\"payment\".", at: element)
        }
        let size = length("size", &attributes) ?? Self.standardSymbol
        if size < Self.smallestSymbol {
            fault(
                "template.attribute", "A QR code of this size cannot be read by every telephone.",
                fix: "Make it 20mm or larger; 28mm is usual.", at: element, text: "size=")
        }
        let alternative = attributes.text("alt")
        if alternative?.trimmingBlanks.isEmpty ?? true {
            fault(
                "template.attribute", "<qr> has no words for somebody who does not see it.",
                fix: "Add alt=\"{label:payment-details}\" or the like.", at: element)
        }
        let block = PictureBlock(
            source: .payment(side: size), align: side(&attributes),
            alternative: alternative.map { expression($0, at: element) })
        return empty(element, block)
    }

    /// 28 mm.
    private static let standardSymbol = 79_370
    /// 20 mm, but for a rounding.
    private static let smallestSymbol = 56_690

    private mutating func side(_ attributes: inout AttributeReader) -> TextStyle.Align {
        choice("align", ["left", "right", "center"], &attributes).flatMap(TextStyle.Align.init) ?? .left
    }

    /// Notes what stands in an element that holds nothing.
    private mutating func empty(_ element: XMLElement, _ block: PictureBlock) -> PictureBlock {
        if !element.children.allSatisfy({ child in
            if case .comment = child { true } else { false }
        }) {
            fault(
                "template.element", "<\(element.name)> holds nothing.", fix: "Write <\(element.name) …/>.",
                at: element)
        }
        return block
    }
}
