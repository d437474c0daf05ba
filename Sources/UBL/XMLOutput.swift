import InvoiceModel

/// Writes well-formed XML into bytes: two spaces a level, one element a line.
///
/// Whatever the strings hold, the result is well-formed XML 1.0 and reads back as the same text. The one exception are
/// the control characters that XML cannot express at all; U+FFFD stands in their place.
struct XMLOutput {
    private(set) var bytes: [UInt8] = []
    private var depth = 0

    /// Starts a new document and keeps the room of the last one.
    mutating func restart() {
        bytes.removeAll(keepingCapacity: true)
        depth = 0
        append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    }

    /// Forgets what was written so far; somebody else has it.
    mutating func empty() { bytes.removeAll(keepingCapacity: true) }

    /// Writes an element with elements inside.
    mutating func element(_ name: StaticString, _ content: (inout XMLOutput) -> Void) {
        open(name)
        content(&self)
        close(name)
    }

    /// Opens an element; the namespaces are written as they stand.
    mutating func open(_ name: StaticString, namespaces: StaticString = "") {
        let size = name.utf8CodeUnitCount + namespaces.utf8CodeUnitCount
        bytes.append(addingCapacity: 2 * depth + size + 3) { output in
            Self.indent(depth, &output)
            output.append(0x3C)
            output.add(name)
            output.add(namespaces)
            output.add(">\n")
        }
        depth += 1
    }

    /// Closes the element that is open.
    mutating func close(_ name: StaticString) {
        depth -= 1
        bytes.append(addingCapacity: 2 * depth + name.utf8CodeUnitCount + 4) { output in
            Self.indent(depth, &output)
            output.addEnd(name)
        }
    }

    /// Writes an element with text, or nothing where the text is nil or blank: empty elements say nothing.
    mutating func text(
        _ name: StaticString, _ value: String?, _ attributes: (name: StaticString, value: String)?...
    ) {
        guard let value, !Self.isBlank(value) else { return }
        if attributes.isEmpty, plain(name, value) { return }
        start(name, attributes)
        escape(value, inAttribute: false)
        end(name)
    }

    /// Writes an element without attributes in one go; false where the text needs an escape.
    private mutating func plain(_ name: StaticString, _ value: String) -> Bool {
        let text = value.utf8Span.span
        guard Self.isPlain(text) else { return false }
        bytes.append(addingCapacity: 2 * depth + 2 * name.utf8CodeUnitCount + text.count + 6) { output in
            Self.indent(depth, &output)
            output.append(0x3C)
            output.add(name)
            output.append(0x3E)
            output.add(text)
            output.addEnd(name)
        }
        return true
    }

    /// Writes an element with a text that is known to need no escape.
    mutating func constant(_ name: StaticString, _ value: StaticString) {
        start(name)
        append(value)
        end(name)
    }

    /// Writes an amount with all the digits of its currency.
    mutating func amount(_ name: StaticString, _ money: Money, _ currency: Currency) {
        start(name, "currencyID", currency.code)
        money.decimal(in: currency).append(to: &bytes)
        end(name)
    }

    /// Writes a decimal number as it is.
    mutating func number(
        _ name: StaticString, _ value: ExactDecimal, _ attribute: (name: StaticString, value: String)? = nil
    ) {
        if let attribute { start(name, attribute.name, attribute.value) } else { start(name) }
        value.append(to: &bytes)
        end(name)
    }

    /// Writes a day; nothing for nil.
    mutating func date(_ name: StaticString, _ day: CalendarDate?) {
        guard let day else { return }
        start(name)
        digits(UInt64(day.year), atLeast: 4)
        append("-")
        digits(UInt64(day.month), atLeast: 2)
        append("-")
        digits(UInt64(day.day), atLeast: 2)
        end(name)
    }

    static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 <= 0x20 } }

    // MARK: - Bytes

    private mutating func start(_ name: StaticString, _ attributes: [(name: StaticString, value: String)?]) {
        bytes.append(addingCapacity: 2 * depth + name.utf8CodeUnitCount + 1) { output in
            Self.indent(depth, &output)
            output.append(0x3C)
            output.add(name)
        }
        for case let attribute? in attributes {
            append(" ")
            append(attribute.name)
            append("=\"")
            escape(attribute.value, inAttribute: true)
            append("\"")
        }
        append(">")
    }

    /// A start tag with one attribute, nearly always a code of a few letters.
    private mutating func start(_ name: StaticString, _ attribute: StaticString, _ value: String) {
        let text = value.utf8Span.span
        guard Self.isPlain(text) else { return start(name, [(attribute, value)]) }
        let size = name.utf8CodeUnitCount + attribute.utf8CodeUnitCount + text.count
        bytes.append(addingCapacity: 2 * depth + size + 6) { output in
            Self.indent(depth, &output)
            output.append(0x3C)
            output.add(name)
            output.append(0x20)
            output.add(attribute)
            output.add("=\"")
            output.add(text)
            output.add("\">")
        }
    }

    /// A start tag without attributes.
    private mutating func start(_ name: StaticString) {
        bytes.append(addingCapacity: 2 * depth + name.utf8CodeUnitCount + 2) { output in
            Self.indent(depth, &output)
            output.append(0x3C)
            output.add(name)
            output.append(0x3E)
        }
    }

    private mutating func end(_ name: StaticString) {
        bytes.append(addingCapacity: name.utf8CodeUnitCount + 4) { $0.addEnd(name) }
    }

    private static func indent(_ depth: Int, _ output: inout OutputSpan<UInt8>) {
        output.append(repeating: 0x20, count: 2 * depth)
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(addingCapacity: text.utf8CodeUnitCount) { $0.add(text) }
    }

    private mutating func digits(_ value: UInt64, atLeast places: Int) {
        var power: UInt64 = 1
        var count = 1
        while value / power >= 10 {
            power *= 10
            count += 1
        }
        if count < places { bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: places - count)) }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / power % 10))
            power /= 10
        }
    }

    /// Whether a byte stands for itself wherever it is.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x26, 0x3C, 0x3E, 0xEF, 0..<0x20: false  // U+FFFE and U+FFFF begin with EF
        default: true
        }
    }

    /// Whether a text stands for itself wherever it is.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where !isPlain(text[index]) { return false }
        return true
    }

    private mutating func escape(_ text: String, inAttribute: Bool) {
        let utf8 = text.utf8Span.span
        if Self.isPlain(utf8) { return bytes.append(addingCapacity: utf8.count) { $0.add(utf8) } }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            case UInt8(ascii: "\"") where inAttribute: append("&quot;")
            case 0x0D: append("&#13;")
            case 0x09 where inAttribute: append("&#9;")
            case 0x0A where inAttribute: append("&#10;")
            case 0x09, 0x0A: bytes.append(byte)
            case 0..<0x20: append("\u{FFFD}")
            case 0xBE, 0xBF:
                bytes.append(byte)
                // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
                if bytes.count >= 3, bytes[bytes.count - 2] == 0xBF, bytes[bytes.count - 3] == 0xEF {
                    bytes.removeLast(3)
                    append("\u{FFFD}")
                }
            default: bytes.append(byte)
            }
        }
    }
}

extension OutputSpan where Element == UInt8 {
    @inline(__always)
    fileprivate mutating func add(_ text: StaticString) {
        let start = unsafe text.utf8Start
        for index in 0..<text.utf8CodeUnitCount { append(unsafe start[index]) }
    }

    @inline(__always)
    fileprivate mutating func add(_ text: Span<UInt8>) {
        for index in 0..<text.count { append(text[index]) }
    }

    /// An end tag and the end of the line.
    @inline(__always)
    fileprivate mutating func addEnd(_ name: StaticString) {
        add("</")
        add(name)
        add(">\n")
    }
}
