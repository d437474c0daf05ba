public import Raster

/// The look of the pages, apart from the template: a user restyles without touching it.
///
/// A template names colours and families by their role; `ThemeFile` reads a theme from XML.
public struct Theme: Sendable, Hashable {
    /// The picture of the seller; nil for none.
    public var logo: RasterImage?
    /// Titles, the amount due and the rule over it.
    public var accent: Color
    /// The accent of a credit note, so that nobody takes it for an invoice.
    public var creditAccent: Color
    /// Running text.
    public var text: Color
    /// Labels and what is secondary.
    public var muted: Color
    /// Thin rules.
    public var hairline: Color
    /// The background of quiet boxes.
    public var tint: Color
    /// What is written across the pages of a draft, a copy or a void document: pale, since text stands on it.
    public var mark: Color
    /// The families that stand for `font="sans"`, divided by commas; nil for the program's own.
    public var sansFamily: String?
    /// The families that stand for `font="serif"`.
    public var serifFamily: String?
    /// How much larger or smaller than in the template everything is set.
    public var scale = TemplateScale.none

    /// Takes all colours; the defaults are a deep blue on white, and a brick red for credit notes.
    public init(
        accent: Color = Color(red: 0x1B, green: 0x3A, blue: 0x5C),
        creditAccent: Color = Color(red: 0x8C, green: 0x2F, blue: 0x24),
        text: Color = Color(red: 0x1C, green: 0x20, blue: 0x26),
        muted: Color = Color(red: 0x5C, green: 0x65, blue: 0x70),
        hairline: Color = Color(red: 0xC9, green: 0xCF, blue: 0xD6),
        tint: Color = Color(red: 0xF4, green: 0xF6, blue: 0xF8),
        mark: Color = Color(red: 0xE1, green: 0xE5, blue: 0xEA)
    ) {
        self.accent = accent
        self.creditAccent = creditAccent
        self.text = text
        self.muted = muted
        self.hairline = hairline
        self.tint = tint
        self.mark = mark
    }

    /// The look of the classic template.
    public static let standard = Theme()
}

/// A colour of a template: named by its role, or fixed.
enum ColorRole: Sendable, Hashable {
    case accent, text, muted, hairline, tint, mark, paper
    case fixed(Color)

    /// The roles that a template names.
    static let names = ["accent", "text", "muted", "hairline", "tint", "mark", "paper"]

    /// Reads a role name or `#rrggbb`; nil when it is neither.
    init?(_ text: String) {
        switch text {
        case "accent": self = .accent
        case "text": self = .text
        case "muted": self = .muted
        case "hairline": self = .hairline
        case "tint": self = .tint
        case "mark": self = .mark
        case "paper": self = .paper
        default:
            let digits = Array(text.utf8)
            guard digits.count == 7, digits.first == UInt8(ascii: "#"),
                digits.dropFirst().allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt32(text.dropFirst(), radix: 16)
            else { return nil }
            self = .fixed(
                Color(
                    red: UInt8(value >> 16), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF)))
        }
    }

    /// The colour that the role has in a theme.
    func color(in theme: Theme, isCredit: Bool) -> Color {
        switch self {
        case .accent: isCredit ? theme.creditAccent : theme.accent
        case .text: theme.text
        case .muted: theme.muted
        case .hairline: theme.hairline
        case .tint: theme.tint
        case .mark: theme.mark
        case .paper: Color(red: 255, green: 255, blue: 255)
        case .fixed(let color): color
        }
    }
}
