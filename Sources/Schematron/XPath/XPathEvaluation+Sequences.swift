extension XPathEvaluation {
    /// Visits the items of a function that gives a sequence; nil for all other functions.
    func eachOfFunction(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool? {
        guard let name = BuiltInFunction(rawValue: node.small) else { return nil }
        let first = node.c > 0 ? program.lists[Int(node.b)] : -1
        switch name {
        case .data: return try each(first, focus) { item throws(XPathError) in try visit(self.atomized(item)) }
        case .unordered: return try each(first, focus, visit)
        case .zeroOrOne, .exactlyOne, .oneOrMore: return try eachCounted(name, first, focus, visit)
        case .tokenize:
            for token in try tokens(node, focus) where try visit(.string(token)) { return true }
            return false
        case .reverse:
            for item in try items(first, focus).reversed() where try visit(item) { return true }
            return false
        case .distinctValues: return try eachDistinct(first, focus, visit)
        case .indexOf: return try eachIndex(node, focus, visit)
        case .stringToCodepoints:
            for scalar in string(of: try text(first, focus)).unicodeScalars {
                try charge()
                if try visit(.integer(Int(scalar.value))) { return true }
            }
            return false
        case .subsequence: return try eachOfSubsequence(node, focus, visit)
        case .insertBefore, .remove: return try eachChanged(name, node, focus, visit)
        default: return nil
        }
    }

    /// All items of an expression.
    func items(_ number: Int32, _ focus: Focus) throws(XPathError) -> [XPathItem] {
        let base = itemStack.count
        _ = try each(number, focus) { item throws(XPathError) in
            try self.push(item)
            return false
        }
        return popItems(from: base)
    }

    private func eachCounted(
        _ function: BuiltInFunction, _ number: Int32, _ focus: Focus, _ visit: ItemVisitor
    ) throws(XPathError) -> Bool {
        let items = try items(number, focus)
        switch function {
        case .zeroOrOne: if items.count > 1 { throw .zeroOrOne }
        case .oneOrMore: if items.isEmpty { throw .oneOrMore }
        default: if items.count != 1 { throw .exactlyOne }
        }
        for item in items where try visit(item) { return true }
        return false
    }

    /// `fn:distinct-values`: the first of each; texts are looked up, other values compared.
    private func eachDistinct(_ number: Int32, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        var texts: Set<[UInt8]> = []
        var others: [XPathItem] = []
        return try each(number, focus) { item throws(XPathError) in
            let value = self.atomized(item)
            switch value {
            case .untyped(let text), .string(let text):
                try self.charge(text.count >> 3)
                guard texts.insert(self.array(of: text)).inserted else { return false }
            default:
                for other in others {
                    try self.charge()
                    if self.isSame(value, other) { return false }
                }
                others.append(value)
            }
            return try visit(value)
        }
    }

    /// Whether values are one for `distinct-values`; values that do not compare differ.
    private func isSame(_ left: XPathItem, _ right: XPathItem) -> Bool {
        if case .double(let a) = left, case .double(let b) = right, a.isNaN, b.isNaN { return true }
        do throws(XPathError) {
            return try order(left, right) == 0
        } catch {
            return false
        }
    }

    private func eachIndex(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        guard let wanted = try atomic(program.lists[Int(node.b) + 1], focus) else { throw .type }
        var place = 0
        return try each(program.lists[Int(node.b)], focus) { item throws(XPathError) in
            place += 1
            return self.isSame(self.atomized(item), wanted) ? try visit(.integer(place)) : false
        }
    }

    private func eachOfSubsequence(
        _ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor
    ) throws(XPathError) -> Bool {
        let first = try position(program.lists[Int(node.b) + 1], focus)
        let end = node.c > 2 ? first + (try position(program.lists[Int(node.b) + 2], focus)) : .infinity
        var place = 0.0
        var stopped = false
        _ = try each(program.lists[Int(node.b)], focus) { item throws(XPathError) in
            place += 1
            if place >= end { return true }
            guard place >= first else { return false }
            stopped = try visit(item)
            return stopped
        }
        return stopped
    }

    private func eachChanged(
        _ function: BuiltInFunction, _ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor
    ) throws(XPathError) -> Bool {
        var items = try items(program.lists[Int(node.b)], focus)
        guard let place = try integer(program.lists[Int(node.b) + 1], focus) else { throw .type }
        if function == .remove {
            if place >= 1, place <= Int128(items.count) { items.remove(at: Int(place) - 1) }
        } else {
            let inserted = try self.items(program.lists[Int(node.b) + 2], focus)
            let target = max(0, min(Int128(items.count), place - 1))
            items.insert(contentsOf: inserted, at: Int(target))
        }
        for item in items where try visit(item) { return true }
        return false
    }
}
