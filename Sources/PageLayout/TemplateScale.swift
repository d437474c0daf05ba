/// How much larger than the template says text and room are set, in percent.
///
/// Sizes, leadings and the grid grow together, so that lines which shared a baseline still do: a length that is a
/// multiple of the grid stays one. Widths and margins are the paper's and stay.
public struct TemplateScale: Sendable, Hashable {
    /// Type sizes, leadings, the grid and the room between lines; 100 is what the template says.
    public var text: Int
    /// Room alone: spaces, gaps and paddings, on top of `text`.
    public var spacing: Int

    /// What themes may ask for.
    public static let textRange = 70...150
    /// What themes may ask for.
    public static let spacingRange = 25...200

    /// Takes both percentages.
    public init(text: Int = 100, spacing: Int = 100) {
        self.text = text
        self.spacing = spacing
    }

    /// Nothing is scaled.
    public static let none = TemplateScale()

    /// A length of the rhythm of lines, in the unit of `grid`.
    func rhythm(_ length: Int, grid: Int) -> Int {
        guard text != 100 else { return length }
        guard grid > 0 else { return Self.percent(text, of: length) }
        let (steps, rest) = length.quotientAndRemainder(dividingBy: grid)
        return steps * Self.percent(text, of: grid) + Self.percent(text, of: rest)
    }

    /// A length that holds things apart.
    func room(_ length: Int, grid: Int) -> Int {
        let scaled = rhythm(length, grid: grid)
        return spacing == 100 ? scaled : Self.percent(spacing, of: scaled)
    }

    private static func percent(_ percent: Int, of length: Int) -> Int { (length * percent + 50) / 100 }
}

extension TemplateCompiler {
    /// A length of the template as the theme wants it; which lengths grow depends on what they measure.
    func scaled(_ length: Int, of attribute: String, in element: String) -> Int {
        switch attribute {
        case "size" where element == "style": scale.rhythm(length, grid: grid)
        case "leading", "above", "below", "grid": scale.rhythm(length, grid: grid)
        case "gap", "row-gap", "padding", "inset": scale.room(length, grid: grid)
        case "height" where element == "space": scale.room(length, grid: grid)
        default: length
        }
    }

    /// The style of a text that names none.
    var plainStyle: TextStyle {
        var style = TextStyle()
        style.size = scale.rhythm(style.size, grid: grid)
        style.leading = scale.rhythm(style.leading, grid: grid)
        return style
    }
}
