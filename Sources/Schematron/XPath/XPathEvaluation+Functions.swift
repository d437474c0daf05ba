import XMLCore

extension XPathEvaluation {
    /// A call of a function that gives at most one item; nil where it is one that gives sequences.
    func function(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> XPathItem?? {
        guard let name = BuiltInFunction(rawValue: node.small) else { return nil }
        let arguments = Arguments(lists: node.b, count: node.c)
        func argument(_ place: Int32) -> Int32 { program.lists[Int(arguments.lists + place)] }
        switch name {
        case .string: return .some(.string(try value(argument(0), focus).map(textValue) ?? .empty))
        case .normalizeSpace: return .some(.string(try normalizedSpace(try text(argument(0), focus))))
        case .stringLength: return .some(.integer(try length(try text(argument(0), focus))))
        case .upperCase: return .some(.string(try cased(try text(argument(0), focus), isUpper: true)))
        case .lowerCase: return .some(.string(try cased(try text(argument(0), focus), isUpper: false)))
        case .concat: return .some(.string(try concatenation(node, focus)))
        case .contains, .startsWith, .endsWith, .substringBefore, .substringAfter:
            return .some(try search(name, try text(argument(0), focus), try text(argument(1), focus)))
        case .substring: return .some(.string(try substring(node, focus)))
        case .translate:
            return .some(
                .string(
                    try translated(
                        try text(argument(0), focus), try text(argument(1), focus), try text(argument(2), focus))))
        case .compare:
            guard let left = try optionalText(argument(0), focus), let right = try optionalText(argument(1), focus)
            else { return .some(nil) }
            return .some(.integer(try order(left, right)))
        case .matches: return .some(.boolean(try matches(node, focus)))
        case .replace: return .some(.string(try replaced(node, focus)))
        case .stringJoin, .joined:
            let text = try joined(node, focus)
            return .some(name == .joined ? .untyped(text) : .string(text))
        case .codepointsToString: return .some(.string(try fromCodepoints(argument(0), focus)))
        case .boolean: return .some(.boolean(try truth(argument(0), focus)))
        case .number:
            guard let item = try atomic(argument(0), focus) else { return .some(.double(.nan)) }
            do throws(XPathError) {
                return .some(try cast(item, to: .double))
            } catch {
                if error == .limit { throw error }
                return .some(.double(.nan))
            }
        case .round, .abs, .floor, .ceiling, .roundHalfToEven: return .some(try rounding(name, node, focus))
        case .sum, .avg, .min, .max: return .some(try aggregate(name, node, focus))
        case .position:
            if focus.node == Focus.absent { throw .noFocus }
            return .some(.integer(Int(focus.position)))
        case .last:
            if focus.node == Focus.absent { throw .noFocus }
            return .some(.integer(Int(focus.size)))
        case .name, .localName, .namespaceURI, .generateID:
            guard let item = try value(argument(0), focus) else { return .some(.string(.empty)) }
            guard case .node(let found) = item else { throw .type }
            return .some(.string(try nameText(name, found)))
        case .root:
            guard let item = try value(argument(0), focus) else { return .some(nil) }
            guard case .node = item else { throw .type }
            return .some(.node(-1))
        case .yearFromDate, .monthFromDate, .dayFromDate: return .some(try part(name, argument(0), focus))
        default: return nil
        }
    }

    private struct Arguments {
        let lists: Int32
        let count: Int32
    }

    // MARK: - Arguments

    /// An argument of type `xs:string?`; nil for the empty sequence.
    ///
    /// - Throws: `XPTY0004` for more than one item, and for numbers, which are not cast by themselves.
    func optionalText(_ number: Int32, _ focus: Focus) throws(XPathError) -> TextSlice? {
        let node = program.nodes[Int(number)]
        if node.op == .contextItem, focus.node != Focus.atomic { return stringValue(try contextNode(focus)) }
        if node.op == .path, node.memo < 0, node.flags.contains(.ordered) {
            var found: Int32?
            _ = try eachNode(of: number, focus, ordered: true) { member throws(XPathError) in
                if found != nil { throw .type }
                found = member
                return false
            }
            return found.map(stringValue)
        }
        guard let item = try atomic(number, focus) else { return nil }
        switch item {
        case .untyped(let text), .string(let text): return text
        default: throw .type
        }
    }

    /// The same, with the empty text for the empty sequence.
    func text(_ number: Int32, _ focus: Focus) throws(XPathError) -> TextSlice {
        try optionalText(number, focus) ?? .empty
    }

    /// An argument of `concat`: any atomic value, as text.
    func concatenated(_ number: Int32, _ focus: Focus) throws(XPathError) -> TextSlice {
        try atomic(number, focus).map(textValue) ?? .empty
    }

    // MARK: - Names

    private func nameText(_ function: BuiltInFunction, _ node: Int32) throws(XPathError) -> TextSlice {
        if function == .generateID { return try keep(node >= 0 ? "n\(node)" : node == -1 ? "d" : "a\(-2 - node)") }
        var name = name(of: node)
        var prefix: Int32 = 0
        if node >= 0 {
            prefix = document.nodes[Int(node)].prefix
            if name == DocumentIndex.instructionName { name = document.nodes[Int(node)].name }
        } else if node < -1 {
            prefix = document.attributes[Int(-2 - node)].prefix
        }
        guard name >= 0 else { return .empty }
        let kind: Int64 = function == .name ? 0 : function == .localName ? 1 : 2
        let key = Int64(name) << 34 | Int64(function == .name ? prefix : 0) << 2 | kind
        if let known = knownNames[key] { return known }
        let record = document.names[Int(name)]
        var text = function == .namespaceURI ? document.namespaces[Int(record.namespace)] : record.local
        if function == .name, prefix > 0 { text = "\(document.prefixes[Int(prefix)]):\(text)" }
        let start = nameBytes.count
        nameBytes += Array(text.utf8)
        let slice = TextSlice(pool: .names, start: UInt32(start), end: UInt32(nameBytes.count))
        knownNames[key] = slice
        return slice
    }

    private func part(
        _ function: BuiltInFunction, _ argument: Int32, _ focus: Focus
    ) throws(XPathError) -> XPathItem? {
        guard let item = try atomic(argument, focus) else { return nil }
        var date = item
        if case .untyped = item { date = try cast(item, to: .date) }
        guard case .date(let value) = date, value.kind == .date else { throw .type }
        let civil = value.civil
        switch function {
        case .yearFromDate: return .integer(Int(civil.year))
        case .monthFromDate: return .integer(Int(civil.month))
        default: return .integer(Int(civil.day))
        }
    }

    // MARK: - Numbers

    private func numeric(_ item: XPathItem) throws(XPathError) -> XPathItem {
        switch item {
        case .integer, .decimal, .double: item
        case .untyped(let text): .double(try doubleValue(text))
        default: throw .type
        }
    }

    private func rounding(
        _ function: BuiltInFunction, _ node: ExprNode, _ focus: Focus
    ) throws(XPathError) -> XPathItem? {
        guard let item = try atomic(program.lists[Int(node.b)], focus).map(numeric) else { return nil }
        var digits = 0
        if node.c > 1 {
            guard let wanted = try integer(program.lists[Int(node.b) + 1], focus) else { throw .type }
            digits = Int(max(-40, min(40, wanted)))
        }
        func rounded(_ value: Decimal) throws(XPathError) -> Decimal {
            switch function {
            case .abs: value.isNegative ? try value.negated() : value
            case .floor: value.floor
            case .ceiling: value.ceiling
            case .round: digits == 0 ? value.rounded : value.rounded(to: digits)
            default: value.roundedHalfEven(to: digits)
            }
        }
        switch item {
        case .integer(let value): return .integer(try rounded(value))
        case .decimal(let value): return .decimal(try rounded(value))
        case .double(let value):
            if digits != 0, value.isFinite, value != 0 { return .double(try rounded(try Decimal(value)).double) }
            return .double(Self.rounded(function, value))
        default: throw .type
        }
    }

    private static func rounded(_ function: BuiltInFunction, _ value: Double) -> Double {
        guard value.isFinite else { return function == .abs ? value.magnitude : value }
        switch function {
        case .abs: return value.magnitude
        case .floor: return value.rounded(.down)
        case .ceiling: return value.rounded(.up)
        case .round:
            let low = value.rounded(.down)
            let result = value - low >= 0.5 ? low + 1 : low
            return result == 0 && value.sign == .minus ? -0.0 : result
        default: return value.rounded(.toNearestOrEven)
        }
    }

    // MARK: - Aggregates

    private func aggregate(
        _ function: BuiltInFunction, _ node: ExprNode, _ focus: Focus
    ) throws(XPathError) -> XPathItem? {
        var result: XPathItem?
        var count = 0
        _ = try each(program.lists[Int(node.b)], focus) { item throws(XPathError) in
            var next = self.atomized(item)
            if case .untyped(let text) = next { next = .double(try self.doubleValue(text)) }
            count += 1
            guard let sofar = result else {
                switch next {
                case .integer, .decimal, .double: break
                default: if function == .sum || function == .avg { throw .argument }
                }
                result = next
                return false
            }
            result = try self.combined(function, sofar, next)
            return false
        }
        guard let total = result else {
            guard function == .sum else { return nil }
            return node.c > 1 ? try atomic(program.lists[Int(node.b) + 1], focus) : .integer(0)
        }
        guard function == .avg else { return total }
        switch total {
        case .integer(let sum), .decimal(let sum): return .decimal(try Decimal.quotient(sum, Decimal(count)))
        case .double(let sum): return .double(sum / Double(count))
        default: throw .argument
        }
    }

    private func combined(
        _ function: BuiltInFunction, _ left: XPathItem, _ right: XPathItem
    ) throws(XPathError) -> XPathItem {
        guard function == .min || function == .max else {
            switch (left, right) {
            case (.integer(let a), .integer(let b)): return .integer(try Decimal.sum(a, b))
            case (.integer(let a), .decimal(let b)), (.decimal(let a), .integer(let b)),
                (.decimal(let a), .decimal(let b)):
                return .decimal(try Decimal.sum(a, b))
            default:
                guard let a = double(left), let b = double(right) else { throw .argument }
                return .double(a + b)
            }
        }
        do throws(XPathError) {
            guard let order = try order(left, right) else { return .double(.nan) }
            let takesRight = function == .min ? order > 0 : order < 0
            let taken = takesRight ? right : left
            // All are promoted to the widest type among them.
            if case .double = left, let value = double(taken) { return .double(value) }
            if case .double = right, let value = double(taken) { return .double(value) }
            return taken
        } catch {
            throw error == .type ? .argument : error
        }
    }
}
