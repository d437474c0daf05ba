/// A range of bytes in one of the texts that live as long as an evaluation.
struct TextSlice: Sendable, Hashable {
    enum Pool: UInt8, Sendable {
        /// `XMLDocument.text`
        case text
        /// `XMLDocument.values`
        case values
        /// The literals of the program.
        case literals
        /// What this evaluation computed.
        case computed
        /// The names of nodes that were asked for.
        case names
    }
    var pool: Pool
    var start: UInt32
    var end: UInt32

    static let empty = TextSlice(pool: .literals, start: 0, end: 0)

    var count: Int { Int(end &- start) }
    var isEmpty: Bool { start == end }
}

/// One item of a sequence: a value of plain bytes, without references.
enum XPathItem: Sendable {
    case node(Int32)
    case untyped(TextSlice)
    case string(TextSlice)
    case boolean(Bool)
    /// A decimal without fractional digits.
    case integer(Decimal)
    case decimal(Decimal)
    case double(Double)
    case date(DateValue)

    static func integer(_ value: Int) -> XPathItem { .integer(Decimal(value)) }
}

/// The context of an expression (XPath 2.0, 2.1.2): node, position, size.
struct Focus {
    /// The context node; `absent`, or `atomic` when the item is in `atom`.
    var node: Int32
    var position: Int32 = 1
    var size: Int32 = 1
    /// The place of an atomic context item among the evaluation's atoms.
    var atom: Int32 = 0

    static let absent = Int32.min
    static let atomic = Int32.min + 1

    init(_ node: Int32, position: Int32 = 1, size: Int32 = 1) {
        self.node = node
        self.position = position
        self.size = size
    }
}

/// The atomic types that expressions may name.
enum AtomicType: UInt8, Sendable {
    case anyAtomic, untyped, string, boolean, integer, decimal, double, float, date, dateTime, time
    case nonNegativeInteger, positiveInteger, nonPositiveInteger, negativeInteger, long, int, short, byte
    case unsignedLong, unsignedInt, unsignedShort, unsignedByte, numeric
    case anyURI, normalizedString, token

    static let names: [String: AtomicType] = [
        "anyAtomicType": .anyAtomic, "untypedAtomic": .untyped, "string": .string, "boolean": .boolean,
        "integer": .integer, "decimal": .decimal, "double": .double, "float": .float, "date": .date,
        "dateTime": .dateTime, "time": .time, "nonNegativeInteger": .nonNegativeInteger,
        "positiveInteger": .positiveInteger, "nonPositiveInteger": .nonPositiveInteger,
        "negativeInteger": .negativeInteger, "long": .long, "int": .int, "short": .short, "byte": .byte,
        "unsignedLong": .unsignedLong, "unsignedInt": .unsignedInt, "unsignedShort": .unsignedShort,
        "unsignedByte": .unsignedByte, "anyURI": .anyURI, "normalizedString": .normalizedString, "token": .token,
    ]

    /// The range of the types that are parts of `xs:integer`; nil for all other types.
    var integerRange: ClosedRange<Int128>? {
        switch self {
        case .nonNegativeInteger: 0...Int128.max
        case .positiveInteger: 1...Int128.max
        case .nonPositiveInteger: Int128.min...0
        case .negativeInteger: Int128.min...(-1)
        case .long: Int128(Int64.min)...Int128(Int64.max)
        case .int: Int128(Int32.min)...Int128(Int32.max)
        case .short: Int128(Int16.min)...Int128(Int16.max)
        case .byte: Int128(Int8.min)...Int128(Int8.max)
        case .unsignedLong: 0...Int128(UInt64.max)
        case .unsignedInt: 0...Int128(UInt32.max)
        case .unsignedShort: 0...Int128(UInt16.max)
        case .unsignedByte: 0...Int128(UInt8.max)
        case .integer: Int128.min...Int128.max
        default: nil
        }
    }
}

/// A sequence type (XPath 2.0, 2.5.3).
struct SequenceType: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case empty, item
        case atomic(AtomicType)
        case node(NodeTest)
    }
    var kind: Kind
    var allowsEmpty = false
    var allowsMany = false
}
