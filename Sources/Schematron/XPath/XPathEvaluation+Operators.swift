extension XPathEvaluation {
    // MARK: - Comparisons

    /// A general comparison (XPath 2.0, 3.5.2): whether any pair of items compares so.
    func generalComparison(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let op = ComparisonOperator(rawValue: node.small) ?? .equal
        let right = program.nodes[Int(node.b)]
        if right.flags.contains(.single) {
            // Nothing is computed twice, and the second operand not at all where the first is empty.
            var other: XPathItem??
            return try each(node.a, focus) { item throws(XPathError) in
                if other == nil { other = .some(try self.atomic(node.b, focus)) }
                guard let other = other ?? nil else { return true }
                return try self.compareGenerally(self.atomized(item), op, other)
            } && !isKnownEmpty(other)
        }
        var others: [XPathItem]?
        return try each(node.a, focus) { item throws(XPathError) in
            if others == nil {
                let base = self.itemStack.count
                _ = try self.each(node.b, focus) { other throws(XPathError) in
                    try self.push(self.atomized(other))
                    return false
                }
                others = self.popItems(from: base)
            }
            let left = self.atomized(item)
            for other in others ?? [] {
                try self.charge()
                if try self.compareGenerally(left, op, other) { return true }
            }
            return false
        }
    }

    private func isKnownEmpty(_ item: XPathItem??) -> Bool {
        if case .some(.none) = item { return true }
        return false
    }

    private func compareGenerally(
        _ left: XPathItem, _ op: ComparisonOperator, _ right: XPathItem
    ) throws(XPathError) -> Bool {
        switch (left, right) {
        case (.untyped(let a), .untyped(let b)), (.untyped(let a), .string(let b)), (.string(let a), .untyped(let b)):
            try compare(a, op, b)
        case (.untyped(let text), _): try compareValues(try cast(text, like: right), op, right)
        case (_, .untyped(let text)): try compareValues(left, op, try cast(text, like: left))
        default: try compareValues(left, op, right)
        }
    }

    /// An untyped value in the type that it is compared with.
    private func cast(_ text: TextSlice, like other: XPathItem) throws(XPathError) -> XPathItem {
        switch other {
        case .integer, .decimal, .double: .double(try doubleValue(text))
        case .boolean: .boolean(try booleanValue(text))
        case .date(let value): try cast(.untyped(text), to: value.kind.type)
        case .untyped, .string, .node: .string(text)
        }
    }

    /// A value comparison of typed items (XPath 2.0, 3.5.1).
    ///
    /// - Throws: `XPTY0004` for types that do not compare.
    func compareValues(
        _ left: XPathItem, _ op: ComparisonOperator, _ right: XPathItem
    ) throws(XPathError) -> Bool {
        guard let order = try order(left, right) else { return op == .notEqual }
        return op.holds(for: order)
    }

    /// -1, 0 or 1; nil where one is not a number.
    func order(_ left: XPathItem, _ right: XPathItem) throws(XPathError) -> Int? {
        switch (left, right) {
        case (.string(let a), .string(let b)), (.untyped(let a), .untyped(let b)), (.string(let a), .untyped(let b)),
            (.untyped(let a), .string(let b)):
            return try order(a, b)
        case (.boolean(let a), .boolean(let b)): return a == b ? 0 : a ? 1 : -1
        case (.integer(let a), .integer(let b)), (.integer(let a), .decimal(let b)), (.decimal(let a), .integer(let b)),
            (.decimal(let a), .decimal(let b)):
            return Decimal.order(a, b)
        case (.date(let a), .date(let b)):
            guard a.kind == b.kind else { throw .type }
            return DateValue.order(a, b)
        default:
            guard let a = double(left), let b = double(right) else { throw .type }
            if a.isNaN || b.isNaN { return nil }
            return a < b ? -1 : a == b ? 0 : 1
        }
    }

    /// A number as a double; nil for what is no number.
    func double(_ item: XPathItem) -> Double? {
        switch item {
        case .integer(let value), .decimal(let value): value.double
        case .double(let value): value
        default: nil
        }
    }

    func valueComparison(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool? {
        guard let left = try atomic(node.a, focus), let right = try atomic(node.b, focus) else { return nil }
        return try compareValues(left, ComparisonOperator(rawValue: node.small) ?? .equal, right)
    }

    func nodeComparison(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool? {
        guard let left = try value(node.a, focus), let right = try value(node.b, focus) else { return nil }
        guard case .node(let a) = left, case .node(let b) = right else { throw .type }
        switch NodeComparisonOperator(rawValue: node.small) ?? .same {
        case .same: return a == b
        case .before: return index.order(of: a) < index.order(of: b)
        case .after: return index.order(of: a) > index.order(of: b)
        }
    }

    // MARK: - Arithmetic

    /// The operand of arithmetic: untyped values become doubles (XPath 2.0, 3.4).
    private func operand(_ number: Int32, _ focus: Focus) throws(XPathError) -> XPathItem? {
        guard let item = try atomic(number, focus) else { return nil }
        switch item {
        case .integer, .decimal, .double: return item
        case .untyped(let text): return .double(try doubleValue(text))
        default: throw .type
        }
    }

    func arithmetic(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> XPathItem? {
        guard let left = try operand(node.a, focus), let right = try operand(node.b, focus) else { return nil }
        let op = ArithmeticOperator(rawValue: node.small) ?? .plus
        switch (left, right) {
        case (.integer(let a), .integer(let b)):
            if op == .div { return .decimal(try Decimal.quotient(a, b)) }
            return .integer(try calculate(a, op, b))
        case (.integer(let a), .decimal(let b)), (.decimal(let a), .integer(let b)), (.decimal(let a), .decimal(let b)):
            let result = try calculate(a, op, b)
            return op == .idiv ? .integer(result) : .decimal(result)
        default:
            guard let a = double(left), let b = double(right) else { throw .type }
            return try calculate(a, op, b)
        }
    }

    private func calculate(_ a: Decimal, _ op: ArithmeticOperator, _ b: Decimal) throws(XPathError) -> Decimal {
        switch op {
        case .plus: try Decimal.sum(a, b)
        case .minus: try Decimal.difference(a, b)
        case .times: try Decimal.product(a, b)
        case .div: try Decimal.quotient(a, b)
        case .idiv: try Decimal.wholeQuotient(a, b)
        case .mod: try Decimal.remainder(a, b)
        }
    }

    private func calculate(_ a: Double, _ op: ArithmeticOperator, _ b: Double) throws(XPathError) -> XPathItem {
        switch op {
        case .plus: return .double(a + b)
        case .minus: return .double(a - b)
        case .times: return .double(a * b)
        case .div: return .double(a / b)
        case .mod: return .double(a.truncatingRemainder(dividingBy: b))
        case .idiv:
            if b == 0 { throw .divisionByZero }
            if a.isNaN || b.isNaN || a.isInfinite { throw .overflow }
            do throws(XPathError) {
                return .integer(try Decimal((a / b).rounded(.towardZero)))
            } catch {
                throw .overflow
            }
        }
    }

    func signed(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> XPathItem? {
        let item = try operand(node.a, focus)
        guard node.op == .negative else { return item }
        switch item {
        case .integer(let value): return .integer(try value.negated())
        case .decimal(let value): return .decimal(try value.negated())
        case .double(let value): return .double(-value)
        default: return item
        }
    }

    /// An operand that must be an integer: those of `to`, and positions.
    func integer(_ number: Int32, _ focus: Focus) throws(XPathError) -> Int128? {
        guard let item = try atomic(number, focus) else { return nil }
        switch item {
        case .integer(let value): return value.mantissa
        case .untyped:
            guard case .integer(let value) = try cast(item, to: .integer) else { throw .type }
            return value.mantissa
        default: throw .type
        }
    }
}

extension DateValue.Kind {
    var type: AtomicType {
        switch self {
        case .date: .date
        case .dateTime: .dateTime
        case .time: .time
        }
    }
}
