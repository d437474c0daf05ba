public import Diagnostics

/// What a rule set says about one document.
public struct RuleReport: Sendable {
    /// The answer in one word.
    public enum Verdict: String, Sendable {
        /// Every rule was decided, and none that weighs fails.
        case valid
        /// At least one rule that weighs fails, and every rule was decided.
        case invalid
        /// At least one rule ended in an error: the document is not valid, and how many rules it breaks is not known.
        case undecided
    }

    /// The failed asserts, the successful reports and the errors, in the order of the patterns, then of the document.
    public let outcomes: [RuleOutcome]
    /// How many times a rule found its context in the document.
    public let firedRules: Int

    /// Which rules found their context, in the order of the outcomes; for the report as XML.
    let trace: [RuleRun.Fired]

    /// Puts a report together.
    public init(outcomes: [RuleOutcome], firedRules: Int) {
        self.outcomes = outcomes
        self.firedRules = firedRules
        trace = []
    }

    init(outcomes: [RuleOutcome], trace: [RuleRun.Fired]) {
        self.outcomes = outcomes
        firedRules = trace.count
        self.trace = trace
    }

    /// Undecided if anything ended in an error; else invalid if anything weighs; else valid.
    public var verdict: Verdict {
        if outcomes.contains(where: \.isError) { return .undecided }
        return outcomes.contains(where: \.weighs) ? .invalid : .valid
    }
}

/// One assert that failed, one report that succeeded, or one of both that could not be decided.
public struct RuleOutcome: Sendable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// The test of an `assert` is false.
        case failedAssert
        /// The test of a `report` is true.
        case successfulReport
        /// The test ended in a dynamic error; the name is the recommendation's, such as `XPTY0004`.
        case error(String)
    }

    /// What happened.
    public private(set) var kind: Kind
    /// The rule's id, such as `BR-CO-17`; nil where the file gives none.
    public let id: String?
    /// The weight as the file writes it: `fatal`, `warning` ...
    public let flag: String?
    /// The role as the file writes it; some files use it in place of the flag.
    public let role: String?
    /// The id of the pattern, or its title.
    public let pattern: String?
    /// The rule's context as written.
    public let ruleContext: String
    /// The test as written.
    public let test: String
    /// The message with its `value-of` resolved and its white space normalised.
    public let message: String
    /// The XPath of the context node, in the form of `XMLElement.path`; an attribute ends in `/@name`.
    public let location: String
    /// Where the context node stands in the document.
    public let place: SourcePlace?
    /// Further messages that the rule names, in its order; most files have none.
    public internal(set) var diagnostics: [RuleDiagnostic] = []

    /// Puts an outcome together.
    public init(
        kind: Kind, id: String?, flag: String?, role: String?, pattern: String?, ruleContext: String, test: String,
        message: String, location: String, place: SourcePlace?
    ) {
        self.kind = kind
        self.id = id
        self.flag = flag
        self.role = role
        self.pattern = pattern
        self.ruleContext = ruleContext
        self.test = test
        self.message = message
        self.location = location
        self.place = place
    }

    /// The same outcome where an error ended it.
    func ended(by error: XPathError) -> RuleOutcome {
        var outcome = self
        outcome.kind = .error(error.rawValue)
        return outcome
    }

    /// Whether the test ended in a dynamic error.
    public var isError: Bool {
        if case .error = kind { return true }
        return false
    }

    /// Whether the document is rejected: everything weighs that the file does not call a warning or information.
    public var weighs: Bool {
        switch (flag ?? role ?? "").lowercased() {
        case "warning", "warn", "info", "information", "hint": false
        default: true
        }
    }
}

/// A further message of an assert or report (`diagnostic`).
public struct RuleDiagnostic: Sendable, Hashable {
    /// The diagnostic's id.
    public let id: String
    /// Its text, with its `value-of` resolved and its white space normalised.
    public let message: String
}
