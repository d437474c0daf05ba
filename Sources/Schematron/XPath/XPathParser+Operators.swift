/// A binary operator where one is expected.
struct BinaryOperator {
    enum Action {
        case list(ExprOp)
        case general(ComparisonOperator)
        case value(ComparisonOperator)
        case node(NodeComparisonOperator)
        case range
        case arithmetic(ArithmeticOperator)
        case set(ExprOp)
        case type(ExprOp)
    }
    let action: Action
    let strength: Int
    /// How many tokens it has.
    var length = 1
}

extension XPathParser {
    /// The operator that stands here; nil where there is none.
    func binaryOperator() -> BinaryOperator? {
        switch token.kind {
        case .equal: BinaryOperator(action: .general(.equal), strength: 3)
        case .notEqual: BinaryOperator(action: .general(.notEqual), strength: 3)
        case .less: BinaryOperator(action: .general(.less), strength: 3)
        case .lessOrEqual: BinaryOperator(action: .general(.lessOrEqual), strength: 3)
        case .greater: BinaryOperator(action: .general(.greater), strength: 3)
        case .greaterOrEqual: BinaryOperator(action: .general(.greaterOrEqual), strength: 3)
        case .before: BinaryOperator(action: .node(.before), strength: 3)
        case .after: BinaryOperator(action: .node(.after), strength: 3)
        case .plus: BinaryOperator(action: .arithmetic(.plus), strength: 5)
        case .minus: BinaryOperator(action: .arithmetic(.minus), strength: 5)
        case .star: BinaryOperator(action: .arithmetic(.times), strength: 6)
        case .bar: BinaryOperator(action: .list(.union), strength: 7)
        case .name: wordOperator()
        default: nil
        }
    }

    private func wordOperator() -> BinaryOperator? {
        switch text(token) {
        case "or": BinaryOperator(action: .list(.or), strength: 1)
        case "and": BinaryOperator(action: .list(.and), strength: 2)
        case "eq": BinaryOperator(action: .value(.equal), strength: 3)
        case "ne": BinaryOperator(action: .value(.notEqual), strength: 3)
        case "lt": BinaryOperator(action: .value(.less), strength: 3)
        case "le": BinaryOperator(action: .value(.lessOrEqual), strength: 3)
        case "gt": BinaryOperator(action: .value(.greater), strength: 3)
        case "ge": BinaryOperator(action: .value(.greaterOrEqual), strength: 3)
        case "is": BinaryOperator(action: .node(.same), strength: 3)
        case "to": BinaryOperator(action: .range, strength: 4)
        case "div": BinaryOperator(action: .arithmetic(.div), strength: 6)
        case "idiv": BinaryOperator(action: .arithmetic(.idiv), strength: 6)
        case "mod": BinaryOperator(action: .arithmetic(.mod), strength: 6)
        case "union": BinaryOperator(action: .list(.union), strength: 7)
        case "intersect": BinaryOperator(action: .set(.intersect), strength: 8)
        case "except": BinaryOperator(action: .set(.except), strength: 8)
        case "instance" where isName(next, "of"): BinaryOperator(action: .type(.instanceOf), strength: 9, length: 2)
        case "treat" where isName(next, "as"): BinaryOperator(action: .type(.treat), strength: 10, length: 2)
        case "castable" where isName(next, "as"): BinaryOperator(action: .type(.castable), strength: 11, length: 2)
        case "cast" where isName(next, "as"): BinaryOperator(action: .type(.cast), strength: 12, length: 2)
        default: nil
        }
    }

    mutating func typeOperator(_ op: ExprOp, _ operand: Int32) throws(XPathSyntaxError) -> Int32 {
        let place = token.start
        let type = try sequenceType()
        switch op {
        case .instanceOf: return factory.typed(op, operand, type, kinds: .boolean)
        case .treat: return factory.typed(op, operand, type, kinds: factory.facts[Int(operand)].kinds)
        default:
            guard case .atomic(let target) = type.kind, !type.allowsMany, target != .anyAtomic else {
                throw XPathSyntaxError(
                    "A cast needs the name of one atomic type.", fix: "Write a type such as xs:decimal.", at: place)
            }
            return factory.typed(
                op, operand, type, kinds: op == .castable ? .boolean : Self.kinds(of: target).union(.empty))
        }
    }

    /// What a cast to the type gives.
    static func kinds(of type: AtomicType) -> ItemKinds {
        switch type {
        case .string, .anyURI, .normalizedString, .token: .string
        case .untyped: .untyped
        case .boolean: .boolean
        case .decimal: .decimal
        case .double, .float: .double
        case .date, .dateTime, .time: .date
        case .anyAtomic: .atomic
        case .numeric: .number
        default: .integer
        }
    }

    // MARK: - Sequence types

    /// `SequenceType` (XPath 2.0, 2.5.3).
    mutating func sequenceType() throws(XPathSyntaxError) -> SequenceType {
        var type = SequenceType(kind: .item)
        if next.kind == .open, token.kind == .name {
            switch text(token) {
            case "empty-sequence":
                index += 2
                try expect(.close, "“)”")
                return SequenceType(kind: .empty, allowsEmpty: true)
            case "item":
                index += 2
                try expect(.close, "“)”")
            default:
                guard let test = try kindTest() else { throw unexpected("This is the name of no type.") }
                type.kind = .node(test)
            }
        } else {
            type.kind = .atomic(try atomicType())
        }
        switch token.kind {
        case .question: type.allowsEmpty = true
        case .star: (type.allowsEmpty, type.allowsMany) = (true, true)
        case .plus: type.allowsMany = true
        default: return type
        }
        index += 1
        return type
    }

    private mutating func atomicType() throws(XPathSyntaxError) -> AtomicType {
        let name = token.kind == .prefixedName ? try expandedName(token, isElement: false) : nil
        guard let name, name.namespace == Self.schemaNamespace, let type = AtomicType.names[name.local] else {
            throw unexpected(
                "“\(text(token))” is no atomic type that this engine knows.",
                fix: "Use a type such as xs:decimal, xs:date or xs:string, and bind the prefix xs.")
        }
        index += 1
        return type
    }

    static let schemaNamespace = "http://www.w3.org/2001/XMLSchema"
    static let functionNamespace = "http://www.w3.org/2005/xpath-functions"

    /// The expanded name of a token; a name without a prefix is in no namespace.
    func expandedName(_ token: XPathToken, isElement: Bool) throws(XPathSyntaxError) -> ExpandedName {
        let name = text(token)
        guard token.kind == .prefixedName, let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return ExpandedName(namespace: "", local: name)
        }
        let local = String(name[name.utf8.index(after: colon)...])
        return ExpandedName(namespace: try namespace(String(name[..<colon]), at: token.start), local: local)
    }

    func namespace(_ prefix: String, at offset: Int) throws(XPathSyntaxError) -> String {
        if let namespace = scope.namespaces[prefix] { return namespace }
        switch prefix {
        case "xs": return Self.schemaNamespace
        case "fn": return Self.functionNamespace
        case "xml": return "http://www.w3.org/XML/1998/namespace"
        default:
            throw XPathSyntaxError(
                "The prefix “\(prefix)” is bound to no namespace.",
                fix: "Declare it with sch:ns, or as xmlns:\(prefix).", at: offset)
        }
    }
}
