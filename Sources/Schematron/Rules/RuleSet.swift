public import Diagnostics
public import XMLCore

/// A Schematron file with all that it includes, compiled; share one between all threads.
///
/// ISO/IEC 19757-3 with the query binding `xslt2`: includes, abstract patterns and rules, phases, lets, asserts and
/// reports, diagnostics, and functions written with `xsl:function`. What the file says and this engine does not know is
/// an error here, never a rule that passes in silence.
public final class RuleSet: Sendable {
    /// What the file calls itself (`title`).
    public let title: String?
    /// The version that the file states (`schemaVersion`).
    public let version: String?
    /// The ids of all asserts and reports, in the order of the file, each once.
    public let ids: [String]
    /// Whether a pattern gives the same context twice, so that the second rule can never fire.
    ///
    /// Serbia's file of 2022 does; `onePatternPerRule` repairs it.
    public let repeatsContexts: Bool
    let rules: CompiledRules
    let namespaces: [(prefix: String, uri: String)]
    let phase: String?

    /// Reads and compiles a rule file.
    ///
    /// - Parameters:
    ///   - entry: The path of the rule file, relative to its folder; most often its name.
    ///   - phase: The phase whose patterns are active; nil for the file's default, or for all where it has none.
    ///   - onePatternPerRule: Repairs files such as Serbia's that repeat a context within a pattern, where a node is
    ///     taken by the first rule only and the others can never fire: each rule is judged as if alone in its pattern.
    ///   - read: Returns the bytes of a path relative to the entry file's folder; nil where there is none.
    /// - Throws: `rules.missing`; `rules.invalid` with file, line, column, the expression and a fix of the first fault;
    ///   `check` tells all of them.
    public init(
        entry: String, phase: String? = nil, onePatternPerRule: Bool = false, read: @escaping (String) -> [UInt8]?
    ) throws(ToolkitError) {
        var reader = SchemaReader(read: read)
        reader.read(entry, phase: phase)
        var compiler = RuleCompiler(reader.model, problems: reader.problems)
        rules = compiler.compile(onePatternPerRule: onePatternPerRule)
        if let error = compiler.problems.error { throw error }
        title = reader.model.title
        version = reader.model.version
        namespaces = reader.model.namespaces
        self.phase = reader.model.phase
        var seen: Set<String> = []
        repeatsContexts = reader.model.patterns.contains { pattern in
            var contexts: Set<String> = []
            return pattern.rules.contains { !contexts.insert(SchemaReader.normalized($0.context.text)).inserted }
        }
        ids = rules.rules.flatMap(\.checks).compactMap(\.id).filter { seen.insert($0).inserted }
    }

    /// Finds everything that is wrong with a rule file.
    ///
    /// - Parameters:
    ///   - entry: The path of the rule file, relative to its folder.
    ///   - read: Returns the bytes of a path relative to the entry file's folder; nil where there is none.
    /// - Returns: Each fault with file, line, column and a fix; none means that the file loads.
    public static func check(entry: String, read: @escaping (String) -> [UInt8]?) -> Report {
        var reader = SchemaReader(read: read)
        reader.read(entry, phase: "#ALL")
        var compiler = RuleCompiler(reader.model, problems: reader.problems)
        _ = compiler.compile(onePatternPerRule: false)
        return Report(findings: compiler.problems.findings)
    }

    /// Judges a document.
    ///
    /// - Parameter document: A document of any kind; rules that find no context in it say nothing.
    /// - Returns: The verdict with all failures, in the order of patterns, of the document, and of the asserts.
    public func verdict(on document: XMLDocument) -> RuleReport { verdict(on: document, limits: .standard) }

    /// Judges a document within limits.
    ///
    /// - Parameters:
    ///   - document: A document of any kind.
    ///   - limits: What the judgement may cost.
    /// - Returns: The verdict; undecided where the limits did not suffice.
    public func verdict(on document: XMLDocument, limits: RuleLimits) -> RuleReport {
        var run = RuleRun(rules, on: document, limits: limits)
        return run.report()
    }
}
