import XMLCore

/// The evaluation of a program on one document: memos, variables and limits; for one thread.
///
/// Nodes are numbers, as in `XMLDocument.nodes`: -1 is the document node, `-2 - n` is attribute `n`.
///
/// Errors are thrown by the call that meets them, and the evaluation can go on with the next, unless the limit of steps
/// is reached, which is a limit of the whole evaluation.
final class XPathEvaluation {
    let program: XPathProgram
    let document: XMLDocument
    let index: DocumentIndex
    let limits: XPathLimits

    /// The document's number of each name of the program; -1 for a name that the document does not have.
    let nameNumbers: [Int32]
    /// The program's number of each name of the document; -1 for a name that no expression mentions.
    let programNames: [Int32]

    /// Steps that are left.
    var steps: Int
    var depth = 0
    /// For each chain, the path in the summary from which it was last followed, and where it led.
    var chainFrom: [Int32]
    var chainTo: [Int32]
    /// Sequences in the making.
    var nodeStack: [Int32] = []
    var itemStack: [XPathItem] = []
    /// Context items that are no nodes.
    var atoms: [XPathItem] = []
    /// Texts that were computed; what lies below the floor is referred to by a memo.
    var computed: [UInt8] = []
    var computedFloor = 0
    /// The names that `name()` and its like were asked for, and where they are, by prefix and name.
    var nameBytes: [UInt8] = []
    var knownNames: [Int64: TextSlice] = [:]

    /// For each memo: 0 unknown, 1 false, 2 true, 3 an error.
    var memoTruths: [UInt8]
    /// For each memo, a range in `memoItems` (`memoNodes` where all are nodes); the count is -1 while it is unknown, and
    /// -2 for an error.
    var memoLists: [(start: Int32, count: Int32)]
    var memoErrors: [Int32: XPathError] = [:]
    var memoNodes: [Int32] = []
    var memoItems: [XPathItem] = []

    var locals: [LocalVariable] = []
    var frame = 0
    var boundItems: [XPathItem] = []
    var globals: [LocalVariable]
    var regexes: [String: RegularExpression] = [:]

    init(_ program: XPathProgram, on document: XMLDocument, limits: XPathLimits = XPathLimits()) {
        self.program = program
        self.document = document
        self.limits = limits
        index = DocumentIndex(document)
        steps = limits.steps
        chainFrom = [Int32](repeating: -2, count: program.steps.count)
        chainTo = [Int32](repeating: -1, count: program.steps.count)
        memoTruths = [UInt8](repeating: 0, count: program.memoCount)
        memoLists = .init(repeating: (0, -1), count: program.memoCount)
        locals = .init(repeating: .unset, count: program.frameSize)
        globals = .init(repeating: .unset, count: program.globals.count)
        var numbers = [Int32](repeating: -1, count: program.names.count)
        var names = [Int32](repeating: -1, count: document.names.count)
        let namespaces = document.namespaces.map { program.namespaces[$0] ?? -1 }
        for (number, name) in document.names.enumerated() where namespaces[Int(name.namespace)] >= 0 {
            let key = NameKey(namespace: namespaces[Int(name.namespace)], local: name.local)
            guard let known = program.nameNumbers[key] else { continue }
            numbers[Int(known)] = Int32(truncatingIfNeeded: number)
            names[number] = known
        }
        nameNumbers = numbers
        programNames = names
    }

    // MARK: - For rules

    /// Forgets the local variables and the texts of the last rule; call it before a rule's lets are bound.
    func beginRule() {
        frame = 0
        for slot in locals.indices { locals[slot] = .unset }
        boundItems.removeAll(keepingCapacity: true)
        forgetTexts()
    }

    /// Binds a local variable; it is computed when it is first asked for, and its error is the error of whoever asks.
    func bind(local slot: Int, to value: XPathExpression, at node: Int32) {
        while locals.count <= slot { locals.append(.unset) }
        locals[slot] = .pending(value.id, node)
    }

    /// The effective boolean value of an expression.
    func boolean(_ expression: XPathExpression, at node: Int32) throws(XPathError) -> Bool {
        do throws(XPathError) {
            return try truth(expression.id, Focus(node))
        } catch {
            unwind()
            throw error
        }
    }

    /// The items as text, parted by spaces: `sch:value-of`, `xsl:value-of`.
    func string(_ expression: XPathExpression, at node: Int32) throws(XPathError) -> String {
        do throws(XPathError) {
            var parts: [String] = []
            _ = try each(expression.id, Focus(node)) { item throws(XPathError) in
                parts.append(self.string(of: try self.textValue(item)))
                return false
            }
            return parts.joined(separator: " ")
        } catch {
            unwind()
            throw error
        }
    }

    /// Whether a node matches; a dynamic error in a predicate means that it does not (XSLT 2.0, 5.5.4).
    ///
    /// - Throws: Only `limit`.
    func matches(_ branch: XPathPatternBranch, _ node: Int32) throws(XPathError) -> Bool {
        do throws(XPathError) {
            return try matches(program.branches[Int(branch.id)], node)
        } catch {
            unwind()
            if error == .limit { throw error }
            return false
        }
    }

    /// After an error: what was in the making is nothing.
    private func unwind() {
        nodeStack.removeAll(keepingCapacity: true)
        itemStack.removeAll(keepingCapacity: true)
        atoms.removeAll(keepingCapacity: true)
        depth = 0
        if frame > 0 {
            locals.removeLast(locals.count - max(program.frameSize, 0))
            frame = 0
        }
    }

    // MARK: - Limits

    @inline(__always) func charge(_ count: Int = 1) throws(XPathError) {
        steps -= count
        if steps < 0 { throw .limit }
    }

    @inline(__always) func enter() throws(XPathError) {
        depth += 1
        if depth > limits.depth { throw .limit }
        try charge()
    }

    func push(_ item: XPathItem) throws(XPathError) {
        guard itemStack.count < limits.items else { throw .limit }
        itemStack.append(item)
    }

    // MARK: - Texts

    /// Texts that no memo refers to are gone when the next test begins.
    private func forgetTexts() {
        if computed.count > computedFloor { computed.removeLast(computed.count - computedFloor) }
    }

    @inline(__always) func withBytes<Result>(
        _ slice: TextSlice, _ body: (Span<UInt8>) throws(XPathError) -> Result
    ) throws(XPathError) -> Result {
        let range = Int(slice.start)..<Int(slice.end)
        let pool =
            switch slice.pool {
            case .text: document.text
            case .values: document.values
            case .literals: program.literals
            case .computed: computed
            case .names: nameBytes
            }
        let bytes = pool.span.extracting(range)
        return try body(bytes)
    }

    func string(of slice: TextSlice) -> String { String(decoding: array(of: slice), as: UTF8.self) }

    func array(of slice: TextSlice) -> [UInt8] {
        let range = Int(slice.start)..<Int(slice.end)
        return switch slice.pool {
        case .text: Array(document.text[range])
        case .values: Array(document.values[range])
        case .literals: Array(program.literals[range])
        case .computed: Array(computed[range])
        case .names: Array(nameBytes[range])
        }
    }

    /// Keeps a text until the end of the rule.
    func keep(_ bytes: [UInt8]) throws(XPathError) -> TextSlice {
        let start = computed.count
        try reserve(bytes.count)
        computed += bytes
        return TextSlice(pool: .computed, start: UInt32(start), end: UInt32(computed.count))
    }

    func keep(_ text: String) throws(XPathError) -> TextSlice { try keep(Array(text.utf8)) }

    func reserve(_ count: Int) throws(XPathError) {
        try charge(count >> 3)
        guard computed.count + count <= limits.textBytes else { throw .limit }
    }

    /// Adds a text to the one in the making.
    func append(_ slice: TextSlice) throws(XPathError) {
        try reserve(slice.count)
        let range = Int(slice.start)..<Int(slice.end)
        switch slice.pool {
        case .text: computed.append(contentsOf: document.text[range])
        case .values: computed.append(contentsOf: document.values[range])
        case .literals: computed.append(contentsOf: program.literals[range])
        case .computed: for place in range { computed.append(computed[place]) }
        case .names: computed.append(contentsOf: nameBytes[range])
        }
    }

    // MARK: - Values of nodes

    /// The string value of a node (XPath 2.0, 2.5.2).
    @inline(__always) func stringValue(_ node: Int32) -> TextSlice {
        if node >= 0 {
            let record = document.nodes[Int(node)]
            let isText = index.names[Int(node)] >= DocumentIndex.textName
            return TextSlice(pool: isText ? .text : .values, start: record.textStart, end: record.textEnd)
        }
        if node == -1 { return TextSlice(pool: .text, start: 0, end: UInt32(document.text.count)) }
        let record = document.attributes[Int(-2 - node)]
        return TextSlice(pool: .values, start: record.valueStart, end: record.valueEnd)
    }

    /// The typed value of an item: nodes are untyped.
    @inline(__always) func atomized(_ item: XPathItem) -> XPathItem {
        if case .node(let node) = item { return .untyped(stringValue(node)) }
        return item
    }
}

/// What a slot holds.
enum LocalVariable {
    case unset
    /// An expression and the node that is its context.
    case pending(Int32, Int32)
    case single(XPathItem)
    /// A range of the bound items; of the memo's items for globals.
    case list(start: Int32, count: Int32)
    case failed(XPathError)
}
