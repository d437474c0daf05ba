/// One thing that is wrong, or worth knowing, in a document.
public struct Finding: Sendable, Hashable {
    /// How much a finding weighs.
    public enum Severity: String, Sendable, Hashable {
        /// The document is rejected.
        case error
        /// The document is accepted; a person should look.
        case warning
        /// Nothing is wrong.
        case info
    }

    /// The stable id of the rule: `BR-CO-17` of a standard, or our own such as `json.unknownKey`.
    public let rule: String
    /// Whether the document is rejected.
    public let severity: Severity
    /// RFC 6901 pointer into the JSON input, or an XPath into an XML input; empty for the whole document.
    public var pointer: String
    /// The line and column of that place in the input, when known.
    public var place: SourcePlace?
    /// The EN 16931 term such as `BT-131`, where there is one.
    public var term: String?
    /// One sentence: what is wrong.
    ///
    /// No names, accounts or keys of the document.
    public let message: String
    /// One sentence: what to do; empty where the message says it.
    public var fix: String

    /// Puts a finding together.
    public init(
        rule: String, severity: Severity = .error, pointer: String, place: SourcePlace? = nil, term: String? = nil,
        message: String, fix: String = ""
    ) {
        self.rule = rule
        self.severity = severity
        self.pointer = pointer
        self.place = place
        self.term = term
        self.message = message
        self.fix = fix
    }
}

/// Everything that was found about one document.
public struct Report: Sendable, Hashable {
    /// The findings in the order of the rules, then of the document.
    public var findings: [Finding]

    /// Collects findings; none means that nothing was found.
    public init(findings: [Finding] = []) {
        self.findings = findings
    }

    /// Whether no finding rejects the document.
    public var isAcceptable: Bool { !findings.contains { $0.severity == .error } }
}
