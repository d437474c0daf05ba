/// Reads `[..]` and escapes of a pattern (XML Schema Part 2, F.1).
struct ScalarSetParser {
    /// What an escape stands for.
    enum Escape {
        case single(UInt32)
        case ranges([ClosedRange<UInt32>])
        case categories(UInt32)

        func set(ignoringCase: Bool) -> ScalarSet {
            switch self {
            case .single(let value): ScalarSet(ranges: [value...value], ignoresCase: ignoringCase)
            case .ranges(let ranges): ScalarSet(ranges: ranges)
            case .categories(let bits): ScalarSet(ranges: [], categories: bits)
            }
        }
    }

    private let scalars: [Unicode.Scalar]
    private(set) var index: Int
    private let flags: RegexFlags
    private var depth = 0
    private static let deepest = 20

    init(_ scalars: [Unicode.Scalar], from index: Int, flags: RegexFlags) {
        self.scalars = scalars
        self.index = index
        self.flags = flags
    }

    /// Reads what follows `[`, with the `]`.
    mutating func set() throws(RegexFault) -> ScalarSet {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw fault("Classes are nested more than \(Self.deepest) deep.") }
        let isComplement = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var bits: UInt32 = 0
        var subtracted: ScalarSet?
        var isFirst = true
        while !take("]") {
            guard let next = peek() else { throw fault("A class is not closed with \u{201C}]\u{201D}.") }
            if next == "-", !isFirst, peek(1) == "[" {
                index += 2
                subtracted = try set()
                guard take("]") else { throw fault("Nothing may follow a subtracted class but \u{201C}]\u{201D}.") }
                break
            }
            switch try member() {
            case .single(let low):
                if peek() == "-", peek(1) != "]", peek(1) != "[" {
                    index += 1
                    guard next != "-", peek() != "-" else {
                        throw fault("A range begins or ends with \u{201C}-\u{201D}; write \u{201C}\\-\u{201D}.")
                    }
                    guard case .single(let high) = try member(), high >= low else {
                        throw fault("The range runs backwards or has no end.")
                    }
                    ranges.append(low...high)
                } else {
                    ranges.append(low...low)
                }
            case .ranges(let more): ranges += more
            case .categories(let more): bits |= more
            }
            isFirst = false
        }
        guard !isFirst else { throw fault("A class is empty.") }
        return ScalarSet(
            ranges: ranges, categories: bits, isComplement: isComplement, ignoresCase: flags.ignoresCase,
            subtracting: subtracted)
    }

    private mutating func member() throws(RegexFault) -> Escape {
        guard let next = peek() else { throw fault("A class is not closed with \u{201C}]\u{201D}.") }
        index += 1
        switch next {
        case "\\": return try escape()
        case "[": throw fault("\u{201C}[\u{201D} in a class is written \u{201C}\\[\u{201D}.", back: 1)
        default: return .single(next.value)
        }
    }

    /// Reads what follows a `\`.
    mutating func escape() throws(RegexFault) -> Escape {
        guard index < scalars.count else { throw fault("The pattern ends in \u{201C}\\\u{201D}.") }
        let next = scalars[index]
        index += 1
        switch next {
        case "n": return .single(10)
        case "r": return .single(13)
        case "t": return .single(9)
        case "\\", "|", ".", "-", "^", "?", "*", "+", "{", "}", "(", ")", "[", "]", "$": return .single(next.value)
        case "s": return .ranges(Self.space)
        case "S": return .ranges(ScalarSet.complement(of: Self.space))
        case "i": return .ranges(Self.nameStart)
        case "I": return .ranges(ScalarSet.complement(of: Self.nameStart))
        case "c": return .ranges(Self.nameStart + Self.nameMore)
        case "C": return .ranges(ScalarSet.complement(of: Self.nameStart + Self.nameMore))
        case "d": return .categories(GeneralCategory.digits)
        case "D": return .categories(GeneralCategory.all & ~GeneralCategory.digits)
        case "w": return .categories(GeneralCategory.word)
        case "W": return .categories(GeneralCategory.all & ~GeneralCategory.word)
        case "p": return try category(isComplement: false)
        case "P": return try category(isComplement: true)
        case "0"..."9":
            throw fault("The back-reference \u{201C}\\\(next)\u{201D} is not supported.", back: 2)
        default: throw fault("There is no escape \u{201C}\\\(next)\u{201D}.", back: 2)
        }
    }

    private mutating func category(isComplement: Bool) throws(RegexFault) -> Escape {
        let start = index
        guard take("{") else { throw fault("A category is written \\p{..}.") }
        var name = ""
        while let next = peek(), next != "}" {
            index += 1
            name.unicodeScalars.append(next)
        }
        guard take("}") else { throw fault("A category is written \\p{..}.") }
        if let bits = GeneralCategory.bits(named: name) {
            return .categories(isComplement ? GeneralCategory.all & ~bits : bits)
        }
        if name.hasPrefix("Is"), let block = ScriptBlock.named(String(name.dropFirst(2))) {
            return .ranges(isComplement ? ScalarSet.complement(of: [block]) : [block])
        }
        throw RegexFault(
            .pattern, "The category or block \u{201C}\\p{\(name.prefix(40))}\u{201D} is not known.",
            at: max(start - 2, 0))
    }

    // MARK: - Scalars

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        index + ahead < scalars.count ? scalars[index + ahead] : nil
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard peek() == wanted else { return false }
        index += 1
        return true
    }

    private func fault(_ message: String, back: Int = 0) -> RegexFault {
        RegexFault(.pattern, message, at: max(index - back, 0))
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t"
    }

    private static let space: [ClosedRange<UInt32>] = [9...10, 13...13, 32...32]

    /// `NameStartChar` of XML 1.0, fifth edition.
    private static let nameStart: [ClosedRange<UInt32>] = [
        0x3A...0x3A, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
        0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF,
        0xFDF0...0xFFFD, 0x10000...0xEFFFF,
    ]
    /// What `NameChar` has beyond it.
    private static let nameMore: [ClosedRange<UInt32>] = [
        0x2D...0x2E, 0x30...0x39, 0xB7...0xB7, 0x300...0x36F, 0x203F...0x2040,
    ]
}

/// Blocks of Unicode for `\p{Is..}`: those of the European scripts, by the names of XML Schema Part 2, F.1.1.
enum ScriptBlock {
    static func named(_ name: String) -> ClosedRange<UInt32>? { blocks[name] }

    private static let blocks: [String: ClosedRange<UInt32>] = [
        "BasicLatin": 0...0x7F, "Latin-1Supplement": 0x80...0xFF, "LatinExtended-A": 0x100...0x17F,
        "LatinExtended-B": 0x180...0x24F, "IPAExtensions": 0x250...0x2AF, "SpacingModifierLetters": 0x2B0...0x2FF,
        "CombiningDiacriticalMarks": 0x300...0x36F, "Greek": 0x370...0x3FF, "GreekandCoptic": 0x370...0x3FF,
        "Cyrillic": 0x400...0x4FF, "CyrillicSupplement": 0x500...0x52F, "Armenian": 0x530...0x58F,
        "Hebrew": 0x590...0x5FF, "Arabic": 0x600...0x6FF, "Georgian": 0x10A0...0x10FF,
        "LatinExtendedAdditional": 0x1E00...0x1EFF, "GreekExtended": 0x1F00...0x1FFF,
        "GeneralPunctuation": 0x2000...0x206F, "SuperscriptsandSubscripts": 0x2070...0x209F,
        "CurrencySymbols": 0x20A0...0x20CF, "LetterlikeSymbols": 0x2100...0x214F, "NumberForms": 0x2150...0x218F,
        "Arrows": 0x2190...0x21FF, "MathematicalOperators": 0x2200...0x22FF,
    ]
}
