public import Diagnostics
public import Schematron

/// A Schematron file that a user names, compiled when it is first needed and shared by all threads.
public final class RuleFile: Sendable {
    /// How rules are read that repeat the context of an earlier rule of their pattern, and so can never fire.
    public enum RepeatedContexts: String, Sendable, CaseIterable {
        /// As the file has it: the first rule takes the node.
        case asPublished = "as-published"
        /// Every rule is judged as if it were alone in its pattern.
        case repaired
    }

    /// The file as the user names it.
    public let name: String
    private let prepared: Prepared<RuleSet>

    /// Names a rule file; nothing is read yet.
    ///
    /// - Parameters:
    ///   - name: The file as the user names it, for messages.
    ///   - repeatedContexts: Nil repairs a file that repeats contexts, and reads any other as published.
    ///   - read: Returns the bytes of a path relative to the file's folder; nil where there is none. Includes never
    ///     lead out of that folder.
    public init(
        _ name: String, repeatedContexts: RepeatedContexts? = nil, read: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.name = name
        let cut = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        let (folder, entry) = (String(name[..<cut]), String(name[cut...]))
        prepared = Prepared { () throws(ToolkitError) in
            do throws(ToolkitError) {
                let rules = try RuleSet(
                    entry: entry, onePatternPerRule: repeatedContexts == .repaired, read: read)
                guard repeatedContexts == nil, rules.repeatsContexts else { return rules }
                return try RuleSet(entry: entry, onePatternPerRule: true, read: read)
            } catch {
                var error = error
                if let file = error.place?.file { error.place?.file = folder + file }
                throw error
            }
        }
    }

    /// The rules, compiled.
    ///
    /// - Throws: `rules.missing`, `rules.invalid`, the same each time.
    public func rules() throws(ToolkitError) -> RuleSet { try prepared.get() }
}
