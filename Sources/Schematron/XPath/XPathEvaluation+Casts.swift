extension XPathEvaluation {
    // MARK: - cast, castable

    /// `cast as` and constructor functions.
    func cast(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> XPathItem? {
        let type = program.types[Int(node.b)]
        guard case .atomic(let target) = type.kind else { throw .type }
        guard let item = try atomic(node.a, focus) else {
            if type.allowsEmpty { return nil }
            throw .type
        }
        return try cast(item, to: target)
    }

    func isCastable(_ node: ExprNode, _ focus: Focus) throws(XPathError) -> Bool {
        let type = program.types[Int(node.b)]
        guard case .atomic(let target) = type.kind else { throw .type }
        var found: XPathItem?
        var count = 0
        _ = try each(node.a, focus) { item in
            count += 1
            found = self.atomized(item)
            return count > 1
        }
        guard count < 2 else { return false }
        guard let found else { return type.allowsEmpty }
        do throws(XPathError) {
            _ = try cast(found, to: target)
            return true
        } catch {
            if error == .limit { throw error }
            return false
        }
    }

    /// Casts one atomic value (Functions and Operators, 17).
    func cast(_ item: XPathItem, to type: AtomicType) throws(XPathError) -> XPathItem {
        switch type {
        case .string, .anyURI: return .string(try textValue(item))
        case .normalizedString, .token: return .string(try normalizedSpace(try textValue(item)))
        case .untyped: return .untyped(try textValue(item))
        case .boolean: return .boolean(try booleanCast(item))
        case .double: return .double(try doubleCast(item))
        case .float: return .double(Double(Float(try doubleCast(item))))
        case .decimal: return .decimal(try decimalCast(item))
        case .date: return .date(try dateCast(item, .date))
        case .dateTime: return .date(try dateCast(item, .dateTime))
        case .time: return .date(try dateCast(item, .time))
        case .anyAtomic, .numeric: return item
        default:
            let value = try integerCast(item)
            guard let range = type.integerRange, range.contains(value.mantissa) else { throw .cast }
            return .integer(value)
        }
    }

    private func booleanCast(_ item: XPathItem) throws(XPathError) -> Bool {
        switch item {
        case .untyped(let text), .string(let text): try booleanValue(text)
        case .boolean(let value): value
        case .integer(let value), .decimal(let value): !value.isZero
        case .double(let value): !(value == 0 || value.isNaN)
        case .date, .node: throw .type
        }
    }

    private func doubleCast(_ item: XPathItem) throws(XPathError) -> Double {
        switch item {
        case .untyped(let text), .string(let text): return try doubleValue(text)
        case .boolean(let value): return value ? 1 : 0
        default:
            guard let value = double(item) else { throw .type }
            return value
        }
    }

    private func decimalCast(_ item: XPathItem) throws(XPathError) -> Decimal {
        switch item {
        case .untyped(let text), .string(let text):
            try withBytes(trimmed(text)) { bytes throws(XPathError) in try Decimal(bytes) }
        case .boolean(let value): Decimal(value ? 1 : 0)
        case .integer(let value), .decimal(let value): value
        case .double(let value): try Decimal(value)
        case .date, .node: throw .type
        }
    }

    private func integerCast(_ item: XPathItem) throws(XPathError) -> Decimal {
        switch item {
        case .untyped(let text), .string(let text):
            return try withBytes(trimmed(text)) { bytes throws(XPathError) in try Decimal(bytes, isInteger: true) }
        case .integer(let value): return value
        default:
            let value = try decimalCast(item)
            return value.isNegative ? value.ceiling : value.floor
        }
    }

    private func dateCast(_ item: XPathItem, _ kind: DateValue.Kind) throws(XPathError) -> DateValue {
        switch item {
        case .untyped(let text), .string(let text):
            try withBytes(trimmed(text)) { bytes throws(XPathError) in try DateValue(bytes, as: kind) }
        case .date(let value): try value.converted(to: kind)
        default: throw .type
        }
    }

    // MARK: - From texts

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    /// The text without white space at its ends.
    func trimmed(_ slice: TextSlice) throws(XPathError) -> TextSlice {
        try withBytes(slice) { bytes in
            var result = slice
            var start = 0
            var end = bytes.count
            while start < end, Self.isSpace(bytes[start]) { start += 1 }
            while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
            result.end = slice.start + UInt32(end)
            result.start = slice.start + UInt32(start)
            return result
        }
    }

    func booleanValue(_ text: TextSlice) throws(XPathError) -> Bool {
        try withBytes(try trimmed(text)) { bytes throws(XPathError) in
            switch bytes.count {
            case 1 where bytes[0] == UInt8(ascii: "1"): return true
            case 1 where bytes[0] == UInt8(ascii: "0"): return false
            case 4 where Self.equals(bytes, "true"): return true
            case 5 where Self.equals(bytes, "false"): return false
            default: throw .cast
            }
        }
    }

    private static func equals(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        var place = 0
        for byte in text.description.utf8 {
            if bytes[place] != byte { return false }
            place += 1
        }
        return true
    }

    /// The lexical form of `xs:double` (XML Schema 1.1, Part 2, 3.3.5).
    func doubleValue(_ text: TextSlice) throws(XPathError) -> Double {
        try withBytes(try trimmed(text)) { bytes throws(XPathError) in
            var digits = 0
            var mantissa = 0
            var scale = 0
            var hasPoint = false
            var isSimple = bytes.count <= 16
            for place in bytes.indices {
                let byte = bytes[place]
                if byte >= 48, byte <= 57 {
                    digits += 1
                    if hasPoint { scale += 1 }
                    if isSimple { mantissa = mantissa * 10 + Int(byte - 48) }
                } else if byte == UInt8(ascii: "."), !hasPoint {
                    hasPoint = true
                } else if place == 0, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
                    continue
                } else {
                    isSimple = false
                    break
                }
            }
            if isSimple {
                guard digits > 0 else { throw .cast }
                let value = Decimal(mantissa: Int128(mantissa), scale: scale).double
                return bytes[0] == UInt8(ascii: "-") ? -value : value
            }
            return try Self.longDouble(bytes)
        }
    }

    private static func longDouble(_ bytes: Span<UInt8>) throws(XPathError) -> Double {
        if equals(bytes, "INF") || equals(bytes, "+INF") { return .infinity }
        if equals(bytes, "-INF") { return -.infinity }
        if equals(bytes, "NaN") { return .nan }
        var place = 0
        var digits = 0
        var hasPoint = false
        if !bytes.isEmpty, bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") { place = 1 }
        while place < bytes.count {
            let byte = bytes[place]
            if byte >= 48, byte <= 57 {
                digits += 1
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            place += 1
        }
        guard digits > 0 else { throw .cast }
        if place < bytes.count {
            guard bytes[place] | 0x20 == UInt8(ascii: "e") else { throw .cast }
            place += 1
            if place < bytes.count, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
                place += 1
            }
            guard place < bytes.count else { throw .cast }
            while place < bytes.count {
                guard bytes[place] >= 48, bytes[place] <= 57 else { throw .cast }
                place += 1
            }
        }
        var text = ""
        for place in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[place])) }
        // Swift wants digits before a point or behind it as XML Schema does, but not a point at the end.
        if text.hasSuffix(".") { text.removeLast() }
        text = text.replacingPointBeforeExponent
        guard let value = Double(text) else { throw .cast }
        return value
    }

    // MARK: - To texts

    /// The text of any item: `fn:string`, and a cast to `xs:string`.
    func textValue(_ item: XPathItem) throws(XPathError) -> TextSlice {
        switch item {
        case .node(let node): stringValue(node)
        case .untyped(let text), .string(let text): text
        case .boolean(let value): try keep(value ? "true" : "false")
        case .integer(let value), .decimal(let value): try keep(value.description)
        case .double(let value): try keep(Self.text(of: value))
        case .date(let value): try keep(value.description)
        }
    }

    /// A double as XPath writes it (Functions and Operators, 17.1.2).
    static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-INF" : "INF" }
        if value == 0 { return value.sign == .minus ? "-0" : "0" }
        // Swift prints the shortest digits that read back as the same number; only their layout is another.
        let printed = "\(value.magnitude)".utf8
        var digits: [UInt8] = []
        var point = 0
        var hasPoint = false
        var exponent = 0
        var index = printed.startIndex
        while index < printed.endIndex {
            let byte = printed[index]
            if byte == UInt8(ascii: "e") {
                exponent = Int(String(printed[printed.index(after: index)...]) ?? "") ?? 0
                break
            }
            if byte == UInt8(ascii: ".") {
                hasPoint = true
            } else {
                digits.append(byte)
                if !hasPoint { point += 1 }
            }
            index = printed.index(after: index)
        }
        point += exponent
        while digits.first == 48 {
            digits.removeFirst()
            point -= 1
        }
        while digits.last == 48 { digits.removeLast() }
        let sign = value < 0 ? "-" : ""
        let all = String(decoding: digits, as: UTF8.self)
        guard value.magnitude >= 1e-6, value.magnitude < 1e6 else {
            let rest = digits.count > 1 ? String(all.dropFirst()) : "0"
            return "\(sign)\(all.prefix(1)).\(rest)E\(point - 1)"
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + all }
        if point >= digits.count { return sign + all + String(repeating: "0", count: point - digits.count) }
        return sign + all.prefix(point) + "." + all.dropFirst(point)
    }
}

extension String {
    /// `1.e5` as `1e5`.
    fileprivate var replacingPointBeforeExponent: String {
        guard let exponent = utf8.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }), exponent > startIndex else {
            return self
        }
        let before = utf8.index(before: exponent)
        guard utf8[before] == UInt8(ascii: ".") else { return self }
        return String(self[..<before]) + String(self[exponent...])
    }
}
