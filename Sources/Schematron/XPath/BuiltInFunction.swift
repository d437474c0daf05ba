/// The functions of XQuery 1.0 and XPath 2.0 Functions and Operators that rule files use.
///
/// Functions that need a clock, other documents or collations are not among them.
enum BuiltInFunction: UInt8, Sendable {
    case abs, avg, boolean, ceiling, codepointsToString, compare, concat, contains, data, dayFromDate
    case distinctValues, endsWith, exactlyOne, floor, generateID, indexOf, insertBefore, last, localName, lowerCase
    case matches, max, min, monthFromDate, name, namespaceURI, normalizeSpace, number, oneOrMore, position, remove
    case replace, reverse, root, round, roundHalfToEven, startsWith, string, stringJoin, stringLength
    case stringToCodepoints, subsequence, substring, substringAfter, substringBefore, sum, tokenize, translate
    case upperCase, yearFromDate, zeroOrOne, joined, unordered

    /// What calls of a name can look like.
    struct Signature: Sendable {
        let function: BuiltInFunction
        let arity: ClosedRange<Int>
        let kinds: ItemKinds
        /// Whether a call without the first argument means the context item.
        var hasContextForm = false
    }

    /// By name; `true`, `false`, `not`, `exists`, `empty` and `count` are nodes of their own.
    static let signatures: [String: Signature] = [
        "abs": .init(function: .abs, arity: 1...1, kinds: .optionalNumber),
        "avg": .init(function: .avg, arity: 1...1, kinds: .optionalAtomic),
        "boolean": .init(function: .boolean, arity: 1...1, kinds: .boolean),
        "ceiling": .init(function: .ceiling, arity: 1...1, kinds: .optionalNumber),
        "codepoints-to-string": .init(function: .codepointsToString, arity: 1...1, kinds: .string),
        "compare": .init(function: .compare, arity: 2...2, kinds: [.integer, .empty]),
        "concat": .init(function: .concat, arity: 2...10_000, kinds: .string),
        "contains": .init(function: .contains, arity: 2...2, kinds: .boolean),
        "data": .init(function: .data, arity: 1...1, kinds: .anyAtomics),
        "day-from-date": .init(function: .dayFromDate, arity: 1...1, kinds: [.integer, .empty]),
        "distinct-values": .init(function: .distinctValues, arity: 1...1, kinds: .anyAtomics),
        "ends-with": .init(function: .endsWith, arity: 2...2, kinds: .boolean),
        "exactly-one": .init(function: .exactlyOne, arity: 1...1, kinds: [.anyItem]),
        "floor": .init(function: .floor, arity: 1...1, kinds: .optionalNumber),
        "generate-id": .init(function: .generateID, arity: 0...1, kinds: .string, hasContextForm: true),
        "index-of": .init(function: .indexOf, arity: 2...2, kinds: [.integer, .empty, .many]),
        "insert-before": .init(function: .insertBefore, arity: 3...3, kinds: .anything),
        "last": .init(function: .last, arity: 0...0, kinds: .integer),
        "local-name": .init(function: .localName, arity: 0...1, kinds: .string, hasContextForm: true),
        "lower-case": .init(function: .lowerCase, arity: 1...1, kinds: .string),
        "matches": .init(function: .matches, arity: 2...3, kinds: .boolean),
        "max": .init(function: .max, arity: 1...1, kinds: .optionalAtomic),
        "min": .init(function: .min, arity: 1...1, kinds: .optionalAtomic),
        "month-from-date": .init(function: .monthFromDate, arity: 1...1, kinds: [.integer, .empty]),
        "name": .init(function: .name, arity: 0...1, kinds: .string, hasContextForm: true),
        "namespace-uri": .init(function: .namespaceURI, arity: 0...1, kinds: .string, hasContextForm: true),
        "normalize-space": .init(function: .normalizeSpace, arity: 0...1, kinds: .string, hasContextForm: true),
        "number": .init(function: .number, arity: 0...1, kinds: .double, hasContextForm: true),
        "one-or-more": .init(function: .oneOrMore, arity: 1...1, kinds: [.anyItem, .many]),
        "position": .init(function: .position, arity: 0...0, kinds: .integer),
        "remove": .init(function: .remove, arity: 2...2, kinds: .anything),
        "replace": .init(function: .replace, arity: 3...4, kinds: .string),
        "reverse": .init(function: .reverse, arity: 1...1, kinds: .anything),
        "root": .init(function: .root, arity: 0...1, kinds: [.node, .empty], hasContextForm: true),
        "round": .init(function: .round, arity: 1...2, kinds: .optionalNumber),
        "round-half-to-even": .init(function: .roundHalfToEven, arity: 1...2, kinds: .optionalNumber),
        "starts-with": .init(function: .startsWith, arity: 2...2, kinds: .boolean),
        "string": .init(function: .string, arity: 0...1, kinds: .string, hasContextForm: true),
        "string-join": .init(function: .stringJoin, arity: 1...2, kinds: .string),
        "string-length": .init(function: .stringLength, arity: 0...1, kinds: .integer, hasContextForm: true),
        "string-to-codepoints": .init(function: .stringToCodepoints, arity: 1...1, kinds: [.integer, .empty, .many]),
        "subsequence": .init(function: .subsequence, arity: 2...3, kinds: .anything),
        "substring": .init(function: .substring, arity: 2...3, kinds: .string),
        "substring-after": .init(function: .substringAfter, arity: 2...2, kinds: .string),
        "substring-before": .init(function: .substringBefore, arity: 2...2, kinds: .string),
        "sum": .init(function: .sum, arity: 1...2, kinds: .optionalAtomic),
        "tokenize": .init(function: .tokenize, arity: 1...3, kinds: [.string, .empty, .many]),
        "translate": .init(function: .translate, arity: 3...3, kinds: .string),
        "unordered": .init(function: .unordered, arity: 1...1, kinds: .anything),
        "upper-case": .init(function: .upperCase, arity: 1...1, kinds: .string),
        "year-from-date": .init(function: .yearFromDate, arity: 1...1, kinds: [.integer, .empty]),
        "zero-or-one": .init(function: .zeroOrOne, arity: 1...1, kinds: [.anyItem, .empty]),
    ]
}

/// Which items an expression can give, and how many.
struct ItemKinds: OptionSet, Hashable, Sendable {
    let rawValue: UInt16
    static let node = ItemKinds(rawValue: 1)
    static let untyped = ItemKinds(rawValue: 2)
    static let string = ItemKinds(rawValue: 4)
    static let boolean = ItemKinds(rawValue: 8)
    static let integer = ItemKinds(rawValue: 16)
    static let decimal = ItemKinds(rawValue: 32)
    static let double = ItemKinds(rawValue: 64)
    static let date = ItemKinds(rawValue: 128)
    /// The sequence can be empty.
    static let empty = ItemKinds(rawValue: 256)
    /// The sequence can have more than one item.
    static let many = ItemKinds(rawValue: 512)

    static let number: ItemKinds = [.integer, .decimal, .double]
    static let anyItem: ItemKinds = [.node, .untyped, .string, .boolean, .number, .date]
    static let atomic: ItemKinds = [.untyped, .string, .boolean, .number, .date]
    static let optionalNumber: ItemKinds = [.number, .empty]
    static let optionalAtomic: ItemKinds = [.atomic, .empty]
    static let anyAtomics: ItemKinds = [.atomic, .empty, .many]
    static let anything: ItemKinds = [.anyItem, .empty, .many]
    static let nodes: ItemKinds = [.node, .empty, .many]

    /// The items without their number.
    var items: ItemKinds { intersection(.anyItem) }
}
