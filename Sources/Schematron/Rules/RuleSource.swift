import Diagnostics
import XMLCore

/// An expression of a rule file with the place where it is written.
struct RuleSource: Sendable {
    /// The expression, parameters of abstract patterns filled in.
    let text: String
    /// Where it is written; worked out only when something is wrong, since that costs a look at the whole line.
    private let origin: Origin
    /// Whether the text is what is written there, so that places in it can be told.
    private let isWritten: Bool

    private enum Origin: Sendable {
        case attribute(document: XMLDocument, value: Range<Int>, file: String)
        case none
    }

    /// Takes an expression from an attribute, or `text` after substitution; nil where there is no such attribute.
    init?(_ element: RuleElement, _ attribute: String, text: String? = nil) {
        guard let value = element.attribute(attribute) else { return nil }
        self.text = text ?? value
        let document = element.element.document
        let tag = document.bytes[element.element.range]
        let range = Self.value(of: attribute, in: tag) ?? tag.startIndex..<tag.startIndex
        origin = .attribute(document: document, value: range, file: element.file)
        isWritten = text == nil || text == value
    }

    /// Takes an expression that no file holds.
    init(_ text: String) {
        self.text = text
        origin = .none
        isWritten = false
    }

    /// Another expression, which is placed where this one is.
    func with(_ text: String) -> RuleSource { RuleSource(text, origin) }

    private init(_ text: String, _ origin: Origin) {
        self.text = text
        self.origin = origin
        isWritten = false
    }

    /// Where the expression begins.
    var place: SourcePlace {
        switch origin {
        case .none: return SourcePlace(line: 1, column: nil)
        case .attribute(let document, let value, let file):
            var place = document.place(of: value.lowerBound)
            place.file = file
            return place
        }
    }

    /// The place of a scalar of the expression, as the author sees it: references count as they are written.
    func place(ofScalar offset: Int) -> SourcePlace {
        let place = place
        guard isWritten, case .attribute(let document, let value, _) = origin else { return place }
        let written = Array(document.bytes[value])
        var line = place.line
        var column = place.column ?? 1
        var index = 0
        var left = offset
        while index < written.count, left > 0 {
            let byte = written[index]
            var next = index + 1
            if byte == UInt8(ascii: "&") {
                while next < written.count, written[next - 1] != UInt8(ascii: ";") { next += 1 }
            } else {
                while next < written.count, written[next] & 0xC0 == 0x80 { next += 1 }
            }
            let isBreak = byte == UInt8(ascii: "\n")
            line += isBreak ? 1 : 0
            column = isBreak ? 1 : column + (byte == UInt8(ascii: "&") ? next - index : 1)
            let isFirstOfTwo = byte == UInt8(ascii: "\r") && next < written.count && written[next] == UInt8(ascii: "\n")
            left -= isFirstOfTwo ? 0 : 1
            index = next
        }
        return SourcePlace(file: place.file, line: line, column: column)
    }

    /// The bytes between the quotes of an attribute without a prefix, in a well-formed start tag.
    static func value(of name: String, in tag: ArraySlice<UInt8>) -> Range<Int>? {
        let name = Array(name.utf8)
        var index = tag.startIndex
        while index < tag.endIndex, !isSpace(tag[index]), tag[index] != UInt8(ascii: ">") { index += 1 }
        while index < tag.endIndex, tag[index] != UInt8(ascii: ">") {
            while index < tag.endIndex, isSpace(tag[index]) { index += 1 }
            let start = index
            while index < tag.endIndex, tag[index] != UInt8(ascii: "="), !isSpace(tag[index]) { index += 1 }
            let found = tag[start..<index]
            while index < tag.endIndex, tag[index] != 0x22, tag[index] != 0x27 {
                if tag[index] == UInt8(ascii: ">") { return nil }
                index += 1
            }
            guard index < tag.endIndex else { return nil }
            let quote = tag[index]
            let begin = index + 1
            index = begin
            while index < tag.endIndex, tag[index] != quote { index += 1 }
            if found.elementsEqual(name) { return begin..<index }
            index += 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }
}
