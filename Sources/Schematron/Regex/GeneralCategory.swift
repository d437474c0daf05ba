/// The general categories of Unicode as bits, for `\p{..}` (XML Schema Part 2, F.1.1).
enum GeneralCategory {
    /// The bit of a scalar's category.
    static func bit(of scalar: UInt32) -> UInt32 {
        guard let category = Unicode.Scalar(scalar)?.properties.generalCategory else { return 0 }
        return 1 << number(category)
    }

    /// The bits of `Lu`, of `L` and so on; nil where there is no such category.
    static func bits(named name: String) -> UInt32? {
        var bits: UInt32 = 0
        for (number, known) in names.enumerated() where known == name || (name.count == 1 && known.hasPrefix(name)) {
            bits |= 1 << UInt32(number)
        }
        return bits == 0 ? nil : bits
    }

    static let all: UInt32 = (1 << UInt32(names.count)) - 1
    /// What `\d` matches.
    static let digits = bits(named: "Nd") ?? 0
    /// What `\w` matches: all but punctuation, separators and others.
    static let word = all & ~((bits(named: "P") ?? 0) | (bits(named: "Z") ?? 0) | (bits(named: "C") ?? 0))

    private static let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn", "Cs",
    ]

    private static func number(_ category: Unicode.GeneralCategory) -> UInt32 {
        switch category {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .privateUse: 27
        case .unassigned: 28
        case .surrogate: 29
        @unknown default: 28
        }
    }
}
