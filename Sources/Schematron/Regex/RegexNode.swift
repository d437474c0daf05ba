/// The tree of a regular expression.
indirect enum RegexNode: Sendable {
    /// One scalar of a set.
    case scalar(ScalarSet)
    /// `^`
    case start
    /// `$`
    case end
    /// One after the other; the empty sequence matches the empty string.
    case sequence([RegexNode])
    /// The first that matches.
    case choice([RegexNode])
    /// A group with its number; nil for `(?:..)`.
    case group(RegexNode, Int?)
    /// `?`, `*`, `+`, `{n,m}`; no maximum means any number.
    case repeated(RegexNode, minimum: Int, maximum: Int?, isGreedy: Bool)
}

/// The flags of `matches`, `replace` and `tokenize` (Functions and Operators, 7.6.1.1).
struct RegexFlags: Sendable, Hashable {
    /// `s`: `.` matches line ends too.
    var dotAll = false
    /// `m`: `^` and `$` match at lines.
    var multiline = false
    /// `i`: upper and lower case are the same.
    var ignoresCase = false
    /// `x`: white space in the pattern means nothing.
    var extended = false
    /// `q`: every character of the pattern stands for itself.
    var literal = false

    init(_ text: String) throws(RegexFault) {
        for (offset, flag) in text.unicodeScalars.enumerated() {
            switch flag {
            case "s": dotAll = true
            case "m": multiline = true
            case "i": ignoresCase = true
            case "x": extended = true
            case "q": literal = true
            default:
                throw RegexFault(.flags, "There is no flag \u{201C}\(flag)\u{201D}, only s, m, i, x and q.", at: offset)
            }
        }
    }
}
