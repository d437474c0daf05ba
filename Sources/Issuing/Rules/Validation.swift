public import Diagnostics
import Schematron

/// What is said about one document that was validated.
public struct Validation: Sendable {
    /// The answer in one word.
    public enum Verdict: String, Sendable {
        /// Everything was checked, and nothing that weighs was found.
        case valid
        /// Something that weighs was found, and every rule was decided.
        case invalid
        /// At least one rule ended in an error: the document is not valid, and not all that is wrong is known.
        case undecided
    }

    /// One thing that speaks against the document, or that a person should know.
    public struct Failure: Sendable {
        /// The rule, such as `BR-CO-17`, `cvc-complex-type.2.4`, `totals.payable`; a dash where a rule file gives none.
        public let id: String
        /// The weight in the words of the rule file, such as `fatal` or `warning`; `error` where a rule could not be
        /// decided.
        public let flag: String
        /// An XPath into the XML, of input in JSON that of the XML that was made; empty for the whole document.
        public let location: String
        /// RFC 6901 pointer to the field of the input in JSON that the place came from; nil for XML.
        public internal(set) var pointer: String?
        /// The place in the input file.
        public internal(set) var place: SourcePlace?
        /// What it is about, the most telling term first, each with its name.
        public let terms: [RuleExplanation.Term]
        /// What is wrong, in the words of the rule file.
        public let message: String
        /// What to do, in plain words; empty where there is no advice.
        public let fix: String
        /// The dynamic error that kept a rule from being decided, such as `FORG0001`.
        public let error: String?
        /// Whether the document is not valid for it.
        public let weighs: Bool
    }

    /// Everything that was found: schema, rules in the order of their files, arithmetic.
    public internal(set) var failures: [Failure] = []
    /// What each rule file said, for the report as XML.
    var parts: [(rules: RuleSet, report: RuleReport)] = []

    /// Undecided if anything ended in an error; else invalid if anything weighs; else valid.
    public var verdict: Verdict {
        if failures.contains(where: { $0.error != nil }) { return .undecided }
        return failures.contains(where: \.weighs) ? .invalid : .valid
    }

    /// Why not everything could be decided, in one sentence; nil where it could.
    public var error: String? {
        let undecided = failures.filter { $0.error != nil }
        guard let first = undecided.first else { return nil }
        let count = undecided.count == 1 ? "One rule" : "\(undecided.count) rules"
        return "\(count) could not be decided, first \(first.id) (\(first.error ?? "")) at \(first.location)."
    }

    /// What the rule files said, in the Schematron Validation Report Language; nil where no rule was asked.
    public var svrl: [UInt8]? { parts.isEmpty ? nil : RuleSet.svrl(parts) }
}

extension Validation.Failure {
    /// Takes over a finding of another check.
    init(_ finding: Finding, location: String, pointer: String?, terms: [RuleExplanation.Term], fix: String? = nil) {
        let flag =
            switch finding.severity {
            case .error: "fatal"
            case .warning: "warning"
            case .info: "information"
            }
        self.init(
            id: finding.rule, flag: flag, location: location, pointer: pointer, place: finding.place, terms: terms,
            message: finding.message, fix: fix ?? finding.fix, error: nil, weighs: finding.severity == .error)
    }

    /// Takes over what a rule file says.
    init(_ outcome: RuleOutcome, _ explanation: RuleExplanation?) {
        var error: String?
        if case .error(let code) = outcome.kind { error = code }
        self.init(
            id: outcome.id ?? "-", flag: error == nil ? outcome.flag ?? outcome.role ?? "fatal" : "error",
            location: outcome.location, pointer: nil, place: outcome.place, terms: explanation?.terms ?? [],
            message: outcome.message, fix: explanation?.fix ?? "", error: error, weighs: outcome.weighs)
    }

    /// The same as a finding, to be told like any other.
    public var finding: Finding {
        let severity: Finding.Severity =
            error != nil || weighs ? .error : flag.lowercased().hasPrefix("warn") ? .warning : .info
        let term = terms.first.map { $0.name.isEmpty ? $0.id : "\($0.id) \($0.name)" }
        return Finding(
            rule: id, severity: severity, pointer: pointer ?? location, place: place, term: term,
            message: error.map { "This rule could not be decided (\($0)): \(message)" } ?? message, fix: fix)
    }
}
