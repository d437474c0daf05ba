import XMLCore

extension XPathEvaluation {
    /// Visits the nodes along an axis that pass a test, in the order of the axis, until the visitor says true.
    func along(
        _ axis: Axis, _ test: NodeTest, _ node: Int32, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        switch axis {
        case .child:
            guard node >= -1 else { return false }
            return try siblings(from: node + 1, to: index.end(of: node), test, visit)
        case .descendant:
            guard node >= -1 else { return false }
            return try inside(node + 1, index.end(of: node), test, visit)
        case .descendantOrSelf:
            guard node >= 0 else {
                if passes(test, node, isAttributeAxis: false), try visit(node) { return true }
                return node == -1 ? try inside(0, index.nodeCount, test, visit) : false
            }
            return try inside(node, index.end(of: node), test, visit)
        case .attribute:
            guard node >= 0 else { return false }
            return try attributes(
                index.attributeStarts[Int(node)], index.attributeStarts[Int(node) + 1], test, visit)
        case .descendantAttribute:
            guard node >= -1 else { return false }
            let start = node >= 0 ? index.attributeStarts[Int(node)] : 0
            return try attributes(start, index.attributeStarts[Int(index.end(of: node))], test, visit)
        case .self: return try one(node, test, visit)
        case .parent:
            let parent = index.parent(of: node)
            return parent == Focus.absent ? false : try one(parent, test, visit)
        case .ancestor, .ancestorOrSelf:
            var above = axis == .ancestor ? index.parent(of: node) : node
            while above != Focus.absent {
                try charge()
                if try one(above, test, visit) { return true }
                above = index.parent(of: above)
            }
            return false
        case .followingSibling:
            guard node >= 0 else { return false }
            return try siblings(from: index.ends[Int(node)], to: index.end(of: index.parents[Int(node)]), test, visit)
        case .precedingSibling: return try precedingSiblings(node, test, visit)
        case .following:
            if node == -1 { return false }
            // What follows an attribute is inside its element, too.
            let start = node >= 0 ? index.ends[Int(node)] : index.owners[Int(-2 - node)] + 1
            return try inside(start, index.nodeCount, test, visit)
        case .preceding: return try preceding(node, test, visit)
        }
    }

    private func one(_ node: Int32, _ test: NodeTest, _ visit: NodeVisitor) throws(XPathError) -> Bool {
        passes(test, node, isAttributeAxis: false) ? try visit(node) : false
    }

    private func siblings(
        from start: Int32, to end: Int32, _ test: NodeTest, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        var child = start
        while child < end {
            try charge()
            if passes(test, child, isAttributeAxis: false), try visit(child) { return true }
            child = index.ends[Int(child)]
        }
        return false
    }

    /// All nodes of a range of numbers; a name is looked up in its list.
    private func inside(
        _ start: Int32, _ end: Int32, _ test: NodeTest, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        if test.kind == .name || test.kind == .elementName {
            let name = nameNumbers[Int(test.name)]
            guard name >= 0 else { return false }
            let (first, stop) = index.elementsByName.range(name)
            var member = Self.firstMember(above: start - 1, index.elementsByName.members, first, stop)
            while member < stop {
                let found = index.elementsByName.members[member]
                guard found < end else { return false }
                try charge()
                if try visit(found) { return true }
                member += 1
            }
            return false
        }
        var node = start
        while node < end {
            try charge()
            if passes(test, node, isAttributeAxis: false), try visit(node) { return true }
            node += 1
        }
        return false
    }

    private func attributes(
        _ start: Int32, _ end: Int32, _ test: NodeTest, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        if test.kind == .name || test.kind == .attributeName {
            let name = nameNumbers[Int(test.name)]
            guard name >= 0 else { return false }
            let (first, stop) = index.attributesByName.range(name)
            var member = Self.firstMember(above: start - 1, index.attributesByName.members, first, stop)
            while member < stop {
                let found = index.attributesByName.members[member]
                guard found < end else { return false }
                try charge()
                if try visit(-2 - found) { return true }
                member += 1
            }
            return false
        }
        var attribute = start
        while attribute < end {
            try charge()
            if passes(test, -2 - attribute, isAttributeAxis: true), try visit(-2 - attribute) { return true }
            attribute += 1
        }
        return false
    }

    private func precedingSiblings(
        _ node: Int32, _ test: NodeTest, _ visit: NodeVisitor
    ) throws(XPathError) -> Bool {
        guard node >= 0 else { return false }
        // The tree knows the next sibling only, so they are collected forwards and visited backwards.
        let base = nodeStack.count
        var sibling = index.parents[Int(node)] + 1
        while sibling < node {
            try charge()
            if passes(test, sibling, isAttributeAxis: false) { nodeStack.append(sibling) }
            sibling = index.ends[Int(sibling)]
        }
        for sibling in popNodes(from: base).reversed() where try visit(sibling) { return true }
        return false
    }

    /// What ends before a node begins, from the nearest to the first of the document.
    private func preceding(_ node: Int32, _ test: NodeTest, _ visit: NodeVisitor) throws(XPathError) -> Bool {
        if node == -1 { return false }
        let start = node >= 0 ? node : index.owners[Int(-2 - node)]
        if test.kind == .name || test.kind == .elementName {
            let name = nameNumbers[Int(test.name)]
            guard name >= 0 else { return false }
            let (first, stop) = index.elementsByName.range(name)
            var member = Self.firstMember(above: start - 1, index.elementsByName.members, first, stop)
            while member > first {
                member -= 1
                try charge()
                let found = index.elementsByName.members[member]
                if index.ends[Int(found)] <= start, try visit(found) { return true }
            }
            return false
        }
        var found = start - 1
        while found >= 0 {
            try charge()
            let isBefore = index.ends[Int(found)] <= start
            if isBefore, passes(test, found, isAttributeAxis: false), try visit(found) { return true }
            found -= 1
        }
        return false
    }

    // MARK: - Node tests

    /// Whether a node passes a test (XPath 2.0, 3.2.1.2).
    func passes(_ test: NodeTest, _ node: Int32, isAttributeAxis: Bool) -> Bool {
        let isAttribute = node < -1
        switch test.kind {
        case .any: return true
        case .name:
            return isAttribute == isAttributeAxis && node != -1 && name(of: node) == nameNumbers[Int(test.name)]
                && (isAttribute || index.names[Int(node)] >= 0)
        case .principal: return isAttribute == isAttributeAxis && isElementOrAttribute(node)
        case .namespace:
            guard isAttribute == isAttributeAxis, isElementOrAttribute(node) else { return false }
            return document.namespaces[Int(document.names[Int(name(of: node))].namespace)]
                == program.names[Int(test.name)].namespace
        case .local:
            guard isAttribute == isAttributeAxis, isElementOrAttribute(node) else { return false }
            return document.names[Int(name(of: node))].local == program.names[Int(test.name)].local
        case .text: return node >= 0 && index.names[Int(node)] == DocumentIndex.textName
        case .comment: return node >= 0 && index.names[Int(node)] == DocumentIndex.commentName
        case .processingInstruction:
            guard node >= 0, index.names[Int(node)] == DocumentIndex.instructionName else { return false }
            return test.name < 0
                || document.names[Int(document.nodes[Int(node)].name)].local == program.names[Int(test.name)].local
        case .document: return node == -1
        case .element: return node >= 0 && index.names[Int(node)] >= 0
        case .attribute: return isAttribute
        case .elementName:
            return node >= 0 && index.names[Int(node)] >= 0
                && index.names[Int(node)] == nameNumbers[Int(test.name)]
        case .attributeName: return isAttribute && name(of: node) == nameNumbers[Int(test.name)]
        }
    }

    private func isElementOrAttribute(_ node: Int32) -> Bool {
        node < -1 || (node >= 0 && index.names[Int(node)] >= 0)
    }

    /// The number of the name of an element or an attribute; negative for all other nodes.
    @inline(__always) func name(of node: Int32) -> Int32 {
        node >= 0 ? index.names[Int(node)] : node == -1 ? -9 : document.attributes[Int(-2 - node)].name
    }

    // MARK: - Patterns

    /// Whether a node matches one branch of a pattern (XSLT 2.0, 5.5.3).
    func matches(_ branch: PatternBranch, _ node: Int32) throws(XPathError) -> Bool {
        try charge()
        if branch.members >= 0 {
            let members = program.nodes[Int(branch.members)]
            guard let range = try rememberedNodes(members, Focus(-1)) else {
                return try eachNode(members, Focus(-1), ordered: false) { $0 == node }
            }
            let order = index.order(of: node)
            var (low, high) = (range.lowerBound, range.upperBound)
            while low < high {
                let middle = (low + high) >> 1
                if index.order(of: memoNodes[middle]) < order { low = middle + 1 } else { high = middle }
            }
            return low < range.upperBound && memoNodes[low] == node
        }
        guard !branch.steps.isEmpty else { return node == -1 }
        return try matches(branch.steps, 0, node)
    }

    private func matches(
        _ steps: [PatternBranch.Step], _ place: Int, _ node: Int32
    ) throws(XPathError) -> Bool {
        let step = steps[place]
        guard node != -1, step.isAttribute == (node < -1) else { return false }
        guard passes(step.test, node, isAttributeAxis: step.isAttribute) else { return false }
        // What is above is cheaper to test than a predicate.
        let parent = index.parent(of: node)
        if step.link == .root, parent != -1 { return false }
        if step.link == .parent, !step.isPositional, step.predicatesCount > 0,
            try !matches(steps, place + 1, parent)
        {
            return false
        }
        guard try passesPredicates(step, node, parent) else { return false }
        switch step.link {
        case .none, .root: return true
        case .parent:
            return !step.isPositional && step.predicatesCount > 0 ? true : try matches(steps, place + 1, parent)
        case .ancestor:
            var above = parent
            while above > -1 {
                try charge()
                if try matches(steps, place + 1, above) { return true }
                above = index.parent(of: above)
            }
            return false
        }
    }

    private func passesPredicates(
        _ step: PatternBranch.Step, _ node: Int32, _ parent: Int32
    ) throws(XPathError) -> Bool {
        guard step.predicatesCount > 0 else { return true }
        let list = Int(step.predicatesStart)..<Int(step.predicatesStart + step.predicatesCount)
        guard step.isPositional else {
            for place in list where try !truth(program.lists[place], Focus(node)) { return false }
            return true
        }
        let base = nodeStack.count
        defer { nodeStack.removeLast(nodeStack.count - base) }
        _ = try along(step.isAttribute ? .attribute : .child, step.test, parent) { sibling in
            self.nodeStack.append(sibling)
            return false
        }
        for place in list {
            let size = nodeStack.count - base
            var kept = base
            for position in 0..<size {
                let focus = Focus(nodeStack[base + position], position: Int32(position + 1), size: Int32(size))
                guard try predicate(program.lists[place], focus) else { continue }
                nodeStack[kept] = focus.node
                kept += 1
            }
            nodeStack.removeLast(nodeStack.count - kept)
        }
        return nodeStack[base...].contains(node)
    }
}
