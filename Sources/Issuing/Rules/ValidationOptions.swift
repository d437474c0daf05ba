/// What the caller decides about a validation.
public struct ValidationOptions: Sendable {
    /// The rule files to judge by, in place of the bundled ones and of the recomputation of totals; none takes those.
    public var rules: [RuleFile]
    /// The language of names and advice; messages stay as the rule files have them.
    public var language: ExplanationLanguage

    /// Takes the caller's wishes.
    public init(rules: [RuleFile] = [], language: ExplanationLanguage = .english) {
        self.rules = rules
        self.language = language
    }
}
