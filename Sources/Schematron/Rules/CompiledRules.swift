import Diagnostics

/// A rule file as it is carried out: expressions are numbers in one program.
struct CompiledRules: Sendable {
    var program = XPathProgram()
    var patterns: [Pattern] = []
    /// The rules of all patterns, in the order of the file.
    var rules: [Rule] = []
    var dispatch = RuleDispatch()

    struct Pattern: Sendable {
        let id: String?
        let title: String?
    }

    struct Rule: Sendable {
        let pattern: Int
        let id: String?
        /// The context as written.
        let context: String
        let flag: String?
        let role: String?
        var lets: [(slot: Int, value: XPathExpression)] = []
        var checks: [Check] = []
    }

    struct Check: Sendable {
        let isReport: Bool
        let id: String?
        let flag: String?
        let role: String?
        /// The test as written.
        let test: String
        let expression: XPathExpression
        let message: [Piece]
        let diagnostics: [(id: String, message: [Piece])]
    }

    enum Piece: Sendable {
        case text(String)
        case value(XPathExpression)
    }
}

/// Finds the rules whose context a node may be, by its kind and name.
///
/// All patterns share one walk over a document; within a group, which is a pattern, the first rule that matches takes
/// the node.
struct RuleDispatch: Sendable {
    /// One branch of the context of one rule.
    struct Candidate: Sendable {
        let group: Int32
        let rule: Int32
        let branch: XPathPatternBranch
    }

    private var elements: [ExpandedName: [Candidate]] = [:]
    private var attributes: [ExpandedName: [Candidate]] = [:]
    private var anyElement: [Candidate] = []
    private var anyAttribute: [Candidate] = []
    private(set) var document: [Candidate] = []
    private(set) var text: [Candidate] = []
    private(set) var comment: [Candidate] = []
    private(set) var processingInstruction: [Candidate] = []

    /// Whether some rule is about attributes.
    var wantsAttributes: Bool { !attributes.isEmpty || !anyAttribute.isEmpty }

    /// Adds a branch; they come in the order of the rules.
    mutating func add(_ candidate: Candidate, names: [ExpandedName]) {
        switch candidate.branch.target {
        case .document: document.append(candidate)
        case .element(let name): elements[names[Int(name)], default: []].append(candidate)
        case .anyElement: anyElement.append(candidate)
        case .attribute(let name): attributes[names[Int(name)], default: []].append(candidate)
        case .anyAttribute: anyAttribute.append(candidate)
        case .text: text.append(candidate)
        case .comment: comment.append(candidate)
        case .processingInstruction: processingInstruction.append(candidate)
        case .anyNode:
            anyElement.append(candidate)
            anyAttribute.append(candidate)
            document.append(candidate)
            text.append(candidate)
            comment.append(candidate)
            processingInstruction.append(candidate)
        }
    }

    /// The candidates of elements of a name, in the order of the rules.
    func elements(named name: ExpandedName) -> [Candidate] { Self.merged(elements[name] ?? [], anyElement) }

    /// The candidates of attributes of a name, in the order of the rules.
    func attributes(named name: ExpandedName) -> [Candidate] { Self.merged(attributes[name] ?? [], anyAttribute) }

    private static func merged(_ named: [Candidate], _ any: [Candidate]) -> [Candidate] {
        if any.isEmpty { return named }
        if named.isEmpty { return any }
        return (named + any).sorted { $0.rule < $1.rule }
    }
}
