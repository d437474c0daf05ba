import CText

/// Where a line may break after a word.
public enum BreakOpportunity: Sendable, Hashable {
    /// The text ends here.
    case none
    /// A line may break here.
    case allowed
    /// A line must break here: the word ended with a line end.
    case mandatory
}

/// The break opportunities of a text by the Unicode line breaking algorithm.
///
/// Source: UAX #14, through libunibreak.
struct LineBreaks {
    /// For each byte what libunibreak says about the place after it.
    private var marks: [CChar] = []

    private static let isReady: Bool = {
        init_linebreak()
        return true
    }()

    /// What a text holds, as far as a cheap look can tell.
    struct Survey {
        /// The text is in NFC for sure.
        var isNormal = true
        /// Only letters, digits and signs that part no word, so that lines break after blanks and nowhere else.
        var isPlain = true
    }

    /// Looks at each byte once.
    ///
    /// Plain are the letters of U+0041...U+017F and U+0400...U+047F (class AL), ASCII digits (NU), `.`, `,`, `:` and
    /// `;` (IS), U+0020 (SP), U+00A0 (GL), and between letters, digits or U+00A0 and a digit `-` (HY) and `/` (SY).
    /// Among these, UAX #14 forbids every break (LB12, LB13, LB21, LB23, LB25, LB28, LB29) except the one after blanks (LB18);
    /// blanks at the start or before IS or GL are left to the library.
    static func survey(_ text: Span<UInt8>) -> Survey {
        var survey = Survey()
        var index = 0
        var afterBlank = false
        while index < text.count {
            let byte = text[index]
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
                afterBlank = false
                index += 1
            case 0x20:
                if index == 0 { survey.isPlain = false }
                afterBlank = true
                index += 1
            case 0x2C, 0x2E, 0x3A, 0x3B:
                if afterBlank { survey.isPlain = false }
                index += 1
            case 0x2D, 0x2F:
                if !isBeforeDigit(text, index) { survey.isPlain = false }
                index += 1
            case ..<0x80:
                survey.isPlain = false
                index += 1
            case 0xC3...0xC5, 0xD0, 0xD1:
                let next = index + 1 < text.count ? text[index + 1] : 0
                if byte == 0xC3, next == 0x97 || next == 0xB7 { survey.isPlain = false }
                afterBlank = false
                index += 2
            case 0xC2:
                if afterBlank || index + 1 >= text.count || text[index + 1] != 0xA0 { survey.isPlain = false }
                index += 2
            case 0xC6...0xCB, 0xD3:
                survey.isPlain = false
                index += 2
            case 0xE2 where isNormalPunctuation(text, index):
                survey.isPlain = false
                index += 3
            default: return Survey(isNormal: false, isPlain: false)
            }
        }
        return survey
    }

    /// Whether a sign stands between a letter, digit or U+00A0, of which two bytes show the second, and a digit.
    private static func isBeforeDigit(_ text: Span<UInt8>, _ index: Int) -> Bool {
        guard index > 0, index + 1 < text.count, (0x30...0x39).contains(text[index + 1]) else { return false }
        switch text[index - 1] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: return true
        default: return false
        }
    }

    /// Dashes and quotation marks (U+2010...U+203F), currency signs (U+20A0...U+20BF) and №.
    private static func isNormalPunctuation(_ text: Span<UInt8>, _ index: Int) -> Bool {
        guard index + 2 < text.count else { return false }
        return switch (text[index + 1], text[index + 2]) {
        case (0x80, 0x90...0xBF), (0x82, 0xA0...0xBF), (0x84, 0x96): true
        default: false
        }
    }

    /// Calls back for each word of a text, from its start to its end.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8 in NFC.
    ///   - isPlain: What `survey` said.
    ///   - language: A BCP 47 tag; libunibreak knows the quotation marks of some.
    ///   - body: Takes the bytes of a word with its blanks, and what comes after it.
    mutating func forEachWord(
        in text: Span<UInt8>, isPlain: Bool, language: String, _ body: (Range<Int>, BreakOpportunity) -> Void
    ) {
        var start = 0
        if isPlain {
            for index in 0..<max(text.count - 1, 0) where text[index] == 0x20 && text[index + 1] != 0x20 {
                body(start..<index + 1, .allowed)
                start = index + 1
            }
            if start < text.count { body(start..<text.count, .none) }
            return
        }
        mark(text, language: language)
        for index in 0..<text.count {
            let mark = CInt(marks[index])
            let isLast = index == text.count - 1
            guard mark == LINEBREAK_MUSTBREAK || mark == LINEBREAK_ALLOWBREAK || isLast else { continue }
            if !isLast, text[index] == UInt8(ascii: "-"), Self.isEnding(text, index + 1) { continue }
            let isLineEnd = Self.endsLine(text.extracting(start..<index + 1))
            body(start..<index + 1, isLineEnd ? .mandatory : isLast ? .none : .allowed)
            start = index + 1
        }
    }

    /// Whether one to three letters and no more stand at a place behind a hyphen: PDV-a, TVSH-së, член 32-а.
    ///
    /// UAX #14 breaks behind every hyphen between letters (LB21) and leaves such endings to its users (section 8).
    private static func isEnding(_ text: Span<UInt8>, _ start: Int) -> Bool {
        var letters = 0
        var index = start
        while index < text.count, letters < 4 {
            switch text[index] {
            case 0x41...0x5A, 0x61...0x7A: index += 1
            case 0xC3...0xC5, 0xD0, 0xD1: index += 2
            case 0x30...0x39, UInt8(ascii: "-"): return false
            default: return letters > 0
            }
            letters += 1
        }
        return (1...3).contains(letters)
    }

    private mutating func mark(_ text: Span<UInt8>, language: String) {
        _ = Self.isReady
        if marks.count < text.count { marks = [CChar](repeating: 0, count: max(256, text.count * 2)) }
        unsafe text.withUnsafeBufferPointer { bytes in
            unsafe marks.withUnsafeMutableBufferPointer { marks in
                unsafe set_linebreaks_utf8(bytes.baseAddress, bytes.count, language, marks.baseAddress)
            }
        }
    }

    /// Whether the last character is one of the line ends of UAX #14: BK, CR, LF, NL.
    private static func endsLine(_ word: Span<UInt8>) -> Bool {
        let count = word.count
        switch word[count - 1] {
        case 0x0A...0x0D: return true
        case 0x85: return count >= 2 && word[count - 2] == 0xC2
        case 0xA8, 0xA9: return count >= 3 && word[count - 2] == 0x80 && word[count - 3] == 0xE2
        default: return false
        }
    }
}
