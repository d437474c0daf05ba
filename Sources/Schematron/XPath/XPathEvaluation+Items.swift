extension XPathEvaluation {
    typealias ItemVisitor = (XPathItem) throws(XPathError) -> Bool

    /// Visits the items of an expression in their order until the visitor says true; tells whether it did.
    func each(_ number: Int32, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        try enter()
        defer { depth -= 1 }
        return try each(program.nodes[Int(number)], focus, visit)
    }

    // Dynamic, as is `eachNode`: else the optimiser specialises the recursion for closures within closures without end.
    dynamic func each(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        if node.memo >= 0 { return try eachRemembered(node, focus, visit) }
        switch node.op {
        case .path, .union, .intersect, .except, .root:
            return try eachNode(node, focus, ordered: true) { found throws(XPathError) in try visit(.node(found)) }
        case .contextItem:
            if focus.node == Focus.atomic { return try visit(atoms[Int(focus.atom)]) }
            return try visit(.node(try contextNode(focus)))
        case .sequence:
            for place in Int(node.a)..<Int(node.a + node.b) {
                if try each(program.lists[place], focus, visit) { return true }
            }
            return false
        case .conditional: return try each(truth(node.a, focus) ? node.b : node.c, focus, visit)
        case .map: return try eachMapped(node, focus, visit)
        case .filter: return try eachFiltered(node, focus, visit)
        case .forIn:
            let slot = frame + Int(node.a)
            return try each(node.b, focus) { item throws(XPathError) in
                self.locals[slot] = .single(item)
                return try self.each(node.c, focus, visit)
            }
        case .letIn:
            try bindNow(node.a, to: node.b, focus)
            return try each(node.c, focus, visit)
        case .local: return try eachBound(local: Int(node.a), visit)
        case .global: return try eachBound(global: Int(node.a), visit)
        case .call: return try eachReturned(node, focus, visit)
        case .range: return try eachInteger(node, focus, visit)
        case .treat, .convert: return try eachConverted(node, focus, visit)
        case .builtIn:
            if let stopped = try eachOfFunction(node, focus, visit) { return stopped }
        default: break
        }
        guard let item = try scalar(node, focus) else { throw .type }
        return try item.map(visit) ?? false
    }

    private func eachRemembered(
        _ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor
    ) throws(XPathError) -> Bool {
        if node.flags.contains(.nodes) {
            return try eachNode(node, focus, ordered: true) { found throws(XPathError) in try visit(.node(found)) }
        }
        var known = memoLists[Int(node.memo)]
        if known.count == -2 { throw memoErrors[node.memo] ?? .limit }
        if known.count == -1 {
            let base = itemStack.count
            do throws(XPathError) {
                _ = try each(withoutMemo(node), focus) { item throws(XPathError) in
                    try self.push(item)
                    return false
                }
            } catch {
                if error != .limit {
                    memoLists[Int(node.memo)].count = -2
                    memoErrors[node.memo] = error
                }
                throw error
            }
            known = try remember(from: base)
            memoLists[Int(node.memo)] = known
        }
        for place in Int(known.start)..<Int(known.start + known.count) where try visit(memoItems[place]) { return true }
        return false
    }

    /// Moves the top of the stack to where it stays, with the texts that it refers to.
    private func remember(from base: Int) throws(XPathError) -> (start: Int32, count: Int32) {
        guard memoItems.count + itemStack.count < limits.items else { throw .limit }
        let range = (start: Int32(memoItems.count), count: Int32(itemStack.count - base))
        memoItems += itemStack[base...]
        itemStack.removeLast(itemStack.count - base)
        computedFloor = computed.count
        return range
    }

    // MARK: - At most one item

    /// The only item; nil for none.
    ///
    /// - Throws: `XPTY0004` for more.
    func value(_ number: Int32, _ focus: Focus) throws(XPathError) -> XPathItem? {
        let node = program.nodes[Int(number)]
        if node.memo < 0, node.flags.contains(.single), node.op.isScalar {
            try enter()
            defer { depth -= 1 }
            if let item = try scalar(node, focus) { return item }
        }
        var result: XPathItem?
        _ = try each(number, focus) { item throws(XPathError) in
            if result != nil { throw .type }
            result = item
            return false
        }
        return result
    }

    /// The only item, atomised.
    func atomic(_ number: Int32, _ focus: Focus) throws(XPathError) -> XPathItem? {
        try value(number, focus).map(atomized)
    }

    /// The value of an expression that gives at most one item by its nature; nil where the operator is another.
    func scalar(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> XPathItem?? {
        switch node.op {
        case .stringLiteral:
            return .some(.string(TextSlice(pool: .literals, start: UInt32(node.a), end: UInt32(node.b))))
        case .integerLiteral: return .some(.integer(program.decimals[Int(node.a)]))
        case .decimalLiteral: return .some(.decimal(program.decimals[Int(node.a)]))
        case .doubleLiteral: return .some(.double(program.doubles[Int(node.a)]))
        case .booleanLiteral: return .some(.boolean(node.a != 0))
        case .or, .and, .not, .exists, .empty, .textComparison, .truthComparison, .countComparison,
            .generalComparison, .tokenMember, .some, .every, .castable, .instanceOf:
            return .some(.boolean(try decide(node, focus)))
        case .count: return .some(.integer(try count(node.a, focus)))
        case .valueComparison: return .some(try valueComparison(node, focus).map { .boolean($0) })
        case .nodeComparison: return .some(try nodeComparison(node, focus).map { .boolean($0) })
        case .arithmetic: return .some(try arithmetic(node, focus))
        case .negative, .positive: return .some(try signed(node, focus))
        case .cast: return .some(try cast(node, focus))
        case .builtIn: return try function(node, focus)
        default: return nil
        }
    }

    // MARK: - Map and filter

    private func eachMapped(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        let inner = program.nodes[Int(node.b)]
        let outer = program.nodes[Int(node.a)]
        if inner.flags.contains(.maybeNodes) { return try eachMappedUnknown(node, focus, visit) }
        if !inner.flags.contains(.last) {
            var position: Int32 = 0
            return try eachNode(of: node.a, focus, ordered: true) { found throws(XPathError) in
                position += 1
                return try self.each(node.b, Focus(found, position: position, size: 0), visit)
            }
        }
        let base = nodeStack.count
        _ = try eachNode(outer, focus, ordered: true) { found throws(XPathError) in
            self.nodeStack.append(found)
            return false
        }
        let found = popNodes(from: base)
        for (place, member) in found.enumerated() {
            let focus = Focus(member, position: Int32(place + 1), size: Int32(found.count))
            if try each(node.b, focus, visit) { return true }
        }
        return false
    }

    /// A step of which it shows only now whether it gives nodes, which are put in order, or values.
    private func eachMappedUnknown(
        _ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor
    ) throws(XPathError) -> Bool {
        let base = itemStack.count
        let nodeBase = nodeStack.count
        var position: Int32 = 0
        _ = try eachNode(of: node.a, focus, ordered: true) { found throws(XPathError) in
            position += 1
            return try self.each(node.b, Focus(found, position: position, size: 0)) { item throws(XPathError) in
                try self.push(item)
                return false
            }
        }
        var nodes = 0
        for place in base..<itemStack.count {
            guard case .node(let found) = itemStack[place] else { continue }
            nodes += 1
            nodeStack.append(found)
        }
        let count = itemStack.count - base
        guard nodes == 0 || nodes == count else { throw .mixedPath }
        guard nodes > 0 else {
            for item in popItems(from: base) where try visit(item) { return true }
            return false
        }
        itemStack.removeLast(count)
        try putInOrder(from: nodeBase)
        for found in popNodes(from: nodeBase) where try visit(.node(found)) { return true }
        return false
    }

    private func eachFiltered(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        let predicates = Int(node.b)..<Int(node.b + node.c)
        if predicates.count == 1 {
            let predicate = program.nodes[Int(program.lists[predicates.lowerBound])]
            if !predicate.flags.contains(.last) {
                let wanted =
                    predicate.op == .integerLiteral ? program.decimals[Int(predicate.a)].mantissa : Int128(-1)
                var position: Int32 = 0
                return try each(node.a, focus) { item throws(XPathError) in
                    position += 1
                    if wanted >= 0, Int128(position) != wanted { return false }
                    guard try self.passes(program.lists[predicates.lowerBound], item, position, size: 0) else {
                        return false
                    }
                    return try visit(item)
                }
            }
        }
        let base = itemStack.count
        _ = try each(node.a, focus) { item throws(XPathError) in
            try self.push(item)
            return false
        }
        for list in predicates {
            let size = itemStack.count - base
            var kept = base
            for place in 0..<size {
                let item = itemStack[base + place]
                guard try passes(program.lists[list], item, Int32(place + 1), size: Int32(size)) else { continue }
                itemStack[kept] = item
                kept += 1
            }
            itemStack.removeLast(itemStack.count - kept)
        }
        for item in popItems(from: base) where try visit(item) { return true }
        return false
    }

    /// Whether an item passes a predicate.
    private func passes(
        _ number: Int32, _ item: XPathItem, _ position: Int32, size: Int32
    ) throws(XPathError) -> Bool {
        if case .node(let node) = item { return try predicate(number, Focus(node, position: position, size: size)) }
        atoms.append(item)
        defer { atoms.removeLast() }
        var focus = Focus(Focus.atomic, position: position, size: size)
        focus.atom = Int32(atoms.count - 1)
        return try predicate(number, focus)
    }

    private func eachInteger(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        guard let first = try integer(node.a, focus), let last = try integer(node.b, focus) else { return false }
        var value = first
        while value <= last {
            try charge()
            if try visit(.integer(Decimal(mantissa: value))) { return true }
            value += 1
        }
        return false
    }
}

extension ExprOp {
    /// Whether the value is computed as one item; what else can be one item is computed as a sequence.
    var isScalar: Bool {
        switch self {
        case .stringLiteral, .integerLiteral, .decimalLiteral, .doubleLiteral, .booleanLiteral, .or, .and, .not,
            .exists, .empty, .textComparison, .truthComparison, .countComparison, .generalComparison, .tokenMember,
            .some, .every, .castable, .instanceOf, .count, .valueComparison, .nodeComparison, .arithmetic, .negative,
            .positive, .cast, .builtIn:
            true
        default: false
        }
    }
}
