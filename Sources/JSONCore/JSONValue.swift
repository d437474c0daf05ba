public import Diagnostics

/// One value of a document: a handle that is cheap to copy.
public struct JSONValue: Sendable {
    /// What a value is.
    public enum Kind: String, Sendable, Hashable {
        /// Members with keys.
        case object
        /// Values in order.
        case array
        /// A text.
        case string
        /// A number, kept as text.
        case number
        /// True or false.
        case bool
        /// The word null.
        case null
    }

    /// The document that the value belongs to.
    public let document: JSONDocument
    let index: Int

    var node: JSONNode { document.nodes[index] }

    /// The same value with nodes for what is inside of it.
    var unfolded: JSONValue { node.isFolded ? JSONDocument(unfolding: self).root : self }

    /// What the value is.
    public var kind: Kind {
        switch node.kind {
        case .object: .object
        case .array: .array
        case .string, .key: .string
        case .number: .number
        case .bool: .bool
        case .null: .null
        }
    }

    /// The offset of the value's first byte in the text.
    public var offset: Int { Int(node.start) }

    /// The offset behind the value's last byte.
    public var endOffset: Int { Int(node.end) }

    /// Line and column of the value; costs a pass over the text, see `JSONDocument.places(of:)` for many.
    public var place: SourcePlace { document.place(of: offset) }

    /// How many members or elements there are; 0 for a scalar.
    public var count: Int { Int(node.count) }

    /// The text of a string; nil for other kinds.
    public var string: String? {
        let node = node
        guard node.kind == .string || node.kind == .key else { return nil }
        if node.isEscaped { return String(decoding: document.text(of: node), as: UTF8.self) }
        return String(decoding: document.bytes[(Int(node.start) + 1)..<(Int(node.end) - 1)], as: UTF8.self)
    }

    /// The text of a string as UTF-8, escapes resolved; a view into the document where there are none.
    public var utf8: ArraySlice<UInt8>? {
        let node = node
        guard node.kind == .string || node.kind == .key else { return nil }
        if node.isEscaped { return document.text(of: node)[...] }
        return document.bytes[(Int(node.start) + 1)..<(Int(node.end) - 1)]
    }

    /// The digits of a number exactly as written; nil for other kinds.
    public var numberText: ArraySlice<UInt8>? {
        let node = node
        return node.kind == .number ? document.bytes[Int(node.start)..<Int(node.end)] : nil
    }

    /// Whether a number has neither fraction nor exponent.
    public var isInteger: Bool {
        numberText?.allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") } ?? false
    }

    /// A number without fraction or exponent that fits; nil for anything else.
    public var integer: Int? {
        guard let digits = numberText, isInteger else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// True or false; nil for other kinds.
    public var bool: Bool? {
        node.kind == .bool ? document.bytes[offset] == UInt8(ascii: "t") : nil
    }

    /// Whether the value is the word null.
    public var isNull: Bool { node.kind == .null }

    /// The member of an object with this key; nil where there is none.
    public subscript(key: String) -> JSONValue? {
        for member in members where member.key.document.reads(member.key.node, key) { return member.value }
        return nil
    }

    /// The element of an array; nil beyond its end.
    ///
    /// It costs a step for each element before it.
    public subscript(position: Int) -> JSONValue? {
        guard node.kind == .array, position >= 0 && position < count else { return nil }
        let array = unfolded
        var child = array.index + 1
        for _ in 0..<position { child = Int(array.document.nodes[child].next) }
        return JSONValue(document: array.document, index: child)
    }

    /// The elements of an array in order; none for other kinds.
    public var elements: Elements { Elements(self) }

    /// The members of an object in the order of the text; none for other kinds.
    public var members: Members { Members(self) }

    /// A member of an object.
    public struct Member: Sendable {
        /// The key.
        public let key: JSONValue
        /// What stands behind the colon.
        public let value: JSONValue
    }

    /// The elements of an array.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var upcoming: Int
        private let end: Int

        init(_ array: JSONValue) {
            let array = array.unfolded
            document = array.document
            upcoming = array.index + 1
            end = array.node.kind == .array ? Int(array.node.next) : upcoming
        }

        /// Moves to the next element.
        public mutating func next() -> JSONValue? {
            guard upcoming < end else { return nil }
            let value = JSONValue(document: document, index: upcoming)
            upcoming = Int(document.nodes[upcoming].next)
            return value
        }
    }

    /// The members of an object.
    public struct Members: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var upcoming: Int
        private let end: Int

        init(_ object: JSONValue) {
            let object = object.unfolded
            document = object.document
            upcoming = object.index + 1
            end = object.node.kind == .object ? Int(object.node.next) : upcoming
        }

        /// Moves to the next member.
        public mutating func next() -> Member? {
            guard upcoming < end else { return nil }
            let member = Member(
                key: JSONValue(document: document, index: upcoming),
                value: JSONValue(document: document, index: upcoming + 1))
            upcoming = Int(document.nodes[upcoming + 1].next)
            return member
        }
    }
}
