/// The smallest pieces of PDF syntax (ISO 32000-1, 7.2).
enum PDFToken: Sendable {
    case integer(Int)
    case real(Double)
    case string([UInt8])
    case name(String)
    case arrayOpen, arrayClose, dictionaryOpen, dictionaryClose
    /// A word such as `obj`, `true` or an operator.
    case keyword(String)
    case end
}

/// Reads tokens from bytes, from a position on.
struct PDFLexer {
    let bytes: [UInt8]
    /// Where the next token is looked for.
    var position: Int
    /// Where reading ends.
    let end: Int

    init(_ bytes: [UInt8], at position: Int = 0, end: Int? = nil) {
        self.bytes = bytes
        self.position = max(0, position)
        self.end = min(end ?? bytes.count, bytes.count)
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0x0C || byte == 0x00
    }

    static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x28, 0x29, 0x3C, 0x3E, 0x5B, 0x5D, 0x7B, 0x7D, 0x2F, 0x25: true
        default: false
        }
    }

    static func isRegular(_ byte: UInt8) -> Bool { !isBlank(byte) && !isDelimiter(byte) }

    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    /// Passes blanks and comments.
    mutating func skipBlanks() {
        while position < end {
            let byte = bytes[position]
            if byte == 0x25 {
                while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
            } else if Self.isBlank(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    /// The next token; `end` behind the last.
    mutating func next() throws(PDFFault) -> PDFToken {
        skipBlanks()
        guard position < end else { return .end }
        let byte = bytes[position]
        switch byte {
        case 0x5B:
            position += 1
            return .arrayOpen
        case 0x5D:
            position += 1
            return .arrayClose
        case 0x28: return .string(try literalString())
        case 0x2F: return .name(name())
        case 0x3C:
            guard position + 1 < end, bytes[position + 1] == 0x3C else { return .string(try hexString()) }
            position += 2
            return .dictionaryOpen
        case 0x3E:
            guard position + 1 < end, bytes[position + 1] == 0x3E else {
                throw .malformed("A `>` stands alone.", position)
            }
            position += 2
            return .dictionaryClose
        case 0x29: throw .malformed("A `)` stands alone.", position)
        case 0x7B, 0x7D:
            position += 1
            return .keyword(byte == 0x7B ? "{" : "}")
        case 0x30...0x39, 0x2B, 0x2D, 0x2E: return number()
        default:
            let start = position
            while position < end, Self.isRegular(bytes[position]) { position += 1 }
            return .keyword(String(decoding: bytes[start..<min(position, start + 64)], as: UTF8.self))
        }
    }

    /// `12`, `-3.5`, `.25`; what producers get wrong is read as other readers do, up to where it makes sense.
    private mutating func number() -> PDFToken {
        let start = position
        var isNegative = false
        while position < end, bytes[position] == 0x2B || bytes[position] == 0x2D {
            isNegative = bytes[position] == 0x2D
            position += 1
        }
        var whole = 0
        var value = 0.0
        var isLarge = false
        var scale = 0.0
        var hasDigits = false
        while position < end {
            let byte = bytes[position]
            if Self.isDigit(byte) {
                hasDigits = true
                let digit = Int(byte - 0x30)
                if scale > 0 {
                    value += Double(digit) * scale
                    scale /= 10
                } else {
                    value = value * 10 + Double(digit)
                    let (product, tooLarge) = whole.multipliedReportingOverflow(by: 10)
                    let (sum, overflow) = product.addingReportingOverflow(digit)
                    if tooLarge || overflow { isLarge = true } else { whole = sum }
                }
            } else if byte == 0x2E, scale == 0 {
                scale = 0.1
            } else {
                break
            }
            position += 1
        }
        let numberEnd = position
        while position < end, Self.isRegular(bytes[position]) { position += 1 }
        guard hasDigits || scale > 0 || numberEnd == position else {
            return .keyword(String(decoding: bytes[start..<min(position, start + 64)], as: UTF8.self))
        }
        if scale > 0 || isLarge { return .real(isNegative ? -value : value) }
        return .integer(isNegative ? -whole : whole)
    }

    private mutating func name() -> String {
        position += 1
        var start = position
        var content: [UInt8] = []
        var isEscaped = false
        while position < end, Self.isRegular(bytes[position]) {
            if bytes[position] == 0x23, position + 2 < end, let high = Self.hexValue(bytes[position + 1]),
                let low = Self.hexValue(bytes[position + 2])
            {
                isEscaped = true
                content += bytes[start..<position]
                content.append(high << 4 | low)
                position += 3
                start = position
            } else {
                position += 1
            }
        }
        if !isEscaped { return PDFObject.name(of: Array(bytes[start..<position])) }
        content += bytes[start..<position]
        return PDFObject.name(of: content)
    }

    private mutating func literalString() throws(PDFFault) -> [UInt8] {
        let start = position
        position += 1
        var content: [UInt8] = []
        var depth = 1
        while position < end {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x28:
                depth += 1
                content.append(byte)
            case 0x29:
                depth -= 1
                if depth == 0 { return content }
                content.append(byte)
            case 0x5C: escape(into: &content)
            case 0x0D:
                if position < end, bytes[position] == 0x0A { position += 1 }
                content.append(0x0A)
            default: content.append(byte)
            }
        }
        throw .malformed("A string does not end.", start)
    }

    private mutating func escape(into content: inout [UInt8]) {
        guard position < end else { return }
        let byte = bytes[position]
        position += 1
        switch byte {
        case 0x6E: content.append(0x0A)
        case 0x72: content.append(0x0D)
        case 0x74: content.append(0x09)
        case 0x62: content.append(0x08)
        case 0x66: content.append(0x0C)
        case 0x0D: if position < end, bytes[position] == 0x0A { position += 1 }
        case 0x0A: break
        case 0x30...0x37:
            var value = Int(byte - 0x30)
            for _ in 0..<2 where position < end && 0x30...0x37 ~= bytes[position] {
                value = value * 8 + Int(bytes[position] - 0x30)
                position += 1
            }
            content.append(UInt8(truncatingIfNeeded: value))
        default: content.append(byte)
        }
    }

    private mutating func hexString() throws(PDFFault) -> [UInt8] {
        let start = position
        position += 1
        var content: [UInt8] = []
        var high: UInt8?
        while position < end {
            let byte = bytes[position]
            position += 1
            if byte == 0x3E {
                if let high { content.append(high << 4) }
                return content
            }
            guard let digit = Self.hexValue(byte) else {
                guard Self.isBlank(byte) else {
                    throw .malformed("A hexadecimal string holds something else.", position - 1)
                }
                continue
            }
            if let first = high {
                content.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        throw .malformed("A hexadecimal string does not end.", start)
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
