/// Runs a program over a text, all ways at once (Pike's machine): the time is at most length times program size.
///
/// Of several matches it finds the one that XPath asks for: the leftmost, and there the one that the order of
/// alternatives and the greed of quantifiers prefer.
struct RegexMatcher {
    private let program: RegexProgram
    private let multiline: Bool
    private let slotCount: Int
    private var now: Threads
    private var next: Threads
    private var stack: [Task] = []

    /// What is left to do while places without a scalar between them are followed.
    private enum Task {
        case visit(Int)
        case restore(slot: Int, value: Int)
    }

    /// The instructions that are alive, in order of preference, each with its slots.
    private struct Threads {
        var places: [Int] = []
        var slots: [Int] = []
        /// The generation in which an instruction was visited.
        var seen: [UInt32]
        var generation: UInt32 = 0

        init(_ count: Int) { seen = Array(repeating: 0, count: count) }

        mutating func clear() {
            places.removeAll(keepingCapacity: true)
            slots.removeAll(keepingCapacity: true)
            generation &+= 1
            if generation == 0 {
                for index in seen.indices { seen[index] = 0 }
                generation = 1
            }
        }
    }

    /// Prepares a run; `groups` is how many groups to note, the whole match counted; 0 tells only whether it matches.
    init(_ program: RegexProgram, multiline: Bool, groups: Int) {
        self.program = program
        self.multiline = multiline
        slotCount = 2 * groups
        now = Threads(program.instructions.count)
        next = Threads(program.instructions.count)
    }

    /// The first match at or behind a place, which is the start of a scalar.
    ///
    /// It gives the slots of the match, -1 for what took no part; an empty list if `groups` is 0; nil for no match.
    /// One step is taken for each instruction that is looked at.
    mutating func match(in text: Span<UInt8>, from start: Int, steps: inout Int) throws(RegexFault) -> [Int]? {
        var best: [Int]?
        var offset = start
        now.clear()
        var slots = Array(repeating: -1, count: slotCount)
        let isAnchored = program.isAnchored && !multiline
        while true {
            if best == nil, !isAnchored || offset == 0 {
                for index in slots.indices { slots[index] = -1 }
                let isFound = Self.follow(0, &now, &stack, program, multiline, at: offset, text, &slots, &steps)
                if isFound { return [] }
            }
            steps -= now.places.count + 1
            guard steps > 0 else { throw .exhausted }
            if now.places.isEmpty, best != nil || isAnchored { return best }
            guard offset < text.count else {
                return firstFound() ?? best
            }
            let (scalar, length) = Self.scalar(in: text, at: offset)
            next.clear()
            for thread in now.places.indices {
                let place = now.places[thread]
                switch program.instructions[place] {
                case .set(let number) where program.sets[number].contains(scalar):
                    for slot in 0..<slotCount { slots[slot] = now.slots[thread * slotCount + slot] }
                    let isFound = Self.follow(
                        place + 1, &next, &stack, program, multiline, at: offset + length, text, &slots, &steps)
                    if isFound { return [] }
                    continue
                case .found:
                    best = Array(now.slots[thread * slotCount..<(thread + 1) * slotCount])
                default: continue
                }
                break
            }
            swap(&now, &next)
            offset += length
        }
    }

    /// The slots of the preferred thread that has arrived.
    private func firstFound() -> [Int]? {
        for thread in now.places.indices {
            if case .found = program.instructions[now.places[thread]] {
                return Array(now.slots[thread * slotCount..<(thread + 1) * slotCount])
            }
        }
        return nil
    }

    /// Adds an instruction and all that is reached from it without a scalar.
    ///
    /// - Returns: Whether there is a match and nobody asks where.
    private static func follow(
        _ place: Int, _ threads: inout Threads, _ stack: inout [Task], _ program: borrowing RegexProgram,
        _ multiline: Bool, at offset: Int, _ text: Span<UInt8>, _ slots: inout [Int], _ steps: inout Int
    ) -> Bool {
        stack.append(.visit(place))
        let slotCount = slots.count
        while let task = stack.popLast() {
            guard case .visit(let place) = task else {
                if case .restore(let slot, let value) = task { slots[slot] = value }
                continue
            }
            guard threads.seen[place] != threads.generation else { continue }
            threads.seen[place] = threads.generation
            steps -= 1
            switch program.instructions[place] {
            case .jump(let target): stack.append(.visit(target))
            case .split(let first, let second):
                stack.append(.visit(second))
                stack.append(.visit(first))
            case .save(let slot):
                if slot < slotCount {
                    stack.append(.restore(slot: slot, value: slots[slot]))
                    slots[slot] = offset
                }
                stack.append(.visit(place + 1))
            case .lineStart:
                let isStart = offset == 0 || (multiline && offset < text.count && text[offset - 1] == 10)
                if isStart { stack.append(.visit(place + 1)) }
            case .lineEnd:
                let isEnd = offset == text.count || (multiline && text[offset] == 10)
                if isEnd { stack.append(.visit(place + 1)) }
            case .found where slotCount == 0:
                stack.removeAll(keepingCapacity: true)
                return true
            case .set, .found:
                threads.places.append(place)
                threads.slots.append(contentsOf: slots)
            }
        }
        return false
    }

    /// Decodes one scalar.
    @inline(__always)
    private static func scalar(in text: Span<UInt8>, at offset: Int) -> (UInt32, Int) {
        let first = text[offset]
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, offset + length <= text.count else { return (0xFFFD, 1) }
        var value = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for index in offset + 1..<offset + length {
            guard text[index] & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            value = value << 6 | UInt32(text[index] & 0x3F)
        }
        return (value, length)
    }
}
