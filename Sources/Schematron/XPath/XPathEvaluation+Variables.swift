extension XPathEvaluation {
    /// Gives a slot its value at once: a variable inside an expression or of a function's body.
    func bindNow(_ slot: Int32, to value: Int32, _ focus: Focus) throws(XPathError) {
        let bound = try evaluated(value, focus)
        locals[frame + Int(slot)] = bound
    }

    /// The items of an expression, kept among the bound ones unless it is a single one.
    private func evaluated(_ number: Int32, _ focus: Focus) throws(XPathError) -> LocalVariable {
        let base = itemStack.count
        _ = try each(number, focus) { item throws(XPathError) in
            try self.push(item)
            return false
        }
        return try bound(from: base)
    }

    private func bound(from base: Int) throws(XPathError) -> LocalVariable {
        let count = itemStack.count - base
        defer { itemStack.removeLast(count) }
        if count == 1 { return .single(itemStack[base]) }
        guard boundItems.count + count < limits.items else { throw .limit }
        let start = Int32(boundItems.count)
        boundItems += itemStack[base...]
        return .list(start: start, count: Int32(count))
    }

    func eachBound(local slot: Int, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        switch locals[frame + slot] {
        case .single(let item): return try visit(item)
        case .list(let start, let count):
            for place in Int(start)..<Int(start + count) where try visit(boundItems[place]) { return true }
            return false
        case .unset: throw .noFocus
        case .failed(let error): throw error
        case .pending(let value, let node):
            try settle(slot, value, node)
            return try eachBound(local: slot, visit)
        }
    }

    /// Computes a variable that a rule bound.
    ///
    /// Its expression may use slots for variables of its own that later variables of the rule own by now, so it is
    /// computed in a copy of the frame.
    private func settle(_ slot: Int, _ value: Int32, _ node: Int32) throws(XPathError) {
        let outer = frame
        let size = max(program.frameSize, slot + 1)
        let base = locals.count
        for place in outer..<outer + size { locals.append(place < base ? locals[place] : .unset) }
        frame = base
        var result: LocalVariable
        do throws(XPathError) {
            result = try evaluated(value, Focus(node))
        } catch {
            if error == .limit { throw error }
            result = .failed(error)
        }
        for place in 0..<slot { locals[outer + place] = locals[base + place] }
        locals.removeLast(locals.count - base)
        frame = outer
        locals[outer + slot] = result
    }

    func eachBound(global slot: Int, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        switch globals[slot] {
        case .single(let item): return try visit(item)
        case .list(let start, let count):
            for place in Int(start)..<Int(start + count) where try visit(memoItems[place]) { return true }
            return false
        case .failed(let error): throw error
        // A variable that needs itself has no value.
        case .pending: throw .noFocus
        case .unset:
            try settle(global: slot)
            return try eachBound(global: slot, visit)
        }
    }

    private func settle(global slot: Int) throws(XPathError) {
        let value = program.globals[slot]
        guard value >= 0 else { throw .noFocus }
        globals[slot] = .pending(value, -1)
        let outer = frame
        frame = locals.count
        let base = itemStack.count
        for _ in 0..<program.frameSize { locals.append(.unset) }
        do throws(XPathError) {
            _ = try each(value, Focus(-1)) { item throws(XPathError) in
                try self.push(item)
                return false
            }
            guard memoItems.count + itemStack.count < limits.items else { throw .limit }
            globals[slot] = .list(start: Int32(memoItems.count), count: Int32(itemStack.count - base))
            memoItems += itemStack[base...]
            itemStack.removeLast(itemStack.count - base)
            computedFloor = computed.count
        } catch {
            globals[slot] = error == .limit ? .unset : .failed(error)
            throw error
        }
        locals.removeLast(locals.count - frame)
        frame = outer
    }

    // MARK: - Functions of the rule file

    func eachReturned(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        let function = program.functions[Int(node.a)]
        guard function.body >= 0 else { throw .noFocus }
        var arguments: [LocalVariable] = []
        for place in Int(node.b)..<Int(node.b + node.c) {
            arguments.append(try evaluated(program.lists[place], focus))
        }
        let outer = frame
        let inner = locals.count
        guard inner < limits.items / 64 else { throw .limit }
        locals += arguments
        for _ in arguments.count..<max(program.frameSize, arguments.count) { locals.append(.unset) }
        frame = inner
        let base = itemStack.count
        _ = try each(function.body, Focus(Focus.absent)) { item throws(XPathError) in
            try self.push(item)
            return false
        }
        locals.removeLast(locals.count - inner)
        frame = outer
        for item in popItems(from: base) where try visit(item) { return true }
        return false
    }

    // MARK: - Treat and convert

    /// `treat as`, and the function conversion rules (XPath 2.0, 3.1.5).
    func eachConverted(_ node: ExprNode, _ focus: Focus, _ visit: ItemVisitor) throws(XPathError) -> Bool {
        let type = program.types[Int(node.b)]
        let failure: XPathError = node.op == .treat ? .treat : .type
        var count = 0
        let stopped = try each(node.a, focus) { item throws(XPathError) in
            count += 1
            if count > 1, !type.allowsMany { throw failure }
            guard node.op == .convert, case .atomic(let target) = type.kind else {
                guard self.isInstance(item, type.kind) else { throw failure }
                return try visit(item)
            }
            return try visit(try self.converted(self.atomized(item), to: target))
        }
        if count == 0, !type.allowsEmpty, type.kind != .empty { throw failure }
        return stopped
    }

    private func converted(_ item: XPathItem, to type: AtomicType) throws(XPathError) -> XPathItem {
        if case .untyped = item, type != .anyAtomic { return try cast(item, to: type) }
        if isInstance(item, .atomic(type)) { return item }
        switch (item, type) {
        case (.integer, .double), (.decimal, .double), (.integer, .float), (.decimal, .float):
            return try cast(item, to: type)
        default: throw .type
        }
    }

    /// `instance of`.
    func isInstance(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let type = program.types[Int(node.b)]
        var count = 0
        var isInstance = true
        _ = try each(node.a, focus) { item throws(XPathError) in
            count += 1
            isInstance = self.isInstance(item, type.kind) && (count == 1 || type.allowsMany)
            return !isInstance
        }
        return isInstance && (count > 0 || type.allowsEmpty)
    }

    func isInstance(_ item: XPathItem, _ kind: SequenceType.Kind) -> Bool {
        switch kind {
        case .empty: return false
        case .item: return true
        case .node(let test):
            guard case .node(let node) = item else { return false }
            return passes(test, node, isAttributeAxis: node < -1)
        case .atomic(let type):
            switch (item, type) {
            case (.node, _): return false
            case (_, .anyAtomic), (.untyped, .untyped), (.string, .string), (.boolean, .boolean),
                (.decimal, .decimal), (.double, .double), (.integer, .decimal), (.integer, .integer):
                return true
            case (.integer, .numeric), (.decimal, .numeric), (.double, .numeric): return true
            case (.date(let value), .date): return value.kind == .date
            case (.date(let value), .dateTime): return value.kind == .dateTime
            case (.date(let value), .time): return value.kind == .time
            default: return false
            }
        }
    }
}
