/// Reads an expression of XPath 2.0 and makes its nodes (A.1: the grammar).
struct XPathParser {
    let bytes: [UInt8]
    let tokens: [XPathToken]
    let factory: NodeFactory
    var scope: StaticContext
    var index = 0
    private var depth = 0

    /// The deepest nesting of an expression, as written and as a tree of nodes.
    static let depthLimit = 200

    init(_ source: String, in scope: StaticContext, _ factory: NodeFactory) throws(XPathSyntaxError) {
        bytes = Array(source.utf8)
        tokens = try XPathLexer.tokens(of: bytes)
        self.factory = factory
        self.scope = scope
    }

    /// The whole source as one expression.
    mutating func wholeExpression() throws(XPathSyntaxError) -> Int32 {
        let node = try expression()
        try expectEnd()
        if factory.facts[Int(node)].depth > Self.depthLimit { throw tooDeep(at: 0) }
        return node
    }

    // MARK: - Tokens

    var token: XPathToken { tokens[index] }
    var next: XPathToken { tokens[min(index + 1, tokens.count - 1)] }

    func text(_ token: XPathToken) -> String { String(decoding: bytes[token.start..<token.end], as: UTF8.self) }

    func isName(_ token: XPathToken, _ name: StaticString) -> Bool {
        guard token.kind == .name, token.end - token.start == name.utf8CodeUnitCount else { return false }
        return text(token) == name.description
    }

    mutating func take(_ kind: XPathToken.Kind) -> Bool {
        guard token.kind == kind else { return false }
        index += 1
        return true
    }

    mutating func take(word: StaticString) -> Bool {
        guard isName(token, word) else { return false }
        index += 1
        return true
    }

    mutating func expect(_ kind: XPathToken.Kind, _ what: String) throws(XPathSyntaxError) {
        guard take(kind) else { throw unexpected("\(what) is missing here.", fix: "Write \(what).") }
    }

    mutating func expect(word: StaticString) throws(XPathSyntaxError) {
        guard take(word: word) else {
            throw unexpected("The word “\(word)” is missing here.", fix: "Write “\(word)”.")
        }
    }

    func expectEnd() throws(XPathSyntaxError) {
        guard token.kind == .end else {
            throw unexpected(
                "“\(text(token))” does not continue an expression.", fix: "Put an operator before it, or remove it.")
        }
    }

    func unexpected(_ message: String, fix: String = "") -> XPathSyntaxError {
        XPathSyntaxError(message, fix: fix, at: token.start)
    }

    private func tooDeep(at offset: Int) -> XPathSyntaxError {
        XPathSyntaxError(
            "The expression is nested deeper than \(Self.depthLimit) levels.", fix: "Part it with variables.",
            at: offset)
    }

    // MARK: - Expressions

    /// `Expr`: expressions parted by commas.
    mutating func expression() throws(XPathSyntaxError) -> Int32 {
        var parts = [try single()]
        while take(.comma) { parts.append(try single()) }
        return factory.sequence(parts)
    }

    /// `ExprSingle`.
    mutating func single() throws(XPathSyntaxError) -> Int32 {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw tooDeep(at: token.start) }
        if next.kind == .dollar {
            if take(word: "for") { return try bindings(.forIn, "return") }
            if take(word: "some") { return try bindings(.some, "satisfies") }
            if take(word: "every") { return try bindings(.every, "satisfies") }
        } else if next.kind == .open, take(word: "if") {
            index += 1
            let test = try expression()
            try expect(.close, "“)”")
            try expect(word: "then")
            let then = try single()
            try expect(word: "else")
            return factory.conditional(test, then, try single())
        }
        return try operators(1)
    }

    /// The variables of `for`, `some` and `every`; the scope ends with the expression.
    private mutating func bindings(_ op: ExprOp, _ word: StaticString) throws(XPathSyntaxError) -> Int32 {
        let outer = scope
        defer { scope = outer }
        var bound: [(slot: Int, value: Int32)] = []
        repeat {
            let name = try variableName()
            try expect(word: "in")
            let value = try single()
            bound.append((scope.declareLocal(name), value))
        } while take(.comma)
        try expect(word: word)
        var body = try single()
        for variable in bound.reversed() { body = factory.binding(op, slot: variable.slot, variable.value, body) }
        return body
    }

    private mutating func variableName() throws(XPathSyntaxError) -> String {
        try expect(.dollar, "“$”")
        guard token.kind == .name || token.kind == .prefixedName else {
            throw unexpected("The name of a variable is missing here.")
        }
        defer { index += 1 }
        return text(token)
    }

    /// All binary operators, by the strength with which they bind (A.4); 1 is the weakest.
    private mutating func operators(_ minimum: Int) throws(XPathSyntaxError) -> Int32 {
        var left = try unary()
        while let found = binaryOperator(), found.strength >= minimum {
            let place = index
            index += found.length
            switch found.action {
            case .list(let op):
                var parts = [left]
                repeat { parts.append(try operators(found.strength + 1)) } while takeSame(found.action)
                left = op == .union ? try union(parts, at: place) : factory.connective(op, parts)
            case .type(let op):
                left = try typeOperator(op, left)
            case .general(let op):
                left = factory.generalComparison(left, op, try operators(found.strength + 1))
                try refuseChain(found.strength)
            case .value(let op):
                left = factory.valueComparison(left, op, try operators(found.strength + 1))
                try refuseChain(found.strength)
            case .node(let op):
                let right = try operators(found.strength + 1)
                left = factory.make(
                    .nodeComparison, op.rawValue, a: left, b: right, kinds: [.boolean, .empty], of: [left, right])
                try refuseChain(found.strength)
            case .arithmetic(let op):
                let right = try operators(found.strength + 1)
                for operand in [left, right] where factory.facts[Int(operand)].kinds.items == .date {
                    throw XPathSyntaxError(
                        "This engine does not calculate with dates.", fix: "Compare them instead.",
                        at: tokens[place].start)
                }
                left = factory.arithmetic(left, op, right)
            case .range:
                let right = try operators(found.strength + 1)
                left = factory.make(.range, a: left, b: right, kinds: [.integer, .empty, .many], of: [left, right])
            case .set(let op):
                let right = try operators(found.strength + 1)
                try requireNodes(left, at: place)
                try requireNodes(right, at: place)
                left = factory.make(op, a: left, b: right, kinds: .nodes, of: [left, right])
            }
            if factory.facts[Int(left)].depth > Self.depthLimit { throw tooDeep(at: tokens[place].start) }
        }
        return left
    }

    private mutating func takeSame(_ action: BinaryOperator.Action) -> Bool {
        guard case .list(let op) = action, let found = binaryOperator(), case .list(op) = found.action else {
            return false
        }
        index += found.length
        return true
    }

    private func refuseChain(_ strength: Int) throws(XPathSyntaxError) {
        guard let found = binaryOperator(), found.strength == strength else { return }
        throw unexpected("A comparison cannot be compared again.", fix: "Put the first one in parentheses.")
    }

    private func union(_ parts: [Int32], at place: Int) throws(XPathSyntaxError) -> Int32 {
        for part in parts { try requireNodes(part, at: place) }
        return factory.union(parts)
    }

    private func requireNodes(_ node: Int32, at place: Int) throws(XPathSyntaxError) {
        guard !factory.facts[Int(node)].kinds.contains(.node) else { return }
        guard factory.facts[Int(node)].kinds != .empty else { return }
        throw XPathSyntaxError(
            "“\(text(tokens[place]))” joins nodes, and an operand is no node.", fix: "Use a comma for values.",
            at: tokens[place].start)
    }

    /// `-` and `+` before a path.
    private mutating func unary() throws(XPathSyntaxError) -> Int32 {
        var isNegative = false
        var hasSign = false
        while token.kind == .minus || token.kind == .plus {
            if token.kind == .minus { isNegative.toggle() }
            hasSign = true
            index += 1
        }
        let value = try path()
        guard hasSign else { return value }
        let canBeEmpty = factory.facts[Int(value)].kinds.contains(.empty)
        return factory.make(
            isNegative ? .negative : .positive, a: value, kinds: canBeEmpty ? .optionalNumber : .number, of: [value])
    }
}
