extension Color {
    /// White paper.
    static let paper = Color(red: 255, green: 255, blue: 255)

    /// How well one colour can be read on another: 1 for equal colours, 21 for black on white.
    ///
    /// Source: WCAG 2.1, contrast ratio and relative luminance; text wants 4.5 (success criterion 1.4.3).
    func contrast(with other: Color) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    private var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    private static func linear(_ part: UInt8) -> Double {
        let value = Double(part) / 255
        guard value > 0.03928 else { return value / 12.92 }
        let base = (value + 0.055) / 1.055
        // base^2.4 = base² · ⁵√base²
        return base * base * fifthRoot(of: base * base)
    }

    /// Newton's method; it settles long before the last step for numbers from 0 to 1.
    private static func fifthRoot(of number: Double) -> Double {
        var root = 1.0
        for _ in 0..<60 { root -= (root - number / (root * root * root * root)) / 5 }
        return root
    }
}
