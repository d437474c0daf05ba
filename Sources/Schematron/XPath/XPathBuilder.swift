/// Compiles expressions and match patterns into one program.
///
/// A rule set makes one builder, compiles all that it has, in any order in which names are declared before their use
/// (functions may be declared first and defined later, so that they can call each other), and takes `program`.
struct XPathBuilder {
    private let factory = NodeFactory()

    init() {}

    /// What was compiled so far.
    var program: XPathProgram { factory.program }

    /// Compiles an expression.
    ///
    /// - Throws: The construct that is not known, or not well formed, with its place.
    mutating func expression(
        _ source: String, in scope: StaticContext
    ) throws(XPathSyntaxError) -> XPathExpression {
        var parser = try XPathParser(source, in: scope, factory)
        return XPathExpression(id: try parser.wholeExpression())
    }

    /// Compiles a match pattern, such as the context of a rule.
    mutating func pattern(_ source: String, in scope: StaticContext) throws(XPathSyntaxError) -> XPathPattern {
        var parser = try XPathParser(source, in: scope, factory)
        return XPathPattern(alternatives: try factory.branches(of: try parser.wholeExpression()))
    }

    // MARK: - Variables and functions

    /// Takes a number for a global variable; pass it to `StaticContext.declare(_:global:)`.
    mutating func declareGlobal() -> Int {
        factory.program.globals.append(-1)
        return factory.program.globals.count - 1
    }

    /// Gives a global variable its value, which is computed with the document node as context, when it is first asked for.
    mutating func define(global: Int, as value: XPathExpression) {
        factory.program.globals[global] = value.id
    }

    /// Declares a function, so that calls of it compile from now on.
    mutating func declareFunction(namespace: String, local: String, arity: Int) -> Int {
        factory.program.functions.append(
            .init(name: ExpandedName(namespace: namespace, local: local), arity: arity))
        return factory.program.functions.count - 1
    }

    /// Gives a function its body; the parameters are the local slots 0 and up, in their order.
    mutating func define(function: Int, as body: XPathExpression) {
        factory.program.functions[function].body = body.id
        factory.program.frameSize = max(factory.program.frameSize, factory.program.functions[function].arity)
    }

    // MARK: - What xsl:function is made of

    /// The items of all parts, one after the other: `(a, b)`.
    mutating func sequence(_ parts: [XPathExpression]) -> XPathExpression {
        XPathExpression(id: factory.sequence(parts.map(\.id)))
    }

    /// `if (test) then … else …`, which is `xsl:choose`.
    mutating func conditional(
        _ test: XPathExpression, then: XPathExpression, otherwise: XPathExpression
    ) -> XPathExpression {
        XPathExpression(id: factory.conditional(test.id, then.id, otherwise.id))
    }

    /// A variable and what it is seen by: `xsl:variable` and its following siblings.
    mutating func binding(local slot: Int, to value: XPathExpression, in body: XPathExpression) -> XPathExpression {
        XPathExpression(id: factory.binding(.letIn, slot: slot, value.id, body.id))
    }

    /// The items as one string, joined by a separator: what `xsl:value-of` gives (a text node, so it is untyped).
    mutating func text(_ value: XPathExpression, separator: String) -> XPathExpression {
        let parts = [value.id, factory.string(Array(separator.utf8))]
        let list = factory.list(parts)
        return XPathExpression(
            id: factory.make(
                .builtIn, BuiltInFunction.joined.rawValue, a: -1, b: list.start, c: list.count, kinds: .untyped,
                of: parts))
    }

    /// The function conversion rules (XPath 2.0, 3.1.5) for a sequence type such as `xs:boolean?` (an `as` attribute).
    mutating func converted(
        _ value: XPathExpression, to type: String, in scope: StaticContext
    ) throws(XPathSyntaxError) -> XPathExpression {
        var parser = try XPathParser(type, in: scope, factory)
        let type = try parser.sequenceType()
        try parser.expectEnd()
        var kinds: ItemKinds
        switch type.kind {
        case .empty: kinds = .empty
        case .item: kinds = .anyItem
        case .node: kinds = .node
        case .atomic(let atomic): kinds = XPathParser.kinds(of: atomic)
        }
        if type.allowsEmpty { kinds.insert(.empty) }
        if type.allowsMany { kinds.insert(.many) }
        return XPathExpression(id: factory.typed(.convert, value.id, type, kinds: kinds))
    }
}

extension NodeFactory {
    /// The branches of a match pattern that was read as an expression (XSLT 2.0, 5.5.2).
    func branches(of node: Int32) throws(XPathSyntaxError) -> [XPathPatternBranch] {
        let expression = program.nodes[Int(node)]
        if expression.op == .union {
            return Array(members(expression.a, expression.b)).map(branch)
        }
        guard facts[Int(node)].kinds.items == .node || expression.op == .contextItem else {
            throw XPathSyntaxError(
                "A pattern must be a path.", fix: "Write a path, such as cac:InvoiceLine, or a union of paths.", at: 0)
        }
        return [branch(node)]
    }

    private func branch(_ node: Int32) -> XPathPatternBranch {
        if program.nodes[Int(node)].op == .root { return add(PatternBranch(), target: .document, isDecided: true) }
        guard let written = writtenPaths[node], let steps = patternSteps(written.start, written.steps) else {
            return add(PatternBranch(members: everywhere(node)), target: .anyNode, isDecided: false)
        }
        let last = steps[0]
        var target: XPathPatternBranch.Target
        var isExact = true
        switch (last.test.kind, last.isAttribute) {
        case (.name, false), (.elementName, false): target = .element(name: last.test.name)
        case (.name, true), (.attributeName, true): target = .attribute(name: last.test.name)
        case (.principal, false), (.element, false): target = .anyElement
        case (.principal, true), (.attribute, true): target = .anyAttribute
        case (.text, false): target = .text
        case (.comment, false): target = .comment
        case (.processingInstruction, false):
            target = .processingInstruction
            isExact = last.test.name < 0
        case (.namespace, false), (.local, false): (target, isExact) = (.anyElement, false)
        case (_, true): (target, isExact) = (.anyAttribute, false)
        default: (target, isExact) = (.anyNode, false)
        }
        let isDecided = isExact && steps.count == 1 && last.link == .none && last.predicatesCount == 0
        return add(PatternBranch(steps: steps), target: target, isDecided: isDecided)
    }

    private func add(
        _ branch: PatternBranch, target: XPathPatternBranch.Target, isDecided: Bool
    ) -> XPathPatternBranch {
        program.branches.append(branch)
        return XPathPatternBranch(
            target: target, id: Int32(program.branches.count - 1), isDecidedByTarget: isDecided)
    }

    /// The steps from right to left; nil where the path has other axes or starts than XSLT 2.0 gives to patterns.
    private func patternSteps(_ start: Int32, _ steps: [PathStep]) -> [PatternBranch.Step]? {
        let isRooted = start >= 0
        guard !isRooted || program.nodes[Int(start)].op == .root else { return nil }
        var result: [PatternBranch.Step] = []
        var link: PatternBranch.Link = isRooted ? .root : .none
        for step in steps {
            guard step.kind == .axis else { return nil }
            switch step.axis {
            case .descendantOrSelf where step.test.kind == .any && step.predicatesCount == 0:
                link = result.isEmpty ? .none : .ancestor
            case .child, .attribute:
                result.append(
                    PatternBranch.Step(
                        isAttribute: step.axis == .attribute, test: step.test,
                        predicatesStart: step.predicatesStart, predicatesCount: step.predicatesCount,
                        isPositional: step.isPositional, link: link))
                link = .parent
            default: return nil
            }
        }
        guard let last = steps.last, last.axis != .descendantOrSelf else { return nil }
        return result.reversed()
    }

    /// All nodes that an expression gives from anywhere in the document.
    private func everywhere(_ node: Int32) -> Int32 {
        if !facts[Int(node)].usesFocus { return node }
        var step = PathStep(kind: .expression)
        step.expression = node
        return path(from: root, [XPathParser.descendants, step])
    }
}
