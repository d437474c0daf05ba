internal import JSONCore

/// What a value may be: as much of JSON Schema 2020-12 as the descriptions need.
public indirect enum Schema: Sendable {
    /// A text, with the pattern that it must match as a whole and its greatest length.
    case string(format: String? = nil, pattern: String? = nil, longest: Int? = nil)
    /// One of some words.
    case choice([String])
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// True or false.
    case boolean
    /// A list.
    case array(Schema)
    /// An object with these members and no others, unless it is open.
    case object([(name: String, schema: Schema)], required: [String] = [], isOpen: Bool = false)
    /// A value that may be null.
    case optional(Schema)
    /// A schema of the document's own, by its name.
    case reference(String)
    /// Bytes that are no text.
    case binary
    /// Anything.
    case any

    /// Whether all that it may be is written in it.
    var isChoice: Bool {
        if case .choice = self { return true }
        return false
    }

    /// Writes the schema.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        members(to: &writer)
        writer.endObject()
    }

    private func members(to writer: inout JSONWriter) {
        switch self {
        case .string(let format, let pattern, let longest):
            writer.member("type", "string")
            writer.member("format", format)
            writer.member("pattern", pattern.map { "^(?:\($0))$" })
            if let longest { writer.member("maxLength", longest) }
        case .choice(let words):
            writer.member("type", "string")
            writer.key("enum")
            writer.beginArray()
            for word in words { writer.string(word) }
            writer.endArray()
        case .integer(let range):
            writer.member("type", "integer")
            writer.member("minimum", range.lowerBound)
            if range.upperBound < .max { writer.member("maximum", range.upperBound) }
        case .boolean: writer.member("type", "boolean")
        case .array(let element):
            writer.member("type", "array")
            writer.key("items")
            element.write(to: &writer)
        case .object(let members, let required, let isOpen):
            writer.member("type", "object")
            writer.key("properties")
            writer.beginObject()
            for member in members {
                writer.key(member.name)
                member.schema.write(to: &writer)
            }
            writer.endObject()
            if !required.isEmpty {
                writer.key("required")
                writer.beginArray()
                for name in required { writer.string(name) }
                writer.endArray()
            }
            if !isOpen { writer.member("additionalProperties", false) }
        case .optional(let schema):
            writer.key("anyOf")
            writer.beginArray()
            schema.write(to: &writer)
            writer.beginObject()
            writer.member("type", "null")
            writer.endObject()
            writer.endArray()
        case .reference(let name): writer.member("$ref", "#/components/schemas/\(name)")
        case .binary, .any: break
        }
    }

    /// Whether the text of a parameter is such a value.
    ///
    /// Patterns are for readers of the description; the operation itself says what is wrong with a text.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .choice(let words): words.contains(text)
        case .integer(let range):
            text.utf8.allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") }
                && Int(text).map(range.contains) ?? false
        case .boolean: text == "true" || text == "false"
        case .string(_, _, let longest): text.unicodeScalars.count <= longest ?? .max
        default: true
        }
    }

    /// What the value is, for a message.
    var words: String {
        switch self {
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .string(_, _, .some(let longest)): "a text of at most \(longest) characters"
        default: "a text"
        }
    }
}
