/// The operators of comparisons; general and value comparisons share them.
enum ComparisonOperator: UInt8, Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

    /// The operator that holds for exchanged operands.
    var mirrored: ComparisonOperator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    /// Whether it holds for an order of -1, 0 or 1.
    @inline(__always) func holds(for order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

/// `is`, `<<` and `>>`.
enum NodeComparisonOperator: UInt8, Sendable { case same, before, after }

/// The operators of arithmetic.
enum ArithmeticOperator: UInt8, Sendable { case plus, minus, times, div, idiv, mod }

extension NodeFactory {
    /// A general comparison, in a form of its own where one side is a literal.
    func generalComparison(_ left: Int32, _ op: ComparisonOperator, _ right: Int32) -> Int32 {
        let (a, b) = (program.nodes[Int(left)], program.nodes[Int(right)])
        if isLiteral(a), !isLiteral(b) { return generalComparison(right, op.mirrored, left) }
        if b.op == .stringLiteral, a.flags.contains(.textual) {
            return make(.textComparison, op.rawValue, a: left, b: right, kinds: .boolean, of: [left])
        }
        if b.op == .booleanLiteral, op == .equal || op == .notEqual,
            facts[Int(left)].kinds.items.isSubset(of: [.node, .untyped, .boolean])
        {
            return make(.truthComparison, op.rawValue, a: left, b: b.a, kinds: .boolean, of: [left])
        }
        if let node = countComparison(a, op, b) { return node }
        return make(.generalComparison, op.rawValue, a: left, b: right, kinds: .boolean, of: [left, right])
    }

    func valueComparison(_ left: Int32, _ op: ComparisonOperator, _ right: Int32) -> Int32 {
        if let node = countComparison(program.nodes[Int(left)], op, program.nodes[Int(right)]) { return node }
        let canBeEmpty = facts[Int(left)].kinds.union(facts[Int(right)].kinds).contains(.empty)
        return make(
            .valueComparison, op.rawValue, a: left, b: right, kinds: canBeEmpty ? [.boolean, .empty] : .boolean,
            of: [left, right])
    }

    /// `count(x) > 3` needs no more than four of x.
    private func countComparison(_ left: ExprNode, _ op: ComparisonOperator, _ right: ExprNode) -> Int32? {
        guard left.op == .count, right.op == .integerLiteral,
            let bound = Int32(exactly: program.decimals[Int(right.a)].mantissa), bound < 1_000_000
        else { return nil }
        return make(.countComparison, op.rawValue, a: left.a, b: bound, kinds: .boolean, of: [left.a])
    }

    private func isLiteral(_ node: ExprNode) -> Bool {
        switch node.op {
        case .stringLiteral, .integerLiteral, .decimalLiteral, .doubleLiteral, .booleanLiteral: true
        default: false
        }
    }

    func arithmetic(_ left: Int32, _ op: ArithmeticOperator, _ right: Int32) -> Int32 {
        let canBeEmpty = facts[Int(left)].kinds.union(facts[Int(right)].kinds).contains(.empty)
        return make(
            .arithmetic, op.rawValue, a: left, b: right, kinds: canBeEmpty ? .optionalNumber : .number,
            of: [left, right])
    }

    /// `contains(' A B ', concat(' ', x, ' '))` as a lookup of x in a set of words; nil for any other call.
    func tokenMember(_ arguments: [Int32]) -> Int32? {
        let call = program.nodes[Int(arguments[1])]
        guard call.op == .builtIn, call.small == BuiltInFunction.concat.rawValue, call.c == 3 else { return nil }
        let parts = Array(members(call.b, call.c))
        guard literal(parts[0]) == [32], literal(parts[2]) == [32], let words = literal(arguments[0]) else {
            return nil
        }
        var number = Int32(program.tokenSets.count)
        if let known = knownTokenSets[arguments[0]] {
            number = known
        } else {
            guard let set = TokenSet(words) else { return nil }
            program.tokenSets.append(set)
            knownTokenSets[arguments[0]] = number
        }
        return make(
            .tokenMember, a: parts[1], b: arguments[0], c: number, kinds: .boolean, of: [parts[1]])
    }
}
