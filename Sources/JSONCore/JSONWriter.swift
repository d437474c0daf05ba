/// Writes JSON, byte for byte the same for the same calls.
///
/// Only what RFC 8259 demands is escaped; other characters, Cyrillic among them, are written as they are.
public struct JSONWriter: Sendable {
    /// How the text is laid out.
    public enum Style: Sendable, Hashable {
        /// No space at all.
        case compact
        /// One member or element a line, indented by this many spaces a level.
        case indented(Int)
    }

    /// What was written so far.
    public private(set) var bytes: [UInt8] = []
    private let style: Style
    /// For each open array or object whether something stands in it already.
    private var open: [Bool] = []
    private var isAfterKey = false

    /// Starts an empty text.
    public init(_ style: Style = .compact) {
        self.style = style
        // Most texts are as long as one answer.
        bytes.reserveCapacity(512)
        open.reserveCapacity(8)
    }

    /// Opens an object; `endObject` closes it.
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Closes the innermost object.
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Opens an array; `endArray` closes it.
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Closes the innermost array.
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes a key; its value comes with the next call.
    public mutating func key(_ name: String) {
        precondition(!open.isEmpty && !isAfterKey, "a key stands in an object, before a value")
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        if style != .compact { bytes.append(0x20) }
        isAfterKey = true
    }

    /// Writes a text.
    public mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    /// Writes a whole number.
    public mutating func integer(_ value: Int) { raw("\(value)") }

    /// Writes a number whose text the caller vouches for, such as an exact decimal.
    public mutating func number(_ text: String) { raw(text) }

    /// Writes true or false.
    public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    /// Writes the word null.
    public mutating func null() { raw("null") }

    /// Writes a member with a text, and nothing where the text is nil.
    public mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// Writes a parsed value again, numbers as they stood.
    public mutating func value(_ value: JSONValue) {
        switch value.kind {
        case .object:
            beginObject()
            for member in value.members {
                key(member.key.string ?? "")
                self.value(member.value)
            }
            endObject()
        case .array:
            beginArray()
            for element in value.elements { self.value(element) }
            endArray()
        case .string: string(value.string ?? "")
        case .number: raw(String(decoding: value.numberText ?? [], as: UTF8.self))
        case .bool: bool(value.bool ?? false)
        case .null: null()
        }
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        open.append(false)
    }

    private mutating func end(_ bracket: UInt8) {
        precondition(!open.isEmpty && !isAfterKey, "every end has its begin")
        if open.removeLast() { breakLine() }
        bytes.append(bracket)
    }

    /// Puts the comma and the line break that belong before a value or key.
    private mutating func separate() {
        if isAfterKey {
            isAfterKey = false
            return
        }
        guard let hasOthers = open.last else { return }
        if hasOthers { bytes.append(UInt8(ascii: ",")) }
        open[open.count - 1] = true
        breakLine()
    }

    private mutating func breakLine() {
        guard case .indented(let width) = style else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: width * open.count))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        guard Self.needsEscapes(text) else {
            bytes.append(contentsOf: text.utf8)
            bytes.append(UInt8(ascii: "\""))
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x00..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(Self.hexadecimal(byte >> 4))
                bytes.append(Self.hexadecimal(byte & 0x0F))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Most texts do not; looking first is faster than copying byte for byte.
    private static func needsEscapes(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
