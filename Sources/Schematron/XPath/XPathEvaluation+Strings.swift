extension XPathEvaluation {
    // MARK: - White space and length

    /// `fn:normalize-space`; a text that is in order, or only framed by white space, is not copied.
    func normalizedSpace(_ slice: TextSlice) throws(XPathError) -> TextSlice {
        try charge(slice.count >> 3)
        let trimmed = try trimmed(slice)
        let isInOrder = try withBytes(trimmed) { bytes in
            var wasSpace = false
            for place in bytes.indices {
                let byte = bytes[place]
                guard byte <= 32 else {
                    wasSpace = false
                    continue
                }
                guard Self.isSpace(byte) else { continue }
                if byte != 32 || wasSpace { return false }
                wasSpace = true
            }
            return true
        }
        if isInOrder { return trimmed }
        var result: [UInt8] = []
        result.reserveCapacity(trimmed.count)
        try withBytes(trimmed) { bytes in
            for place in bytes.indices {
                if !Self.isSpace(bytes[place]) {
                    result.append(bytes[place])
                } else if result.last != 32 {
                    result.append(32)
                }
            }
        }
        return try keep(result)
    }

    /// The number of characters: every byte that does not continue one.
    func length(_ slice: TextSlice) throws(XPathError) -> Int {
        try charge(slice.count >> 4)
        return try withBytes(slice) { bytes in
            var count = 0
            for place in bytes.indices where bytes[place] & 0xC0 != 0x80 { count += 1 }
            return count
        }
    }

    /// `fn:upper-case` and `fn:lower-case`; a text in which nothing changes is not copied.
    func cased(_ slice: TextSlice, isUpper: Bool) throws(XPathError) -> TextSlice {
        try charge(slice.count >> 3)
        let first: UInt8 = isUpper ? UInt8(ascii: "a") : UInt8(ascii: "A")
        var changes = false
        let isASCII = try withBytes(slice) { bytes in
            for place in bytes.indices {
                if bytes[place] >= 0x80 { return false }
                if bytes[place] >= first, bytes[place] < first + 26 { changes = true }
            }
            return true
        }
        if isASCII {
            guard changes else { return slice }
            return try keep(array(of: slice).map { $0 >= first && $0 < first + 26 ? $0 ^ 0x20 : $0 })
        }
        let text = string(of: slice)
        return try keep(isUpper ? text.uppercased() : text.lowercased())
    }

    // MARK: - Search

    /// The place of a text in another, in bytes; nil where it is not.
    func find(_ needle: TextSlice, in slice: TextSlice) throws(XPathError) -> Int? {
        guard !needle.isEmpty else { return 0 }
        guard needle.count <= slice.count else { return nil }
        try charge(slice.count >> 4)
        var work = 0
        let found: Int? = try withBytes(slice) { bytes throws(XPathError) in
            try self.withBytes(needle) { wanted in
                let first = wanted[0]
                let last = bytes.count - wanted.count
                var place = 0
                while place <= last {
                    if bytes[place] == first {
                        var matched = 1
                        while matched < wanted.count, bytes[place + matched] == wanted[matched] { matched += 1 }
                        if matched == wanted.count { return place }
                        work += matched
                    }
                    place += 1
                }
                return nil
            }
        }
        try charge(work >> 4)
        return found
    }

    func search(
        _ function: BuiltInFunction, _ text: TextSlice, _ part: TextSlice
    ) throws(XPathError) -> XPathItem {
        switch function {
        case .contains: return .boolean(try find(part, in: text) != nil)
        case .startsWith:
            guard part.count <= text.count else { return .boolean(false) }
            var head = text
            head.end = text.start + UInt32(part.count)
            return .boolean(try order(head, part) == 0)
        case .endsWith:
            guard part.count <= text.count else { return .boolean(false) }
            var tail = text
            tail.start = text.end - UInt32(part.count)
            return .boolean(try order(tail, part) == 0)
        default:
            guard let place = try find(part, in: text) else { return .string(.empty) }
            var result = text
            if function == .substringBefore {
                result.end = text.start + UInt32(place)
            } else {
                result.start = text.start + UInt32(place + part.count)
            }
            return .string(result)
        }
    }

    /// `fn:substring`: positions are rounded, and may lie outside the text (Functions and Operators, 7.4.3).
    func substring(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> TextSlice {
        let slice = try text(program.lists[Int(node.b)], focus)
        let first = try position(program.lists[Int(node.b) + 1], focus)
        let end = node.c > 2 ? first + (try position(program.lists[Int(node.b) + 2], focus)) : .infinity
        guard first < end else { return .empty }
        try charge(slice.count >> 4)
        return try withBytes(slice) { bytes in
            var character = 0.0
            var start = bytes.count
            var stop = bytes.count
            for place in bytes.indices where bytes[place] & 0xC0 != 0x80 {
                character += 1
                if character >= first, start == bytes.count { start = place }
                if character >= end {
                    stop = place
                    break
                }
            }
            guard start < stop else { return .empty }
            var result = slice
            result.start = slice.start + UInt32(start)
            result.end = slice.start + UInt32(stop)
            return result
        }
    }

    /// A position or a length, rounded as `fn:round` does.
    func position(_ number: Int32, _ focus: Focus) throws(XPathError) -> Double {
        guard let item = try atomic(number, focus) else { throw .type }
        var value = double(item)
        if case .untyped(let text) = item { value = try doubleValue(text) }
        guard let value else { throw .type }
        return (value + 0.5).rounded(.down)
    }

    // MARK: - Composition

    func concatenation(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> TextSlice {
        var parts: [TextSlice] = []
        parts.reserveCapacity(Int(node.c))
        for place in Int(node.b)..<Int(node.b + node.c) {
            parts.append(try concatenated(program.lists[place], focus))
        }
        return try joined(parts, separator: .empty)
    }

    private func joined(_ parts: [TextSlice], separator: TextSlice) throws(XPathError) -> TextSlice {
        let start = computed.count
        for (number, part) in parts.enumerated() {
            if number > 0 { try append(separator) }
            try append(part)
        }
        return TextSlice(pool: .computed, start: UInt32(start), end: UInt32(computed.count))
    }

    /// `fn:string-join`, and the text of `xsl:value-of`.
    func joined(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> TextSlice {
        var parts: [TextSlice] = []
        _ = try each(program.lists[Int(node.b)], focus) { item throws(XPathError) in
            parts.append(try self.textValue(item))
            return false
        }
        let separator = node.c > 1 ? try text(program.lists[Int(node.b) + 1], focus) : .empty
        return try joined(parts, separator: separator)
    }

    func translated(
        _ slice: TextSlice, _ from: TextSlice, _ to: TextSlice
    ) throws(XPathError) -> TextSlice {
        let sources = Array(string(of: from).unicodeScalars)
        let targets = Array(string(of: to).unicodeScalars)
        var map: [Unicode.Scalar: Unicode.Scalar?] = [:]
        for (place, scalar) in sources.enumerated() where map[scalar] == nil {
            map.updateValue(place < targets.count ? targets[place] : nil, forKey: scalar)
        }
        var result = String.UnicodeScalarView()
        for scalar in string(of: slice).unicodeScalars {
            guard let target = map[scalar] else {
                result.append(scalar)
                continue
            }
            if let target { result.append(target) }
        }
        return try keep(String(result))
    }

    func fromCodepoints(_ number: Int32, _ focus: Focus) throws(XPathError) -> TextSlice {
        var result = String.UnicodeScalarView()
        _ = try each(number, focus) { item throws(XPathError) in
            guard case .integer(let value) = try self.integral(self.atomized(item)) else { throw .type }
            guard let code = UInt32(exactly: value.mantissa), let scalar = Unicode.Scalar(code), Self.isXML(code)
            else { throw .codePoint }
            result.append(scalar)
            return false
        }
        return try keep(String(result))
    }

    private func integral(_ item: XPathItem) throws(XPathError) -> XPathItem {
        if case .untyped = item { return try cast(item, to: .integer) }
        return item
    }

    /// Whether XML 1.0 allows the character.
    private static func isXML(_ code: UInt32) -> Bool {
        code >= 32 ? code != 0xFFFE && code != 0xFFFF : code == 9 || code == 10 || code == 13
    }

    // MARK: - Regular expressions

    /// The pattern of a call: compiled with the program, or computed and kept for the next call.
    private func regex(_ node: ExprNode, flagsAt: Int32, _ focus: Focus) throws(XPathError) -> RegularExpression {
        if node.a >= 0 { return program.regexes[Int(node.a)] }
        let pattern = string(of: try requiredText(program.lists[Int(node.b) + 1], focus))
        let flags = node.c > flagsAt ? string(of: try requiredText(program.lists[Int(node.b + flagsAt)], focus)) : ""
        let key = "\(flags)/\(pattern)"
        if let known = regexes[key] { return known }
        do throws(RegexFault) {
            let regex = try RegularExpression(pattern, flags: flags)
            if regexes.count < 256 { regexes[key] = regex }
            return regex
        } catch {
            throw XPathError(error)
        }
    }

    private func requiredText(_ number: Int32, _ focus: Focus) throws(XPathError) -> TextSlice {
        guard let text = try optionalText(number, focus) else { throw .type }
        return text
    }

    func matches(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let text = try text(program.lists[Int(node.b)], focus)
        let regex = try regex(node, flagsAt: 2, focus)
        var left = steps
        defer { steps = left }
        return try withBytes(text) { bytes throws(XPathError) in
            do throws(RegexFault) {
                return try regex.matches(bytes, steps: &left)
            } catch {
                throw XPathError(error)
            }
        }
    }

    func replaced(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> TextSlice {
        let text = try text(program.lists[Int(node.b)], focus)
        let regex = try regex(node, flagsAt: 3, focus)
        let replacement = array(of: try requiredText(program.lists[Int(node.b) + 2], focus))
        var left = steps
        let result = try withBytes(text) { bytes throws(XPathError) in
            do throws(RegexFault) {
                return try regex.replacing(in: bytes, with: replacement, steps: &left)
            } catch {
                throw XPathError(error)
            }
        }
        steps = left
        return try keep(result)
    }

    /// `fn:tokenize`; with one argument, the words between white space.
    func tokens(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> [TextSlice] {
        let text = try text(program.lists[Int(node.b)], focus)
        var ranges: [Range<Int>] = []
        if node.c == 1 {
            try withBytes(text) { bytes in
                var start = 0
                for place in 0...bytes.count where place == bytes.count || Self.isSpace(bytes[place]) {
                    if place > start { ranges.append(start..<place) }
                    start = place + 1
                }
            }
        } else {
            let regex = try regex(node, flagsAt: 2, focus)
            var left = steps
            ranges = try withBytes(text) { bytes throws(XPathError) in
                do throws(RegexFault) {
                    return try regex.tokens(of: bytes, steps: &left)
                } catch {
                    throw XPathError(error)
                }
            }
            steps = left
        }
        return ranges.map { range in
            TextSlice(
                pool: text.pool, start: text.start + UInt32(range.lowerBound),
                end: text.start + UInt32(range.upperBound))
        }
    }
}

extension XPathError {
    init(_ fault: RegexFault) {
        switch fault.code {
        case .flags: self = .regexFlags
        case .pattern: self = .regexPattern
        case .matchesEmpty: self = .regexMatchesEmpty
        case .replacement: self = .regexReplacement
        case .exhausted: self = .limit
        }
    }
}
