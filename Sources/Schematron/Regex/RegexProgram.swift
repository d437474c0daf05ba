/// A regular expression as a list of instructions for the matcher (Thompson's construction).
struct RegexProgram: Sendable {
    enum Instruction: Sendable {
        /// Goes on with the next instruction if the scalar is in the set of this number.
        case set(Int)
        /// Goes on at both places; the first is preferred.
        case split(Int, Int)
        case jump(Int)
        /// Notes the place in a slot: groups begin in even slots and end in odd ones.
        case save(Int)
        case lineStart
        case lineEnd
        case found
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ScalarSet] = []
    private var numbers: [ScalarSet: Int] = [:]
    private var work = 0
    /// Bounds memory and the time of each step: counted repetitions are written out.
    private static let most = 30_000

    init(_ node: RegexNode) throws(RegexFault) {
        try add(.save(0))
        try add(node)
        try add(.save(1))
        try add(.found)
        numbers = [:]
    }

    /// Whether a match can begin at the start of the text only.
    var isAnchored: Bool {
        if instructions.count > 1, case .lineStart = instructions[1] { return true }
        return false
    }

    private mutating func add(_ instruction: Instruction) throws(RegexFault) {
        guard instructions.count < Self.most else { throw Self.tooLarge }
        instructions.append(instruction)
    }

    private static let tooLarge = RegexFault(
        .pattern, "The pattern is too large once its repetitions are written out (more than \(most) steps).")

    private mutating func add(_ node: RegexNode) throws(RegexFault) {
        work += 1
        guard work <= Self.most * 4 else { throw Self.tooLarge }
        switch node {
        case .scalar(let set):
            let number = numbers[set] ?? sets.count
            if number == sets.count {
                sets.append(set)
                numbers[set] = number
            }
            try add(.set(number))
        case .start: try add(Instruction.lineStart)
        case .end: try add(Instruction.lineEnd)
        case .sequence(let nodes): for node in nodes { try add(node) }
        case .choice(let nodes): try add(choice: nodes[...])
        case .group(let node, let number):
            if let number { try add(.save(2 * number)) }
            try add(node)
            if let number { try add(.save(2 * number + 1)) }
        case .repeated(let node, let minimum, let maximum, let isGreedy):
            if let maximum {
                for _ in 0..<minimum { try add(node) }
                try add(optional: node, times: maximum - minimum, isGreedy: isGreedy)
            } else {
                for _ in 0..<max(minimum - 1, 0) { try add(node) }
                try add(loop: node, isOptional: minimum == 0, isGreedy: isGreedy)
            }
        }
    }

    /// The test stands behind the body: an iteration that matches nothing ends the loop, as backtracking has it.
    private mutating func add(loop node: RegexNode, isOptional: Bool, isGreedy: Bool) throws(RegexFault) {
        let skip = instructions.count
        if isOptional { try add(.split(0, 0)) }
        let body = instructions.count
        try add(node)
        let exit = instructions.count + 1
        try add(isGreedy ? .split(body, exit) : .split(exit, body))
        if isOptional { patch(skip, to: exit, isGreedy: isGreedy) }
    }

    private mutating func add(choice nodes: ArraySlice<RegexNode>) throws(RegexFault) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try add(node)
                break
            }
            let split = instructions.count
            try add(.split(0, 0))
            try add(node)
            jumps.append(instructions.count)
            try add(.jump(0))
            patch(split, to: instructions.count, isGreedy: true)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func add(optional node: RegexNode, times: Int, isGreedy: Bool) throws(RegexFault) {
        var splits: [Int] = []
        for _ in 0..<times {
            splits.append(instructions.count)
            try add(.split(0, 0))
            try add(node)
        }
        for split in splits { patch(split, to: instructions.count, isGreedy: isGreedy) }
    }

    /// Lets a split go on behind itself or at `exit`.
    private mutating func patch(_ split: Int, to exit: Int, isGreedy: Bool) {
        instructions[split] = isGreedy ? .split(split + 1, exit) : .split(exit, split + 1)
    }
}
