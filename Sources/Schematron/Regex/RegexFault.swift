/// Why a regular expression cannot be used, in the terms of XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6.
struct RegexFault: Error, Sendable, Hashable {
    /// The names that the recommendation gives to the errors, and one of ours.
    enum Code: String, Sendable {
        /// A flag that there is not.
        case flags = "FORX0001"
        /// The pattern is not well formed, asks for what is not supported, or is too large.
        case pattern = "FORX0002"
        /// The pattern matches the empty string, so that `replace` and `tokenize` have no answer.
        case matchesEmpty = "FORX0003"
        /// The replacement has a `\` or `$` that means nothing.
        case replacement = "FORX0004"
        /// The limit of work is reached.
        case exhausted = "PECHAT-LIMIT"
    }

    let code: Code
    /// One sentence; it may name the construct of the pattern, never the text that is searched.
    let message: String
    /// The number of scalars in the pattern before the place.
    var offset = 0

    init(_ code: Code, _ message: String, at offset: Int = 0) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    static let exhausted = RegexFault(.exhausted, "The regular expression takes more steps than the limit allows.")
}
