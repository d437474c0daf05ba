extension XPathParser {
    /// `PathExpr`: steps parted by slashes, or one primary expression.
    mutating func path() throws(XPathSyntaxError) -> Int32 {
        var start: Int32 = -1
        var steps: [PathStep] = []
        if take(.slash) {
            start = factory.root
            guard startsStep() else { return start }
        } else if take(.doubleSlash) {
            start = factory.root
            steps.append(Self.descendants)
        } else if !startsAxisStep() {
            start = try filterExpression()
            guard token.kind == .slash || token.kind == .doubleSlash else { return start }
            try requireNodesBeforeSlash(start)
            if factory.program.nodes[Int(start)].op == .contextItem { start = -1 }
            if take(.doubleSlash) { steps.append(Self.descendants) } else { index += 1 }
        }
        while true {
            steps.append(try step())
            if take(.slash) { continue }
            guard take(.doubleSlash) else { break }
            steps.append(Self.descendants)
        }
        return factory.path(from: start, steps)
    }

    static let descendants = PathStep(kind: .axis, axis: .descendantOrSelf, test: NodeTest(kind: .any))

    private func requireNodesBeforeSlash(_ node: Int32) throws(XPathSyntaxError) {
        let kinds = factory.facts[Int(node)].kinds
        guard kinds.contains(.node) || kinds == .empty else {
            throw unexpected("A path cannot go on from a value that is no node.", fix: "Remove the step behind it.")
        }
    }

    /// Whether what stands here can be a step.
    private func startsStep() -> Bool {
        switch token.kind {
        case .name, .prefixedName, .prefixWildcard, .localWildcard, .star, .at, .dot, .dotDot, .open, .string, .dollar,
            .integer, .decimal, .double:
            true
        default: false
        }
    }

    /// Whether what stands here is a step along an axis, not a primary expression.
    private func startsAxisStep() -> Bool {
        switch token.kind {
        case .at, .dotDot, .star, .prefixWildcard, .localWildcard: true
        case .name: next.kind == .open ? Self.kindTests.contains(text(token)) : true
        case .prefixedName: next.kind != .open
        default: false
        }
    }

    private static let kindTests: Set<String> = [
        "node", "text", "comment", "processing-instruction", "element", "attribute", "document-node",
        "schema-element", "schema-attribute",
    ]

    private mutating func step() throws(XPathSyntaxError) -> PathStep {
        guard startsStep() else {
            throw unexpected("A step is missing here.", fix: "Write a name, or remove the slash before it.")
        }
        guard startsAxisStep() else {
            var step = PathStep(kind: .expression)
            step.expression = try filterExpression()
            return step
        }
        return try axisStep()
    }

    /// `AxisStep`: axis, test and predicates.
    mutating func axisStep() throws(XPathSyntaxError) -> PathStep {
        var step = PathStep(kind: .axis)
        if take(.dotDot) {
            step.axis = .parent
        } else {
            if take(.at) {
                step.axis = .attribute
            } else if next.kind == .axis {
                step.axis = try namedAxis()
            }
            let isAttributeTest =
                isName(token, "attribute") && next.kind == .open && tokens[index - min(index, 1)].kind != .axis
            step.test = try nodeTest(isAttribute: step.axis == .attribute)
            if isAttributeTest, step.axis == .child { step.axis = .attribute }
        }
        let predicates = try predicates()
        let list = factory.list(predicates)
        (step.predicatesStart, step.predicatesCount) = (list.start, list.count)
        step.isPositional = predicates.contains { factory.program.nodes[Int($0)].flags.contains(.positional) }
        return step
    }

    private mutating func namedAxis() throws(XPathSyntaxError) -> Axis {
        let axes: [String: Axis] = [
            "child": .child, "descendant": .descendant, "descendant-or-self": .descendantOrSelf,
            "attribute": .attribute, "self": .self, "following": .following, "following-sibling": .followingSibling,
            "parent": .parent, "ancestor": .ancestor, "ancestor-or-self": .ancestorOrSelf, "preceding": .preceding,
            "preceding-sibling": .precedingSibling,
        ]
        guard let axis = axes[text(token)] else {
            throw unexpected(
                "“\(text(token))” is no axis that this engine knows.", fix: "Use child, descendant, parent and so on.")
        }
        index += 2
        return axis
    }

    mutating func predicates() throws(XPathSyntaxError) -> [Int32] {
        var predicates: [Int32] = []
        while take(.openBracket) {
            predicates.append(try expression())
            try expect(.closeBracket, "“]”")
        }
        return predicates
    }

    /// `NodeTest` (XPath 2.0, 3.2.1.2).
    private mutating func nodeTest(isAttribute: Bool) throws(XPathSyntaxError) -> NodeTest {
        let start = token.start
        switch token.kind {
        case .star:
            index += 1
            return NodeTest(kind: .principal)
        case .prefixWildcard:
            let prefix = String(text(token).dropLast(2))
            let name = ExpandedName(namespace: try namespace(prefix, at: start), local: "*")
            index += 1
            return NodeTest(kind: .namespace, name: factory.name(name))
        case .localWildcard:
            let name = ExpandedName(namespace: "*", local: String(text(token).dropFirst(2)))
            index += 1
            return NodeTest(kind: .local, name: factory.name(name))
        case .name, .prefixedName:
            if next.kind == .open, let test = try kindTest() { return test }
            let name = try expandedName(token, isElement: !isAttribute)
            index += 1
            return NodeTest(kind: .name, name: factory.name(name))
        default:
            throw unexpected("A name or a node test is missing here.")
        }
    }

    /// `KindTest`; nil where the name before the parenthesis is that of a function.
    mutating func kindTest() throws(XPathSyntaxError) -> NodeTest? {
        let word = text(token)
        guard Self.kindTests.contains(word) else { return nil }
        let start = token.start
        index += 2
        var test: NodeTest
        switch word {
        case "node": test = NodeTest(kind: .any)
        case "text": test = NodeTest(kind: .text)
        case "comment": test = NodeTest(kind: .comment)
        case "processing-instruction":
            test = NodeTest(kind: .processingInstruction)
            if token.kind == .name || token.kind == .string {
                let quoted = token.kind == .string
                let target = quoted ? String(text(token).dropFirst().dropLast()) : text(token)
                test.name = factory.name(ExpandedName(namespace: "", local: target))
                index += 1
            }
        case "document-node": test = NodeTest(kind: .document)
        case "element", "attribute":
            test = NodeTest(kind: word == "element" ? .element : .attribute)
            if token.kind == .name || token.kind == .prefixedName {
                test.kind = word == "element" ? .elementName : .attributeName
                test.name = factory.name(try expandedName(token, isElement: word == "element"))
                index += 1
            } else {
                _ = take(.star)
            }
        default:
            throw XPathSyntaxError(
                "“\(word)” needs types of a schema, which rules are not given.", fix: "Test the name.", at: start)
        }
        try expect(.close, "“)”")
        return test
    }
}
