/// Everything that the expressions of a rule set became: flat tables without references, shared by all threads.
///
/// Equal subexpressions are one node, wherever they are written; a node that depends on nothing but the document has a
/// memo, so that what a thousand rules repeat is computed once for each document.
struct XPathProgram: Sendable {
    var nodes: [ExprNode] = []
    var steps: [PathStep] = []
    /// Lists of numbers of nodes, steps or names, found by start and count.
    var lists: [Int32] = []
    /// The bytes of all literals.
    var literals: [UInt8] = []
    var decimals: [Decimal] = []
    var doubles: [Double] = []
    var names: [ExpandedName] = []
    /// The namespaces of the names, and from these the names.
    var namespaces: [String: Int32] = [:]
    var nameNumbers: [NameKey: Int32] = [:]
    var types: [SequenceType] = []
    var regexes: [RegularExpression] = []
    var tokenSets: [TokenSet] = []
    var branches: [PatternBranch] = []
    var functions: [Function] = []
    /// The expression of each global variable; -1 where none is defined.
    var globals: [Int32] = []
    var memoCount = 0
    /// The most local slots of any frame.
    var frameSize = 0

    /// A function of the rule file (`xsl:function`).
    struct Function: Sendable {
        let name: ExpandedName
        let arity: Int
        /// The body; -1 until it is defined.
        var body: Int32 = -1
    }
}

/// A name whose namespace has a number already.
struct NameKey: Hashable, Sendable {
    let namespace: Int32
    let local: String
}

/// A namespace and a local name; no namespace is the empty text.
struct ExpandedName: Hashable, Sendable {
    let namespace: String
    let local: String
}

/// What a node of a program does; the meaning of `a`, `b`, `c` is beside each.
enum ExprOp: UInt8, Sendable {
    /// Bytes `a..<b` of the literals.
    case stringLiteral
    /// Entry `a` of the decimals.
    case integerLiteral, decimalLiteral
    /// Entry `a` of the doubles.
    case doubleLiteral
    /// 0 or 1 in `a`.
    case booleanLiteral
    case contextItem, root
    /// A list: `a` start, `b` count.
    case sequence, or, and, union
    /// Nodes `a` and `b`.
    case intersect, except, range
    /// Nodes `a` and `b`, operator in `small`.
    case generalComparison, valueComparison, nodeComparison, arithmetic
    /// Node `a`, operator in `small`, string literal node `b`.
    case textComparison
    /// Node `a`, operator in `small`, truth in `b`.
    case truthComparison
    /// Node `a`, operator in `small`, bound in `b`.
    case countComparison
    case negative, positive
    /// Node `a`, type `b`.
    case instanceOf, treat, castable, cast, convert
    /// Start node `a` (-1: the context item), steps: list `b`, count `c`.
    case path
    /// Each node of `a` is the focus of `b`.
    case map
    /// Node `a`, predicates: list `b`, count `c`.
    case filter
    /// Slot `a`, sequence `b`, body `c`.
    case forIn, some, every, letIn
    /// Test `a`, then `b`, else `c`.
    case conditional
    case local, global
    /// Function `a`, arguments: list `b`, count `c`.
    case call
    /// Built-in `small`, arguments: list `b`, count `c`; `a` belongs to the function (a regular expression).
    case builtIn
    /// Whether `concat(' ', a, ' ')` occurs in string literal node `b`; token set `c`.
    case tokenMember
    case not, exists, empty, count
}

/// One node of a program.
struct ExprNode: Hashable, Sendable {
    var op: ExprOp
    var small: UInt8 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    var flags: ExprFlags = []
    /// The number of its memo; -1 for none.
    var memo: Int32 = -1
}

/// What is known of a node before it is run.
struct ExprFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    /// Every item is a node.
    static let nodes = ExprFlags(rawValue: 1)
    /// At most one item.
    static let single = ExprFlags(rawValue: 2)
    /// As a predicate it needs the position: it is, or may be, a number, or asks for it.
    static let positional = ExprFlags(rawValue: 4)
    /// It asks for `last()`.
    static let last = ExprFlags(rawValue: 8)
    /// The nodes come in document order and without repetition as they are found.
    static let ordered = ExprFlags(rawValue: 16)
    /// Never a number: a predicate without a position.
    static let neverNumber = ExprFlags(rawValue: 32)
    /// All items are strings or untyped, once nodes are atomised.
    static let textual = ExprFlags(rawValue: 64)
    /// Some item may be a node.
    static let maybeNodes = ExprFlags(rawValue: 128)
}

/// The axes of XPath 2.0, 3.2.1.1, without `namespace`.
enum Axis: UInt8, Sendable {
    case child, descendant, descendantOrSelf, attribute, `self`, following, followingSibling
    /// The attributes of a node and of all elements inside: `.//@name`, which is no axis of its own in XPath.
    case descendantAttribute
    case parent, ancestor, ancestorOrSelf, preceding, precedingSibling

    /// Whether positions count against the document order.
    var isReverse: Bool { rawValue >= Axis.parent.rawValue }
}

/// What a step asks of a node (XPath 2.0, 3.2.1.2).
struct NodeTest: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        /// `node()`
        case any
        /// A name: number `name` of the program.
        case name
        /// `*`: any of the axis's principal kind.
        case principal
        /// `p:*`: the namespace of name `name`.
        case namespace
        /// `*:n`: the local part of name `name`.
        case local
        case text, comment, processingInstruction, document
        /// `element()` and `attribute()`, whatever the axis.
        case element, attribute
        /// The same with a name.
        case elementName, attributeName
    }
    var kind: Kind
    var name: Int32 = -1
}

/// One step of a path.
struct PathStep: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        /// One name below the other, list `names`: a lookup in the document's summary of paths.
        case chain
        /// The same, and the last name is an attribute's.
        case attributeChain
        /// An axis and a test.
        case axis
        /// Any expression that gives nodes.
        case expression
    }
    var kind: Kind
    var axis = Axis.child
    var test = NodeTest(kind: .any)
    var namesStart: Int32 = 0
    var namesCount: Int32 = 0
    var expression: Int32 = -1
    var predicatesStart: Int32 = 0
    var predicatesCount: Int32 = 0
    /// Whether some predicate needs positions; such a step is taken from each node by itself.
    var isPositional = false
}

/// One branch of a match pattern: steps from the last to the first.
struct PatternBranch: Sendable {
    /// How a step is joined to the one before it, on its left.
    enum Link: UInt8, Sendable, Hashable {
        /// Nothing is asked of what is above.
        case none
        case parent, ancestor
        /// The parent is the document.
        case root
    }
    struct Step: Sendable, Hashable {
        var isAttribute = false
        var test: NodeTest
        var predicatesStart: Int32 = 0
        var predicatesCount: Int32 = 0
        var isPositional = false
        var link = Link.none
    }
    /// From right to left; empty where `members` decides, or for `/`.
    var steps: [Step] = []
    /// The nodes that match, for patterns beyond that form; -1 for none.
    var members: Int32 = -1
}
