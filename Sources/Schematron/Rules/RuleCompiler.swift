import Diagnostics

/// Compiles a model: every expression is read once, and every fault is told.
struct RuleCompiler {
    private let model: SchemaModel
    var problems: RuleProblems
    var builder = XPathBuilder()
    private var rules = CompiledRules()
    private var scope: StaticContext

    init(_ model: SchemaModel, problems: RuleProblems) {
        self.model = model
        self.problems = problems
        scope = StaticContext(namespaces: Dictionary(model.namespaces.map { ($0.prefix, $0.uri) }) { $1 })
    }

    /// Compiles everything; with `onePatternPerRule` a rule takes its nodes whatever the rules before it took.
    mutating func compile(onePatternPerRule: Bool) -> CompiledRules {
        let declared = declareFunctions()
        // Lets of the schema see each other and the functions, in any order; they are computed when they are asked for.
        var outer = scope
        declare(model.lets, in: &outer)
        scope = outer
        for (number, function) in declared { define(function, number) }
        var candidates: [(group: Int, rule: Int, pattern: XPathPattern)] = []
        for (number, pattern) in model.patterns.enumerated() {
            var inner = scope
            declare(pattern.lets, in: &inner)
            rules.patterns.append(.init(id: pattern.id, title: pattern.title))
            for rule in pattern.rules {
                let context = compile(rule.context) { builder, text throws(XPathSyntaxError) in
                    try builder.pattern(text, in: inner)
                }
                let index = rules.rules.count
                rules.rules.append(compile(rule, in: inner, pattern: number))
                if let context { candidates.append((onePatternPerRule ? index : number, index, context)) }
            }
        }
        rules.program = builder.program
        for (group, rule, pattern) in candidates {
            for branch in pattern.alternatives {
                rules.dispatch.add(
                    .init(group: Int32(group), rule: Int32(rule), branch: branch), names: rules.program.names)
            }
        }
        return rules
    }

    // MARK: - Lets

    private mutating func declare(_ lets: [LetModel], in scope: inout StaticContext) {
        var seen: Set<String> = []
        let numbers = lets.map { one in
            let number = builder.declareGlobal()
            if !seen.insert(one.name).inserted {
                problems.add("The let \u{201C}\(one.name)\u{201D} is given twice.", at: one.value.place)
            }
            scope.declare(one.name, global: number)
            return number
        }
        for (one, number) in zip(lets, numbers) {
            if let value = expression(one.value, in: scope) { builder.define(global: number, as: value) }
        }
    }

    // MARK: - Rules

    private mutating func compile(_ rule: RuleModel, in scope: StaticContext, pattern: Int) -> CompiledRules.Rule {
        var compiled = CompiledRules.Rule(
            pattern: pattern, id: rule.id, context: rule.context.text, flag: rule.flag, role: rule.role)
        var scope = scope
        for one in rule.lets {
            let value = expression(one.value, in: scope)
            let slot = scope.declareLocal(one.name)
            if let value { compiled.lets.append((slot, value)) }
        }
        for check in rule.checks {
            let message = pieces(check.message, in: scope)
            let diagnostics = check.diagnostics.map { ($0.id, pieces($0.message, in: scope)) }
            guard let test = expression(check.test, in: scope) else { continue }
            compiled.checks.append(
                .init(
                    isReport: check.isReport, id: check.id, flag: check.flag, role: check.role, test: check.test.text,
                    expression: test, message: message, diagnostics: diagnostics))
        }
        return compiled
    }

    private mutating func pieces(_ message: [MessageModel], in scope: StaticContext) -> [CompiledRules.Piece] {
        var pieces: [CompiledRules.Piece] = []
        for piece in message {
            switch piece {
            case .text(let text): pieces.append(.text(text))
            case .value(let source):
                if let value = expression(source, in: scope) { pieces.append(.value(value)) }
            case .name(let path):
                // The path is read by itself first, so that a fault in it has its place.
                if let path, expression(path, in: scope) == nil { continue }
                let whole = path.map { $0.with("name((\($0.text))[1])") } ?? RuleSource("name()")
                if let value = expression(whole, in: scope) { pieces.append(.value(value)) }
            }
        }
        return pieces
    }

    // MARK: - Expressions

    mutating func expression(_ source: RuleSource, in scope: StaticContext) -> XPathExpression? {
        compile(source) { builder, text throws(XPathSyntaxError) in try builder.expression(text, in: scope) }
    }

    private mutating func compile<Result>(
        _ source: RuleSource, _ body: (inout XPathBuilder, String) throws(XPathSyntaxError) -> Result
    ) -> Result? {
        do throws(XPathSyntaxError) {
            return try body(&builder, source.text)
        } catch {
            report(error, in: source)
            return nil
        }
    }

    private mutating func report(_ error: XPathSyntaxError, in source: RuleSource) {
        let before = source.text.utf8.prefix(error.offset).count { $0 & 0xC0 != 0x80 }
        problems.add(
            "\(error.message) The expression is \u{201C}\(Self.excerpt(source.text, around: before))\u{201D}.",
            fix: error.fix, at: source.place(ofScalar: before))
    }

    /// The expression, or as much of it as fits a line.
    private static func excerpt(_ text: String, around offset: Int) -> String {
        let scalars = Array(SchemaReader.normalized(text).unicodeScalars)
        guard scalars.count > 120 else { return String(String.UnicodeScalarView(scalars)) }
        let start = max(0, min(offset - 60, scalars.count - 120))
        let part = String(String.UnicodeScalarView(scalars[start..<start + 120]))
        return (start > 0 ? "\u{2026}" : "") + part + (start + 120 < scalars.count ? "\u{2026}" : "")
    }

    // MARK: - Functions

    private mutating func declareFunctions() -> [(Int, FunctionModel)] {
        var declared: [(Int, FunctionModel)] = []
        var seen: Set<String> = []
        for function in model.functions {
            let parts = function.name.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let namespace = scope.namespaces[String(parts[0])] else {
                problems.add(
                    "The prefix of the function \u{201C}\(function.name)\u{201D} is not declared.",
                    fix: "Declare it with <ns prefix=\"…\" uri=\"…\"/>.", at: function.element.place)
                continue
            }
            let arity = function.parameters.count
            guard seen.insert("\(namespace) \(parts[1]) \(arity)").inserted else {
                problems.add(
                    "The function \u{201C}\(function.name)\u{201D} is given twice.", at: function.element.place)
                continue
            }
            let number = builder.declareFunction(namespace: namespace, local: String(parts[1]), arity: arity)
            declared.append((number, function))
        }
        return declared
    }

    private mutating func define(_ function: FunctionModel, _ number: Int) {
        var inner = scope.globalScope
        for parameter in function.parameters { _ = inner.declareLocal(parameter) }
        guard let body = body(function.body[...], in: inner) else { return }
        guard let type = function.result else {
            builder.define(function: number, as: body)
            return
        }
        do throws(XPathSyntaxError) {
            builder.define(function: number, as: try builder.converted(body, to: type, in: inner))
        } catch {
            report(error, in: RuleSource(function.element, "as") ?? RuleSource(type))
        }
    }

    /// The instructions one after the other, a variable seen by those that follow it; nil after a fault.
    private mutating func body(
        _ instructions: ArraySlice<InstructionModel>, in scope: StaticContext
    ) -> XPathExpression? {
        var parts: [XPathExpression] = []
        for index in instructions.indices {
            switch instructions[index] {
            case .sequence(let source):
                guard let value = expression(source, in: scope) else { return nil }
                parts.append(value)
            case .value(let source, let separator):
                guard let value = expression(source, in: scope) else { return nil }
                parts.append(builder.text(value, separator: separator))
            case .text(let text):
                guard let value = literal(text) else { return nil }
                parts.append(builder.text(value, separator: ""))
            case .choose(let branches):
                guard let value = choice(branches[...], in: scope) else { return nil }
                parts.append(value)
            case .variable(let name, let source, let content):
                var value = source.flatMap { expression($0, in: scope) }
                // Content without `as` is a tree; of text only, it counts as that text (XSLT 2.0, 9.3).
                if source == nil { value = body(content[...], in: scope).map { builder.text($0, separator: "") } }
                guard let value else { return nil }
                var inner = scope
                let slot = inner.declareLocal(name)
                guard let rest = body(instructions[(index + 1)...], in: inner) else { return nil }
                parts.append(builder.binding(local: slot, to: value, in: rest))
                return builder.sequence(parts)
            }
        }
        return builder.sequence(parts)
    }

    private mutating func choice(
        _ branches: ArraySlice<(test: RuleSource?, body: [InstructionModel])>, in scope: StaticContext
    ) -> XPathExpression? {
        guard let first = branches.first else { return builder.sequence([]) }
        guard let content = body(first.body[...], in: scope) else { return nil }
        guard let source = first.test else { return content }
        guard let test = expression(source, in: scope), let rest = choice(branches.dropFirst(), in: scope) else {
            return nil
        }
        return builder.conditional(test, then: content, otherwise: rest)
    }

    private mutating func literal(_ text: String) -> XPathExpression? {
        let quoted = "'" + text.replacing("'", with: "''") + "'"
        return expression(RuleSource(quoted), in: StaticContext(namespaces: [:]))
    }
}
