extension XPathParser {
    /// `FilterExpr`: a primary expression and its predicates.
    mutating func filterExpression() throws(XPathSyntaxError) -> Int32 {
        let primary = try primary()
        guard token.kind == .openBracket else { return primary }
        return factory.filter(primary, try predicates())
    }

    private mutating func primary() throws(XPathSyntaxError) -> Int32 {
        let token = token
        switch token.kind {
        case .string:
            index += 1
            return factory.string(unquoted(token))
        case .integer, .decimal:
            index += 1
            do {
                let digits = bytes[token.start..<token.end]
                return factory.number(
                    try Decimal(digits.span, isInteger: token.kind == .integer), isInteger: token.kind == .integer)
            } catch {
                throw XPathSyntaxError("The number has more than 38 digits.", at: token.start)
            }
        case .double:
            index += 1
            return factory.double(Double(text(token)) ?? .nan)
        case .dollar:
            return try variable()
        case .open:
            index += 1
            if take(.close) { return factory.emptySequence }
            let inner = try expression()
            try expect(.close, "“)”")
            return inner
        case .dot:
            index += 1
            return factory.contextItem
        case .name where next.kind == .open, .prefixedName where next.kind == .open:
            return try call()
        default:
            let found = token.kind == .end ? "The expression ends" : "“\(text(token))” stands"
            throw unexpected("\(found) where a value is expected.", fix: "Complete the expression.")
        }
    }

    /// A string literal without its quotation marks, doubled ones made single.
    private func unquoted(_ token: XPathToken) -> [UInt8] {
        let quote = bytes[token.start]
        var result: [UInt8] = []
        result.reserveCapacity(token.end - token.start)
        var place = token.start + 1
        while place < token.end - 1 {
            result.append(bytes[place])
            place += bytes[place] == quote ? 2 : 1
        }
        return result
    }

    private mutating func variable() throws(XPathSyntaxError) -> Int32 {
        let start = token.start
        index += 1
        guard token.kind == .name || token.kind == .prefixedName else {
            throw unexpected("The name of a variable is missing here.")
        }
        let name = text(token)
        guard let variable = scope.variables[name] else {
            throw XPathSyntaxError(
                "The variable $\(name) is not declared.", fix: "Declare it with sch:let before it is used.", at: start)
        }
        index += 1
        switch variable {
        case .global(let slot): return factory.make(.global, a: Int32(slot), kinds: .anything)
        case .local(let slot): return factory.local(slot)
        }
    }

    // MARK: - Calls

    private mutating func call() throws(XPathSyntaxError) -> Int32 {
        let start = token.start
        let written = text(token)
        let name = try expandedName(token, isElement: false)
        index += 2
        var arguments: [Int32] = []
        if !take(.close) {
            repeat { arguments.append(try single()) } while take(.comma)
            try expect(.close, "“)”")
        }
        switch name.namespace {
        case Self.schemaNamespace: return try constructor(name.local, arguments, at: start)
        case "" where !written.utf8.contains(UInt8(ascii: ":")), Self.functionNamespace:
            if let node = try builtIn(name.local, arguments, at: start) { return node }
        default: break
        }
        let number = factory.program.functions.firstIndex { $0.name == name && $0.arity == arguments.count }
        guard let number else {
            let others =
                factory.program.functions.contains { $0.name == name }
                || BuiltInFunction.signatures[name.local] != nil
            throw XPathSyntaxError(
                others
                    ? "The function \(written) does not take \(arguments.count) arguments."
                    : "The function \(written) is not one that this engine knows.",
                fix: others ? "Give it the arguments that it takes." : "Write the test without it.", at: start)
        }
        let list = factory.list(arguments)
        return factory.make(
            .call, a: Int32(number), b: list.start, c: list.count, kinds: .anything, of: arguments)
    }

    /// `xs:decimal(x)`: a cast that lets the empty sequence through.
    private func constructor(
        _ local: String, _ arguments: [Int32], at offset: Int
    ) throws(XPathSyntaxError) -> Int32 {
        guard let type = AtomicType.names[local], type != .anyAtomic, arguments.count == 1 else {
            throw XPathSyntaxError(
                "xs:\(local) is no type that this engine can make from one value.",
                fix: "Use a type such as xs:decimal, xs:date or xs:string.", at: offset)
        }
        let canBeEmpty = factory.facts[Int(arguments[0])].kinds.contains(.empty)
        let kinds = Self.kinds(of: type)
        return factory.typed(
            .cast, arguments[0], SequenceType(kind: .atomic(type), allowsEmpty: true),
            kinds: canBeEmpty ? kinds.union(.empty) : kinds)
    }

    private func builtIn(_ name: String, _ arguments: [Int32], at offset: Int) throws(XPathSyntaxError) -> Int32? {
        switch (name, arguments.count) {
        case ("true", 0): return factory.boolean(true)
        case ("false", 0): return factory.boolean(false)
        case ("not", 1): return factory.make(.not, a: arguments[0], kinds: .boolean, of: arguments)
        case ("exists", 1): return factory.make(.exists, a: arguments[0], kinds: .boolean, of: arguments)
        case ("empty", 1): return factory.make(.empty, a: arguments[0], kinds: .boolean, of: arguments)
        case ("count", 1): return factory.make(.count, a: arguments[0], kinds: .integer, of: arguments)
        case ("contains", 2):
            if let node = factory.tokenMember(arguments) { return node }
        default: break
        }
        guard let signature = BuiltInFunction.signatures[name] else { return nil }
        var arguments = arguments
        if arguments.isEmpty, signature.hasContextForm { arguments = [factory.contextItem] }
        guard signature.arity.contains(arguments.count) else { return nil }
        var regex: Int32 = -1
        switch signature.function {
        case .matches, .tokenize, .replace: regex = try regularExpression(signature.function, arguments, at: offset)
        default: break
        }
        var kinds = signature.kinds
        switch signature.function {
        case .round, .abs, .floor, .ceiling, .roundHalfToEven:
            if !factory.facts[Int(arguments[0])].kinds.contains(.empty) { kinds.remove(.empty) }
        default: break
        }
        switch signature.function {
        case .position, .last: return factory.positional(signature.function)
        default:
            let list = factory.list(arguments)
            return factory.make(
                .builtIn, signature.function.rawValue, a: regex, b: list.start, c: list.count, kinds: kinds,
                of: arguments)
        }
    }

    /// The number of the compiled pattern where pattern and flags are literals; -1 where they are computed.
    private func regularExpression(
        _ function: BuiltInFunction, _ arguments: [Int32], at offset: Int
    ) throws(XPathSyntaxError) -> Int32 {
        guard arguments.count > 1, let pattern = factory.literal(arguments[1]) else { return -1 }
        var flags: [UInt8] = []
        let flagsAt = function == .replace ? 3 : 2
        if arguments.count > flagsAt {
            guard let literal = factory.literal(arguments[flagsAt]) else { return -1 }
            flags = literal
        }
        do {
            return try factory.regex(String(decoding: pattern, as: UTF8.self), String(decoding: flags, as: UTF8.self))
        } catch {
            throw XPathSyntaxError(
                "The regular expression is not one of XPath (\(error.code.rawValue)): \(error.message)",
                fix: "Write it as Functions and Operators, 7.6.1 asks.", at: offset)
        }
    }
}

extension NodeFactory {
    /// `position()` and `last()`, which need more of the context than its item.
    func positional(_ function: BuiltInFunction) -> Int32 {
        var facts = Facts(kinds: .integer, usesFocus: true)
        facts.usesPosition = function == .position
        facts.usesLast = function == .last
        return add(ExprNode(op: .builtIn, small: function.rawValue, a: -1), facts)
    }

    /// The number of a compiled regular expression; equal ones are one.
    func regex(_ pattern: String, _ flags: String) throws(RegexFault) -> Int32 {
        let key = "\(flags)/\(pattern)"
        if let number = knownRegexes[key] { return number }
        let regex = try RegularExpression(pattern, flags: flags)
        let number = Int32(program.regexes.count)
        program.regexes.append(regex)
        knownRegexes[key] = number
        return number
    }
}
