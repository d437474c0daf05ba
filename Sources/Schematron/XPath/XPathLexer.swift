/// One terminal symbol of an expression.
struct XPathToken: Sendable {
    enum Kind: UInt8, Sendable {
        case end, name, prefixedName, prefixWildcard, localWildcard
        case string, integer, decimal, double
        case dollar, open, close, openBracket, closeBracket, comma, dot, dotDot, slash, doubleSlash, bar
        case plus, minus, star, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, before, after
        case at, axis, question
    }
    var kind: Kind
    var start: Int
    var end: Int
}

/// Cuts an expression into terminal symbols (XPath 2.0, A.2).
///
/// Names that are operators in some places, and the star, are sorted out by the parser, which knows what it expects.
struct XPathLexer {
    private let bytes: [UInt8]
    private var index = 0

    static func tokens(of bytes: [UInt8]) throws(XPathSyntaxError) -> [XPathToken] {
        var lexer = XPathLexer(bytes: bytes)
        var tokens: [XPathToken] = []
        tokens.reserveCapacity(bytes.count / 4 + 2)
        repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .end
        return tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func byte(_ ahead: Int = 0) -> UInt8 {
        index + ahead < bytes.count ? bytes[index + ahead] : 0
    }

    private mutating func next() throws(XPathSyntaxError) -> XPathToken {
        try skipSpace()
        let start = index
        guard index < bytes.count else { return XPathToken(kind: .end, start: start, end: start) }
        let kind = try kind()
        return XPathToken(kind: kind, start: start, end: index)
    }

    private mutating func skipSpace() throws(XPathSyntaxError) {
        while index < bytes.count {
            switch bytes[index] {
            case 32, 9, 10, 13: index += 1
            case UInt8(ascii: "(") where byte(1) == UInt8(ascii: ":"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(XPathSyntaxError) {
        let start = index
        var depth = 0
        repeat {
            guard index < bytes.count else {
                throw XPathSyntaxError("A comment is not closed.", fix: "Write “:)” behind it.", at: start)
            }
            if byte() == UInt8(ascii: "("), byte(1) == UInt8(ascii: ":") {
                depth += 1
                index += 2
            } else if byte() == UInt8(ascii: ":"), byte(1) == UInt8(ascii: ")") {
                depth -= 1
                index += 2
            } else {
                index += 1
            }
        } while depth > 0
    }

    private mutating func kind() throws(XPathSyntaxError) -> XPathToken.Kind {
        let first = bytes[index]
        if Self.startsName(first) { return name() }
        if Self.isDigit(first) || (first == UInt8(ascii: ".") && Self.isDigit(byte(1))) { return try number() }
        index += 1
        switch first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return try string(first)
        case UInt8(ascii: "$"): return .dollar
        case UInt8(ascii: "("): return .open
        case UInt8(ascii: ")"): return .close
        case UInt8(ascii: "["): return .openBracket
        case UInt8(ascii: "]"): return .closeBracket
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: "."): return take(".") ? .dotDot : .dot
        case UInt8(ascii: "/"): return take("/") ? .doubleSlash : .slash
        case UInt8(ascii: "|"): return .bar
        case UInt8(ascii: "+"): return .plus
        case UInt8(ascii: "-"): return .minus
        case UInt8(ascii: "="): return .equal
        case UInt8(ascii: "!") where take("="): return .notEqual
        case UInt8(ascii: "<"): return take("=") ? .lessOrEqual : take("<") ? .before : .less
        case UInt8(ascii: ">"): return take("=") ? .greaterOrEqual : take(">") ? .after : .greater
        case UInt8(ascii: "@"): return .at
        case UInt8(ascii: ":") where take(":"): return .axis
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: "*"):
            guard byte() == UInt8(ascii: ":"), Self.startsName(byte(1)) else { return .star }
            index += 1
            skipName()
            return .localWildcard
        default:
            let sign = first < 0x80 ? "“\(Character(UnicodeScalar(first)))”" : "This character"
            throw XPathSyntaxError(
                "\(sign) means nothing in XPath 2.0 at this place.", fix: "Remove it.", at: index - 1)
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard byte() == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func name() -> XPathToken.Kind {
        skipName()
        guard byte() == UInt8(ascii: ":") else { return .name }
        if byte(1) == UInt8(ascii: "*") {
            index += 2
            return .prefixWildcard
        }
        guard Self.startsName(byte(1)) else { return .name }
        index += 1
        skipName()
        return .prefixedName
    }

    private mutating func skipName() {
        while index < bytes.count, Self.continuesName(bytes[index]) { index += 1 }
    }

    private mutating func number() throws(XPathSyntaxError) -> XPathToken.Kind {
        let start = index
        var kind = XPathToken.Kind.integer
        skipDigits()
        if byte() == UInt8(ascii: "."), byte(1) != UInt8(ascii: ".") {
            kind = .decimal
            index += 1
            skipDigits()
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            kind = .double
            index += byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 2 : 1
            guard Self.isDigit(byte()) else {
                throw XPathSyntaxError("The exponent of a number has no digits.", at: start)
            }
            skipDigits()
        }
        guard !Self.startsName(byte()) else {
            throw XPathSyntaxError(
                "A name follows a number without a space.", fix: "Put a space between them.", at: index)
        }
        return kind
    }

    private mutating func skipDigits() {
        while Self.isDigit(byte()) { index += 1 }
    }

    private mutating func string(_ quote: UInt8) throws(XPathSyntaxError) -> XPathToken.Kind {
        let start = index - 1
        while index < bytes.count {
            index += 1
            guard bytes[index - 1] == quote else { continue }
            if byte() != quote { return .string }
            index += 1
        }
        throw XPathSyntaxError("A text in quotation marks is not closed.", fix: "Close it.", at: start)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    static func startsName(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= 97 && lower <= 122) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    static func continuesName(_ byte: UInt8) -> Bool {
        startsName(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
