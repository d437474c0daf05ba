/// A compiled regular expression of XPath 2.0 (Functions and Operators, 7.6.1); immutable, for all threads.
///
/// Matching takes time in proportion to the text, whatever the pattern; work is counted in `steps`, which the
/// caller takes from its limits, so that a huge text ends in an error in place of a long wait.
struct RegularExpression: Sendable {
    private let program: RegexProgram
    private let flags: RegexFlags
    /// The number of groups in parentheses.
    let groups: Int
    /// Whether it matches the empty string, so that it can neither replace nor part a text.
    let matchesEmpty: Bool

    /// Compiles a pattern.
    ///
    /// - Throws: `FORX0001` for flags, `FORX0002` for the pattern.
    init(_ pattern: String, flags: String = "") throws(RegexFault) {
        self.flags = try RegexFlags(flags)
        var parser = RegexParser(pattern, flags: self.flags)
        let node = try parser.pattern()
        program = try RegexProgram(node)
        groups = parser.groups
        var matcher = RegexMatcher(program, multiline: self.flags.multiline, groups: 0)
        var steps = Int.max
        let empty: [UInt8] = []
        matchesEmpty = try matcher.match(in: empty.span, from: 0, steps: &steps) != nil
    }

    /// Whether the pattern matches anywhere in the text: `fn:matches`.
    func matches(_ text: Span<UInt8>, steps: inout Int) throws(RegexFault) -> Bool {
        var matcher = RegexMatcher(program, multiline: flags.multiline, groups: 0)
        return try matcher.match(in: text, from: 0, steps: &steps) != nil
    }

    /// Whether the pattern matches anywhere in the text: `fn:matches`.
    func matches(_ text: String, steps: inout Int) throws(RegexFault) -> Bool {
        try matches(text.utf8Span.span, steps: &steps)
    }

    /// What is between the matches: `fn:tokenize`; none for the empty text.
    ///
    /// - Throws: `FORX0003`.
    func tokens(of text: Span<UInt8>, steps: inout Int) throws(RegexFault) -> [Range<Int>] {
        guard !text.isEmpty else { return [] }
        try refuseEmpty()
        var matcher = RegexMatcher(program, multiline: flags.multiline, groups: 1)
        var tokens: [Range<Int>] = []
        var start = 0
        while let match = try matcher.match(in: text, from: start, steps: &steps) {
            guard match[1] > start else { break }
            tokens.append(start..<match[0])
            start = match[1]
        }
        tokens.append(start..<text.count)
        return tokens
    }

    /// The text with every match replaced: `fn:replace`.
    ///
    /// In the replacement `$1` stands for a group, `$0` for the match, `\$` and `\\` for themselves; what it means
    /// else is `FORX0004`.
    func replacing(
        in text: Span<UInt8>, with replacement: [UInt8], steps: inout Int
    ) throws(RegexFault) -> [UInt8] {
        try refuseEmpty()
        let parts = try RegexReplacement(replacement, groups: groups, isLiteral: flags.literal).parts
        var matcher = RegexMatcher(program, multiline: flags.multiline, groups: groups + 1)
        var result: [UInt8] = []
        var start = 0
        while let match = try matcher.match(in: text, from: start, steps: &steps) {
            guard match[1] > start else { break }
            result.append(contentsOf: text, start..<match[0])
            for part in parts {
                switch part {
                case .bytes(let bytes): result += bytes
                case .group(let number):
                    let range = match[2 * number]..<max(match[2 * number], match[2 * number + 1])
                    if range.lowerBound >= 0 { result.append(contentsOf: text, range) }
                }
            }
            steps -= result.count - start
            start = match[1]
        }
        result.append(contentsOf: text, start..<text.count)
        return result
    }

    private func refuseEmpty() throws(RegexFault) {
        if matchesEmpty { throw RegexFault(.matchesEmpty, "The pattern matches the empty string.") }
    }
}

/// The third argument of `fn:replace`, taken apart.
struct RegexReplacement {
    enum Part {
        case bytes([UInt8])
        case group(Int)
    }

    private(set) var parts: [Part] = []

    init(_ text: [UInt8], groups: Int, isLiteral: Bool) throws(RegexFault) {
        guard !isLiteral else {
            parts = [.bytes(text)]
            return
        }
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard index < text.count, text[index] == byte || text[index] == UInt8(ascii: "$") else {
                    throw RegexFault(.replacement, "In a replacement, \u{201C}\\\u{201D} is followed by \\ or $.")
                }
                bytes.append(text[index])
                index += 1
            case UInt8(ascii: "$"):
                guard index < text.count, let first = Self.digit(text[index]) else {
                    throw RegexFault(.replacement, "In a replacement, \u{201C}$\u{201D} is followed by a digit.")
                }
                index += 1
                var number = first
                // Further digits belong to the number as long as there is such a group.
                while index < text.count, let more = Self.digit(text[index]), number * 10 + more <= groups {
                    number = number * 10 + more
                    index += 1
                }
                parts.append(.bytes(bytes))
                bytes = []
                if number <= groups { parts.append(.group(number)) }
            default: bytes.append(byte)
            }
        }
        parts.append(.bytes(bytes))
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= 48 && byte <= 57 ? Int(byte) - 48 : nil
    }
}

extension [UInt8] {
    fileprivate mutating func append(contentsOf text: Span<UInt8>, _ range: Range<Int>) {
        reserveCapacity(count + range.count)
        for index in range { append(text[index]) }
    }
}
