extension NodeFactory {
    /// A path: from a start (-1: the context item) through steps as written.
    ///
    /// Names below names become chains, `//name` becomes the descendant axis, and a union within a path becomes a union
    /// of paths, so that all of them are lookups and not walks.
    func path(from start: Int32, _ steps: [PathStep]) -> Int32 {
        guard !steps.isEmpty else { return start < 0 ? contextItem : start }
        if let split = steps.firstIndex(where: isAtomicStep) {
            let prefix = path(from: start, Array(steps[..<split]))
            let mapped = map(prefix, steps[split].expression)
            return path(from: mapped, Array(steps[(split + 1)...]))
        }
        if let union = distributed(start, steps) { return union }
        let numbers = joined(steps).map(step)
        let list = list(numbers)
        var facts = Facts(kinds: .nodes, usesFocus: start < 0)
        if start >= 0 { merge(start, into: &facts) }
        for step in steps {
            if step.expression >= 0 { mergeInner(step.expression, into: &facts) }
            for predicate in members(step.predicatesStart, step.predicatesCount) {
                mergeInner(predicate, into: &facts)
            }
        }
        if isSingle(start, steps) { facts.kinds.remove(.many) }
        if start >= 0, program.nodes[Int(start)].op == .root { facts.usesFocus = false }
        let node = add(
            ExprNode(op: .path, a: start, b: list.start, c: list.count), facts,
            extra: isOrdered(start, numbers) ? .ordered : [])
        writtenPaths[node] = (start, steps)
        return node
    }

    /// Each node of `prefix`, in document order, as the context of an expression whose items are not (all) nodes.
    func map(_ prefix: Int32, _ expression: Int32) -> Int32 {
        let inner = facts[Int(expression)].kinds
        let outer = facts[Int(prefix)].kinds
        var merged = Facts(kinds: [inner, outer.intersection([.empty, .many])])
        merge(prefix, into: &merged)
        mergeInner(expression, into: &merged)
        return add(ExprNode(op: .map, a: prefix, b: expression), merged)
    }

    func filter(_ operand: Int32, _ predicates: [Int32]) -> Int32 {
        guard !predicates.isEmpty else { return operand }
        let list = list(predicates)
        var merged = Facts(kinds: facts[Int(operand)].kinds.union(.empty))
        merge(operand, into: &merged)
        for predicate in predicates { mergeInner(predicate, into: &merged) }
        return add(ExprNode(op: .filter, a: operand, b: list.start, c: list.count), merged)
    }

    func union(_ parts: [Int32]) -> Int32 {
        if parts.count == 1 { return parts[0] }
        var flat: [Int32] = []
        for part in parts {
            let node = program.nodes[Int(part)]
            if node.op == .union { flat += members(node.a, node.b) } else { flat.append(part) }
        }
        let list = list(flat)
        return make(.union, a: list.start, b: list.count, kinds: .nodes, of: flat)
    }

    // MARK: - Forms

    private func isAtomicStep(_ step: PathStep) -> Bool {
        step.kind == .expression && facts[Int(step.expression)].kinds.items != .node
    }

    /// `(a | b)/c` as `a/c | b/c`, and `x/(a | b)/c` likewise.
    private func distributed(_ start: Int32, _ steps: [PathStep]) -> Int32? {
        if start >= 0, program.nodes[Int(start)].op == .union {
            let node = program.nodes[Int(start)]
            let parts = Array(members(node.a, node.b))
            guard parts.allSatisfy({ writtenPaths[$0] != nil }), !asksForPosition(steps) else { return nil }
            return union(
                parts.map { part in
                    let written = writtenPaths[part] ?? (part, [])
                    return path(from: written.start, written.steps + steps)
                })
        }
        for (index, step) in steps.enumerated() where step.kind == .expression {
            let node = program.nodes[Int(step.expression)]
            let before = Array(steps[..<index])
            let after = Array(steps[(index + 1)...])
            if let written = writtenPaths[step.expression], written.start < 0 {
                return path(from: start, before + written.steps + after)
            }
            guard node.op == .union else { continue }
            let parts = Array(members(node.a, node.b))
            guard parts.allSatisfy({ (writtenPaths[$0]?.start ?? 0) < 0 }), !asksForPosition(after) else { continue }
            return union(
                parts.map { part in path(from: start, before + (writtenPaths[part]?.steps ?? []) + after) })
        }
        return nil
    }

    /// Whether an expression step asks for its place among all nodes so far, which a union of paths would change.
    private func asksForPosition(_ steps: [PathStep]) -> Bool {
        steps.contains { step in
            step.kind == .expression
                && (facts[Int(step.expression)].usesPosition || facts[Int(step.expression)].usesLast)
        }
    }

    /// Joins what can be looked up at once.
    private func joined(_ steps: [PathStep]) -> [PathStep] {
        var result: [PathStep] = []
        var names: [Int32] = []
        for step in withoutDoubleSlash(steps) {
            let isName = step.kind == .axis && step.test.kind == .name && !step.isPositional
            if isName, step.axis == .child || step.axis == .attribute {
                names.append(step.test.name)
                // A chain ends where a predicate is asked, and at an attribute.
                if step.predicatesCount > 0 || step.axis == .attribute {
                    result.append(chain(names, like: step))
                    names = []
                }
                continue
            }
            if !names.isEmpty { result.append(chain(names, like: nil)) }
            names = []
            result.append(step)
        }
        if !names.isEmpty { result.append(chain(names, like: nil)) }
        return result
    }

    private func chain(_ names: [Int32], like last: PathStep?) -> PathStep {
        let list = list(names)
        var chain = PathStep(kind: last?.axis == .attribute ? .attributeChain : .chain)
        chain.namesStart = list.start
        chain.namesCount = list.count
        chain.predicatesStart = last?.predicatesStart ?? 0
        chain.predicatesCount = last?.predicatesCount ?? 0
        return chain
    }

    /// `descendant-or-self::node()/child::x` is `descendant::x` as long as no predicate counts positions.
    private func withoutDoubleSlash(_ steps: [PathStep]) -> [PathStep] {
        var result: [PathStep] = []
        for step in steps {
            if let last = result.last, last.kind == .axis, last.axis == .descendantOrSelf, last.test.kind == .any,
                last.predicatesCount == 0, step.kind == .axis, !step.isPositional,
                step.axis == .child || step.axis == .attribute || step.axis == .descendant
            {
                var merged = step
                merged.axis = step.axis == .attribute ? .descendantAttribute : .descendant
                result[result.count - 1] = merged
            } else {
                result.append(step)
            }
        }
        return result
    }

    private func isSingle(_ start: Int32, _ steps: [PathStep]) -> Bool {
        guard start < 0 || !facts[Int(start)].kinds.contains(.many) else { return false }
        return steps.allSatisfy { step in
            step.kind == .axis
                && (step.axis == .parent || step.axis == .self || (step.axis == .attribute && step.test.kind == .name))
        }
    }

    /// Whether nodes come in document order, without repetition, from one node by the steps in turn.
    private func isOrdered(_ start: Int32, _ steps: [Int32]) -> Bool {
        guard start < 0 || !facts[Int(start)].kinds.contains(.many) else { return false }
        // After upward steps there is still one node; after children, many that are not inside each other; after
        // descendants, many that may be.
        var isOne = true
        for number in steps {
            let step = program.steps[Int(number)]
            switch (step.kind, step.axis) {
            case (.chain, _), (.attributeChain, _), (.axis, .child), (.axis, .attribute): isOne = false
            case (.axis, .self): break
            case (.axis, .parent) where isOne: break
            case (.axis, .descendant) where isOne, (.axis, .descendantOrSelf) where isOne,
                (.axis, .descendantAttribute) where isOne, (.axis, .followingSibling) where isOne,
                (.axis, .following) where isOne:
                return number == steps.last
            default: return false
            }
        }
        return true
    }
}
