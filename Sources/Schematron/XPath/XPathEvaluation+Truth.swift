extension XPathEvaluation {
    /// The effective boolean value (XPath 2.0, 2.4.3), with as little of the sequence as decides it.
    func truth(_ number: Int32, _ focus: Focus) throws(XPathError) -> Bool {
        let node = program.nodes[Int(number)]
        guard node.memo >= 0 else {
            try enter()
            defer { depth -= 1 }
            return try decide(node, focus)
        }
        switch memoTruths[Int(node.memo)] {
        case 1: return false
        case 2: return true
        case 3: throw memoErrors[node.memo] ?? .limit
        default: break
        }
        try enter()
        defer { depth -= 1 }
        do throws(XPathError) {
            let result = try decide(node, focus)
            memoTruths[Int(node.memo)] = result ? 2 : 1
            return result
        } catch {
            if error != .limit {
                memoTruths[Int(node.memo)] = 3
                memoErrors[node.memo] = error
            }
            throw error
        }
    }

    /// The effective boolean value of a node, whatever its memo says.
    func decide(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        switch node.op {
        case .booleanLiteral: return node.a != 0
        case .or: return try any(of: node, are: true, focus)
        case .and: return try !any(of: node, are: false, focus)
        case .not: return try !truth(node.a, focus)
        case .exists: return try exists(node.a, focus)
        case .empty: return try !exists(node.a, focus)
        case .textComparison: return try textComparison(node, focus)
        case .truthComparison: return try truthComparison(node, focus)
        case .countComparison: return try countComparison(node, focus)
        case .generalComparison: return try generalComparison(node, focus)
        case .tokenMember: return try tokenMember(node, focus)
        case .conditional: return try truth(truth(node.a, focus) ? node.b : node.c, focus)
        case .some: return try quantified(node, focus, isUniversal: false)
        case .every: return try quantified(node, focus, isUniversal: true)
        case .letIn:
            try bindNow(node.a, to: node.b, focus)
            return try truth(node.c, focus)
        case .path, .union, .intersect, .except, .root: return try existsNode(node, focus)
        case .castable: return try isCastable(node, focus)
        case .instanceOf: return try isInstance(node, focus)
        default:
            if node.flags.contains(.single), !node.flags.contains(.maybeNodes), let item = try scalar(node, focus) {
                return try item.map(truth(of:)) ?? false
            }
            return try truthOfSequence(node, focus)
        }
    }

    /// The effective boolean value of one atomic item.
    func truth(of item: XPathItem) throws(XPathError) -> Bool {
        switch item {
        case .node: true
        case .untyped(let text), .string(let text): !text.isEmpty
        case .boolean(let value): value
        case .integer(let value), .decimal(let value): !value.isZero
        case .double(let value): !(value == 0 || value.isNaN)
        case .date: throw .argument
        }
    }

    private func truthOfSequence(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        var first: XPathItem?
        let stopped = try each(node, focus) { item throws(XPathError) in
            if first != nil { throw .argument }
            first = item
            if case .node = item { return true }
            return false
        }
        guard let first else { return false }
        return stopped ? true : try truth(of: first)
    }

    // MARK: - Existence

    /// Whether the sequence has an item.
    func exists(_ number: Int32, _ focus: Focus) throws(XPathError) -> Bool {
        let node = program.nodes[Int(number)]
        // The effective boolean value of nodes is their existence, so both share the memo.
        if node.flags.contains(.nodes) { return try truth(number, focus) }
        return try each(number, focus) { _ in true }
    }

    private func existsNode(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        if node.op == .root { return focus.node != Focus.absent }
        if node.memo >= 0, memoLists[Int(node.memo)].count >= 0 { return memoLists[Int(node.memo)].count > 0 }
        return try eachNode(withoutMemo(node), focus, ordered: false) { _ in true }
    }

    func countComparison(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let bound = Int(node.b)
        let operand = program.nodes[Int(node.a)]
        var count = 0
        if operand.op == .path, operand.flags.contains(.ordered), operand.memo < 0 {
            _ = try eachNode(operand, focus, ordered: true) { _ in
                count += 1
                return count > bound
            }
        } else {
            count = try self.count(node.a, focus)
        }
        let op = ComparisonOperator(rawValue: node.small) ?? .equal
        return op.holds(for: count < bound ? -1 : count == bound ? 0 : 1)
    }

    /// The number of items: `fn:count`.
    func count(_ number: Int32, _ focus: Focus) throws(XPathError) -> Int {
        let node = program.nodes[Int(number)]
        if node.flags.contains(.nodes) {
            if let known = try rememberedNodes(node, focus) { return known.count }
            let base = nodeStack.count
            try collect(node, focus)
            defer { nodeStack.removeLast(nodeStack.count - base) }
            return nodeStack.count - base
        }
        var count = 0
        _ = try each(number, focus) { _ in
            count += 1
            return false
        }
        return count
    }

    // MARK: - Quantifiers

    private func quantified(_ node: ExprNode, _ focus: Focus, isUniversal: Bool) throws(XPathError) -> Bool {
        let slot = frame + Int(node.a)
        let found = try each(node.b, focus) { item throws(XPathError) in
            self.locals[slot] = .single(item)
            return try self.truth(node.c, focus) != isUniversal
        }
        return found != isUniversal
    }

    // MARK: - Comparisons with literals

    private func textComparison(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let op = ComparisonOperator(rawValue: node.small) ?? .equal
        let literal = program.nodes[Int(node.b)]
        let right = TextSlice(pool: .literals, start: UInt32(literal.a), end: UInt32(literal.b))
        let operand = program.nodes[Int(node.a)]
        if operand.flags.contains(.nodes) {
            return try eachNode(operand, focus, ordered: false) { found throws(XPathError) in
                try self.compare(self.stringValue(found), op, right)
            }
        }
        return try each(node.a, focus) { item throws(XPathError) in
            try self.compare(try self.textValue(item), op, right)
        }
    }

    private func truthComparison(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let wanted = (node.b != 0) == (node.small == ComparisonOperator.equal.rawValue)
        return try each(node.a, focus) { item throws(XPathError) in
            switch item {
            case .boolean(let value): value == wanted
            default: try self.booleanValue(try self.textValue(item)) == wanted
            }
        }
    }

    private func tokenMember(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let word = try concatenated(node.a, focus)
        let set = program.tokenSets[Int(node.c)]
        try charge(word.count >> 2)
        // A word with spaces may stand in the list as several: that is left to the search for the text.
        let isWord = try withBytes(word) { bytes throws(XPathError) in
            guard !bytes.isEmpty else { return false }
            for place in bytes.indices where bytes[place] == 32 { return false }
            return true
        }
        if isWord { return try withBytes(word) { bytes throws(XPathError) in set.contains(bytes) } }
        let start = computed.count
        computed.append(32)
        try append(word)
        computed.append(32)
        let needle = TextSlice(pool: .computed, start: UInt32(start), end: UInt32(computed.count))
        let list = program.nodes[Int(node.b)]
        return try find(needle, in: TextSlice(pool: .literals, start: UInt32(list.a), end: UInt32(list.b))) != nil
    }

    @inline(__always) func compare(
        _ left: TextSlice, _ op: ComparisonOperator, _ right: TextSlice
    ) throws(XPathError) -> Bool {
        switch op {
        case .equal: left.count == right.count ? try order(left, right) == 0 : false
        case .notEqual: left.count == right.count ? try order(left, right) != 0 : true
        default: op.holds(for: try order(left, right))
        }
    }

    /// The order of texts by code points, which is that of their UTF-8.
    func order(_ left: TextSlice, _ right: TextSlice) throws(XPathError) -> Int {
        try charge(min(left.count, right.count) >> 4)
        return try withBytes(left) { a throws(XPathError) in
            try self.withBytes(right) { b throws(XPathError) in
                let count = min(a.count, b.count)
                var place = 0
                while place < count, a[place] == b[place] { place += 1 }
                if place < count { return a[place] < b[place] ? -1 : 1 }
                return a.count < b.count ? -1 : a.count == b.count ? 0 : 1
            }
        }
    }

    /// Whether an operand of `or` is true, or one of `and` false.
    ///
    /// An operand that ends in an error leaves it to the others (XPath 2.0, 3.6 allows any order): what they decide is
    /// decided, and only if they do not is the error the answer.
    private func any(of node: ExprNode, are wanted: Bool, _ focus: Focus) throws(XPathError) -> Bool {
        var failure: XPathError?
        for place in Int(node.a)..<Int(node.a + node.b) {
            do throws(XPathError) {
                if try truth(program.lists[place], focus) == wanted { return true }
            } catch {
                guard error != .limit else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return false
    }
}
