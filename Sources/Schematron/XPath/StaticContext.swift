/// The names that an expression may use (XPath 2.0, 2.1.1).
///
/// A value: each scope is a copy with more names.
struct StaticContext: Sendable {
    /// Where a variable lives.
    enum Variable: Sendable, Hashable {
        /// One value for the whole document: the lets of a schema and of its patterns.
        case global(Int)
        /// A value in the frame of a rule or of a function call.
        case local(Int)
    }

    /// Namespaces by prefix.
    ///
    /// A name without a prefix is in no namespace: Schematron has no default for expressions.
    var namespaces: [String: String]
    /// Variables by name as written, prefix included.
    private(set) var variables: [String: Variable] = [:]
    /// How many local slots are in use; the next one is taken by the next let, parameter or range variable.
    private(set) var localCount = 0

    init(namespaces: [String: String]) {
        self.namespaces = namespaces
    }

    /// Makes a global variable visible under a name; it hides an earlier one.
    mutating func declare(_ name: String, global: Int) {
        variables[name] = .global(global)
    }

    /// Takes the next local slot for a name; it hides an earlier one.
    mutating func declareLocal(_ name: String) -> Int {
        defer { localCount += 1 }
        variables[name] = .local(localCount)
        return localCount
    }

    /// The same names without the local variables: the scope in which a function's body begins.
    var globalScope: StaticContext {
        var scope = StaticContext(namespaces: namespaces)
        scope.variables = variables.filter { if case .global = $0.value { true } else { false } }
        return scope
    }
}

/// An expression in its program.
struct XPathExpression: Sendable, Hashable {
    let id: Int32
}

/// A match pattern in its program (XSLT 2.0, 5.5): one alternative for each branch of its unions.
struct XPathPattern: Sendable {
    let alternatives: [XPathPatternBranch]
}

/// One branch of a match pattern.
struct XPathPatternBranch: Sendable {
    /// Which nodes can match at all, for dispatch; names are numbers in the program.
    enum Target: Sendable, Hashable {
        case document
        case element(name: Int32)
        case anyElement
        case attribute(name: Int32)
        case anyAttribute
        case text
        case comment
        case processingInstruction
        /// Any of all these.
        case anyNode
    }
    let target: Target
    let id: Int32
    /// Whether being a target is all: nothing is left to test.
    let isDecidedByTarget: Bool
}
