public import Diagnostics

/// A parsed JSON text: its bytes and a flat tape of nodes that remember where they stood.
///
/// The text is checked completely when it is parsed: grammar of RFC 8259, UTF-8, surrogate pairs, no key twice in an
/// object. Numbers stay text, so that nothing is rounded. Values are cheap handles into this object (`JSONValue`).
public final class JSONDocument: Sendable {
    /// The longest text that is read: 16 MiB.
    public static let maximumBytes = 16 * 1024 * 1024
    /// How deep arrays and objects may be nested.
    public static let maximumDepth = 64

    /// The text as it was given.
    public let bytes: [UInt8]
    let nodes: [JSONNode]
    /// The folded value that this document unfolds; nil for a whole text.
    let origin: JSONValue?

    /// In longer texts the elements of the lists of the outermost object are folded: each is one node until its
    /// members are asked for, so that a list of any length costs twenty bytes an element.
    static let foldingBytes = 1 << 20

    /// Parses a complete text; a byte order mark before it is skipped (RFC 8259 §8.1 allows that).
    ///
    /// - Parameter bytes: JSON in UTF-8, at most `maximumBytes` long.
    /// - Throws: `json.empty`, `json.malformed`, `json.encoding`, `json.duplicateKey`, `json.tooLarge`, `json.tooDeep`;
    ///   each with the place and a fix.
    public init(parsing bytes: [UInt8]) throws(ToolkitError) {
        guard bytes.count <= Self.maximumBytes else {
            throw ToolkitError(
                .jsonTooLarge, "The JSON text is longer than 16 MiB.", fix: "Split the input into several documents.")
        }
        var parser = JSONParser(bytes, isFolding: bytes.count > Self.foldingBytes)
        try parser.parse()
        self.bytes = bytes
        nodes = parser.nodes
        origin = nil
    }

    /// Reads a folded value again, with everything inside of it.
    init(unfolding value: JSONValue) {
        var parser = JSONParser(value.document.bytes, again: value.node)
        parser.parseAgain()
        bytes = value.document.bytes
        nodes = parser.nodes
        origin = value
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(document: self, index: 0) }

    /// The place of a byte in this text.
    public func place(of offset: Int) -> SourcePlace { SourcePlace(of: offset, in: bytes) }

    /// The places of many bytes, found in one pass over the text.
    ///
    /// - Parameter offsets: Byte offsets in any order.
    /// - Returns: One place for each offset, in the same order.
    public func places(of offsets: [Int]) -> [SourcePlace] {
        var result = [SourcePlace](repeating: SourcePlace(line: 1, column: 1), count: offsets.count)
        var line = 1
        var column = 1
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for index in offsets.indices.sorted(by: { offsets[$0] < offsets[$1] }) {
            let end = min(max(offsets[index], 0), bytes.count)
            while position < end {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\n") {
                    line += 1
                    column = 1
                } else if byte & 0xC0 != 0x80 {
                    column += 1
                }
                position += 1
            }
            result[index] = SourcePlace(line: line, column: column)
        }
        return result
    }

    /// The bytes between the quotes of a string node or key, escapes resolved.
    func text(of node: JSONNode) -> [UInt8] {
        let inner = bytes[(Int(node.start) + 1)..<(Int(node.end) - 1)]
        return node.isEscaped ? JSONEscapes.resolved(inner) : Array(inner)
    }

    /// Whether a string node or key reads `text`.
    func reads(_ node: JSONNode, _ text: String) -> Bool {
        if node.isEscaped { return self.text(of: node).elementsEqual(text.utf8) }
        return bytes[(Int(node.start) + 1)..<(Int(node.end) - 1)].elementsEqual(text.utf8)
    }
}

/// One entry of the tape: a value, or a key which stands before its value.
struct JSONNode {
    /// What a node is.
    enum Kind: UInt8 {
        case object, array, string, number, bool, null, key
    }

    var kind: Kind
    /// Whether a string holds a backslash.
    var isEscaped = false
    /// Whether what is inside of the object or array has no nodes.
    var isFolded = false
    /// The offset of the first byte, quotes and brackets included.
    var start: UInt32
    /// The offset behind the last byte.
    var end: UInt32 = 0
    /// The index behind the last node of this value.
    var next: UInt32 = 0
    /// Members of an object, elements of an array.
    var count: UInt32 = 0
}

/// The escapes of a string that the parser has checked already.
enum JSONEscapes {
    /// Replaces every escape; the text must be well formed.
    static func resolved(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < text.endIndex else {
                result.append(byte)
                continue
            }
            let letter = text[index]
            index += 1
            switch letter {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                var unit = hex(text, &index)
                if unit & 0xFC00 == 0xD800 {
                    index += 2
                    unit = 0x10000 + (unit - 0xD800) << 10 + (hex(text, &index) - 0xDC00)
                }
                result.append(contentsOf: UTF8.encode(Unicode.Scalar(unit) ?? "\u{FFFD}") ?? .init())
            default: result.append(letter)
            }
        }
        return result
    }

    private static func hex(_ text: ArraySlice<UInt8>, _ index: inout Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 where index < text.endIndex {
            value = value << 4 | UInt32(digit(text[index]) ?? 0)
            index += 1
        }
        return value
    }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
