/// A dynamic error of XPath 2.0: the value of one expression, never the end of a run.
///
/// The names are those of the recommendation (XPath 2.0, appendix G; Functions and Operators, appendix C).
enum XPathError: String, Error, Sendable {
    /// A value has the wrong type, or a sequence the wrong number of items.
    case type = "XPTY0004"
    /// A path mixes nodes and atomic values in its last step.
    case mixedPath = "XPTY0018"
    /// A step that is not the last gives atomic values.
    case atomicInPath = "XPTY0019"
    /// A step begins at an atomic value.
    case axisOfAtomic = "XPTY0020"
    /// There is no context item, or a variable has no value.
    case noFocus = "XPDY0002"
    /// A `treat as` does not hold.
    case treat = "XPDY0050"
    /// A text cannot be cast to the type.
    case cast = "FORG0001"
    /// More than one item where at most one may be.
    case zeroOrOne = "FORG0003"
    /// No item where at least one must be.
    case oneOrMore = "FORG0004"
    /// Not exactly one item.
    case exactlyOne = "FORG0005"
    /// A sequence has no effective boolean value, or an aggregate does not apply to it.
    case argument = "FORG0006"
    /// A division by zero.
    case divisionByZero = "FOAR0001"
    /// A number leaves the range of its type.
    case overflow = "FOAR0002"
    /// A decimal is too large for its type.
    case tooLarge = "FOCA0001"
    /// A number that is not one cannot become a decimal.
    case notANumber = "FOCA0002"
    /// A code point that is no character.
    case codePoint = "FOCH0001"
    /// The flags of a regular expression.
    case regexFlags = "FORX0001"
    /// The pattern of a regular expression.
    case regexPattern = "FORX0002"
    /// A regular expression that matches the empty string where it may not.
    case regexMatchesEmpty = "FORX0003"
    /// The replacement of a regular expression.
    case regexReplacement = "FORX0004"
    /// Our own: the limits of work, of depth or of memory are reached.
    case limit = "PECHAT-LIMIT"
}

/// Why an expression cannot be compiled; the rule loader adds file, line and column.
struct XPathSyntaxError: Error, Sendable, Hashable {
    /// One sentence that names the construct.
    let message: String
    /// What to write instead.
    let fix: String
    /// Bytes of the expression before the place.
    let offset: Int

    init(_ message: String, fix: String = "", at offset: Int) {
        self.message = message
        self.fix = fix
        self.offset = offset
    }
}
