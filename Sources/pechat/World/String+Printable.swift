extension String {
    /// The text on one line, with what steers a terminal or turns the direction of writing shown as `\u{…}`.
    var printable: String {
        guard unicodeScalars.contains(where: Self.isInvisible) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if Self.isInvisible(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00..<0x20, 0x7F..<0xA0: true  // control characters
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true  // line ends, directions
        default: false
        }
    }
}
