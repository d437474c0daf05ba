/// Makes the nodes of a program: equal ones once, with what is known of them, and in the form that runs fastest.
final class NodeFactory {
    /// What is known of a node besides its flags.
    struct Facts {
        var kinds: ItemKinds
        /// It asks for the context item.
        var usesFocus = false
        var usesPosition = false
        var usesLast = false
        /// The local slots that it reads and does not bind itself; the last bit stands for slots 63 and up.
        var locals: UInt64 = 0
        var depth: Int32 = 1
    }

    var program = XPathProgram()
    private(set) var facts: [Facts] = []
    private var known: [ExprNode: Int32] = [:]
    private var knownLists: [[Int32]: Int32] = [:]
    private var knownSteps: [PathStep: Int32] = [:]
    private var knownNames: [ExpandedName: Int32] = [:]
    private var knownLiterals: [[UInt8]: Int32] = [:]
    private var knownDecimals: [Decimal: Int32] = [:]
    private var knownTypes: [SequenceType: Int32] = [:]
    var knownTokenSets: [Int32: Int32] = [:]
    var knownRegexes: [String: Int32] = [:]
    /// The start and the steps of paths as written, to take them apart again.
    var writtenPaths: [Int32: (start: Int32, steps: [PathStep])] = [:]
    private(set) lazy var contextItem = make(.contextItem, kinds: .anyItem, focus: true)
    private(set) lazy var root = make(.root, kinds: .node, focus: true)
    private(set) lazy var emptySequence = make(.sequence, kinds: .empty)

    // MARK: - Tables

    func list(_ members: [Int32]) -> (start: Int32, count: Int32) {
        guard !members.isEmpty else { return (0, 0) }
        if let start = knownLists[members] { return (start, Int32(members.count)) }
        let start = Int32(program.lists.count)
        program.lists += members
        knownLists[members] = start
        return (start, Int32(members.count))
    }

    func members(_ start: Int32, _ count: Int32) -> ArraySlice<Int32> {
        program.lists[Int(start)..<Int(start + count)]
    }

    func step(_ step: PathStep) -> Int32 {
        if let number = knownSteps[step] { return number }
        let number = Int32(program.steps.count)
        program.steps.append(step)
        knownSteps[step] = number
        return number
    }

    func name(_ name: ExpandedName) -> Int32 {
        if let number = knownNames[name] { return number }
        let number = Int32(program.names.count)
        program.names.append(name)
        knownNames[name] = number
        let namespace = program.namespaces[name.namespace] ?? Int32(program.namespaces.count)
        program.namespaces[name.namespace] = namespace
        program.nameNumbers[NameKey(namespace: namespace, local: name.local)] = number
        return number
    }

    func type(_ type: SequenceType) -> Int32 {
        if let number = knownTypes[type] { return number }
        let number = Int32(program.types.count)
        program.types.append(type)
        knownTypes[type] = number
        return number
    }

    // MARK: - Literals

    func string(_ bytes: [UInt8]) -> Int32 {
        if let node = knownLiterals[bytes] { return node }
        let start = Int32(program.literals.count)
        program.literals += bytes
        let node = make(.stringLiteral, a: start, b: start + Int32(bytes.count), kinds: .string)
        knownLiterals[bytes] = node
        return node
    }

    func number(_ value: Decimal, isInteger: Bool) -> Int32 {
        let number = knownDecimals[value] ?? Int32(program.decimals.count)
        if number == program.decimals.count {
            program.decimals.append(value)
            knownDecimals[value] = number
        }
        return make(isInteger ? .integerLiteral : .decimalLiteral, a: number, kinds: isInteger ? .integer : .decimal)
    }

    func double(_ value: Double) -> Int32 {
        program.doubles.append(value)
        return make(.doubleLiteral, a: Int32(program.doubles.count - 1), kinds: .double)
    }

    func boolean(_ value: Bool) -> Int32 { make(.booleanLiteral, a: value ? 1 : 0, kinds: .boolean) }

    /// The bytes of a string literal; nil for any other node.
    func literal(_ node: Int32) -> [UInt8]? {
        let node = program.nodes[Int(node)]
        guard node.op == .stringLiteral else { return nil }
        return Array(program.literals[Int(node.a)..<Int(node.b)])
    }

    // MARK: - Nodes

    /// Makes a node of which all parts are evaluated in the same context.
    func make(
        _ op: ExprOp, _ small: UInt8 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, kinds: ItemKinds,
        focus: Bool = false, of parts: [Int32] = []
    ) -> Int32 {
        var facts = Facts(kinds: kinds, usesFocus: focus)
        for part in parts { merge(part, into: &facts) }
        return add(ExprNode(op: op, small: small, a: a, b: b, c: c), facts)
    }

    /// Adds the needs of a part that is evaluated in the same context.
    func merge(_ part: Int32, into facts: inout Facts) {
        let other = self.facts[Int(part)]
        facts.usesFocus = facts.usesFocus || other.usesFocus
        facts.usesPosition = facts.usesPosition || other.usesPosition
        facts.usesLast = facts.usesLast || other.usesLast
        facts.locals |= other.locals
        facts.depth = max(facts.depth, other.depth + 1)
    }

    /// Adds the needs of a part that has a context of its own, such as a predicate.
    func mergeInner(_ part: Int32, into facts: inout Facts) {
        facts.locals |= self.facts[Int(part)].locals
        facts.depth = max(facts.depth, self.facts[Int(part)].depth + 1)
    }

    func add(_ node: ExprNode, _ facts: Facts, extra: ExprFlags = []) -> Int32 {
        var node = node
        var flags = extra
        let items = facts.kinds.items
        if items == .node { flags.insert(.nodes) }
        if items.contains(.node) { flags.insert(.maybeNodes) }
        if !facts.kinds.contains(.many) { flags.insert(.single) }
        if items.isDisjoint(with: .number) { flags.insert(.neverNumber) }
        if items.isSubset(of: [.node, .untyped, .string]) { flags.insert(.textual) }
        if facts.usesPosition || facts.usesLast || !flags.contains(.neverNumber) { flags.insert(.positional) }
        if facts.usesLast { flags.insert(.last) }
        node.flags = flags
        if let number = known[node] { return number }
        let number = Int32(program.nodes.count)
        known[node] = number
        if !facts.usesFocus, facts.locals == 0, node.op.isWorthRemembering {
            node.memo = Int32(program.memoCount)
            program.memoCount += 1
        }
        program.nodes.append(node)
        self.facts.append(facts)
        return number
    }

    static func bit(of slot: Int) -> UInt64 { 1 << UInt64(min(slot, 63)) }

    /// A node that binds a slot for its body.
    func binding(_ op: ExprOp, slot: Int, _ value: Int32, _ body: Int32) -> Int32 {
        let inner = facts[Int(body)]
        var kinds = inner.kinds
        switch op {
        case .some, .every: kinds = .boolean
        case .forIn: kinds = facts[Int(value)].kinds.contains(.many) ? [kinds, .empty, .many] : [kinds, .empty]
        default: break
        }
        var merged = Facts(kinds: kinds)
        merge(body, into: &merged)
        // The last bit stands for many slots: to free it for one of them would hide the others.
        if slot < 63 { merged.locals &= ~Self.bit(of: slot) }
        merge(value, into: &merged)
        program.frameSize = max(program.frameSize, slot + 1)
        return add(ExprNode(op: op, a: Int32(slot), b: value, c: body), merged)
    }

    func local(_ slot: Int) -> Int32 {
        program.frameSize = max(program.frameSize, slot + 1)
        return add(
            ExprNode(op: .local, a: Int32(slot)), Facts(kinds: .anything, locals: Self.bit(of: slot)))
    }

    func conditional(_ test: Int32, _ then: Int32, _ otherwise: Int32) -> Int32 {
        let kinds = facts[Int(then)].kinds.union(facts[Int(otherwise)].kinds)
        return make(.conditional, a: test, b: then, c: otherwise, kinds: kinds, of: [test, then, otherwise])
    }

    func sequence(_ parts: [Int32]) -> Int32 {
        if parts.count == 1 { return parts[0] }
        var kinds: ItemKinds = parts.isEmpty ? .empty : .many
        var canBeEmpty = true
        for part in parts {
            kinds.formUnion(facts[Int(part)].kinds)
            if !facts[Int(part)].kinds.contains(.empty) { canBeEmpty = false }
        }
        if !canBeEmpty { kinds.remove(.empty) }
        let list = list(parts)
        return make(.sequence, a: list.start, b: list.count, kinds: kinds, of: parts)
    }

    /// `or` and `and` of any number of operands, evaluated from left to right.
    func connective(_ op: ExprOp, _ parts: [Int32]) -> Int32 {
        let list = list(parts)
        return make(op, a: list.start, b: list.count, kinds: .boolean, of: parts)
    }

    func typed(_ op: ExprOp, _ operand: Int32, _ type: SequenceType, kinds: ItemKinds) -> Int32 {
        make(op, a: operand, b: self.type(type), kinds: kinds, of: [operand])
    }
}

extension ExprOp {
    /// Whether the value costs more than to look it up.
    fileprivate var isWorthRemembering: Bool {
        switch self {
        case .stringLiteral, .integerLiteral, .decimalLiteral, .doubleLiteral, .booleanLiteral, .contextItem, .root,
            .local, .global, .not, .sequence:
            false
        default: true
        }
    }
}
