import Diagnostics
import InvoiceModel
import Tax
import Typography

/// Something drawn at a place that may still move; distances in thousandths of a point.
struct DrawnItem {
    enum Content {
        case text(TextRun.Pieces, size: Int, Color)
        case box(width: Int, height: Int, Color)
        case picture(DrawnPicture)
    }
    var content: Content
    var x: Int
    /// The baseline of text, the upper edge of anything else.
    var y: Int
    /// What a cut between two pages must not go through.
    var top: Int
    var bottom: Int
    /// The structure node of text and pictures.
    var owner = StructureID.artifact

    /// Whether it is a rectangle, which a page break may go through.
    var isBox: Bool { if case .box = content { true } else { false } }
    /// Whether it is text.
    var isText: Bool { if case .text = content { true } else { false } }

    mutating func move(down distance: Int) {
        y += distance
        top += distance
        bottom += distance
    }

    var element: PageElement {
        let origin = Point(x: Length(millipoints: x), y: Length(millipoints: y))
        switch content {
        case .text(let pieces, let size, let color):
            return .text(
                TextRun(
                    size: Length(millipoints: size), color: color, origin: origin, pieces: pieces, owner: owner))
        case .box(let width, let height, let color):
            let size = Size(width: Length(millipoints: width), height: Length(millipoints: height))
            return .box(Box(origin: origin, size: size, color: color))
        case .picture(let picture): return picture.element(at: origin, owner: owner)
        }
    }
}

/// The state of laying out one document: what is drawn on the current page, and for whom.
///
/// It is handed on, never copied: the compiler then knows that nobody else looks at it.
struct Composition: ~Copyable {
    /// How texts with `{pages}` are treated.
    enum PageCount {
        /// The count is known: draw everything.
        case known
        /// Draw everything else; leave room.
        case later
        /// Draw only these texts.
        case overlay
    }

    let scope: Scope
    let template: Template
    let theme: Theme
    let isCredit: Bool
    let shaper: Shaper
    let fonts: FontSet
    /// The faces as the second language wants them; nil without one.
    var secondFonts: FontSet?
    var items: [DrawnItem] = []
    var pageCount = PageCount.known
    var findings = MissingGlyphs()
    var structure = StructureBuilder()
    /// Reused for every text.
    var buffer: [UInt8] = []
    var words: [PlacedWord] = []

    init(
        _ priced: PricedInvoice, template: Template, catalogue: LabelCatalogue, fonts: FontSet, shaper: Shaper,
        theme: Theme
    ) {
        scope = Scope(priced, catalogue: catalogue)
        scope.hasLogo = theme.logo != nil
        self.template = template
        self.theme = theme
        isCredit = priced.invoice.kind == .creditNote
        self.shaper = shaper
        self.fonts = fonts
        items.reserveCapacity(512)
    }

    /// The items of a page that is full; the next begins without any.
    mutating func takeItems() -> [DrawnItem] {
        var taken: [DrawnItem] = []
        swap(&taken, &items)
        items.reserveCapacity(taken.count)
        return taken
    }

    /// Why a face could not be opened; the document must not be made then.
    var failure: ToolkitError? { fonts.failure ?? secondFonts?.failure }

    /// What was found about the page, and about its payment symbol where it has one.
    var allFindings: [Finding] { findings.findings + (scope.isPaymentKnown ? scope.payment.findings : []) }

    func color(_ role: ColorRole) -> Color { role.color(in: theme, isCredit: isCredit) }

    /// Moves everything from an item on.
    mutating func move(from index: Int, down distance: Int) {
        guard distance != 0 else { return }
        for position in index..<items.count { items[position].move(down: distance) }
    }

    /// Draws a filled rectangle.
    mutating func drawBox(x: Int, y: Int, width: Int, height: Int, color: ColorRole) {
        items.append(
            DrawnItem(
                content: .box(width: width, height: height, self.color(color)), x: x, y: y, top: y, bottom: y + height))
    }

    /// The baseline of the first text from an item on; nil where there is none.
    func firstBaseline(from index: Int) -> Int? {
        for position in index..<items.count where items[position].isText { return items[position].y }
        return nil
    }

    func holds(_ condition: Condition?) -> Bool { condition?.holds(in: scope) ?? true }
}

/// Characters that no face has, each named once per place.
struct MissingGlyphs {
    private var seen: Set<String> = []
    private(set) var findings: [Finding] = []
    /// More than this many say nothing new.
    static let limit = 100

    /// Whether another finding would say nothing new.
    var isFull: Bool { findings.count >= Self.limit }

    mutating func add(_ scalar: Unicode.Scalar, pointer: String) {
        guard !isFull, seen.insert("\(pointer) \(scalar.value)").inserted else { return }
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        findings.append(
            Finding(
                rule: "page.missingGlyph", pointer: pointer, message: "The fonts have no glyph for \(code).",
                fix: "Replace the character, or add a font that has it."))
    }
}
