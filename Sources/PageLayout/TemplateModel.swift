import Typography

/// How a text looks; distances in thousandths of a point.
struct TextStyle: Sendable, Hashable {
    enum Align: String, Sendable, Hashable { case left, right, center, decimal }
    var font = FontKey()
    var size = 9_000
    var leading = 12_000
    var color = ColorRole.text
    var align = Align.left
    var spaceAbove = 0
    var spaceBelow = 0
    /// 1 to 3 for a heading, 0 for a paragraph.
    var level = 0
}

/// Which face of the theme's families, and how its figures are cut.
struct FontKey: Sendable, Hashable {
    var isSerif = false
    var isBold = false
    var isItalic = false
    var isTabular = false

    static let count = 16
    /// A number below `count`.
    var index: Int { (isSerif ? 8 : 0) + (isBold ? 4 : 0) + (isItalic ? 2 : 0) + (isTabular ? 1 : 0) }
    init() {}
    init(index: Int) {
        isSerif = index & 8 != 0
        isBold = index & 4 != 0
        isItalic = index & 2 != 0
        isTabular = index & 1 != 0
    }
}

/// A part of a text with a look of its own.
final class TextSpan: Sendable {
    let expression: Expression
    let style: TextStyle
    let condition: Condition?

    init(
        expression: Expression,
        style: TextStyle,
        condition: Condition?
    ) {
        self.expression = expression
        self.style = style
        self.condition = condition
    }
}

/// A paragraph.
final class TextBlock: Sendable {
    let style: TextStyle
    let spans: [TextSpan]
    /// Stands between the spans that are present.
    let separator: [UInt8]
    /// Whether it gets smaller where it is too wide for one line.
    let isFitted: Bool
    /// Whether any span prints `{pages}`.
    let needsPageCount: Bool
    /// Whether it is one number or amount and nothing else, which no line break can part.
    let isNumber: Bool
    /// Whether all spans look alike, so that the text can be set as one.
    let isUniform: Bool

    init(
        style: TextStyle,
        spans: [TextSpan],
        separator: [UInt8],
        needsPageCount: Bool,
        isFitted: Bool = false
    ) {
        isUniform = spans.allSatisfy {
            $0.style.font == style.font && $0.style.size == style.size && $0.style.color == style.color
        }
        isNumber = spans.count == 1 && spans[0].condition == nil && spans[0].expression.isNumber
        self.style = style
        self.spans = spans
        self.separator = separator
        self.needsPageCount = needsPageCount
        self.isFitted = isFitted
    }
}

/// How wide a column is.
enum ColumnWidth: Sendable, Hashable {
    case fixed(Int)
    /// A share of what is left, but not less than `minimum`.
    case share(Int, minimum: Int)
    /// As wide as its widest content.
    case content
}

/// Columns side by side.
final class RowBlock: Sendable {
    struct Column: Sendable {
        let width: ColumnWidth
        let condition: Condition?
        let blocks: [Block]
    }
    let columns: [Column]
    let gap: Int
    /// Whether the columns begin at one height instead of having their first lines on one baseline.
    let isTopAligned: Bool

    init(
        columns: [Column],
        gap: Int,
        isTopAligned: Bool
    ) {
        self.columns = columns
        self.gap = gap
        self.isTopAligned = isTopAligned
    }
}

/// Labels and their values.
final class PairsBlock: Sendable {
    struct Entry: Sendable {
        let condition: Condition?
        let key: TextBlock
        let values: [TextBlock]
    }
    let entries: [Entry]
    /// Keys left of the values, or above them in this many columns.
    let columnsAbove: Int?
    /// nil: as wide as the widest key.
    let keyWidth: Int?
    let gap: Int
    let rowGap: Int

    init(
        entries: [Entry],
        columnsAbove: Int?,
        keyWidth: Int?,
        gap: Int,
        rowGap: Int
    ) {
        self.entries = entries
        self.columnsAbove = columnsAbove
        self.keyWidth = keyWidth
        self.gap = gap
        self.rowGap = rowGap
    }
}

/// A list as rows.
final class TableBlock: Sendable {
    final class Column: Sendable {
        let width: ColumnWidth
        let condition: Condition?
        /// The column is there when this field is set in any row.
        let needed: Field?
        let label: TextBlock
        let cell: [Block]
        let style: TextStyle
        /// The amounts that are carried from page to page in this column.
        let carry: Field?
        /// The distance to the column before it; nil: that of the table.
        let gap: Int?
        /// Whether its cells are one text and nothing else, so that measuring evaluates all of them.
        let isMeasuredWhole: Bool

        init(
            width: ColumnWidth,
            condition: Condition?,
            needed: Field?,
            label: TextBlock,
            cell: [Block],
            style: TextStyle,
            carry: Field?,
            gap: Int? = nil
        ) {
            self.width = width
            self.condition = condition
            self.needed = needed
            self.label = label
            self.cell = cell
            self.style = style
            self.carry = carry
            self.gap = gap
            isMeasuredWhole = cell.count == 1 && cell[0].condition == nil && cell[0].text != nil
        }
    }
    let list: ItemList
    let columns: [Column]
    let gap: Int
    let padding: Int
    /// The room left of the first column and right of the last.
    let inset: Int
    let rowRule: RuleBlock?
    let headRule: RuleBlock?
    let endRule: RuleBlock?
    let headBackground: ColorRole?
    let zebra: ColorRole?
    let carryStyle: TextStyle

    init(
        list: ItemList,
        columns: [Column],
        gap: Int,
        padding: Int,
        inset: Int = 0,
        rowRule: RuleBlock?,
        headRule: RuleBlock?,
        endRule: RuleBlock?,
        headBackground: ColorRole?,
        zebra: ColorRole?,
        carryStyle: TextStyle
    ) {
        self.list = list
        self.columns = columns
        self.gap = gap
        self.padding = padding
        self.inset = inset
        self.rowRule = rowRule
        self.headRule = headRule
        self.endRule = endRule
        self.headBackground = headBackground
        self.zebra = zebra
        self.carryStyle = carryStyle
    }
}

/// A line across.
struct RuleBlock: Sendable {
    let thickness: Int
    let color: ColorRole
    /// nil: the whole width.
    let width: Int?
}

/// A coloured area with something on it.
final class AreaBlock: Sendable {
    let background: ColorRole?
    /// Top, right, bottom, left.
    let padding: [Int]
    let blocks: [Block]

    init(
        background: ColorRole?,
        padding: [Int],
        blocks: [Block]
    ) {
        self.background = background
        self.padding = padding
        self.blocks = blocks
    }
}

/// Something that takes room on the page.
final class Block: Sendable {
    indirect enum Content: Sendable {
        case text(TextBlock)
        case row(RowBlock)
        case pairs(PairsBlock)
        case table(TableBlock)
        case area(AreaBlock)
        case group([Block], together: Bool)
        case each(ItemList, [Block])
        case rule(RuleBlock)
        case space(Int)
        case bottom([Block])
        case picture(PictureBlock)
    }
    let condition: Condition?
    let keepsWithNext: Bool
    let content: Content

    init(
        condition: Condition?,
        keepsWithNext: Bool,
        content: Content
    ) {
        self.condition = condition
        self.keepsWithNext = keepsWithNext
        self.content = content
    }
}

/// Paper, margins, and the rhythm of the lines; distances in thousandths of a point.
struct PageGeometry: Sendable, Hashable {
    var width = 595_276
    var height = 841_890
    var top = 51_024
    var right = 51_024
    var bottom = 51_024
    var left = 51_024
    var grid = 0
}
