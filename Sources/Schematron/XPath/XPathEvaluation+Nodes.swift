extension XPathEvaluation {
    typealias NodeVisitor = (Int32) throws(XPathError) -> Bool

    /// Visits the nodes of an expression that gives nodes until the visitor says true; tells whether it did.
    ///
    /// - Parameters:
    ///   - node: The expression.
    ///   - focus: The context item, its place and the size of its sequence.
    ///   - ordered: Whether it must be in document order and without repetition; where only existence counts, it
    ///     need not.
    ///   - visit: Is given each node and says whether it has seen enough.
    /// - Returns: Whether the visitor had seen enough.
    /// - Throws: The dynamic error of the expression, or what the visitor throws.
    dynamic func eachNode(
        _ node: ExprNode, _ focus: Focus, ordered: Bool, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        if let range = try rememberedNodes(node, focus) {
            for place in range {
                try charge()
                if try visit(memoNodes[place]) { return true }
            }
            return false
        }
        switch node.op {
        case .path where !ordered || node.flags.contains(.ordered):
            return try walk(node, focus, visit)
        case .contextItem:
            return try visit(try contextNode(focus))
        case .root:
            guard focus.node != Focus.absent else { throw .noFocus }
            return try visit(-1)
        case .union where !ordered:
            for place in Int(node.a)..<Int(node.a + node.b) {
                if try eachNode(of: program.lists[place], focus, ordered: false, visit) { return true }
            }
            return false
        case .path, .union, .intersect, .except:
            let base = nodeStack.count
            try collect(node, focus)
            for found in popNodes(from: base) where try visit(found) { return true }
            return false
        default:
            return try each(node, focus) { item throws(XPathError) in
                guard case .node(let found) = item else { throw .atomicInPath }
                return try visit(found)
            }
        }
    }

    func eachNode(
        of number: Int32, _ focus: Focus, ordered: Bool, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        try enter()
        defer { depth -= 1 }
        return try eachNode(program.nodes[Int(number)], focus, ordered: ordered, visit)
    }

    func contextNode(_ focus: Focus) throws(XPathError) -> Int32 {
        if focus.node == Focus.absent { throw .noFocus }
        if focus.node == Focus.atomic { throw .axisOfAtomic }
        return focus.node
    }

    /// Puts the nodes on the stack, in document order and without repetition.
    func collect(_ node: ExprNode, _ focus: Focus) throws(XPathError) {
        let base = nodeStack.count
        switch node.op {
        case .intersect, .except:
            try collect(program.nodes[Int(node.a)], focus)
            let middle = nodeStack.count
            try collect(program.nodes[Int(node.b)], focus)
            let others = Set(nodeStack[middle...])
            nodeStack.removeLast(nodeStack.count - middle)
            var kept = base
            for place in base..<middle where others.contains(nodeStack[place]) == (node.op == .intersect) {
                nodeStack[kept] = nodeStack[place]
                kept += 1
            }
            nodeStack.removeLast(middle - kept)
        case .path:
            _ = try walk(node, focus, pushing)
            try putInOrder(from: base)
        default:
            _ = try eachNode(node, focus, ordered: false, pushing)
            try putInOrder(from: base)
        }
    }

    private func pushing(_ found: Int32) throws(XPathError) -> Bool {
        guard nodeStack.count < limits.items else { throw .limit }
        nodeStack.append(found)
        return false
    }

    /// Sorts the top of the stack, unless it is in order as it stands, which it nearly always is.
    func putInOrder(from base: Int) throws(XPathError) {
        guard nodeStack.count - base > 1 else { return }
        var last = index.order(of: nodeStack[base])
        var isInOrder = true
        for place in base + 1..<nodeStack.count {
            let order = index.order(of: nodeStack[place])
            if order <= last {
                isInOrder = false
                break
            }
            last = order
        }
        guard !isInOrder else { return }
        try charge((nodeStack.count - base) * 8)
        nodeStack[base...].sort { index.order(of: $0) < index.order(of: $1) }
        var kept = base
        for place in base + 1..<nodeStack.count where nodeStack[place] != nodeStack[kept] {
            kept += 1
            nodeStack[kept] = nodeStack[place]
        }
        nodeStack.removeLast(nodeStack.count - kept - 1)
    }

    /// The nodes of an expression that depends on the document alone; nil for any other expression.
    func rememberedNodes(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Range<Int>? {
        guard node.memo >= 0, node.flags.contains(.nodes) else { return nil }
        var known = memoLists[Int(node.memo)]
        if known.count == -2 { throw memoErrors[node.memo] ?? .limit }
        if known.count == -1 {
            let base = nodeStack.count
            do throws(XPathError) {
                switch node.op {
                case .path, .union, .intersect, .except: try collect(withoutMemo(node), focus)
                default:
                    _ = try each(withoutMemo(node), focus) { item throws(XPathError) in
                        guard case .node(let found) = item else { throw .atomicInPath }
                        return try self.pushing(found)
                    }
                }
            } catch {
                if error != .limit {
                    memoLists[Int(node.memo)].count = -2
                    memoErrors[node.memo] = error
                }
                throw error
            }
            guard memoNodes.count + nodeStack.count < limits.items else { throw .limit }
            known = (Int32(memoNodes.count), Int32(nodeStack.count - base))
            memoNodes += nodeStack[base...]
            nodeStack.removeLast(nodeStack.count - base)
            memoLists[Int(node.memo)] = known
        }
        return Int(known.start)..<Int(known.start + known.count)
    }

    func withoutMemo(_ node: ExprNode) -> ExprNode {
        var node = node
        node.memo = -1
        return node
    }

    // MARK: - Steps

    /// Follows the steps of a path from its start.
    private func walk(_ node: ExprNode, _ focus: Focus, _ visit: NodeVisitor) throws(XPathError) -> Bool {
        let first = Int(node.b)
        let end = Int(node.b + node.c)
        guard node.a >= 0 else { return try follow(first, end, try contextNode(focus), visit) }
        let start = program.nodes[Int(node.a)]
        if start.op == .root { return try follow(first, end, -1, visit) }
        return try eachNode(of: node.a, focus, ordered: false) { found throws(XPathError) in
            try self.follow(first, end, found, visit)
        }
    }

    /// Follows the steps from `place` in the lists up to `end`, from one node.
    private func follow(
        _ place: Int, _ end: Int, _ node: Int32, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        guard place < end else { return try visit(node) }
        let number = Int(program.lists[place])
        let step = program.steps[number]
        try charge()
        switch step.kind {
        case .chain: return try followChain(number, step, place, end, node, visit)
        case .attributeChain: return try followAttributes(number, step, place, end, node, visit)
        case .axis:
            if step.isPositional { return try followPositional(step, place, end, node, visit) }
            return try along(step.axis, step.test, node) { found throws(XPathError) in
                guard try self.passes(step, found) else { return false }
                return try self.follow(place + 1, end, found, visit)
            }
        case .expression:
            return try eachNode(of: step.expression, Focus(node), ordered: false) { found throws(XPathError) in
                try self.follow(place + 1, end, found, visit)
            }
        }
    }

    /// Whether a node passes predicates that need no positions.
    @inline(__always) private func passes(_ step: PathStep, _ node: Int32) throws(XPathError) -> Bool {
        guard step.predicatesCount > 0 else { return true }
        let focus = Focus(node)
        for place in Int(step.predicatesStart)..<Int(step.predicatesStart + step.predicatesCount)
        where try !truth(program.lists[place], focus) {
            return false
        }
        return true
    }

    /// Where a chain leads in the summary; -1 for nowhere.
    @inline(__always) private func chainPath(_ number: Int, _ step: PathStep, _ node: Int32) -> Int32 {
        let start = index.path(of: node)
        if chainFrom[number] == start { return chainTo[number] }
        return newChainPath(number, step, start)
    }

    private func newChainPath(_ number: Int, _ step: PathStep, _ start: Int32) -> Int32 {
        var path = start
        var place = Int(step.namesStart)
        let end = place + Int(step.namesCount)
        while path >= 0, place < end {
            var name = nameNumbers[Int(program.lists[place])]
            if name < 0 {
                path = -1
                break
            }
            place += 1
            if place == end, step.kind == .attributeChain { name |= DocumentIndex.attributeBit }
            path = index.path(below: path, name)
        }
        chainFrom[number] = start
        chainTo[number] = path
        return path
    }

    private func followChain(
        _ number: Int, _ step: PathStep, _ place: Int, _ end: Int, _ node: Int32, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        let path = chainPath(number, step, node)
        guard path >= 0 else { return false }
        let (start, stop) = index.elementsByPath.range(path)
        var member = start
        if start < stop, index.elementsByPath.members[start] <= node {
            member = Self.firstMember(above: node, index.elementsByPath.members, start, stop)
        }
        let limit = index.end(of: node)
        let isLast = place + 1 == end
        while member < stop {
            let found = index.elementsByPath.members[member]
            guard found < limit else { break }
            member += 1
            try charge()
            guard try passes(step, found) else { continue }
            if try isLast ? visit(found) : follow(place + 1, end, found, visit) { return true }
        }
        return false
    }

    private func followAttributes(
        _ number: Int, _ step: PathStep, _ place: Int, _ end: Int, _ node: Int32, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        guard node >= -1 else { return false }
        let path = chainPath(number, step, node)
        guard path >= 0 else { return false }
        let low = node >= 0 ? index.attributeStarts[Int(node)] : 0
        let high = index.attributeStarts[Int(index.end(of: node))]
        let (start, stop) = index.attributesByPath.range(path)
        var member = start
        if start < stop, index.attributesByPath.members[start] < low {
            member = Self.firstMember(above: low - 1, index.attributesByPath.members, start, stop)
        }
        while member < stop {
            let found = index.attributesByPath.members[member]
            guard found < high else { break }
            member += 1
            try charge()
            guard try passes(step, -2 - found) else { continue }
            if try follow(place + 1, end, -2 - found, visit) { return true }
        }
        return false
    }

    /// The place of the first member that is greater, by binary search.
    static func firstMember(above node: Int32, _ members: [Int32], _ start: Int, _ end: Int) -> Int {
        var low = start
        var high = end
        while low < high {
            let middle = (low + high) >> 1
            if members[middle] <= node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A step whose predicates count: all nodes along the axis first, then each predicate on what is left.
    private func followPositional(
        _ step: PathStep, _ place: Int, _ end: Int, _ node: Int32, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        if step.predicatesCount == 1 {
            let predicate = program.nodes[Int(program.lists[Int(step.predicatesStart)])]
            if predicate.op == .integerLiteral {
                return try followNth(step, program.decimals[Int(predicate.a)].mantissa, place, end, node, visit)
            }
        }
        let base = nodeStack.count
        _ = try along(step.axis, step.test, node, pushing)
        for list in Int(step.predicatesStart)..<Int(step.predicatesStart + step.predicatesCount) {
            let size = nodeStack.count - base
            var kept = base
            for position in 0..<size {
                let found = nodeStack[base + position]
                let focus = Focus(found, position: Int32(position + 1), size: Int32(size))
                guard try predicate(program.lists[list], focus) else { continue }
                nodeStack[kept] = found
                kept += 1
            }
            nodeStack.removeLast(nodeStack.count - kept)
        }
        for found in popNodes(from: base) where try follow(place + 1, end, found, visit) { return true }
        return false
    }

    /// `x[3]`: no more of the axis than that.
    private func followNth(
        _ step: PathStep, _ wanted: Int128, _ place: Int, _ end: Int, _ node: Int32, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        var position: Int128 = 0
        var nth: Int32?
        _ = try along(step.axis, step.test, node) { found in
            position += 1
            if position == wanted { nth = found }
            return position >= wanted
        }
        guard let nth else { return false }
        return try follow(place + 1, end, nth, visit)
    }

    /// Takes the top of the stack away.
    ///
    /// Whoever visits what he collected takes it off the stack first: the visitor may be putting nodes on it.
    func popNodes(from base: Int) -> [Int32] {
        let found = Array(nodeStack[base...])
        nodeStack.removeLast(found.count)
        return found
    }

    /// The same for items.
    func popItems(from base: Int) -> [XPathItem] {
        let found = Array(itemStack[base...])
        itemStack.removeLast(found.count)
        return found
    }

    /// Whether a predicate holds: a number is the position, anything else its effective boolean value.
    func predicate(_ number: Int32, _ focus: Focus) throws(XPathError) -> Bool {
        let node = program.nodes[Int(number)]
        if node.op == .integerLiteral { return program.decimals[Int(node.a)].mantissa == Int128(focus.position) }
        if node.flags.contains(.neverNumber) { return try truth(number, focus) }
        var first: XPathItem?
        var count = 0
        _ = try each(number, focus) { item throws(XPathError) in
            count += 1
            if count == 1 { first = item }
            return count == 2
        }
        guard let first else { return false }
        switch first {
        case .integer(let value) where count == 1, .decimal(let value) where count == 1:
            return Decimal.order(value, Decimal(Int(focus.position))) == 0
        case .double(let value) where count == 1: return value == Double(focus.position)
        case .node: return true
        default:
            if count > 1 { throw .argument }
            return try truth(of: first)
        }
    }
}
