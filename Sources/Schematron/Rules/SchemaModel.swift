import Diagnostics

/// A rule file as it is written, with its includes, abstract patterns and abstract rules filled in; nothing compiled.
struct SchemaModel: Sendable {
    var title: String?
    var version: String?
    /// Namespaces by prefix, from `ns`.
    var namespaces: [(prefix: String, uri: String)] = []
    var lets: [LetModel] = []
    var functions: [FunctionModel] = []
    var patterns: [PatternModel] = []
    /// The phase that was chosen; nil for all patterns.
    var phase: String?
}

/// A `let`: a name for a value.
struct LetModel: Sendable {
    let name: String
    let value: RuleSource
}

/// A `pattern` whose abstract parts are filled in.
struct PatternModel: Sendable {
    var id: String?
    var title: String?
    var lets: [LetModel] = []
    var rules: [RuleModel] = []
}

/// A `rule`: a context and what is tested there.
struct RuleModel: Sendable {
    var id: String?
    var context: RuleSource
    var lets: [LetModel] = []
    var checks: [CheckModel] = []
    var flag: String?
    var role: String?
}

/// An `assert` or a `report`.
struct CheckModel: Sendable {
    let isReport: Bool
    let id: String?
    let flag: String?
    let role: String?
    let test: RuleSource
    let message: [MessageModel]
    let diagnostics: [DiagnosticModel]
}

/// A `diagnostic`: a further message.
struct DiagnosticModel: Sendable {
    let id: String
    let message: [MessageModel]
}

/// A piece of a message.
enum MessageModel: Sendable {
    case text(String)
    /// A `value-of`.
    case value(RuleSource)
    /// `name`: of the context node, or of what the path selects.
    case name(RuleSource?)
}

/// An `xsl:function`.
struct FunctionModel: Sendable {
    let name: String
    let parameters: [String]
    /// The type that `as` names; nil for any.
    let result: String?
    let body: [InstructionModel]
    let element: RuleElement
}

/// What stands in the body of a function.
indirect enum InstructionModel: Sendable {
    /// An `xsl:sequence`.
    case sequence(RuleSource)
    /// `xsl:value-of`: the values as one text.
    case value(RuleSource, separator: String)
    /// `xsl:text`, or text as it stands.
    case text(String)
    /// `xsl:choose` and `xsl:if`: the first branch whose test holds; no test always holds.
    case choose([(test: RuleSource?, body: [InstructionModel])])
    /// `xsl:variable`: it holds for what follows.
    case variable(String, RuleSource?, body: [InstructionModel])
}
