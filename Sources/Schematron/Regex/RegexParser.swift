/// Reads a pattern as XML Schema Part 2, F, with what XPath 2.0 adds: anchors, reluctant quantifiers, groups.
///
/// Back-references are refused, since no matcher keeps its time linear with them; rule files do not use them.
struct RegexParser {
    private let scalars: [Unicode.Scalar]
    private let flags: RegexFlags
    private var index = 0
    private(set) var groups = 0
    private var depth = 0
    private static let deepest = 100
    private static let mostRepetitions = 20_000

    init(_ pattern: String, flags: RegexFlags) {
        scalars = Array(pattern.unicodeScalars)
        self.flags = flags
    }

    /// Reads the whole pattern.
    mutating func pattern() throws(RegexFault) -> RegexNode {
        if flags.literal { return .sequence(scalars.map { .scalar(literal($0)) }) }
        let node = try alternatives()
        guard index == scalars.count else { throw fault("A \u{201C})\u{201D} closes no group.") }
        return node
    }

    private mutating func alternatives() throws(RegexFault) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw fault("Groups are nested more than \(Self.deepest) deep.") }
        var branches = [try branch()]
        while take("|") { branches.append(try branch()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func branch() throws(RegexFault) -> RegexNode {
        var pieces: [RegexNode] = []
        while let next = peek(), next != "|", next != ")" {
            pieces.append(try quantified(try atom()))
        }
        return pieces.count == 1 ? pieces[0] : .sequence(pieces)
    }

    private mutating func atom() throws(RegexFault) -> RegexNode {
        guard let next = advance() else { throw fault("The pattern ends too soon.") }
        switch next {
        case ".":
            if flags.dotAll { return .scalar(ScalarSet(ranges: [0...ScalarSet.lastScalar])) }
            return .scalar(ScalarSet(ranges: [10...10, 13...13], isComplement: true))
        case "^": return .start
        case "$": return .end
        case "(": return try group()
        case "[":
            var parser = ScalarSetParser(scalars, from: index, flags: flags)
            let set = try parser.set()
            index = parser.index
            return .scalar(set)
        case "\\":
            var parser = ScalarSetParser(scalars, from: index, flags: flags)
            let escape = try parser.escape()
            index = parser.index
            return .scalar(escape.set(ignoringCase: flags.ignoresCase))
        case "?", "*", "+", "{":
            throw fault("The quantifier \u{201C}\(next)\u{201D} follows nothing that it could repeat.", back: 1)
        case "]", "}":
            throw fault("\u{201C}\(next)\u{201D} stands alone; write \u{201C}\\\(next)\u{201D}.", back: 1)
        default: return .scalar(literal(next))
        }
    }

    private mutating func group() throws(RegexFault) -> RegexNode {
        var number: Int?
        if take("?") {
            guard take(":") else { throw fault("Only \u{201C}(?:\u{201D} may follow \u{201C}(\u{201D} in this way.") }
        } else {
            groups += 1
            number = groups
        }
        let node = try alternatives()
        guard take(")") else { throw fault("A group is not closed.") }
        return .group(node, number)
    }

    private mutating func quantified(_ node: RegexNode) throws(RegexFault) -> RegexNode {
        let bounds: (Int, Int?)
        switch peek() {
        case "?": bounds = (0, 1)
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "{":
            index += 1
            bounds = try counts()
        default: return node
        }
        index += 1
        let isGreedy = !take("?")
        if let next = peek(), next == "*" || next == "+" || next == "?" || next == "{" {
            throw fault("A quantifier follows a quantifier.")
        }
        return .repeated(node, minimum: bounds.0, maximum: bounds.1, isGreedy: isGreedy)
    }

    /// What stands behind `{`; ends before the `}`.
    private mutating func counts() throws(RegexFault) -> (Int, Int?) {
        let minimum = try number()
        var maximum: Int? = minimum
        if take(",") { maximum = peek() == "}" ? nil : try number() }
        guard peek() == "}" else { throw fault("A quantity is {n}, {n,} or {n,m}.") }
        if let maximum, maximum < minimum { throw fault("The quantity's maximum is less than its minimum.") }
        return (minimum, maximum)
    }

    private mutating func number() throws(RegexFault) -> Int {
        var value: Int?
        while let next = peek(), ("0"..."9").contains(next) {
            index += 1
            value = (value ?? 0) * 10 + Int(next.value - 48)
            guard value ?? 0 <= Self.mostRepetitions else {
                throw fault("A quantity is more than \(Self.mostRepetitions).")
            }
        }
        guard let value else { throw fault("A quantity is {n}, {n,} or {n,m}.") }
        return value
    }

    private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: flags.ignoresCase)
    }

    // MARK: - Scalars

    /// The next scalar that means something.
    private mutating func peek() -> Unicode.Scalar? {
        if flags.extended {
            while index < scalars.count, ScalarSetParser.isSpace(scalars[index]) { index += 1 }
        }
        return index < scalars.count ? scalars[index] : nil
    }

    private mutating func advance() -> Unicode.Scalar? {
        guard let next = peek() else { return nil }
        index += 1
        return next
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard peek() == wanted else { return false }
        index += 1
        return true
    }

    private func fault(_ message: String, back: Int = 0) -> RegexFault {
        RegexFault(.pattern, message, at: index - back)
    }
}
