import Diagnostics

/// The reader behind `JSONDocument`: one pass, no recursion.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var nodes: [JSONNode] = []
    /// The tape indexes of the arrays and objects around the position.
    private var open: [Int] = []
    /// Whether the elements of the lists of the outermost object lose their nodes once they are checked.
    private let isFolding: Bool
    /// Whether the text was checked before.
    private let isChecked: Bool

    init(_ bytes: [UInt8], isFolding: Bool) {
        self.bytes = bytes
        self.isFolding = isFolding
        isChecked = false
        if !isFolding { nodes.reserveCapacity(min(bytes.count / 16, JSONDocument.foldingBytes / 16) + 4) }
    }

    /// Starts to read one value again, of a text that was read completely before.
    init(_ bytes: [UInt8], again value: JSONNode) {
        self.bytes = bytes
        isFolding = false
        isChecked = true
        position = Int(value.start)
        nodes.reserveCapacity(Int(value.end - value.start) / 16 + 4)
    }

    /// Reads the value that `init(_:again:)` was given.
    mutating func parseAgain() {
        do throws(ToolkitError) {
            while true {
                if try readValue() { continue }
                if try !finishValues() { break }
            }
        } catch {
            preconditionFailure("what was read once can be read again")
        }
    }

    mutating func parse() throws(ToolkitError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        skipSpace()
        guard position < bytes.count else {
            throw failure(.jsonEmpty, "The input is empty.", "Give one JSON object.")
        }
        while true {
            if try readValue() { continue }
            if try !finishValues() { break }
        }
        skipSpace()
        guard position == bytes.count else {
            throw failure(
                .jsonMalformed, "There is text behind the end of the JSON value.",
                "Remove it, or use one file per document.")
        }
    }

    /// Reads the value at the position; true means that a container was opened and its first value comes next.
    private mutating func readValue() throws(ToolkitError) -> Bool {
        guard let byte = peek() else { throw ended() }
        switch byte {
        case UInt8(ascii: "{"): return try openContainer(.object, closing: UInt8(ascii: "}"))
        case UInt8(ascii: "["): return try openContainer(.array, closing: UInt8(ascii: "]"))
        case UInt8(ascii: "\""): try readString(as: .string)
        case UInt8(ascii: "-"), 0x30...0x39: try readNumber()
        case UInt8(ascii: "t"): try readWord("true", .bool)
        case UInt8(ascii: "f"): try readWord("false", .bool)
        case UInt8(ascii: "n"): try readWord("null", .null)
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            throw failure(
                .jsonMalformed, "A value was expected before the bracket.", "Remove the last comma, or add a value.")
        case UInt8(ascii: "'"):
            throw failure(.jsonMalformed, "A text stands in single quotes.", "Use double quotes.")
        default:
            throw failure(
                .jsonMalformed, "A value was expected here.", "Put texts in double quotes; JSON has no comments.")
        }
        return false
    }

    private mutating func openContainer(_ kind: JSONNode.Kind, closing: UInt8) throws(ToolkitError) -> Bool {
        guard open.count < JSONDocument.maximumDepth else {
            throw failure(
                .jsonTooDeep, "The values are nested deeper than 64 levels.", "Check that the right file was given.")
        }
        open.append(nodes.count)
        nodes.append(JSONNode(kind: kind, start: UInt32(position)))
        position += 1
        skipSpace()
        if peek() == closing {
            try close()
            return false
        }
        if kind == .object { try readKey() }
        return true
    }

    /// After a value: takes commas and closing brackets; false means that the outermost value is complete.
    private mutating func finishValues() throws(ToolkitError) -> Bool {
        while let container = open.last {
            nodes[container].count += 1
            skipSpace()
            guard let byte = peek() else { throw ended() }
            let isObject = nodes[container].kind == .object
            if byte == UInt8(ascii: ",") {
                position += 1
                skipSpace()
                if isObject { try readKey() }
                return true
            }
            guard byte == UInt8(ascii: isObject ? "}" : "]") else {
                throw failure(
                    .jsonMalformed, "A comma or a closing bracket was expected here.",
                    isObject
                        ? "Write a comma between the members, } at the end."
                        : "Write a comma between values, ] at the end.")
            }
            try close()
        }
        return false
    }

    private mutating func close() throws(ToolkitError) {
        guard let container = open.popLast() else { return }
        position += 1
        nodes[container].end = UInt32(position)
        nodes[container].next = UInt32(nodes.count)
        if nodes[container].kind == .object, !isChecked { try refuseDuplicateKeys(container) }
        if isFolding, open.count == 2, nodes[open[1]].kind == .array, nodes[open[0]].kind == .object {
            nodes.removeLast(nodes.count - container - 1)
            nodes[container].next = UInt32(nodes.count)
            nodes[container].isFolded = true
        }
    }

    private mutating func readKey() throws(ToolkitError) {
        guard let byte = peek() else { throw ended() }
        guard byte == UInt8(ascii: "\"") else {
            throw byte == UInt8(ascii: "}")
                ? failure(.jsonMalformed, "A comma stands before the closing bracket.", "Remove the comma.")
                : failure(.jsonMalformed, "A key was expected here.", "Put keys in double quotes.")
        }
        try readString(as: .key)
        skipSpace()
        guard peek() == UInt8(ascii: ":") else {
            throw position == bytes.count
                ? ended() : failure(.jsonMalformed, "A colon was expected after the key.", "Write \"key\": value.")
        }
        position += 1
        skipSpace()
    }

    private mutating func readString(as kind: JSONNode.Kind) throws(ToolkitError) {
        let start = position
        var isEscaped = false
        position = isChecked ? endOfCheckedText(position + 1, &isEscaped) : endOfPlainText(position + 1)
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                nodes.append(
                    JSONNode(
                        kind: kind, isEscaped: isEscaped, start: UInt32(start), end: UInt32(position),
                        next: UInt32(nodes.count + 1)))
                return
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                try readEscape()
            } else if byte < 0x20 {
                throw failure(
                    .jsonMalformed, "A control character stands unescaped in a text.",
                    byte == 0x0A || byte == 0x0D
                        ? "Close the text with a quote, or write \\n." : "Write it as \\t or \\u00XX.")
            } else if byte < 0x80 {
                position = endOfPlainText(position + 1)
            } else {
                try readMultibyte(byte)
                position = endOfPlainText(position)
            }
        }
        position = start
        throw failure(.jsonMalformed, "A text is not closed.", "Add the closing double quote.")
    }

    /// Where characters end that need no second look: ASCII without quote, backslash and controls, and those of two
    /// bytes, as Cyrillic letters are.
    private func endOfPlainText(_ start: Int) -> Int {
        let text = bytes.span
        var index = start
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return index }
                index += 1
            } else {
                guard 0xC2...0xDF ~= byte, index + 1 < text.count, text[index + 1] & 0xC0 == 0x80 else { return index }
                index += 2
            }
        }
        return index
    }

    /// Where the closing quote of a text is that was read before.
    private func endOfCheckedText(_ start: Int, _ isEscaped: inout Bool) -> Int {
        let text = bytes.span
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            if text[index] == UInt8(ascii: "\\") {
                isEscaped = true
                index += 1
            }
            index += 1
        }
        return index
    }

    private mutating func readEscape() throws(ToolkitError) {
        guard position + 1 < bytes.count else { throw ended() }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try hexadecimal(at: position + 2)
            if unit & 0xFC00 == 0xD800 {
                guard position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
                    bytes[position + 7] == UInt8(ascii: "u"), try hexadecimal(at: position + 8) & 0xFC00 == 0xDC00
                else { throw halfPair() }
                position += 12
            } else if unit & 0xFC00 == 0xDC00 {
                throw halfPair()
            } else {
                position += 6
            }
        default:
            throw failure(.jsonMalformed, "JSON does not know this escape.", "Write a backslash as \\\\.")
        }
    }

    private func hexadecimal(at start: Int) throws(ToolkitError) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<(start + 4) {
            guard index < bytes.count, let digit = JSONEscapes.digit(bytes[index]) else {
                throw failure(.jsonMalformed, "\\u needs four hexadecimal digits.", "Write such as \\u0416.")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// One character of two to four bytes; overlong forms, surrogates and what is above U+10FFFF are refused.
    private mutating func readMultibyte(_ first: UInt8) throws(ToolkitError) {
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { low = 0xA0 }
            if first == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { low = 0x90 }
            if first == 0xF4 { high = 0x8F }
        default: throw notUTF8()
        }
        guard position + length <= bytes.count, low <= bytes[position + 1], bytes[position + 1] <= high else {
            throw notUTF8()
        }
        for index in (position + 2)..<max(position + length, position + 2) where bytes[index] & 0xC0 != 0x80 {
            throw notUTF8()
        }
        position += length
    }

    private mutating func readNumber() throws(ToolkitError) {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        try readDigits()
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            position = start
            throw failure(
                .jsonMalformed, "A number starts with a surplus zero.", "Remove it, or put an identifier in quotes.")
        }
        if peek() == UInt8(ascii: ".") {
            position += 1
            try readDigits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            try readDigits()
        }
        append(.number, from: start)
    }

    private mutating func readDigits() throws(ToolkitError) {
        let start = position
        while let byte = peek(), 0x30...0x39 ~= byte { position += 1 }
        guard position > start else {
            if position == bytes.count { throw ended() }
            throw failure(
                .jsonMalformed, "A digit was expected here.", "Write numbers such as 12 or -3, amounts as \"12.50\".")
        }
    }

    private mutating func readWord(_ word: StaticString, _ kind: JSONNode.Kind) throws(ToolkitError) {
        let text = word.description.utf8
        guard bytes[position...].starts(with: text) else {
            throw failure(
                .jsonMalformed, "JSON does not know this word.", "Use true, false or null, or put a text in quotes.")
        }
        let start = position
        position += text.count
        append(kind, from: start)
    }

    private mutating func append(_ kind: JSONNode.Kind, from start: Int) {
        nodes.append(
            JSONNode(kind: kind, start: UInt32(start), end: UInt32(position), next: UInt32(nodes.count + 1)))
    }

    /// Few keys are compared with each other, many through a hash set, so that no input makes this quadratic.
    private func refuseDuplicateKeys(_ object: Int) throws(ToolkitError) {
        let count = Int(nodes[object].count)
        guard count > 1 else { return }
        var key = object + 1
        if count <= 12 {
            for _ in 1..<count {
                key = Int(nodes[key + 1].next)
                var earlier = object + 1
                while earlier < key {
                    if sameText(nodes[earlier], nodes[key]) { throw duplicate(nodes[key]) }
                    earlier = Int(nodes[earlier + 1].next)
                }
            }
            return
        }
        var seen = Set<ArraySlice<UInt8>>(minimumCapacity: count)
        for _ in 0..<count {
            guard seen.insert(text(nodes[key])).inserted else { throw duplicate(nodes[key]) }
            key = Int(nodes[key + 1].next)
        }
    }

    private func sameText(_ left: JSONNode, _ right: JSONNode) -> Bool {
        if left.isEscaped || right.isEscaped { return text(left) == text(right) }
        guard left.end - left.start == right.end - right.start else { return false }
        var offset = 1
        let length = Int(left.end - left.start)
        while offset < length {
            if bytes[Int(left.start) + offset] != bytes[Int(right.start) + offset] { return false }
            offset += 1
        }
        return true
    }

    private func text(_ node: JSONNode) -> ArraySlice<UInt8> {
        let inner = bytes[(Int(node.start) + 1)..<(Int(node.end) - 1)]
        return node.isEscaped ? JSONEscapes.resolved(inner)[...] : inner
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    private func failure(_ code: ToolkitError.Code, _ message: String, _ fix: String) -> ToolkitError {
        ToolkitError(code, message, fix: fix, place: SourcePlace(of: position, in: bytes))
    }

    private func ended() -> ToolkitError {
        ToolkitError(
            .jsonMalformed, "The text ends before the JSON value is complete.",
            fix: "Check that the file was written completely.",
            place: SourcePlace(of: bytes.count, in: bytes))
    }

    private func notUTF8() -> ToolkitError {
        failure(.jsonEncoding, "The text is not UTF-8.", "Save the file as UTF-8.")
    }

    private func halfPair() -> ToolkitError {
        failure(
            .jsonEncoding, "An escape names half of a surrogate pair.", "Write both halves, or the character itself.")
    }

    private func duplicate(_ key: JSONNode) -> ToolkitError {
        ToolkitError(
            .jsonDuplicateKey, "An object has the same key twice.", fix: "Keep one of the two.",
            place: SourcePlace(of: Int(key.start), in: bytes))
    }
}
